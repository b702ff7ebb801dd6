/**
 * The two engines: the reference in JavaScript, which the simulator uses, and its port to Java.
 */
import { spawn } from 'child_process';
import { join } from 'path';
import { createInterface } from 'readline';
import { Readable } from 'stream';
import { pipeline } from 'stream/promises';
import { Sample } from './samples';
import { Work } from '../../simulator/expression';

/** What came of an evaluation, and what it took. */
export interface Outcome extends Work {
  /** The value. There is none if the expression failed or gave nothing, which is an error as well. */
  readonly value?: unknown;
  readonly error?: string;
}

export function evaluateInNode({ expression, scope }: Sample): Outcome {
  const work = expression.work(scope);
  try {
    return { ...work, value: expression.evaluate(scope, 'a field') };
  } catch (e) {
    return { ...work, error: (e as Error).message };
  }
}

/** An answer of the program in Java. */
interface Answer extends Work {
  readonly value?: unknown;
  readonly error?: string;
  readonly nesting: number;
}

/** `run` compiles it. */
const CLASSES = ['classes', 'libraries/*'].map((part) => join(__dirname, 'target', part)).join(':');

/** One process for all of them. The outcomes are in the same order. */
export async function evaluateInJava(samples: readonly Sample[]): Promise<Outcome[]> {
  const java = spawn('java', ['-cp', CLASSES, 'com.example.engine.Engine'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    java.on('close', resolve);
    java.on('error', reject);
  });
  const outcomes: Outcome[] = [];
  const received = async () => {
    for await (const line of createInterface({ input: java.stdout })) { outcomes.push(outcomeOf(JSON.parse(line))); }
  };
  const [code] = await Promise.all([ended, received(), pipeline(Readable.from(samples.map((sample) => `${requestOf(sample)}\n`)), java.stdin)]);
  if (code !== 0 || outcomes.length !== samples.length) {
    throw new Error(`the engine in Java ended with ${code} after ${outcomes.length} of ${samples.length} evaluations`);
  }
  return outcomes;
}

function requestOf({ expression, scope }: Sample): string {
  return JSON.stringify({ expression: expression.text.slice(2, -2), variables: { ...scope.variables, states: scope.states } });
}

/** What the engine counts as depth differs from the nesting. It is more where a list or an object is built in a loop, and can be a little less. */
export function outcomeOf({ nesting, depth, value, error, steps }: Answer): Outcome {
  return {
    ...(value === undefined ? { error: error ?? 'returned nothing' } : { value }),
    steps,
    depth: Math.max(depth, nesting),
  };
}
