import { GUARDS, LONGEST_OBSERVATION, OBSERVATION, UNKNOWN_OBSERVATION } from '../../../src/private/gate/guards';
import { ExpressionCase } from '../../support/expression-case';

const TIME = '2026-01-05T09:00:00.000Z';
const ARN = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:';
const alarm = (name: string, more: object = {}) => ({ AlarmName: name, AlarmArn: ARN + name, StateValue: 'OK', StateTransitionedTimestamp: TIME, ...more });
const expected = (name: string) => ({ name, arn: ARN + name });

const read = (name: string, result: object, outcome: Pick<ExpressionCase, 'gives' | 'fails'>): ExpressionCase =>
  ({ name: `guards: ${name}`, expression: GUARDS, variables: { expectedGuards: [expected('a'), expected('b')] }, states: { result }, ...outcome });

const observation = (name: string, MetricAlarms: object[] | undefined, gives: number): ExpressionCase =>
  ({ name: `observation: ${name}`, expression: OBSERVATION, states: { result: { MetricAlarms, CompositeAlarms: [] } }, gives });

export const CASES: ExpressionCase[] = [
  read('a metric alarm and a composite one', { MetricAlarms: [alarm('b')], CompositeAlarms: [alarm('a', { StateValue: 'ALARM' })] }, {
    gives: [{ ...expected('a'), state: 'ALARM', since: TIME }, { ...expected('b'), state: 'OK', since: TIME }],
  }),
  read('one of two', { MetricAlarms: [alarm('b')], CompositeAlarms: [] }, { gives: [{ ...expected('b'), state: 'OK', since: TIME }] }),
  read('no list of composite alarms', { MetricAlarms: [alarm('b')] }, { gives: [{ ...expected('b'), state: 'OK', since: TIME }] }),
  read('one without a state', { MetricAlarms: [alarm('a', { StateValue: undefined }), alarm('b')] }, { gives: [{ ...expected('b'), state: 'OK', since: TIME }] }),
  read('one with another form of time', { MetricAlarms: [alarm('a', { StateTransitionedTimestamp: 1767603600 })] }, { gives: [] }),
  read('none', { MetricAlarms: [], CompositeAlarms: [] }, { gives: [] }),
  read('no lists', {}, { fails: true }),

  observation('the slowest of two', [{ Period: 60, EvaluationPeriods: 1 }, { Period: 300, EvaluationPeriods: 3 }], 1020),
  observation('the slowest metric of an expression', [{ Metrics: [{ Expression: 'a/b' }, { MetricStat: { Period: 300 } }, { Period: 60 }], EvaluationPeriods: 2 }], 720),
  observation('one that tells no period', [{ Period: 60, EvaluationPeriods: 1 }, { EvaluationPeriods: 1 }], LONGEST_OBSERVATION),
  observation('a day', [{ Period: 86400, EvaluationPeriods: 1 }], LONGEST_OBSERVATION),
  observation('composite alarms alone', [], UNKNOWN_OBSERVATION),
];
