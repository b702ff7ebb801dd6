/**
 * The search for a world in which something does not hold.
 */
import * as fc from 'fast-check';
import { world } from './arbitrary';
import { Coverage, cover, noCoverage } from './coverage';
import { problemsOf } from './invariants';
import { story } from './story';
import { World, play } from './world';
import { Subject } from '../../simulator/gate-run';

export interface Found {
  readonly seed: number;
  /** With it, fast-check finds the world again immediately. */
  readonly path: string;
  readonly world: World;
  /** What does not hold, and what happened, as text. */
  readonly story: string;
}

/** A kind of problem, and the shortest world in which it was met. */
export interface Met {
  readonly kind: string;
  readonly times: number;
  readonly world: World;
}

export interface SearchResult {
  readonly coverage: Coverage;
  /** The smallest world found in which something does not hold. */
  readonly found?: Found;
}

/** Runs random worlds. The same seed gives the same worlds. */
export async function search(seed: number, runs: number, path = ''): Promise<SearchResult> {
  const coverage = noCoverage();
  let found = false;
  const property = fc.asyncProperty(world, async (one) => {
    const problems = await problemsIn(one, found ? undefined : coverage);
    if (problems.length > 0) {
      found = true;
      throw new Error(problems.join('\n'));
    }
  });
  const result = await fc.check(property, { seed, numRuns: runs, path });
  if (!result.failed) { return { coverage }; }
  const [smallest] = result.counterexample!;
  return { coverage, found: { seed, path: result.counterexamplePath!, world: smallest, story: await storyOf(smallest) } };
}

/** What does not hold in a world. With `change`, the gate is changed first. */
export async function problemsIn(one: World, coverage: Coverage = noCoverage(), change?: (machines: Subject) => Subject): Promise<string[]> {
  let done = () => {};
  const run = await play(one, (begun) => { done = cover(begun, coverage); }, change);
  done();
  return problemsOf(one, run);
}

/** What does not hold in a world, and what happens in it, as text. */
export async function storyOf(one: World): Promise<string> {
  const run = await play(one);
  const problems = problemsOf(one, run);
  return [...(problems.length > 0 ? problems : ['everything holds']).map((problem) => `! ${problem}`), story(one, run)].join('\n');
}

/** The commands that show it again. */
export function commandsFor({ seed, path, world: one }: Found): string {
  return `to run it again: npm run test:simulation -- --seed ${seed} --path ${path}\n             or: ${commandFor(one)}`;
}

/** The command that shows a world again. */
export function commandFor(one: World): string {
  return `npm run test:simulation -- --world '${JSON.stringify(one).replace(/'/g, "'\\''")}'`;
}

/** Runs all of the random worlds, and collects the kinds of problems in them. */
export async function survey(seed: number, runs: number): Promise<{ coverage: Coverage; met: Met[] }> {
  const coverage = noCoverage();
  const met = new Map<string, Met>();
  for (const one of fc.sample(world, { seed, numRuns: runs })) {
    for (const problem of await problemsIn(one, coverage)) { meet(met, { kind: kindOf(problem), times: 1, world: one }); }
  }
  return { coverage, met: [...met.values()] };
}

/** Adds a problem to those that are known. */
export function meet(known: Map<string, Met>, { kind, times, world: one }: Met) {
  const before = known.get(kind);
  const shorter = !before || JSON.stringify(one).length < JSON.stringify(before.world).length ? one : before.world;
  known.set(kind, { kind, times: times + (before?.times ?? 0), world: shorter });
}

function kindOf(problem: string): string {
  return problem.replace(/[\d.]+/g, '#').slice(0, 150);
}
