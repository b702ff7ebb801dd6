import { Expression } from '../../../simulator/expression';
import { judge } from '../../../src/private/gate/expressions';
import { jsonata } from '../../../src/private/machine/asl';
import { Verdict } from '../../../src/verdict';

/*
 * The whole truth table of the judge.
 */

const FAILURES = ['', Verdict.NOT_STEADY, Verdict.BLOCKED, Verdict.START_FAILED, Verdict.TIMED_OUT, Verdict.GATE_ERROR] as const;
const STATUSES = ['', 'pending', 'running', 'stopping', 'completed', 'failed', 'stopped', 'cancelled', 'paused'] as const;
const BOOLEANS = [false, true] as const;
/** How many faults the experiment has, and how many it injected. */
const FAULTS = [[0, 0], [1, 0], [1, 1], [2, 1], [2, 2]] as const;

interface Row {
  readonly leftOk: boolean;
  readonly recovered: boolean;
  readonly failure: typeof FAILURES[number];
  readonly guardsUnreadable: boolean;
  readonly status: typeof STATUSES[number];
  readonly incomplete: boolean;
  readonly faults: typeof FAULTS[number];
  readonly experimentId: string;
  readonly mayStillRun: boolean;
}

function* rows(): Generator<Row> {
  for (const leftOk of BOOLEANS) {
    for (const recovered of BOOLEANS) {
      for (const failure of FAILURES) {
        for (const guardsUnreadable of BOOLEANS) {
          for (const status of STATUSES) {
            for (const incomplete of BOOLEANS) {
              for (const faults of FAULTS) {
                for (const experimentId of ['', 'EXP1']) {
                  for (const mayStillRun of BOOLEANS) {
                    yield { leftOk, recovered, failure, guardsUnreadable, status, incomplete, faults, experimentId, mayStillRun };
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

/** The documented verdict, rule by rule. */
function verdictOf(row: Row): Verdict {
  const completed = row.status === 'completed';
  if (row.leftOk) {
    // a failure on the way does not hide that a guard left the OK state
    if (row.failure !== '') { return Verdict.ALARM_FIRED; }
    if (row.status === 'stopped') { return Verdict.STOP_CONDITION_TRIGGERED; }
    return completed && !row.recovered ? Verdict.NOT_RECOVERED : Verdict.ALARM_FIRED;
  }
  if (row.failure !== '') { return row.failure; }
  if (row.guardsUnreadable) { return Verdict.GATE_ERROR; }
  if (row.status === 'failed') { return Verdict.EXPERIMENT_FAILED; }
  if (row.status === 'stopped') { return Verdict.EXPERIMENT_STOPPED; }
  if (row.status === 'cancelled') { return Verdict.EXPERIMENT_CANCELLED; }
  const [wanted, injected] = row.faults;
  if (row.incomplete || injected < wanted || wanted === 0) { return Verdict.NOTHING_INJECTED; }
  if (!row.recovered) { return Verdict.NOT_RECOVERED; }
  return completed && row.experimentId !== '' && !row.mayStillRun ? Verdict.PASSED : Verdict.GATE_ERROR;
}

test('the judge returns the expected verdict for every row', () => {
  const expression = Expression.of(jsonata(judge()));
  let count = 0;
  const wrong: unknown[] = [];
  for (const row of rows()) {
    const { leftOk, recovered, incomplete, faults: [wanted, injected], ...variables } = row;
    const names = ['latency', 'reboot'];
    const verdict = expression.evaluate({
      states: {},
      variables: {
        ...variables,
        guardsAfterwards: [{ name: 'quiet', leftOk: false, recovered: true }, { name: 'a', leftOk, recovered }],
        incompleteActions: incomplete ? [{ name: 'settle', status: 'skipped' }] : [],
        faultNames: names.slice(0, wanted),
        faultsCompleted: names.slice(0, injected),
      },
    }, 'verdict');
    count += 1;
    if (verdict !== verdictOf(row)) { wrong.push({ ...row, verdict, wanted: verdictOf(row) }); }
  }
  expect(count).toBe(2 * 2 * 6 * 2 * 9 * 2 * 5 * 2 * 2);
  expect(wrong.slice(0, 3)).toEqual([]);
});

test('only two rows pass, and both show everything that a pass needs', () => {
  const passed = [...rows()].filter((row) => verdictOf(row) === Verdict.PASSED);
  expect(passed).toHaveLength(2);
  for (const { leftOk, recovered, failure, guardsUnreadable, status, incomplete, faults: [wanted, injected], experimentId, mayStillRun } of passed) {
    expect({ leftOk, recovered, failure, guardsUnreadable, status, incomplete, mayStillRun }).toEqual({
      leftOk: false, recovered: true, failure: '', guardsUnreadable: false, status: 'completed', incomplete: false, mayStillRun: false,
    });
    expect(experimentId).toBe('EXP1');
    expect(injected).toBe(wanted);
  }
});
