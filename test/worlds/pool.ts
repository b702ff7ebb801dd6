/**
 * The search in as many processes as there are processors.
 */
import { ChildProcess, fork } from 'child_process';
import { availableParallelism } from 'os';
import * as path from 'path';
import { Coverage, add, noCoverage } from './coverage';
import { Found, Met, meet } from './search';
import type { Answer, Question } from './worker';

const ROOT = path.join(__dirname, '..', '..');

/** How many worlds a process runs at a time. */
const CHUNK = 500;

export interface PoolResult {
  readonly coverage: Coverage;
  /** The smallest world in which something does not hold. */
  readonly found?: Found;
  /** All kinds of problems that a survey met. */
  readonly met: readonly Met[];
  readonly seconds: number;
  readonly processes: number;
}

export interface PoolOptions {
  readonly seed: number;
  readonly runs: number;
  /** Do not stop at the first problem, and do not shrink the worlds. */
  readonly survey?: boolean;
  readonly progress?: (done: number) => void;
}

/** Runs so many random worlds, or stops when something does not hold. The same seed gives the same worlds, with any number of processes. */
export async function searchInParallel({ seed, runs, survey = false, progress = () => {} }: PoolOptions): Promise<PoolResult> {
  const begin = process.hrtime.bigint();
  const chunks = Array.from({ length: Math.ceil(runs / CHUNK) }, (_, i) => ({ survey, seed: seed + i, runs: Math.min(CHUNK, runs - i * CHUNK) }));
  const processes = Math.min(availableParallelism(), 8, chunks.length);
  const coverage = noCoverage();
  const met = new Map<string, Met>();
  let found: Found | undefined;
  await Promise.all(Array.from({ length: processes }, async () => {
    const worker = startWorker();
    try {
      for (let chunk = chunks.shift(); chunk && !found; chunk = chunks.shift()) {
        const result = await ask(worker, chunk);
        add(coverage, result.coverage);
        found ??= result.found;
        result.met?.forEach((one) => meet(met, one));
        progress(coverage.runs);
      }
    } finally {
      worker.kill();
    }
  }));
  return { coverage, found, met: [...met.values()], seconds: Number(process.hrtime.bigint() - begin) / 1e9, processes };
}

function startWorker(): ChildProcess {
  return fork(path.join(__dirname, 'worker.ts'), [], {
    cwd: ROOT,
    execArgv: ['-r', 'ts-node/register/transpile-only'],
    env: { ...process.env, TS_NODE_PROJECT: path.join(ROOT, 'tsconfig.dev.json') },
  });
}

function ask(worker: ChildProcess, question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => () => {
      worker.removeAllListeners();
      act();
    };
    worker.once('message', (message) => settle(() => resolve(message as Answer))());
    worker.once('error', (error) => settle(() => reject(error))());
    worker.once('exit', (code) => settle(() => reject(new Error(`a process of the simulation ended with ${code}`)))());
    worker.send(question);
  });
}
