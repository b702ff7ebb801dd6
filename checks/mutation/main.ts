/**
 * `npm run test:mutation`: mutates both machines and their roles in every way it knows, and checks that the tests notice.
 *
 * Prints every mutant with the scenario that killed it, and the score. Fails if a mutant survives that is not listed in `equivalent.ts`.
 */
import { fork } from 'child_process';
import { availableParallelism } from 'os';
import { EQUIVALENT } from './equivalent';
import { proofsOf } from './proofs';
import { Outcome, batches, run } from './runs';

/** The workers share the mutants of the first gate. Each of the other gates, which have few of their own, goes to one worker. */
async function worker(shard: number, shards: number): Promise<void> {
  for (const [nth, { variant, original, mutants }] of batches().entries()) {
    const mine = mutants.filter((_mutant, i) => (nth === 0 ? i : nth) % shards === shard);
    if (mine.length === 0) { continue; }
    const { proofs, broken } = await proofsOf(variant, original);
    process.send!({ broken });
    await run(mine, proofs, (outcome) => process.send!({ outcome }));
  }
}

async function main(): Promise<void> {
  const started = Date.now();
  const shards = Math.max(1, availableParallelism());
  const outcomes: Outcome[] = [];
  const broken = new Set<string>();
  await Promise.all(Array.from({ length: shards }, (_, shard) => new Promise<void>((resolve, reject) => {
    const child = fork(__filename, ['--worker', String(shard), String(shards)]);
    child.on('message', (message: { outcome?: Outcome; broken?: string[] }) => {
      if (message.outcome) { outcomes.push(message.outcome); }
      message.broken?.forEach((each) => broken.add(each));
    });
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`worker ${shard} ended with ${code}`))));
  })));
  outcomes.sort((a, b) => (a.id < b.id ? -1 : 1));
  process.exitCode = report(outcomes, [...broken], (Date.now() - started) / 1000);
}

/** Prints all results, and returns the exit code. */
function report(outcomes: readonly Outcome[], broken: readonly string[], seconds: number): number {
  const reasonOf = ({ id, dead }: Outcome) => (dead ? 'nothing reads it afterwards, whatever way the machine takes' : EQUIVALENT.find(({ mutants }) => mutants.test(id))?.reason);
  const isEquivalent = (outcome: Outcome) => !outcome.killedBy && reasonOf(outcome) !== undefined;
  const survivors = outcomes.filter((outcome) => !outcome.killedBy && !isEquivalent(outcome));
  const stale = EQUIVALENT.filter(({ mutants }) => !outcomes.some(({ id, killedBy, dead }) => !killedBy && !dead && mutants.test(id)));

  for (const outcome of outcomes) {
    const { id, killedBy } = outcome;
    const verdict = killedBy ? 'killed    ' : isEquivalent(outcome) ? 'equivalent' : 'SURVIVED  ';
    console.log(`${verdict}  ${id}\n            ${killedBy ?? reasonOf(outcome) ?? 'no test notices it'}`);
  }

  console.log('\nkind            mutants  killed  equivalent  survived');
  const line = (name: string, all: readonly Outcome[]) => {
    const counts = [all.length, all.filter(({ killedBy }) => killedBy).length, all.filter(isEquivalent).length];
    console.log(`${name.padEnd(14)}${[...counts, counts[0] - counts[1] - counts[2]].map((count, i) => String(count).padStart([9, 8, 12, 10][i])).join('')}`);
  };
  for (const each of [...new Set(outcomes.map(({ kind }) => kind))].sort()) { line(each, outcomes.filter(({ kind }) => kind === each)); }
  line('all', outcomes);
  const killed = outcomes.filter(({ killedBy }) => killedBy).length;
  console.log(`\nscore: ${killed} of the ${killed + survivors.length} mutants that are not equivalent were killed, in ${seconds.toFixed()} s`);

  const list = (title: string, entries: readonly string[]) => {
    if (entries.length > 0) { console.log(`\n${title}:\n${entries.map((entry) => `- ${entry}`).join('\n')}`); }
  };
  list('SURVIVED, and not explained', survivors.map(({ id }) => id));
  list('EXPLAINED as equivalent, but killed or gone', stale.map(({ mutants }) => String(mutants)));
  list('DO NOT HOLD without any mutation, and were left out', broken);
  const failed = survivors.length + stale.length + broken.length;
  console.log(`\nmutants killed: ${killed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

const [, , mode, shard, shards] = process.argv;
(mode === '--worker' ? worker(Number(shard), Number(shards)) : main()).catch((e) => {
  console.error(e);
  process.exitCode = 1;
}).finally(() => process.disconnect?.());
