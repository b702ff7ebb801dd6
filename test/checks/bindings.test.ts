import { readFileSync } from 'fs';
import { join } from 'path';
import { differences, withoutMetadata } from '../../checks/bindings/compare';

const ROOT = join(__dirname, '..', '..');

const TEMPLATE = {
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { Path: '/' }, Metadata: { 'aws:cdk:path': 'Shop/Role', 'mine': 1 } },
    CDKMetadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:…' } },
  },
  Conditions: { CDKMetadataAvailable: true },
};

test('the order of keys does not matter', () => {
  expect(differences({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 })).toEqual([]);
});

test.each<[string, unknown, unknown, string[]]>([
  ['another value', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b: 1 in one, 2 in the other']],
  ['a value of another type', { a: 1 }, { a: '1' }, ['a: 1 in one, "1" in the other']],
  ['a missing member', { a: 1 }, {}, ['a: 1 in one, nothing in the other']],
  ['an additional member', {}, { a: 1 }, ['a: nothing in one, 1 in the other']],
  ['a list in another order', [1, 2], [2, 1], ['0: 1 in one, 2 in the other', '1: 2 in one, 1 in the other']],
  ['a list for an object', { a: [] }, { a: {} }, ['a: [] in one, {} in the other']],
])('%s differs', (_name, one, other, lines) => {
  expect(differences(one, other)).toEqual(lines);
});

test('a difference deep in a long text is shown', () => {
  const [line] = differences({ text: `${'x'.repeat(1000)}one` }, { text: `${'x'.repeat(1000)}other` });
  expect(line).toMatch(/^text: …x+one"… in one, …x+other"… in the other$/);
});

test('metadata of the CDK is ignored, all other metadata is not', () => {
  expect(withoutMetadata(TEMPLATE)).toEqual({
    Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { Path: '/' }, Metadata: { mine: 1 } } },
  });
});

test('hashes of assets are ignored', () => {
  const key = (hash: string) => ({ Resources: { Code: { Type: 'X', Properties: { Key: `${hash.repeat(64)}.zip` } } } });
  expect(differences(withoutMetadata(key('a')), withoutMetadata(key('b')))).toEqual([]);
});

/** The marked parts of a source file, without their indentation. */
function marked(file: string): string {
  const source = readFileSync(join(ROOT, 'bindings', file), 'utf-8');
  return [...source.matchAll(/^( *)(?:\/\/|#) README\n(.*?)^ *(?:\/\/|#) end of README$/gms)]
    .map(([, indentation, part]) => part.replace(new RegExp(`^${indentation}`, 'gm'), ''))
    .join('\n');
}

/** `npm run test:bindings` compiles and synthesizes these apps. */
test.each([
  ['ts', 'typescript/first-example.ts'],
  ['python', 'python/first_example.py'],
  ['java', 'java/src/main/java/com/example/shop/FirstExample.java'],
])('the first example of the README in %s is the one in the app', (language, file) => {
  const [, example] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(readFileSync(join(ROOT, 'README.md'), 'utf-8'))!;
  // the app in TypeScript has its own import, and the constructs that the example only declares
  const shown = language === 'ts' ? example.replace(/^(import|declare) .*\n/gm, '').trimStart() : example;
  expect(shown).not.toBe('');
  expect(marked(file)).toBe(shown);
});
