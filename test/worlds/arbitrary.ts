/**
 * Random worlds. In most of them, only one or two things are wrong: if everything is broken, everything fails, and the world shows nothing.
 */
import * as fc from 'fast-check';
import { AnswerFault, DAMAGES, FIELDS } from './answers';
import { SubjectName } from './subjects';
import { CallFault, End, FaultKind, GuardWorld, Moment, NEVER, Neighbour, Outage, Trigger, World } from './world';

const OPERATIONS = {
  gate: [
    'fis:getSafetyLever', 'fis:listExperiments', 'fis:startExperiment', 'fis:getExperiment', 'fis:stopExperiment',
    'fis:getExperimentTemplate', 'cloudwatch:describeAlarms', 'cloudwatch:describeAlarmHistory', 'sfn:startExecution',
  ],
  watchdog: ['fis:listExperiments', 'fis:stopExperiment', 'sfn:describeExecution', 'sfn:stopExecution', 'codepipeline:getPipelineExecution'],
};

const STATES = [
  'Configure', 'CheckInput', 'ReadTemplate', 'IsTemplateUsable', 'ReadSafetyLever', 'IsSafetyLeverEngaged', 'FindExperiments', 'FindExperimentsResult',
  'IsStartUnknown', 'WaitForEarlier', 'GetEarlier', 'HasEarlierEnded', 'ReadGuards', 'AreGuardsSteady', 'WaitForGuards', 'StartWatchdog', 'StartExperiment',
  'BeginWatch', 'WaitForList', 'WaitForExperiment', 'GetExperiment', 'HasItEnded', 'UnknownStatus', 'StopExperiment', 'WaitForEnd', 'Observe', 'ReadGuardsAgain',
  'AreGuardsBack', 'WaitForRecovery', 'IsHistoryNeeded', 'ReadHistory', 'Judge', 'Explain', 'Report', 'HasItPassed', 'Passed', 'Failed',
];

const WATCHDOG_STATES = [
  'Configure', 'FindPipeline', 'Wait', 'CheckGate', 'HasGateEnded', 'CheckPipeline', 'IsPipelineAbandoned', 'StopGate', 'FindExperiments',
  'FindExperimentsResult', 'StopExperiment', 'AreMoreFound', 'AreLooksClean', 'WaitBetweenLooks', 'Clean', 'GaveUp',
];

const ACTIONS = ['latency', 'reboot', 'settle'];

/** One of the values, some more often than others. The simplest is the first, because fast-check shrinks to it. */
function often<T>(...choices: ReadonlyArray<readonly [weight: number, value: fc.Arbitrary<T>]>): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** A value in one world out of so many, undefined in all others. */
function seldom<T>(oneIn: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return often<T | undefined>([oneIn - 1, fc.constant(undefined)], [1, arbitrary]);
}

/** A list that is empty in most worlds. */
function few<T>(oneIn: number, arbitrary: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return often([oneIn - 1, fc.constant([] as T[])], [1, fc.array(arbitrary, { maxLength })]);
}

/** Without undefined members, which JSON cannot hold: a printed world can be read again. */
function tidy<T extends object>(record: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return record.map((value) => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T);
}

const seconds = (max: number) => often(
  [4, fc.nat({ max: Math.min(max, 120) })], [2, fc.nat({ max })], [1, fc.nat({ max: max * 10 }).map((tenths) => tenths / 10)],
);

const moment: fc.Arbitrary<Moment> = often<Moment>(
  [4, fc.record({ after: fc.constant('creation'), seconds: seconds(900) })],
  [3, fc.record({ after: fc.constant('end'), seconds: fc.integer({ min: -120, max: 400 }) })],
  [2, fc.record({ after: fc.constant('observation'), seconds: fc.integer({ min: -60, max: 420 }) })],
  [2, fc.record({ after: fc.constant('start'), seconds: seconds(400) })],
);

const gateState: fc.Arbitrary<Trigger> = often<Trigger>(
  [3, inState(STATES)],
  [3, fc.record({ visit: fc.integer({ min: 1, max: 90 }), seconds: shortly() })],
  [1, fc.record({ seconds: seconds(1200) })],
);

const watchdogState: fc.Arbitrary<Trigger> = often<Trigger>(
  [1, inState(WATCHDOG_STATES)],
  [1, fc.record({ visit: fc.integer({ min: 1, max: 120 }), seconds: shortly() })],
);

function inState(states: readonly string[]): fc.Arbitrary<Trigger> {
  return fc.record({ state: fc.constantFrom(...states), visit: often([3, fc.constant(1)], [1, fc.integer({ min: 1, max: 6 })]), seconds: shortly() });
}

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
  actionSeconds: seldom(10, fc.dictionary(
    fc.constantFrom(...ACTIONS), often([1, seconds(400)], [1, fc.constantFrom(2000, NEVER)]), { minKeys: 1, noNullPrototype: true },
  )),
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
    nth: often<AnswerFault['nth']>([3, fc.constant(undefined)], [1, fc.integer({ min: 1, max: 4 })], [2, fc.constant('each')]),
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
  calls: often<number | undefined>(
    [3, fc.integer({ min: 1, max: 3 })], [2, fc.integer({ min: 4, max: 12 })], [1, fc.integer({ min: 13, max: 80 })], [2, fc.constant(undefined)],
  ),
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

/** Without the fields that this kind of fault does not use. */
function relevant({ seconds: late, error, answer: damaged, ...fault }: CallFault): CallFault {
  return {
    ...fault,
    // no request takes longer than its caller waits
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
  [2, fc.record({ machine: fc.constant('watchdog'), when: watchdogState })],
);

const subject = often<SubjectName>(
  [96, fc.constant('guarded')], [64, fc.constant('accepting')], [48, fc.constant('composite')], [40, fc.constant('reporting')],
  [32, fc.constant('unguarded')], [24, fc.constant('existing')], [56, fc.constant('short')], [10, fc.constant('hourly')], [3, fc.constant('long')], [1, fc.constant('longest')],
);

const anyWorld: fc.Arbitrary<World> = tidy(fc.record({
  subject,
  seed: fc.nat({ max: 999_999 }),
  latency: often([4, fc.constant(0)], [2, fc.constantFrom(200, 1000)], [1, fc.nat({ max: 20_000 })]),
  shortTimes: seldom(2, fc.constant<true>(true)),
  listing: fc.record({
    order: fc.constantFrom<any>('newest first', 'oldest first', 'mixed'),
    lag: often([4, fc.constant(0)], [1, fc.nat({ max: 10 })]),
  }),
  experiment: often([2, fc.constant({})], [3, script]),
  guards: fc.tuple(guard, guard),
  lever: few(16, fc.record({ at: moment, status: fc.constantFrom<any>('engaged', 'engaging', 'disengaged') }), 2),
  faults: often<CallFault[]>([4, fc.constant([])], [4, fc.array(callFault, { maxLength: 1 })], [2, fc.array(callFault, { maxLength: 4 })]),
  outages: few(8, outage, 2),
  pipeline: few(12, fc.record({ at: moment, status: fc.constantFrom<any>('Stopping', 'Stopped', 'Cancelled', 'Superseded', 'Failed', 'Succeeded', 'InProgress') }), 2),
  neighbours: few(6, neighbour, 3),
  past: often([8, fc.constant(0)], [2, fc.nat({ max: 5 })], [1, fc.nat({ max: 70 })]),
  ends: few(5, end, 2),
  timeout: seldom(25, fc.constantFrom(5, 30, 100, 250, 400, 700)),
  rival: seldom(12, gateState),
  stoppedByHand: seldom(14, gateState),
  input: seldom(20, fc.record({ value: input() })),
}));

/** Any input: a gate can be started by hand. */
function input(): fc.Arbitrary<unknown> {
  return often<unknown>(
    [1, fc.constantFrom<unknown>(
      {}, { experimentTemplateId: 'EXTanother' }, { experimentTemplateId: null }, { pipeline: 'unknown', pipelineExecutionId: 'x' }, null, [], 'text', 0,
    )],
    [1, fc.record({ pipeline: fc.jsonValue(), pipelineExecutionId: fc.jsonValue() }, { noNullPrototype: true })],
    [1, fc.jsonValue()],
  );
}

/** Adds a combination of events to a world. */
type Recipe = (before: World) => World;

function recipe<T>(ingredients: fc.Arbitrary<T>, add: (ingredients: T, before: World) => Partial<World>): fc.Arbitrary<Recipe> {
  return ingredients.map((all) => (before) => ({ ...before, ...add(all, before) }));
}

const someFaults = (by: CallFault['by'], operation: string, ...kinds: readonly FaultKind[]): fc.Arbitrary<CallFault> => tidy(fc.record({
  by: fc.constant(by),
  operation: fc.constant(operation),
  from: fc.integer({ min: 1, max: 3 }),
  calls: often<number | undefined>([1, fc.constant(undefined)], [1, fc.integer({ min: 1, max: 8 })]),
  error: fc.constant('Fis.ValidationException'),
  what: fc.constantFrom(...kinds),
  seconds: fc.nat({ max: 70 }),
  answer: answer(operation),
})).map(relevant);

const outOfData = often<GuardWorld['changes']>(
  [1, fc.array(fc.record({ at: moment, state: fc.constantFrom<any>('INSUFFICIENT_DATA', 'INSUFFICIENT_DATA', 'OK', 'ALARM') }), { minLength: 1, maxLength: 3 })],
  [1, fc.tuple(moment, fc.nat({ max: 100 }), fc.constantFrom<any>('ALARM', 'INSUFFICIENT_DATA')).map(([at, back, state]) => [
    { at, state }, { at: { ...at, seconds: at.seconds + back }, state: 'OK' },
  ])],
);

/** Combinations of events that chance alone rarely produces. */
const recipes: ReadonlyArray<readonly [weight: number, recipe: fc.Arbitrary<Recipe>]> = [
  // the answer to the start is lost or malformed
  [4, recipe(fc.record({
    start: someFaults('gate', 'fis:startExperiment', 'lost', 'disconnected', 'late', 'late effect', 'malformed', 'denied').map((fault) => ({ ...fault, from: 1 })),
    list: few(2, someFaults('gate', 'fis:listExperiments', 'throttled', 'lost', 'malformed').map((fault) => ({ ...fault, from: 2 })), 1),
    ends: few(3, fc.record({ machine: fc.constant<'gate'>('gate'), when: inState(['FindExperiments', 'FindExperimentsResult', 'StopExperiment', 'WaitForEnd', 'StartExperiment']) }), 1),
  }), ({ start: unanswered, list, ends }, before) => ({ faults: [unanswered, ...list, ...before.faults], ends: [...ends, ...before.ends] }))],
  // an earlier experiment of this gate is running
  [3, recipe(fc.record({
    endsAfter: seconds(500),
    faults: few(2, someFaults('gate', 'fis:getExperiment', 'throttled', 'malformed', 'lost'), 1),
    ends: few(3, fc.record({ machine: fc.constant<'gate'>('gate'), when: inState(['GetEarlier', 'HasEarlierEnded', 'WaitForEarlier']) }), 1),
  }), ({ endsAfter, faults, ends }, before) => ({
    neighbours: [{ who: 'sibling', when: { seconds: 0 }, script: { ends: 'failed', endsAfter } }, ...before.neighbours], faults: [...faults, ...before.faults], ends: [...ends, ...before.ends],
  }))],
  // a list of several pages
  [2, recipe(fc.record({
    past: fc.integer({ min: 18, max: 65 }), faults: fc.array(someFaults('gate', 'fis:listExperiments', 'throttled', 'malformed', 'lost', 'refused'), { maxLength: 1 }),
  }), ({ past, faults }, before) => ({ past, faults: [...faults, ...before.faults] }))],
  // two gates at once
  [3, recipe(fc.record({
    when: inState(['CheckInput', 'FindExperiments', 'ReadGuards', 'StartWatchdog', 'StartExperiment', 'BeginWatch']), lag: fc.nat({ max: 10 }),
  }), ({ when, lag }, before) => ({ rival: when, listing: { ...before.listing, lag } }))],
  // missing data where it is accepted, and alarms that FIS does not react to
  [5, recipe(fc.record({
    changes: outOfData,
    reactionAfter: fc.constantFrom(1, NEVER),
    faults: few(2, someFaults('gate', 'cloudwatch:describeAlarmHistory', 'throttled', 'malformed', 'malformed', 'lost'), 1),
    ends: few(6, fc.record({ machine: fc.constant<'gate'>('gate'), when: inState(['IsHistoryNeeded', 'ReadHistory']) }), 1),
  }), ({ changes, reactionAfter, faults, ends }, before) => ({
    subject: 'accepting',
    experiment: { ...before.experiment, reactionAfter },
    guards: [{ ...before.guards[0], changes }, ...before.guards.slice(1)],
    faults: [...faults, ...before.faults],
    ends: [...ends, ...before.ends],
  }))],
  // the gate was ended, and calls of its watchdog fail
  [4, recipe(fc.record({
    when: inState(['GetExperiment', 'WaitForExperiment', 'BeginWatch', 'StartExperiment', 'WaitForEnd']),
    faults: fc.array(fc.constantFrom('fis:listExperiments', 'fis:stopExperiment', 'sfn:describeExecution')
      .chain((operation) => someFaults('watchdog', operation, 'throttled', 'denied', 'lost', 'malformed')), { maxLength: 2 }),
    stoppingFor: fc.constantFrom(20, 300, 3600, 8000, NEVER),
    ends: few(4, fc.record({ machine: fc.constant<'watchdog'>('watchdog'), when: watchdogState }), 1),
  }), ({ when, faults, stoppingFor, ends }, before) => ({
    experiment: { ...before.experiment, stoppingFor }, faults: [...faults, ...before.faults], ends: [{ machine: 'gate', when }, ...ends],
  }))],
  // the pipeline run is abandoned, and the gate is hard to stop
  [2, recipe(fc.record({
    at: moment,
    status: fc.constantFrom<any>('Stopped', 'Cancelled', 'Superseded', 'Failed'),
    faults: few(2, someFaults('watchdog', 'sfn:stopExecution', 'throttled', 'lost', 'malformed', 'late'), 1),
  }), ({ at, status, faults }, before) => ({ pipeline: [{ at, status }], faults: [...faults, ...before.faults] }))],
  // an alarm flaps without a reaction of FIS, and the answers of CloudWatch are malformed
  [3, recipe(fc.record({
    at: moment, back: fc.integer({ min: 1, max: 100 }), faults: few(2, someFaults('gate', 'cloudwatch:describeAlarms', 'malformed'), 1),
  }), ({ at, back, faults }, before) => ({
    experiment: { ...before.experiment, reactionAfter: NEVER },
    guards: [{ ...before.guards[0], changes: [{ at, state: 'ALARM' }, { at: { ...at, seconds: at.seconds + back }, state: 'OK' }] }, ...before.guards.slice(1)],
    faults: [...faults, ...before.faults],
  }))],
  // the safety lever is engaged before the start, or the template was replaced
  [1, recipe(fc.constantFrom<Partial<World>>(
    { lever: [{ at: { after: 'start', seconds: 0 }, status: 'engaged' }] }, { input: { value: { experimentTemplateId: 'EXTanother' } } },
  ), (special) => special)],
];

/** A world of any kind. */
export const world: fc.Arbitrary<World> = fc.tuple(
  anyWorld,
  often<Recipe>([7, fc.constant((before: World) => before)], [3, often(...recipes)]),
).map(([before, change]) => change(before));
