import { VARIANTS } from './subjects';
import { SCENARIOS, optionsOf } from '../simulator/scenarios';
import { GateRun } from '../simulator/gate-run';
import { enforcing } from '../simulator/iam';
(async () => {
  const { subject, roles } = VARIANTS.standard();
  const sc = SCENARIOS.find((s) => s.name === 'two gates at once: the younger one')!;
  for (const o of [await optionsOf(sc, subject), enforcing(roles, await optionsOf(sc, subject))]) {
    const run = await new GateRun(subject, o).run();
    console.log(run.verdict, run.gate.path.slice(0, 14));
    for (const c of run.aws.calls.slice(0, 10)) console.log(c.operation, c.at, c.error?.message, JSON.stringify(c.answer)?.slice(0, 300));
  }
})();
