import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');
const INTEG = path.join(ROOT, 'integ');

/** The sample apps. */
export const APPS = fs.readdirSync(INTEG).filter((file) => /^integ\..+\.ts$/.test(file));

/** Synthesizes a sample app into a directory, as the CDK's CLI does, and gives its templates by file name, those of its stages below the name of their folder. */
export function synthesize(app: string, directory: string): { [file: string]: any } {
  const tsNode = require.resolve('ts-node/dist/bin');
  const run = spawnSync(process.execPath, [tsNode, '--transpile-only', '--project', 'tsconfig.dev.json', path.join(INTEG, app)], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: directory },
    encoding: 'utf-8',
  });
  if (run.status !== 0) { throw new Error(`${app} does not synthesize:\n${run.stderr}`); }
  return Object.fromEntries(fs.readdirSync(directory, { recursive: true, encoding: 'utf-8' })
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => [file, JSON.parse(fs.readFileSync(path.join(directory, file), 'utf-8'))]));
}
