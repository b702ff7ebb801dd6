/**
 * Packs the library and does with the package what its first user does: installs it into an empty app and synthesizes the first example of
 * the README. Also sees that the package holds what users need and nothing else.
 */
import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { basename, join } from 'path';
import { firstExample, inAnApp } from './example';

const ROOT = join(__dirname, '..', '..');
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf-8'));
const LARGEST = 220_000;

/** What a package may hold, and must hold at least once each. */
const CONTENTS = [/^package\.json$/, /^README\.md$/, /^LICENSE$/, /^\.jsii$/, /^lib\/.+\.js$/, /^lib\/.+\.d\.ts$/, /^lib\/private\/catalogue\/.+\.json$/];

const directory = mkdtempSync(join(tmpdir(), 'package-'));
try {
  const tarball = pack();
  checkFiles(tarball);
  checkDependencies(tarball);
  checkFirstUse(tarball);
  checkAudit(tarball);
} finally {
  rmSync(directory, { recursive: true });
}

function pack(): string {
  run('npm', ['pack', '--silent', '--pack-destination', directory], ROOT);
  const [tarball, ...others] = readdirSync(directory).filter((file) => file.endsWith('.tgz'));
  check(others.length === 0, `one package is made, got also ${others}`);
  return join(directory, tarball);
}

function checkFiles(tarball: string) {
  const files = run('tar', ['-tzf', tarball], directory).trim().split('\n').map((file) => file.replace(/^package\//, ''));
  const unwanted = files.filter((file) => !CONTENTS.some((pattern) => pattern.test(file)));
  check(unwanted.length === 0, `the package holds nothing that users do not need, got ${unwanted.slice(0, 10).join(', ')}`);
  const missing = CONTENTS.filter((pattern) => !files.some((file) => pattern.test(file)));
  check(missing.length === 0, `the package holds all that users need, misses ${missing.join(', ')}`);
  const { size } = statSync(tarball);
  check(size < LARGEST, `the package has less than ${LARGEST} bytes, got ${size}`);
  report(`${basename(tarball)}: ${files.length} files, ${size} bytes`);
}

function checkDependencies(tarball: string) {
  const packed = JSON.parse(run('tar', ['-xzOf', tarball, 'package/package.json'], directory));
  const { dependencies = {}, bundledDependencies = [], optionalDependencies = {}, peerDependencies, scripts = {} } = packed;
  const others = [...Object.keys(dependencies), ...bundledDependencies, ...Object.keys(optionalDependencies)];
  check(others.length === 0, `the package depends on nothing but its peers, got ${others.join(', ')}`);
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare'].filter((name) => scripts[name]);
  check(hooks.length === 0, `nothing is run when the package is installed, got ${hooks.join(', ')}`);
  report(`needs ${Object.entries(peerDependencies).map(([name, range]) => `${name} ${range}`).join(' and ')} only`);
}

function checkFirstUse(tarball: string) {
  const app = join(directory, 'app');
  const lowest = Object.entries<string>(MANIFEST.peerDependencies).map(([name, range]) => `${name}@${range.replace(/^\^/, '')}`);
  write(app, 'package.json', JSON.stringify({ name: 'app', version: '1.0.0', private: true }));
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--save-exact', tarball, ...lowest], app);

  write(app, 'app.ts', inAnApp(firstExample(readFileSync(join(ROOT, 'README.md'), 'utf-8'))));
  write(app, 'tsconfig.json', JSON.stringify({
    compilerOptions: { strict: true, module: 'node16', target: 'es2022', skipLibCheck: true, types: [] }, files: ['app.ts'],
  }));
  run(process.execPath, [require.resolve('typescript/bin/tsc')], app);
  run(process.execPath, ['app.js'], app, { CDK_OUTDIR: join(app, 'cdk.out') });

  const template = JSON.parse(readFileSync(join(app, 'cdk.out', 'App.template.json'), 'utf-8'));
  const count = (type: string) => Object.values<any>(template.Resources).filter(({ Type }) => Type === type).length;
  check(count('AWS::FIS::ExperimentTemplate') === 1 && count('AWS::StepFunctions::StateMachine') === 2,
    'the first example of the README makes one experiment template and two state machines');
  report(`an app with ${lowest.join(' and ')} synthesizes the first example of the README`);
}

/** The peers are the app's own choice: what counts is what the package itself brings along. */
function checkAudit(tarball: string) {
  const app = join(directory, 'audit');
  write(app, 'package.json', JSON.stringify({ name: 'audit', version: '1.0.0', private: true }));
  run('npm', ['install', '--silent', '--no-audit', '--legacy-peer-deps', '--package-lock-only', tarball], app);
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: app, encoding: 'utf-8' });
  const answer = JSON.parse(stdout);
  if (answer.metadata === undefined) {
    report(`SKIPPED the audit: the registry does not serve any (${answer.message})`);
    return;
  }
  check(answer.metadata.vulnerabilities.total === 0, `the package brings no known vulnerability, got ${JSON.stringify(answer.vulnerabilities)}`);
  report('no known vulnerability');
}

function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf-8' });
  check(status === 0, `'${basename(command)} ${args.join(' ')}' succeeds, got ${error ?? `${stdout}${stderr}`}`);
  return stdout;
}

function write(folder: string, file: string, text: string) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), text);
}

function check(holds: boolean, expectation: string) {
  if (!holds) { throw new Error(`expected that ${expectation}`); }
}

function report(line: string) {
  console.log(line);
}
