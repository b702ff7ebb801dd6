import {
  durationOfTemplate, experimentStatus, faultsCompleted, faultsOfTemplate, guardsAfter, guardsBefore, guardsExplained, guardsNotRecovered,
  guardsThatLeftOk, guardsToExplain, guardsWithoutStopCondition, incompleteActions, missingGuards, observation, pollInterval, unsteadyGuards,
  wantedExperiments,
} from '../../../src/private/gate/expressions';
import { detailWithCause, guardsInDocument, message, sentencePart } from '../../../src/private/gate/judge';
import { idsOf } from '../../../src/private/machine/expressions';
import { Verdict } from '../../../src/verdict';
import { ExpressionCase } from '../../support/expression-case';

type Outcome = Pick<ExpressionCase, 'gives' | 'fails'>;

const BEFORE = '2026-01-05T09:00:00.000Z';
const LATER = '2026-01-05T09:10:00.000Z';
const ARN = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:';
const expected = (name: string) => ({ name, arn: ARN + name });
const guard = (name: string, state = 'OK') => ({ ...expected(name), state, since: BEFORE });
const alarm = (name: string, more: object = {}) => ({ AlarmName: name, AlarmArn: ARN + name, StateValue: 'OK', StateTransitionedTimestamp: BEFORE, ...more });

// ---------------------------------------------------------------------------------------------------------------------------------------
// Guard alarms
// ---------------------------------------------------------------------------------------------------------------------------------------

const before = (name: string, result: object, outcome: Outcome): ExpressionCase =>
  ({ name: `guards before: ${name}`, expression: guardsBefore(), variables: { expectedGuards: [expected('a'), expected('b')] }, states: { result }, ...outcome });

const afterwards = (name: string, more: object = {}) => ({ name, state: 'OK', changed: false, leftOk: false, recovered: true, explained: false, ...more });
const after = (name: string, accepting: boolean, state: string, found: object | undefined, more: object): ExpressionCase => ({
  name: `guards after: ${name}`,
  expression: guardsAfter(accepting),
  variables: { guards: [guard('a', state)] },
  states: { result: { MetricAlarms: found ? [alarm('a', found)] : [], CompositeAlarms: [] } },
  gives: [accepting ? afterwards('a', more) : { name: 'a', leftOk: false, recovered: true, ...more }],
});

const AFTERWARDS = [
  afterwards('quiet'),
  afterwards('fired', { changed: true, leftOk: true }),
  afterwards('firing', { changed: true, leftOk: true, recovered: false, state: 'ALARM' }),
  afterwards('known', { changed: true, explained: true }),
];
const listed = (name: string, expression: string, guardsAfterwards: object[], gives: string[]): ExpressionCase =>
  ({ name, expression, variables: { guardsAfterwards }, gives });

const observed = (name: string, MetricAlarms: object[] | undefined, gives: number): ExpressionCase =>
  ({ name: `observation: ${name}`, expression: observation(), states: { result: { MetricAlarms, CompositeAlarms: [] } }, gives });

const change = (state: string) => ({ HistoryData: JSON.stringify({ newState: { stateValue: state } }) });
const explained = (name: string, state: string, AlarmHistoryItems: object[] | undefined, leftOk: boolean, more: object = {}): ExpressionCase => ({
  name: `history: ${name}`,
  expression: guardsExplained(),
  variables: { guardsAfterwards: [afterwards('quiet'), afterwards('a', { changed: true, state }), afterwards('b', { changed: true })] },
  states: { result: { AlarmHistoryItems, ...more } },
  gives: [afterwards('quiet'), afterwards('a', { changed: true, state, explained: true, leftOk }), afterwards('b', { changed: true })],
});

// ---------------------------------------------------------------------------------------------------------------------------------------
// Searches
// ---------------------------------------------------------------------------------------------------------------------------------------

const STARTED_AT = '2026-01-05T09:05:00.000Z';
const at = (seconds: number) => new Date(Date.parse(STARTED_AT) + seconds * 1000).toISOString();
const TAGS = { 'cdk-chaos-experiment-stage:gate': 'gate', 'cdk-chaos-experiment-stage:execution': 'run-1' };
const searched = (searchFor: string, name: string, found: object, isFound: boolean): ExpressionCase => ({
  name: `search for ${searchFor}: ${name}`,
  expression: idsOf(wantedExperiments()),
  variables: {
    gateName: 'gate', searchFor, experimentId: 'EXP5', createdAt: Date.parse(at(30)), searchedAt: Date.parse(at(10)),
  },
  states: {
    context: { Execution: { Name: 'run-1', StartTime: STARTED_AT } },
    result: { Experiments: [{ Id: 'EXP1', State: { Status: 'running' }, CreationTime: at(20), Tags: TAGS, ...found }] },
  },
  gives: isFound ? [(found as { Id?: string }).Id ?? 'EXP1'] : [],
});
const OTHER_GATE = { Tags: { ...TAGS, 'cdk-chaos-experiment-stage:gate': 'other' } };
const ENDED = { State: { Status: 'completed' } };

// ---------------------------------------------------------------------------------------------------------------------------------------
// The experiment
// ---------------------------------------------------------------------------------------------------------------------------------------

const action = (ActionId: string, Status: string, Reason?: string) => ({ ActionId, State: { Status, Reason } });
const ACTIONS = {
  latency: action('aws:ssm:send-command', 'completed'),
  reboot: action('aws:ec2:reboot-instances', 'failed', 'no\npermission'),
  wait: action('aws:fis:wait', 'completed'),
};
const ofExperiment = (name: string, expression: string, Experiment: object, outcome: Outcome): ExpressionCase =>
  ({ name, expression, variables: { experimentId: 'EXP1', faultNames: ['latency', 'reboot', 'wait'] }, states: { result: { Experiment } }, ...outcome });
const status = (name: string, Experiment: object, outcome: Outcome): ExpressionCase => ({
  name: `status: ${name}`, expression: experimentStatus(), variables: { experimentId: 'EXP1' }, states: { result: { Experiment } }, ...outcome,
});
const many = <T>(make: (i: number) => [string, T]) => Object.fromEntries(Array.from({ length: 20 }, (_, i) => make(i)));
const longName = (i: number) => `${String(i).padStart(3, '0')}-${'n'.repeat(60)}`;

const polled = (name: string, elapsed: number, expectedDuration: number, timeout: number, gives: number): ExpressionCase => ({
  name: `poll: ${name}`,
  expression: pollInterval(),
  variables: { watchStartedAt: Date.parse(STARTED_AT), watchDeadline: Date.parse(at(timeout)), expectedDuration },
  states: { context: { State: { EnteredTime: at(elapsed) } } },
  gives,
});

// ---------------------------------------------------------------------------------------------------------------------------------------
// An existing template
// ---------------------------------------------------------------------------------------------------------------------------------------

const lasting = (duration: string, ...StartAfter: string[]) => ({ ActionId: 'aws:fis:wait', Parameters: { duration }, StartAfter });
const ofTemplate = (name: string, expression: string, ExperimentTemplate: object, outcome: Outcome): ExpressionCase => ({
  name,
  expression,
  variables: { experimentTemplateId: 'EXT1', expectedGuards: [expected('a'), expected('b')] },
  states: { result: { ExperimentTemplate: { Id: 'EXT1', ...ExperimentTemplate } } },
  ...outcome,
});
const duration = (name: string, Actions: object, gives: number) => {
  const each = ofTemplate(`duration of template: ${name}`, durationOfTemplate(20, 43_200), { Actions }, { gives });
  return { ...each, variables: { experimentTemplateId: 'EXT1' } };
};
const faults = (name: string, Actions: object, gives: string[]) => ({
  ...ofTemplate(`faults of template: ${name}`, faultsOfTemplate(), { Actions }, { gives }), variables: { experimentTemplateId: 'EXT1' },
});

// ---------------------------------------------------------------------------------------------------------------------------------------
// What a user reads
// ---------------------------------------------------------------------------------------------------------------------------------------

const caught = (name: string, detail: string, error: object, gives: string): ExpressionCase =>
  ({ name: `detail: ${name}`, expression: detailWithCause(), variables: { detail, caught: error }, gives });

const told = (name: string, more: object, gives: string): ExpressionCase => ({
  name: `message: ${name}`,
  expression: message(),
  variables: { verdict: 'Passed', happened: 'It rained', meaning: 'we got wet', advice: 'Take an umbrella', mayStillRun: false, experimentId: 'EXP1', gateName: 'gate', ...more },
  gives,
});

const SAID = {
  detail: 'Something is wrong',
  experimentId: 'EXP1',
  failure: '',
  faultNames: ['latency', 'reboot'],
  faultsCompleted: ['latency'],
  guardsAfterwards: AFTERWARDS,
  incompleteActions: [{ name: 'reboot', status: 'failed', reason: '' }],
  mayStillRun: false,
  reason: '',
  status: 'failed',
};
const happened = (verdict: Verdict, name: string, more: object, gives: string): ExpressionCase => {
  const read: { [variable: string]: unknown } = { ...SAID, verdict, ...more };
  const { failure, status: _status, ...variables } = read;
  return { name: `happened: ${verdict}: ${name}`, expression: sentencePart('happened', { guards: [expected('a')] }), variables, gives };
};

const inDocument = (name: string, guards: object[], guardsAfterwards: object[], gives: object[]): ExpressionCase =>
  ({ name: `guards in the document: ${name}`, expression: guardsInDocument(false), variables: { guards, guardsAfterwards }, gives });

export const CASES: ExpressionCase[] = [
  before('a metric alarm and a composite one', { MetricAlarms: [alarm('b')], CompositeAlarms: [alarm('a', { StateValue: 'ALARM' })] }, {
    gives: [guard('a', 'ALARM'), guard('b')],
  }),
  before('one of two', { MetricAlarms: [alarm('b')], CompositeAlarms: [] }, { gives: [guard('b')] }),
  before('no list of composite alarms', { MetricAlarms: [alarm('b')] }, { gives: [guard('b')] }),
  before('one without a state', { MetricAlarms: [alarm('a', { StateValue: undefined }), alarm('b')] }, { gives: [guard('b')] }),
  before('one with another form of time', { MetricAlarms: [alarm('a', { StateTransitionedTimestamp: 1767603600 })] }, { gives: [] }),
  before('none', { MetricAlarms: [], CompositeAlarms: [] }, { gives: [] }),
  before('no lists', {}, { fails: true }),

  after('as before', false, 'OK', {}, {}),
  after('back at OK', false, 'OK', { StateTransitionedTimestamp: LATER }, { leftOk: true }),
  after('in ALARM', false, 'OK', { StateValue: 'ALARM', StateTransitionedTimestamp: LATER }, { leftOk: true, recovered: false }),
  after('without an alarm', false, 'OK', undefined, { leftOk: true, recovered: false }),
  after('accepting, without an alarm', true, 'OK', undefined, { state: '', changed: true, recovered: false }),
  after('accepting, back at OK', true, 'OK', { StateTransitionedTimestamp: LATER }, { changed: true }),
  after('accepting, without data before and after', true, 'INSUFFICIENT_DATA', { StateValue: 'INSUFFICIENT_DATA' }, { state: 'INSUFFICIENT_DATA' }),
  after('accepting, without data afterwards', true, 'OK', { StateValue: 'INSUFFICIENT_DATA', StateTransitionedTimestamp: LATER },
    { state: 'INSUFFICIENT_DATA', changed: true, recovered: false }),

  listed('guards that left the OK state', guardsThatLeftOk(), AFTERWARDS, ['fired', 'firing']),
  listed('guards that left the OK state: not read', guardsThatLeftOk(), [], []),
  listed('guards not recovered', guardsNotRecovered(), AFTERWARDS, ['firing']),
  listed('guards not recovered: not read', guardsNotRecovered(), [], []),
  listed('guards to explain', guardsToExplain(), AFTERWARDS, ['fired', 'firing']),
  listed('guards to explain: none', guardsToExplain(), AFTERWARDS.slice(3), []),
  {
    name: 'missing guards',
    expression: missingGuards(),
    variables: { expectedGuards: [expected('a'), expected('b')], guards: [guard('b')] },
    gives: ['a'],
  },
  ...[false, true].map((accepting): ExpressionCase => ({
    name: `unsteady guards${accepting ? ', accepting missing data' : ''}`,
    expression: unsteadyGuards(accepting),
    variables: { guards: [guard('a'), guard('b', 'ALARM'), guard('c', 'INSUFFICIENT_DATA')] },
    gives: accepting ? ['b'] : ['b', 'c'],
  })),

  observed('the slowest of two', [{ Period: 60, EvaluationPeriods: 1 }, { Period: 300, EvaluationPeriods: 3 }], 1020),
  observed('the slowest metric of an expression', [{ Metrics: [{ Expression: 'a/b' }, { MetricStat: { Period: 300 } }, { Period: 60 }], EvaluationPeriods: 2 }], 720),
  observed('one that tells no period', [{ Period: 60, EvaluationPeriods: 1 }, { EvaluationPeriods: 1 }], 3600),
  observed('a day', [{ Period: 86400, EvaluationPeriods: 1 }], 3600),
  observed('composite alarms alone', [], 300),
  observed('no list of metric alarms', undefined, 300),

  explained('missing data, and OK again', 'OK', [change('OK'), change('INSUFFICIENT_DATA')], false),
  explained('one change', 'INSUFFICIENT_DATA', [change('INSUFFICIENT_DATA')], false),
  explained('an alarm among the changes', 'OK', [change('OK'), change('ALARM')], true),
  explained('behind the present state', 'OK', [change('INSUFFICIENT_DATA')], true),
  explained('more than one page', 'OK', [change('OK'), change('INSUFFICIENT_DATA')], true, { NextToken: 'more' }),
  explained('empty', 'OK', [], true),
  explained('absent', 'OK', undefined, true),

  searched('earlier', 'one that runs', {}, true),
  searched('earlier', 'one that has ended', ENDED, false),
  searched('earlier', 'one of another gate', OTHER_GATE, false),
  searched('earlier', 'one without tags', { Tags: undefined }, false),
  searched('earlier', 'one with a time that is none', { CreationTime: 'yesterday' }, true),
  searched('started', 'its own', {}, true),
  searched('started', 'its own, ended', ENDED, true),
  searched('started', 'a minute before the execution, by another clock', { CreationTime: at(-60) }, true),
  searched('started', 'an earlier execution of the same name', { CreationTime: at(-61) }, false),
  searched('started', 'another execution', { Tags: { ...TAGS, 'cdk-chaos-experiment-stage:execution': 'run-2' } }, false),
  searched('started', 'another gate', OTHER_GATE, false),
  searched('rivals', 'an older one', {}, true),
  searched('rivals', 'an older one that ended since', { ...ENDED }, true),
  searched('rivals', 'an older one that had ended before', { ...ENDED, CreationTime: at(10) }, false),
  searched('rivals', 'a younger one', { CreationTime: at(31) }, false),
  searched('rivals', 'one of the same moment with a lower id', { CreationTime: at(30) }, true),
  searched('rivals', 'one of the same moment with a higher id', { Id: 'EXP9', CreationTime: at(30) }, false),
  searched('rivals', 'its own', { Id: 'EXP5' }, false),
  searched('rivals', 'another gate', OTHER_GATE, false),

  status('of the experiment', { Id: 'EXP1', State: { Status: 'running' } }, { gives: 'running' }),
  status('of another experiment', { Id: 'EXP2', State: { Status: 'running' } }, { fails: true }),
  status('missing', { Id: 'EXP1', State: {} }, { fails: true }),
  ofExperiment('faults completed', faultsCompleted(), { Actions: ACTIONS }, { gives: ['latency'] }),
  ofExperiment('faults completed: no actions', faultsCompleted(), {}, { gives: [] }),
  {
    ...ofExperiment('faults completed: twenty', faultsCompleted(), { Actions: many((i) => [longName(i), action('aws:ec2:reboot-instances', 'completed')]) }, {
      gives: Array.from({ length: 20 }, (_, i) => longName(i)),
    }),
    variables: { faultNames: Array.from({ length: 20 }, (_, i) => longName(i)) },
  },
  ...[ofExperiment('incomplete actions', incompleteActions(), { Actions: ACTIONS }, { gives: [{ name: 'reboot', status: 'failed', reason: 'no permission' }] }),
    ofExperiment('incomplete actions: none', incompleteActions(), { Actions: { wait: ACTIONS.wait } }, { gives: [] }),
    ofExperiment('incomplete actions: twenty', incompleteActions(), { Actions: many((i) => [longName(i), action('aws:fis:wait', 'skipped', 'r'.repeat(500))]) }, {
      gives: Array.from({ length: 20 }, (_, i) => ({ name: longName(i), status: 'skipped', reason: 'r'.repeat(200) })),
    })].map(({ variables, ...each }) => each),

  polled('at the start', 0, 600, 1500, 15),
  polled('after a minute', 60, 600, 1500, 26),
  polled('of a long experiment', 60, 3601, 9000, 54),
  polled('up to the expected end', 580, 600, 1500, 20),
  polled('around the expected end', 590, 600, 1500, 15),
  polled('three minutes after it', 780, 600, 1500, 26),
  polled('up to the deadline', 1490, 600, 1500, 10),
  polled('past the deadline', 1600, 600, 1500, 1),
  polled('a fraction', 584.5, 600, 1500, 16),

  duration('no action', {}, 0),
  duration('one action', { a: lasting('PT5M') }, 300),
  duration('the longer of two that run at once', { a: lasting('PT5M'), b: lasting('PT1H30M') }, 5400),
  duration('one after the other', { b: lasting('PT1H30M', 'a'), a: lasting('PT5M') }, 5700),
  duration('never more than FIS allows', { a: lasting('PT12H'), b: lasting('PT12H', 'a') }, 43_200),
  duration('actions that wait for each other', { a: lasting('PT1M', 'b'), b: lasting('PT1M', 'a') }, 20 * 60),
  duration('twenty in a chain', many((i) => [longName(i), lasting('P0DT0H1M1S', ...(i === 0 ? [] : [longName(i - 1)]))]), 20 * 61),
  duration('twenty, each after all before it', many((i) => [longName(i), lasting('PT1M1S', ...Array.from({ length: i }, (_, j) => longName(j)))]), 20 * 61),

  faults('a fault and a wait', { a: { ActionId: 'aws:ec2:stop-instances' }, b: { ActionId: 'aws:fis:wait' } }, ['a']),
  faults('none', { b: { ActionId: 'aws:fis:wait' } }, []),
  ofTemplate('stop conditions: one is missing', guardsWithoutStopCondition(), { Actions: {}, StopConditions: [{ Value: ARN + 'a' }] }, { gives: ['b'] }),
  ofTemplate('stop conditions: none is missing', guardsWithoutStopCondition(), { Actions: {}, StopConditions: [{ Value: ARN + 'b' }, { Value: ARN + 'a' }] }, { gives: [] }),
  ofTemplate('stop conditions: no list', guardsWithoutStopCondition(), { Actions: {} }, { fails: true }),
  ofTemplate('stop conditions: another template', guardsWithoutStopCondition(), { Id: 'EXT2', Actions: {}, StopConditions: [] }, { fails: true }),

  caught('no error', 'It rained', {}, 'It rained'),
  caught('an error', 'It rained', { Error: 'Fis.FisException', Cause: 'Rate exceeded' }, 'It rained (Fis.FisException: Rate exceeded)'),
  caught('an error alone', '', { Error: 'States.Timeout' }, 'there was no answer'),

  told('nothing left running', {}, 'It rained: we got wet. Take an umbrella.'),
  told('not judged', { verdict: 'Blocked' }, 'It rained: we got wet. Take an umbrella, then retry the stage.'),
  told('an experiment left running', { mayStillRun: true },
    'It rained: we got wet. First stop the experiment, which may still be running: aws fis stop-experiment --id EXP1. Take an umbrella.'),
  told('an unknown experiment left running', { mayStillRun: true, experimentId: '' },
    'It rained: we got wet. First look for a running experiment with the tag cdk-chaos-experiment-stage:gate = gate and stop it. Take an umbrella.'),

  happened(Verdict.PASSED, 'guarded', {}, 'Experiment EXP1 injected its faults and no guard alarm left the OK state'),
  happened(Verdict.ALARM_FIRED, 'two guards', {}, 'Guard alarm fired, firing left the OK state during or after experiment EXP1'),
  happened(Verdict.NOT_RECOVERED, 'one guard', {}, 'Guard alarm firing did not return to OK in time after experiment EXP1'),
  happened(Verdict.START_FAILED, 'not started', { experimentId: '' }, 'FIS did not start the experiment (Something is wrong)'),
  happened(Verdict.START_FAILED, 'unknown', { experimentId: '', mayStillRun: true }, 'It is not known whether FIS started the experiment (Something is wrong)'),
  happened(Verdict.START_FAILED, 'not confirmed', {}, 'FIS did not confirm the start of experiment EXP1 (Something is wrong), which was therefore stopped'),
  happened(Verdict.EXPERIMENT_FAILED, 'in an action', { reason: 'because' }, 'Experiment EXP1 failed in action reboot (because)'),
  happened(Verdict.EXPERIMENT_FAILED, 'in no action', { incompleteActions: [] }, 'Experiment EXP1 failed'),
  happened(Verdict.NOTHING_INJECTED, 'one of two', {}, 'Experiment EXP1 completed, but did not inject reboot'),
  happened(Verdict.NOTHING_INJECTED, 'all faults, but not all actions', { faultNames: ['latency'] }, 'Experiment EXP1 completed, but not every action did'),
  happened(Verdict.TIMED_OUT, 'stopped', {}, 'Experiment EXP1 had not ended at its deadline and was stopped'),
  happened(Verdict.TIMED_OUT, 'not stopped', { mayStillRun: true }, 'Experiment EXP1 had not ended at its deadline and did not stop when told to'),
  happened(Verdict.GATE_ERROR, 'with a detail', {}, 'Something is wrong'),
  happened(Verdict.GATE_ERROR, 'without', { detail: '' }, 'The gate lost track of experiment EXP1'),
  happened(Verdict.BLOCKED, 'with a detail', {}, 'Something is wrong'),

  inDocument('none', [], [], []),
  inDocument('not read afterwards', [guard('a'), guard('b', 'ALARM')], [], [
    { ...guard('a'), leftOk: false, steadyAfterwards: true }, { ...guard('b', 'ALARM'), leftOk: false, steadyAfterwards: false },
  ]),
  inDocument('read afterwards', [guard('firing'), guard('quiet')], AFTERWARDS, [
    { ...guard('firing'), leftOk: true, steadyAfterwards: false }, { ...guard('quiet'), leftOk: false, steadyAfterwards: true },
  ]),
];
