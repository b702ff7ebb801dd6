/**
 * The examples of the how-to pages. Each is compiled, and complete programs are synthesized too.
 *
 * jsii-rosetta compiles the examples in the README and the docstrings, but no others.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..', '..');
const FIXTURE = readFileSync(join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf-8');

interface Example {
  readonly name: string;
  readonly code: string;
  /** Whether it is a complete program, with imports and an app. */
  readonly isProgram: boolean;
}

const EXAMPLES: Example[] = readdirSync(join(ROOT, 'docs')).filter((page) => page.endsWith('.md')).flatMap((page) =>
  [...readFileSync(join(ROOT, 'docs', page), 'utf-8').matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code], index) => ({
    name: `${page} ${index + 1}`, code, isProgram: /^import .*new App\(/s.test(code),
  })));

/** An example as a file. Its declarations go outside the constructor into which the fixture puts the rest. */
function sourceOf({ code, isProgram }: Example): string {
  if (isProgram) { return code; }
  const declarations = code.split('\n').filter((line) => line.startsWith('declare '));
  const rest = code.split('\n').filter((line) => !line.startsWith('declare '));
  return FIXTURE.replace('class Fixture', `${declarations.join('\n')}\n\nclass Fixture`).replace('/// here', rest.join('\n'));
}

describe('the examples', () => {
  const files = new Map(EXAMPLES.map((example, index) => [join(ROOT, `docs-example-${index}.ts`), { example, source: sourceOf(example) }]));
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    esModuleInterop: true,
    types: ['node'],
    baseUrl: ROOT,
    paths: { 'cdk-chaos-experiment-stage': ['src/index.ts'] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file)?.source ?? readFile(file);
  const getSourceFile = host.getSourceFile;
  host.getSourceFile = (file, ...others) => {
    const known = files.get(file);
    return known ? ts.createSourceFile(file, known.source, ts.ScriptTarget.ES2022) : getSourceFile(file, ...others);
  };
  const program = ts.createProgram([...files.keys()], options, host);

  test.each([...files].map(([file, { example }]) => [example.name, file]))('%s compiles', (_name, file) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });
});

describe('the programs', () => {
  const directory = mkdtempSync(join(tmpdir(), 'docs-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each(EXAMPLES.filter(({ isProgram }) => isProgram).map((example) => [example.name, example]))('%s synthesizes', (_name, { name, code }) => {
    const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
    const lib = jest.requireActual('aws-cdk-lib');
    const apps: any[] = [];
    class RecordedApp extends lib.App {
      constructor(props: any) {
        super({ ...props, outdir: join(directory, name) });
        apps.push(this);
      }
    }
    const replaced: { [module: string]: () => any } = {
      'cdk-chaos-experiment-stage': () => jest.requireActual('../../src'),
      'aws-cdk-lib': () => Object.create(lib, { App: { value: RecordedApp } }),
    };
    new Function('require', 'exports', outputText)((module: string) => replaced[module]?.() ?? jest.requireActual(module), {});

    expect(apps).toHaveLength(1);
    const annotations = apps[0].synth().stacksRecursively.flatMap((stack: any) => stack.messages);
    expect(annotations.filter(({ level }: any) => level !== 'info').map(({ entry }: any) => entry.data)).toEqual([]);
  });
});
