import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'compat-'));
afterAll(() => fs.rmSync(directory, { recursive: true }));

function compat(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(path.join(ROOT, 'projenrc', 'compat'), args, {
    env: { ...process.env, RELEASE: '', ...env },
    encoding: 'utf-8',
  });
  return { status, output: `${stdout}${stderr}` };
}

/** A release of the package that differs from this one only in its API. */
function releaseWith(name: string, change: (assembly: any) => void): string {
  const release = path.join(directory, name);
  fs.mkdirSync(release);
  const assembly = JSON.parse(fs.readFileSync(path.join(ROOT, '.jsii'), 'utf-8'));
  change(assembly);
  fs.writeFileSync(path.join(release, '.jsii'), JSON.stringify({ ...assembly, fingerprint: '*'.repeat(10) }));
  fs.copyFileSync(path.join(ROOT, 'package.json'), path.join(release, 'package.json'));
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(release, 'node_modules'));
  return release;
}

/** A folder with an `npm` that prints this and fails. */
function npmThatAnswers(name: string, answer: string): string {
  const bin = path.join(directory, name);
  fs.mkdirSync(bin);
  fs.writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\ncat <<'END'\n${answer}\nEND\nexit 1\n`, { mode: 0o755 });
  return `${bin}:${process.env.PATH}`;
}

const VERDICT = 'cdk-chaos-experiment-stage.Verdict';

test('an unchanged or extended API is compatible', () => {
  const release = releaseWith('smaller', ({ types }) => { types[VERDICT].members.pop(); });
  expect(compat([release])).toMatchObject({ status: 0 });
});

test('fails if something public is removed, although the API is experimental', () => {
  const release = releaseWith('bigger', ({ types }) => { types[VERDICT].members.push({ docs: { stability: 'experimental' }, name: 'GONE' }); });
  const { status, output } = compat([release]);
  expect(output).toContain('Verdict.GONE');
  expect(status).not.toBe(0);
});

test('a package that was never released has nothing to be compared with', () => {
  const PATH = npmThatAnswers('unreleased', '{ "error": { "code": "E404", "summary": "Not Found" } }');
  const { status, output } = compat([], { PATH, RELEASE: 'true' });
  expect(output).toMatch(/has not been released yet/);
  expect(status).toBe(0);
});

test.each([
  ['cannot be reached', '{ "error": { "code": "ENOTFOUND" } }'],
  ['answers nonsense', '<html>'],
  ['does not answer', ''],
])('fails when the registry %s and this is a release', (name, answer) => {
  const PATH = npmThatAnswers(name, answer);
  expect(compat([], { PATH })).toMatchObject({ status: 0, output: expect.stringContaining('NOT compared') });
  expect(compat([], { PATH, RELEASE: 'true' })).toMatchObject({ status: 1, output: expect.stringContaining('NOT compared') });
});
