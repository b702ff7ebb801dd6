/**
 * What synthesis costs with the compiled library, with each run in a new process.
 */
import { spawnSync } from 'child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Figure, median } from './figure';

const ROOT = join(__dirname, '..', '..');
const LIBRARY = join(ROOT, 'lib');

/** The number of runs for a median. */
const SYNTHESES = 5;
const IMPORTS = 15;

export function synthesisFigures(): Figure[] {
  compileIfStale();
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    return [...timeFigures(directory), ...templateFigures(directory), ...importFigures(), ...packageFigures()];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Compiles `src` if it has changed. The output of the compiler goes to stderr, because stdout is for the figures. */
function compileIfStale() {
  const newest = (directory: string, ending: string) => Math.max(0, ...readdirSync(directory, { recursive: true, encoding: 'utf-8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => statSync(join(directory, file)).mtimeMs));
  if (existsSync(LIBRARY) && newest(LIBRARY, '.js') >= newest(join(ROOT, 'src'), '.ts')) { return; }

  const run = spawnSync('npm', ['run', '--silent', 'compile'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (run.status !== 0) { throw new Error(`'npm run compile' ended with ${run.status ?? run.signal}`); }
}

/** Runs a program in a new process, and parses its output. */
function fresh(...args: string[]): any {
  const run = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf-8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (run.status !== 0) { throw new Error(`'node ${args.join(' ')}' ended with ${run.status ?? run.signal}`); }
  return JSON.parse(run.stdout);
}

function synthesize(stages: number, outdir: string): number {
  const tsNode = [require.resolve('ts-node/dist/bin'), '--transpile-only', '--project', join(ROOT, 'tsconfig.dev.json')];
  return fresh(...tsNode, join(__dirname, 'synthesize.ts'), LIBRARY, `${stages}`, outdir).milliseconds;
}

/** Each round measures all sizes, so a busy moment of the machine affects all of them. */
function timeFigures(directory: string): Figure[] {
  const sizes = [0, 1, 10, 50];
  const times = new Map<number, number[]>(sizes.map((stages) => [stages, []]));
  for (let round = 0; round < SYNTHESES; round++) {
    for (const stages of sizes) { times.get(stages)!.push(synthesize(stages, join(directory, `app${stages}`))); }
  }
  const time = (stages: number) => median(times.get(stages)!);
  const [first, later] = [(time(10) - time(0)) / 10, (time(50) - time(10)) / 40];
  const group = 'synthesis';
  return [
    { group, name: 'pipeline without a chaos stage', value: time(0), unit: 'ms' },
    { group, name: 'with 1 stage', value: time(1), unit: 'ms' },
    { group, name: 'with 10 stages', value: time(10), unit: 'ms' },
    { group, name: 'with 50 stages', value: time(50), unit: 'ms', atMost: 60_000 },
    { group, name: 'each of the first 10 stages', value: first, unit: 'ms' },
    { group, name: 'each of the 40 stages after them', value: later, unit: 'ms' },
    // 1 is linear growth. Code that has run before runs faster, so it is usually less.
    { group, name: 'a later stage over a first one', value: later / first, unit: 'times', atMost: 2 },
  ];
}

/** What a stage adds to a template: the difference between one stage and two. */
function templateFigures(directory: string): Figure[] {
  const template = (stages: number) => {
    const outdir = join(directory, `template${stages}`);
    synthesize(stages, outdir);
    const text = readFileSync(join(outdir, 'Stack0.template.json'), 'utf-8');
    return { bytes: Buffer.byteLength(text), resources: Object.keys(JSON.parse(text).Resources).length };
  };
  const [one, two] = [template(1), template(2)];
  const group = 'a stage adds to the template';
  return [
    // A template can have 1 MB and 500 resources: room for ten stages.
    { group, name: 'size', value: two.bytes - one.bytes, unit: 'bytes', atMost: 100_000 },
    { group, name: 'resources', value: two.resources - one.resources, unit: 'resources', atMost: 50 },
  ];
}

/** Prints the files that are loaded with the library. */
const LIST = 'require(process.argv[1]); console.log(JSON.stringify(Object.keys(require.cache)));';

/** Prints the milliseconds to load some files, and then the library. */
const LOAD = `
  const [library, ...files] = process.argv.slice(1);
  const time = (load) => {
    const started = process.hrtime.bigint();
    load();
    return Number(process.hrtime.bigint() - started) / 1e6;
  };
  const others = time(() => files.forEach((file) => require(file)));
  console.log(JSON.stringify({ others, library: time(() => require(library)) }));`;

/** Loading the library after the files of other packages that it needs. */
function importFigures(): Figure[] {
  const others = (fresh('-e', LIST, LIBRARY) as string[]).filter((file) => !file.startsWith(LIBRARY));
  const times = Array.from({ length: IMPORTS }, () => fresh('-e', LOAD, LIBRARY, ...others));
  const group = 'import';
  return [
    { group, name: `the ${others.length} files of other packages that the library loads`, value: median(times.map((time) => time.others)), unit: 'ms' },
    { group, name: 'the library in addition', value: median(times.map((time) => time.library)), unit: 'ms', atMost: 500 },
  ];
}

function packageFigures(): Figure[] {
  const run = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf-8', maxBuffer: 64 * 1024 * 1024 });
  if (run.status !== 0) { throw new Error(`'npm pack' ended with ${run.status ?? run.signal}: ${run.stderr}`); }
  const [{ size, unpackedSize, entryCount }] = JSON.parse(run.stdout);
  const group = 'package';
  return [
    { group, name: 'packed', value: size, unit: 'bytes', atMost: 1_000_000 },
    { group, name: 'unpacked', value: unpackedSize, unit: 'bytes' },
    { group, name: 'files', value: entryCount, unit: 'files' },
  ];
}
