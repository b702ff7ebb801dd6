/**
 * npm run test:simulation -- --runs N --seed S      so many random worlds
 * npm run test:simulation -- --seed S --path P      the world that was found
 * npm run test:simulation -- --world JSON           a world as it was printed
 * npm run test:simulation -- --runs N --survey      all kinds of problems, each with the shortest world that shows it
 */
import { parseArgs } from 'util';
import { report } from './coverage';
import { searchInParallel } from './pool';
import { again, replay, search, tell } from './search';

async function main() {
  const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' }, world: { type: 'string' }, survey: { type: 'boolean' } } });
  const seed = Number(values.seed ?? 1);
  if (values.world !== undefined) {
    console.log(await tell(JSON.parse(values.world)));
    return;
  }
  if (values.path !== undefined) {
    const { found } = await search(seed, 1, values.path);
    console.log(found?.story ?? 'all holds');
    process.exitCode = found ? 1 : 0;
    return;
  }

  const runs = Number(values.runs ?? 5000);
  const progress = (done: number) => { if (done % 10_000 === 0) { console.error(`${done} runs`); } };
  const { coverage, found, met, seconds, processes } = await searchInParallel({ seed, runs, survey: values.survey, progress });
  console.log(report(coverage));
  console.log(`${coverage.runs} runs in ${seconds.toFixed(0)} s with ${processes} processes: ${(coverage.runs / seconds).toFixed(0)} runs a second; seeds ${seed} to ${seed + Math.ceil(runs / 500) - 1}`);
  for (const { kind, times, world } of [...met].sort((a, b) => b.times - a.times)) { console.log(`\n${times} x ${kind}\n  ${again(world)}`); }
  if (found) {
    console.log(`\n${found.story}\n\n${replay(found)}`);
    process.exitCode = 1;
  }
}

void main();
