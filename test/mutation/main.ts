/**
 * `npm run test:mutation`: mutates both machines and their roles in every way there is, and shows that the proofs notice.
 *
 * Prints every mutant with what killed it, and the score. Fails if one survives that is not listed, with its reason, in `equivalent.ts`.
 */
import { fork } from 'child_process';
import { availableParallelism } from 'os';
import { EQUIVALENT } from './equivalent';
import { Outcome, batches, run } from './run';

async function worker(shard: number, shards: number): Promise<void> {
  let nth = 0;
  for (const batch of batches()) {
    const broken = await run(batch, () => nth++ % shards === shard, (outcome) => process.send!({ outcome }));
    process.send!({ broken });
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

/** Prints everything there is to know. Gives back the exit code. */
function report(outcomes: readonly Outcome[], broken: readonly string[], seconds: number): number {
  for (const { id, killedBy } of outcomes) {
    console.log(`${killedBy ? 'killed    ' : id in EQUIVALENT ? 'equivalent' : 'SURVIVED  '}  ${id}\n              ${killedBy ?? EQUIVALENT[id] ?? 'no proof notices it'}`);
  }
  const survivors = outcomes.filter(({ killedBy }) => !killedBy);
  const unexplained = survivors.filter(({ id }) => !(id in EQUIVALENT));
  const stale = Object.keys(EQUIVALENT).filter((id) => !survivors.some((survivor) => survivor.id === id));

  console.log('\nkind            mutants  killed  equivalent  survived');
  const line = (name: string, all: readonly Outcome[]) => {
    const killed = all.filter(({ killedBy }) => killedBy).length;
    const equivalent = all.filter(({ id, killedBy }) => !killedBy && id in EQUIVALENT).length;
    console.log(`${name.padEnd(14)}${[all.length, killed, equivalent, all.length - killed - equivalent].map((count, i) => String(count).padStart([9, 8, 12, 10][i])).join('')}`);
  };
  for (const kind of [...new Set(outcomes.map((outcome) => outcome.kind))].sort()) { line(kind, outcomes.filter((outcome) => outcome.kind === kind)); }
  line('all', outcomes);
  const killed = outcomes.length - survivors.length;
  console.log(`\nscore: ${killed} of ${outcomes.length - survivors.length + unexplained.length} mutants that are not equivalent were killed, in ${seconds.toFixed()} s`);

  if (unexplained.length > 0) { console.log(`\nSURVIVED:\n${unexplained.map(({ id }) => `- ${id}`).join('\n')}`); }
  if (stale.length > 0) { console.log(`\nlisted as equivalent, but killed or gone:\n${stale.map((id) => `- ${id}`).join('\n')}`); }
  if (broken.length > 0) { console.log(`\nDO NOT HOLD WITHOUT ANY MUTATION, and were left out:\n${broken.map((each) => `- ${each}`).join('\n')}`); }
  return unexplained.length + stale.length + broken.length > 0 ? 1 : 0;
}

const [, , mode, shard, shards] = process.argv;
(mode === '--worker' ? worker(Number(shard), Number(shards)) : main()).catch((e) => {
  console.error(e);
  process.exitCode = 1;
}).finally(() => process.disconnect?.());
