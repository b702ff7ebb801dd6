/**
 * Conformance: the synthesized gate and watchdog run in the interpreter of the simulator and in that of moto, which comes from LocalStack.
 * Both use the same simulated AWS; moto calls it over the wire. Path, calls, parameters, times, error and output must agree.
 *
 * `--only TEXT` runs the cases with this text in their name, `--random N` chooses the number of random worlds, `--seed S` chooses other worlds.
 */
import { parseArgs } from 'util';
import { Case, namedCases } from './cases';
import { DEVIATIONS, SAME, differences } from './compare';
import { Moto } from './moto';
import { MotoRun } from './moto-run';
import { randomCases } from './random-worlds';
import { GateRun } from '../../simulator/gate-run';

async function main() {
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, random: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
  });
  const moto = await Moto.start();
  try {
    const cases = [...namedCases(), ...await randomCases(Number(values.random), Number(values.seed), moto.models)];
    process.exitCode = await report(cases.filter(({ name }) => name.includes(values.only)), moto);
  } finally {
    moto.stop();
  }
}

/** Prints a table, and returns the exit code. */
async function report(cases: readonly Case[], moto: Moto): Promise<number> {
  const row = (...cells: readonly unknown[]) => console.log([60, 24, 7, 7, 8].map((width, i) => String(cells[i]).padEnd(width)).join(' ').trimEnd());
  row('scenario', 'verdict', 'states', 'calls', 'agree');
  let differing = 0;
  for (const { name, subject, options, verdict } of cases) {
    await moto.reset();
    const ours = await new GateRun(subject, await options()).run();
    const theirs = await new MotoRun(moto, subject, await options()).run();
    const found = differences(ours, theirs);
    if (verdict !== undefined && ours.verdict !== verdict) { found.push(`the verdict must be ${verdict}`); }
    const executions = [...ours.gateMachine.executions, ...ours.watchdogMachine.executions];
    const sum = (count: (execution: typeof executions[number]) => number) => executions.reduce((total, execution) => total + count(execution), 0);
    row(name, ours.verdict, sum(({ path }) => path.length), sum(({ calls }) => calls.length), found.length === 0 ? 'yes' : 'NO');
    found.forEach((problem) => console.log(`    ${problem}`));
    differing += found.length === 0 ? 0 : 1;
  }
  console.log(`\nKnown errors of moto:\n${DEVIATIONS.map((text) => `  ${text}`).join('\n')}`);
  console.log(`\nCounted as the same:\n${SAME.map(({ what }) => `  ${what}`).join('\n')}`);
  console.log(`\nscenarios that agree: ${cases.length - differing} passed, ${differing} failed`);
  // running nothing proves nothing
  return differing === 0 && cases.length > 0 ? 0 : 1;
}

main().catch((e) => {
  console.error(e);
  process.exitCode = 1;
});
