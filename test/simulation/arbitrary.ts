/**
 * Random worlds. Most of them are in good order but for one thing or two: where everything is broken, everything fails, and nothing is learnt.
 */
import * as fc from 'fast-check';
import { AnswerFault, DAMAGES, FIELDS } from './answers';
import { SubjectName } from './subjects';
import { CallFault, End, FaultKind, GuardWorld, Moment, NEVER, Neighbour, Outage, Trigger, World } from './world';

const OPERATIONS = {
  gate: [
    'fis:getSafetyLever', 'fis:listExperiments', 'fis:startExperiment', 'fis:getExperiment', 'fis:stopExperiment',
    'cloudwatch:describeAlarms', 'cloudwatch:describeAlarmHistory', 'sfn:startExecution',
  ],
  watchdog: ['fis:listExperiments', 'fis:stopExperiment', 'sfn:describeExecution', 'sfn:stopExecution', 'codepipeline:getPipelineExecution'],
};

const STATES = [
  'Configure', 'CheckInput', 'ReadSafetyLever', 'IsSafetyLeverEngaged', 'FindEarlier', 'FindEarlierResult', 'WaitForEarlier', 'GetEarlier', 'HasEarlierEnded',
  'ReadGuards', 'AreGuardsSteady', 'WaitForGuards', 'StartWatchdog', 'StartExperiment', 'FindStarted', 'FindStartedResult', 'BeginWatch', 'FindRivals',
  'FindRivalsResult', 'WaitForExperiment', 'GetExperiment', 'HasItEnded', 'UnknownStatus', 'Observe', 'ReadGuardsAgain', 'AreGuardsBack', 'WaitForRecovery',
  'IsHistoryNeeded', 'ReadHistory', 'StopExperiment', 'WaitForEnd', 'ConfirmEnd', 'IsItOver', 'Judge', 'Report', 'HasItPassed',
];

const WATCHDOG_STATES = [
  'Configure', 'FindPipeline', 'Wait', 'LookAtGate', 'HasGateEnded', 'LookAtPipeline', 'IsPipelineAbandoned', 'StopGate', 'FindExperiments',
  'FindExperimentsResult', 'StopExperiment', 'AreMoreFound', 'CountLook', 'WaitBetweenLooks',
];

const ACTIONS = ['latency', 'reboot', 'settle'];

/** One of the values, some of them more often than others. Simple ones come first: it shrinks to the first. */
function often<T>(...choices: ReadonlyArray<readonly [weight: number, value: fc.Arbitrary<T>]>): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** Nothing for the most part: something in one of so many worlds. */
function seldom<T>(oneIn: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return often<T | undefined>([oneIn - 1, fc.constant(undefined)], [1, arbitrary]);
}

/** A list that is empty for the most part. */
function few<T>(oneIn: number, arbitrary: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return often([oneIn - 1, fc.constant([] as T[])], [1, fc.array(arbitrary, { maxLength })]);
}

/** Without the members that are undefined, so that a world can be printed and read again. */
function tidy<T extends object>(record: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return record.map((value) => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T);
}

const seconds = (max: number) => often([4, fc.nat({ max: Math.min(max, 120) })], [2, fc.nat({ max })], [1, fc.nat({ max: max * 10 }).map((tenths) => tenths / 10)]);

const moment: fc.Arbitrary<Moment> = often<Moment>(
  [4, fc.record({ after: fc.constant('creation'), seconds: seconds(900) })],
  [3, fc.record({ after: fc.constant('end'), seconds: fc.integer({ min: -120, max: 400 }) })],
  [2, fc.record({ after: fc.constant('observation'), seconds: fc.integer({ min: -60, max: 420 }) })],
  [2, fc.record({ after: fc.constant('start'), seconds: seconds(400) })],
);

const gateState: fc.Arbitrary<Trigger> = often<Trigger>(
  [3, fc.record({ state: fc.constantFrom(...STATES), visit: often([3, fc.constant(1)], [1, fc.integer({ min: 1, max: 6 })]), seconds: shortly() })],
  [3, fc.record({ visit: fc.integer({ min: 1, max: 90 }), seconds: shortly() })],
  [1, fc.record({ seconds: seconds(1200) })],
);

function shortly(): fc.Arbitrary<number> {
  return often([3, fc.constant(0)], [2, fc.constantFrom(0.1, 0.5, 1)], [1, fc.nat({ max: 70 })]);
}

const script = tidy(fc.record({
  ends: often<any>([8, fc.constant(undefined)], [1, fc.constantFrom('failed', 'cancelled', 'never')]),
  endsAfter: seldom(3, seconds(500)),
  pendingFor: seldom(6, seconds(120)),
  initiatingFor: seldom(6, seconds(300)),
  skippedActions: seldom(16, fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1 })),
  failedActions: seldom(20, fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1 })),
  actionSeconds: seldom(10, fc.dictionary(fc.constantFrom(...ACTIONS), often([1, seconds(400)], [1, fc.constantFrom(2000, NEVER)]), { minKeys: 1, noNullPrototype: true })),
  stoppingFor: seldom(4, often([3, seconds(300)], [2, fc.constantFrom(590, 610, 1200, 3600)], [1, fc.constantFrom(8000, NEVER)])),
  reactionAfter: seldom(5, often([2, seconds(60)], [1, fc.constant(NEVER)])),
  reason: seldom(8, fc.constantFrom('', 'Experiment halted by stop condition.', 'because', 'x'.repeat(512), 'a\u0000\n"b"\\ {% $x %} \u{1F525}')),
  shows: seldom(20, fc.array(tidy(fc.record({
    status: fc.constantFrom('paused', '', 'COMPLETED', 'completing', 'pending', 'running', 'stopping', 'constructor'),
    from: seconds(600),
    to: seldom(2, seconds(900)),
  })), { minLength: 1, maxLength: 2 })),
}));

const guard: fc.Arbitrary<GuardWorld> = tidy(fc.record({
  initial: often<any>([12, fc.constant('OK')], [1, fc.constantFrom('ALARM', 'INSUFFICIENT_DATA')]),
  changes: often<any>(
    [5, fc.constant([])],
    [2, fc.array(fc.record({ at: moment, state: fc.constantFrom('OK', 'ALARM', 'INSUFFICIENT_DATA') }), { minLength: 1, maxLength: 4 })],
    [1, fc.tuple(moment, seconds(300), fc.constantFrom('ALARM', 'INSUFFICIENT_DATA')).map(([at, back, state]) => [
      { at, state }, { at: { ...at, seconds: at.seconds + back }, state: 'OK' },
    ])],
  ),
  period: fc.constantFrom(60, 10, 300),
  evaluationPeriods: often([3, fc.constant(1)], [1, fc.constantFrom(3, 5)]),
  expression: seldom(8, fc.constant(true as const)),
  missing: seldom(60, fc.constant(true as const)),
  deletedAt: seldom(40, seconds(1500)),
}));

function answer(operation: string): fc.Arbitrary<AnswerFault> {
  return tidy(fc.record({
    field: fc.constantFrom(...(FIELDS[operation] ?? [''])),
    nth: seldom(3, fc.integer({ min: 1, max: 4 })),
    what: fc.constantFrom(...DAMAGES),
  }));
}

const kind = often<FaultKind>(
  [4, fc.constantFrom('throttled', 'broken')], [1, fc.constant('denied')], [3, fc.constantFrom('lost', 'disconnected')],
  [2, fc.constantFrom('late', 'late effect')], [1, fc.constant('refused')], [4, fc.constant('malformed')],
);

const callFault: fc.Arbitrary<CallFault> = often<readonly [CallFault['by'], string]>(
  [6, fc.constantFrom(...OPERATIONS.gate).map((operation) => ['gate', operation] as const)],
  [3, fc.constantFrom(...OPERATIONS.watchdog).map((operation) => ['watchdog', operation] as const)],
  [1, fc.tuple(fc.constantFrom<CallFault['by']>('gate', 'watchdog', 'both'), fc.constantFrom('*', 'fis:listExperiments', 'fis:stopExperiment'))],
).chain(([by, operation]) => tidy(fc.record({
  by: fc.constant(by),
  operation: fc.constant(operation),
  from: often([3, fc.constant(1)], [2, fc.integer({ min: 1, max: 5 })], [1, fc.integer({ min: 1, max: 40 })]),
  calls: often([3, fc.integer({ min: 1, max: 3 })], [2, fc.integer({ min: 4, max: 12 })], [1, fc.integer({ min: 13, max: 80 })], [2, fc.constant(undefined)]),
  sparesOneIn: seldom(8, fc.integer({ min: 2, max: 6 })),
  what: kind,
  seconds: fc.nat({ max: 70 }),
  error: fc.constantFrom(
    'Fis.ValidationException', 'Fis.ResourceNotFoundException', 'Fis.ConflictException', 'Fis.ServiceQuotaExceededException', 'States.TaskFailed',
    'Sfn.ExecutionAlreadyExistsException', 'Sfn.ExecutionDoesNotExistException', 'Sfn.StateMachineDoesNotExistException',
    'CloudWatch.InvalidNextToken', 'CodePipeline.PipelineExecutionNotFoundException',
  ),
  answer: answer(operation),
})).map(relevant));

/** Without what does not matter for this kind of fault. */
function relevant({ seconds: late, error, answer: damaged, ...fault }: CallFault): CallFault {
  return {
    ...fault,
    // a request is under way for no longer than its caller waits
    ...(fault.what === 'late' ? { seconds: late } : fault.what === 'late effect' ? { seconds: Math.min(late!, 59) } : {}),
    ...(fault.what === 'refused' && { error }),
    ...(fault.what === 'malformed' && { answer: damaged }),
  };
}

const outage: fc.Arbitrary<Outage> = fc.record({
  service: fc.constantFrom('fis', 'cloudwatch', 'sfn', 'codepipeline', '*'),
  from: seconds(1200),
  seconds: often([3, fc.nat({ max: 60 })], [2, fc.nat({ max: 300 })], [1, fc.nat({ max: 3000 })]),
  what: fc.constantFrom('throttled', 'broken', 'lost', 'disconnected'),
});

const neighbour: fc.Arbitrary<Neighbour> = fc.record({
  who: fc.constantFrom('sibling', 'namesake', 'nameless', 'stranger'),
  when: often<Trigger>([2, gateState], [2, fc.record({ seconds: seconds(300) })]),
  script: often<any>([2, script], [1, fc.constant({ ends: 'never' })], [1, fc.record({ ends: fc.constant('failed'), endsAfter: seconds(400) })]),
});

const end: fc.Arbitrary<End> = often<End>(
  [4, fc.record({ machine: fc.constant('gate'), when: gateState })],
  [1, fc.record({
    machine: fc.constant('watchdog'),
    when: often<Trigger>(
      [1, fc.record({ state: fc.constantFrom(...WATCHDOG_STATES), visit: fc.integer({ min: 1, max: 3 }), seconds: shortly() })],
      [1, fc.record({ visit: fc.integer({ min: 1, max: 120 }), seconds: shortly() })],
    ),
  })],
);

const subject = often<SubjectName>(
  [24, fc.constant('guarded')], [16, fc.constant('accepting')], [12, fc.constant('composite')], [10, fc.constant('reporting')],
  [8, fc.constant('unguarded')], [14, fc.constant('short')], [3, fc.constant('hourly')], [1, fc.constant('long')],
);

/** A world of any kind. */
export const world: fc.Arbitrary<World> = tidy(fc.record({
  subject,
  seed: fc.nat({ max: 999_999 }),
  latency: often([4, fc.constant(0)], [2, fc.constantFrom(200, 1000)], [1, fc.nat({ max: 20_000 })]),
  listing: fc.record({
    order: fc.constantFrom<any>('newest first', 'oldest first', 'mixed'),
    lag: often([4, fc.constant(0)], [1, fc.nat({ max: 10 })]),
  }),
  experiment: often([2, fc.constant({})], [3, script]),
  guards: fc.tuple(guard, guard),
  lever: few(16, fc.record({ at: moment, status: fc.constantFrom<any>('engaged', 'engaging', 'disengaged') }), 2),
  faults: often([4, fc.constant([])], [4, fc.array(callFault, { maxLength: 1 })], [2, fc.array(callFault, { maxLength: 4 })]),
  outages: few(8, outage, 2),
  pipeline: few(12, fc.record({ at: moment, status: fc.constantFrom<any>('Stopping', 'Stopped', 'Cancelled', 'Superseded', 'Failed', 'Succeeded', 'InProgress') }), 2),
  neighbours: few(6, neighbour, 3),
  past: often([8, fc.constant(0)], [2, fc.nat({ max: 5 })], [1, fc.nat({ max: 70 })]),
  ends: few(5, end, 2),
  timeout: seldom(25, fc.constantFrom(5, 30, 100, 250, 400, 700)),
  rival: seldom(12, gateState),
  stoppedByHand: seldom(14, gateState),
  input: seldom(20, fc.record({ value: often<unknown>(
    [1, fc.constantFrom<any>({}, { experimentTemplateId: 'EXTanother' }, { experimentTemplateId: null }, { pipeline: 'unknown', pipelineExecutionId: 'x' }, null, [], 'text', 0)],
    [1, fc.record({ experimentTemplateId: fc.constant(undefined), pipeline: fc.jsonValue(), pipelineExecutionId: fc.jsonValue() }).map(({ pipeline, pipelineExecutionId }) => ({ pipeline, pipelineExecutionId }))],
    [1, fc.jsonValue()],
  ) })),
}));
