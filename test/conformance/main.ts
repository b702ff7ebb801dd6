/**
 * Conformance: the machines as synthesized, gate and watchdog, run in the simulator's interpreter and in moto's, which is LocalStack's.
 * Both are in the same simulated AWS; moto calls it over the wire. Path, calls, parameters, times, error and output must agree.
 *
 * `--only TEXT` runs those with this text in their name, `--random N` another number of random worlds, `--seed S` others.
 */
import { parseArgs } from 'util';
import { SAME, differences } from './compare';
import { Moto } from './moto';
import { MotoRun } from './moto-run';
import { randomWorlds } from './random-worlds';
import { subjectNamed } from '../simulation/subjects';
import { GateRun, RunOptions, Subject } from '../simulator/gate-run';
import { SCENARIOS, optionsOf } from '../simulator/scenarios';

/** Something to run twice. Options may hold counters, so they are made anew for each run. */
export interface Case {
  readonly name: string;
  readonly subject: Subject;
  readonly options: () => Promise<RunOptions>;
  readonly verdict?: string;
}

/** Statuses that FIS does not have: scenarios make them up to see what a gate does with them. */
const MADE_UP_STATUS = /State\.Status is '(paused|[^']*)', which is none of/;

async function main() {
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, random: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
  });
  const moto = await Moto.start();
  try {
    const scenarios = SCENARIOS.map((scenario): Case => {
      const subject = subjectNamed('guarded').machines;
      return { name: scenario.name, subject, options: () => optionsOf(scenario, subject), verdict: scenario.verdict };
    });
    const worlds = await randomWorlds(Number(values.random), Number(values.seed), moto.models);
    const cases = [...scenarios, ...worlds].filter(({ name }) => name.includes(values.only));
    process.exitCode = await report(cases, moto);
  } finally {
    moto.stop();
  }
}

/** Prints a table; gives back the exit code. */
async function report(cases: readonly Case[], moto: Moto): Promise<number> {
  const row = (...cells: readonly unknown[]) => console.log([60, 24, 7, 7, 8].map((width, i) => String(cells[i]).padEnd(width)).join(' ').trimEnd());
  row('scenario', 'verdict', 'states', 'calls', 'agree');
  let differing = 0;
  for (const { name, subject, options, verdict } of cases) {
    await moto.reset();
    const ours = await new GateRun(subject, await options()).run();
    const theirs = await new MotoRun(moto, subject, await options()).run();
    const found = differences(ours, theirs).filter((problem) => !MADE_UP_STATUS.test(problem));
    if (verdict !== undefined && ours.verdict !== verdict) { found.push(`the verdict must be ${verdict}`); }
    const executions = [...ours.gateMachine.executions, ...ours.watchdogMachine.executions];
    const sum = (count: (execution: typeof executions[number]) => number) => executions.reduce((total, execution) => total + count(execution), 0);
    row(name, ours.verdict, sum(({ path }) => path.length), sum(({ calls }) => calls.length), found.length === 0 ? 'yes' : 'NO');
    found.forEach((problem) => console.log(`    ${problem}`));
    differing += found.length === 0 ? 0 : 1;
  }
  console.log(`\nCounted as the same:\n${SAME.map(({ what }) => `  ${what}`).join('\n')}`);
  console.log(`\n${cases.length - differing} scenarios agree, ${differing} differ`);
  return differing === 0 ? 0 : 1;
}

main().catch((e) => {
  console.error(e);
  process.exitCode = 1;
});
