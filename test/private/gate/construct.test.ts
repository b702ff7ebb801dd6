import { isDeepStrictEqual } from 'util';
import { forbiddenTo, forbiddenToOne, trustViolations } from '../../../checks/mutation/forbidden';
import { isForCalls, nameOf } from '../../../checks/mutation/mutants';
import { failureOf, scenariosOf } from '../../../checks/mutation/proofs';
import { VARIANTS } from '../../../checks/mutation/subjects';
import { GateRun } from '../../../simulator/gate-run';
import { allows, enforcing } from '../../../simulator/iam';
import { optionsOf } from '../../../simulator/scenarios';

const MACHINES = ['gate', 'watchdog'] as const;

/** The gates whose permissions differ from all gates before them. */
const GATES = Object.entries(VARIANTS).map(([name, synthesize]) => ({ name, gate: synthesize() }))
  .filter(({ gate }, i, all) => !all.slice(0, i).some((before) => isDeepStrictEqual(before.gate.roles, gate.roles)));

describe.each(GATES)('$name', ({ name, gate }) => {
  const { subject, roles } = gate;

  test('every scenario ends as expected, every call in it is allowed, and every permission is needed by a scenario', async () => {
    const broken: string[] = [];
    const used = new Set<string>();
    const denied = new Set<string>();
    for (const scenario of scenariosOf(name)) {
      const run = await new GateRun(subject, enforcing(roles, await optionsOf(scenario, subject), (grants) => {
        for (const { statement, action, resource } of grants) { used.add(`${nameOf(statement)}: ${action} on ${resource}`); }
      })).run();
      const failure = failureOf(run, scenario);
      if (failure) { broken.push(`${scenario.name}: ${failure}`); }
      for (const { error } of run.aws.calls) {
        if (error?.cause.includes('no identity-based policy allows')) { denied.add(`${scenario.name}: ${error.cause}`); }
      }
    }
    expect(broken).toEqual([]);
    expect([...denied]).toEqual([]);

    const granted = MACHINES.flatMap((machine) => roles[machine].statements).filter(isForCalls)
      .flatMap((statement) => [statement.Action].flat().flatMap((action) => [statement.Resource!].flat()
        .map((resource) => `${nameOf(statement)}: ${action} on ${resource}`)));
    expect([...used].sort()).toEqual([...new Set(granted)].sort());
  });

  test.each(MACHINES)('the %s may not access what belongs to others', (machine) => {
    const forbidden = [...forbiddenTo(gate), ...forbiddenToOne(gate)[machine]];
    expect(forbidden.filter(({ request }) => allows(roles[machine].statements, request)).map((each) => each.name)).toEqual([]);
  });

  test.each(MACHINES)('only the %s itself can assume its role', (machine) => {
    expect(trustViolations(roles[machine], machine === 'gate' ? subject.gateName : subject.watchdogName)).toEqual([]);
  });

  test.each(MACHINES)('the %s has * as a resource only if the action supports nothing narrower', (machine) => {
    const wide = roles[machine].statements.filter(({ Resource }) => [Resource].flat().includes('*')).filter(isForCalls).flatMap(({ Action }) => [Action].flat());
    const unavoidable = ['fis:ListExperiments', 'cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmHistory'];
    expect(wide.filter((action) => !unavoidable.includes(action))).toEqual([]);
  });
});
