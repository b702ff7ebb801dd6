/**
 * npm run test:simulation -- --runs N --seed S      runs so many random worlds
 * npm run test:simulation -- --seed S --path P      runs a world that was found before
 * npm run test:simulation -- --world JSON           runs a world as it was printed
 * npm run test:simulation -- --runs N --survey      collects all kinds of problems, each with the shortest world that shows it
 */
import { parseArgs } from 'util';
import { report } from './coverage';
import { searchInParallel } from './pool';
import { commandFor, commandsFor, search, storyOf } from './search';

async function main() {
  const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' }, world: { type: 'string' }, survey: { type: 'boolean' } } });
  const seed = wholeNumber('seed', values.seed ?? '1');
  if (values.world !== undefined) {
    console.log(await storyOf(JSON.parse(values.world)));
    return;
  }
  if (values.path !== undefined) {
    const { found } = await search(seed, 1, values.path);
    console.log(found?.story ?? 'everything holds');
    process.exitCode = found ? 1 : 0;
    return;
  }

  const runs = wholeNumber('runs', values.runs ?? '5000');
  const progress = (done: number) => { if (done % 10_000 === 0) { console.error(`${done} runs`); } };
  const { coverage, found, met, seconds, processes } = await searchInParallel({ seed, runs, survey: values.survey, progress });
  console.log(report(coverage));
  console.log(`${coverage.runs} runs in ${seconds.toFixed(0)} s with ${processes} processes: ${(coverage.runs / seconds).toFixed(0)} runs a second; seeds ${seed} to ${seed + Math.ceil(runs / 500) - 1}`);
  for (const { kind, times, world } of [...met].sort((a, b) => b.times - a.times)) { console.log(`\n${times} x ${kind}\n  ${commandFor(world)}`); }
  if (found) {
    console.log(`\n${found.story}\n\n${commandsFor(found)}`);
    process.exitCode = 1;
  }
}

function wholeNumber(option: string, value: string): number {
  if (!/^\d+$/.test(value)) { throw new Error(`'--${option}' must be a whole number, got '${value}'`); }
  return Number(value);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
