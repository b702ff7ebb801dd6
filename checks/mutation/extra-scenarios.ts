/**
 * Additional scenarios for mutants: each detects at least one mutant that no other scenario detects.
 */
import { ExperimentScript } from '../../simulator/experiment';
import { answers, breaksDown, deniesAccess, losesAnswer, on, throttles, Outcome, Rule, ServiceCall, Which, unmodelled } from '../../simulator/faults';
import { EXECUTION, GateRun, PIPELINE_EXECUTION, RunOptions } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';
import { Scenario } from '../../simulator/scenarios';

/** A scenario with more expectations. */
export interface ProvingScenario extends Scenario {
  /** Nothing is running when the gate has ended, but the gate cannot know that. */
  readonly cannotTell?: boolean;
  /** The watchdog must give up, and an experiment may be left running. */
  readonly gaveUp?: boolean;
  /** Calls of the watchdog fail, so it takes longer than usual. */
  readonly slow?: boolean;
  /** The verdict document is wrong about the experiment, because the answers were. */
  readonly wrongAnswers?: boolean;
  /** Further expectations: returns what does not hold. */
  readonly also?: (run: GateRun) => string | undefined;
}

const stops = { pipeline: 'Failed' as const };
const goesOn = { pipeline: 'Succeeded' as const };
const died = { verdict: 'ABORTED', ...stops, started: true, needsWatchdog: true };
const never: ExperimentScript = { ends: 'never' };

/** Calls of one state, or only those before or after the first call of another one. */
interface Calls {
  readonly state: string;
  readonly before?: string;
  readonly after?: string;
}

function callsNamed(name: string): Calls {
  const [state, relation, other] = name.replace('watchdog ', '').split(' ');
  return { state, ...(relation === undefined ? {} : { [relation]: other }) };
}

/** How many of these calls an execution has made. */
function countIn({ execution }: ServiceCall, name: string): number {
  const { state, before, after: since } = callsNamed(name);
  const first = execution.calls.findIndex((each) => each.state === (before ?? since));
  return execution.calls.filter((each, index) => each.state === state
    && (before === undefined || first === -1 || index < first) && (since === undefined || (first !== -1 && index > first))).length;
}

/**
 * The outcome for the calls of one state, counted for each execution: `FindExperiments`, `FindExperiments after StartExperiment`, or
 * `watchdog FindExperiments` for a state of the watchdog.
 */
function inState(name: string, outcome: Outcome | ((call: ServiceCall) => Outcome), { from = 1, to = Infinity }: Which = {}): Rule {
  const { state, before, after: since } = callsNamed(name);
  return (call) => {
    const { execution } = call;
    if (execution.path[execution.path.length - 1] !== state || execution.arn.includes('-Watchdog:') !== name.startsWith('watchdog ')) { return 'pass'; }
    const has = (other: string) => execution.calls.some((each) => each.state === other);
    if ((before !== undefined && has(before)) || (since !== undefined && !has(since))) { return 'pass'; }
    const nth = countIn(call, name);
    if (nth < from || nth > to) { return 'pass'; }
    return typeof outcome === 'function' ? outcome(call) : outcome;
  };
}

const throttled = (call: ServiceCall): Outcome => unmodelled(call.operation, 'Rate exceeded', 429);
const malformed: Outcome = { answer: {} };
/** The first element of a list of experiments lacks its status. */
const incomplete: Outcome = { answer: ({ Experiments: [first, ...others] }: any) => ({ Experiments: [{ ...first, State: {} }, ...others] }) };
/** There is always another page. */
const endless: Outcome = { answer: (answer: any) => ({ ...answer, NextToken: 'page-from-0' }) };

/** The token after the last page is null. */
const nullToken: Outcome = { answer: (answer: any) => ({ NextToken: null, ...answer }) };

/** Pages that are so late that a search of ten of them takes too long. */
const late: Outcome = { delayMs: 50_000 };

/** The watchdog must read fifty pages in each search; this is the outcome for the last one. */
function fiftyPages(last: Outcome | ((call: ServiceCall) => Outcome)): Rule {
  return inState('watchdog FindExperiments', (call) => {
    const { path } = call.execution;
    const pages = path.length - Math.max(path.lastIndexOf('AreLooksClean'), path.lastIndexOf('Wait'), path.lastIndexOf('StopGate'));
    if (pages < 100) { return { answer: () => ({ Experiments: [], NextToken: 'page-from-0' }) }; }
    return typeof last === 'function' ? last(call) : last;
  });
}

/** Starts an experiment of the same template, by default one of the same gate. */
function start(run: GateRun, script: ExperimentScript, token: string, tags: object = { 'cdk-chaos-experiment-stage:gate': run.subject.gateName }) {
  run.aws.fis.startExperiment({ ClientToken: token, ExperimentTemplateId: run.subject.template.id, Tags: tags }, script);
}

/** Starts experiments that end immediately, so those started before them are not listed on the first page. */
function crowd(run: GateRun, count = 25) {
  for (let i = 0; i < count; i++) { start(run, { ends: 'failed', endsAfter: 0 }, `crowd-${i}`); }
}

/** Does something when the gate enters a state for the first time. */
function when(run: GateRun, state: string, act: () => void) {
  let done = false;
  run.gate.onState((name) => {
    if (name === state && !done) {
      done = true;
      act();
    }
  });
}

const after = (run: GateRun, seconds: number, act: () => void) => { run.clock.at(run.clock.now() + seconds * 1000, act); };
const abort = (run: GateRun) => run.gate.stop('Aborted', 'by hand');
const abortedIn = (state: string, more: RunOptions = {}): RunOptions => ({
  ...more,
  prepare: (run) => {
    more.prepare?.(run);
    when(run, state, () => abort(run));
  },
});
const oldestFirst: RunOptions = { listOrder: (newestFirst) => [...newestFirst].reverse() };
const abandonedAt = (pipelineName: string, at: number, from: 'clock' | 'experiment' = 'experiment'): RunOptions => ({
  pipelineRuns: [{ pipeline: pipelineName, executionId: PIPELINE_EXECUTION, timeline: [{ at, from, status: 'Stopped' }] }],
});

/** Seconds from the creation of the gate's experiment until it is first seen to have a status. */
function secondsUntil(run: GateRun, status: string): number {
  const [experiment] = run.experiments;
  return ((experiment.course.find((each) => each.status === status)?.time ?? Infinity) - experiment.creationTime) / 1000;
}

const countOf = (run: GateRun, operation: string) => run.aws.calls.filter((call) => call.operation === operation).length;
const calledOnce = (operation: string) => (run: GateRun) => (countOf(run, operation) === 1 ? undefined : `${operation} was called ${countOf(run, operation)} times`);
const atMost = (what: string, actual: number, most: number) => (actual <= most ? undefined : `${what} is ${actual}, more than ${most}`);
const names = (text: string, wanted: string, other: string) => (text.includes(wanted) && !text.includes(other) ? undefined : `the message does not name ${wanted} alone: ${text}`);
/** Seconds from the end of the experiment to the verdict. */
const secondsAfterEnd = (run: GateRun) => (run.gate.stopTime! - run.experiments[0].endTime!) / 1000;
/** The first of several problems. */
const firstOf = (...complaints: Array<string | undefined>) => complaints.find((each) => each !== undefined);
const noErrors = (run: GateRun) => run.aws.calls.filter(({ error }) => error).map(({ operation, error }) => `${operation} fails: ${error!.message}`)[0];

/** An alarm lacks one of its fields in every answer from the given one. */
const alarmWithout = (field: string, from: number): RunOptions => ({
  faults: [answers('cloudwatch:describeAlarms', ({ MetricAlarms: [{ [field]: _, ...first }, ...others] }: any) => ({ MetricAlarms: [first, ...others], CompositeAlarms: [] }), { from })],
});
const alarmOfNoTime: RunOptions = {
  faults: [answers('cloudwatch:describeAlarms', ({ MetricAlarms: [first, ...others] }: any) => ({
    MetricAlarms: [{ ...first, StateTransitionedTimestamp: 'a while ago' }, ...others], CompositeAlarms: [],
  }), { from: 2 })],
};
const FIELDS = ['AlarmArn', 'StateValue', 'StateTransitionedTimestamp'];
const guardChanges = (...changes: Array<[number, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA']>): RunOptions => ({
  guards: [{ timeline: changes.map(([at, state]) => ({ at, from: 'experiment', state })) }],
});

export const EXTRA_SCENARIOS: readonly ProvingScenario[] = [
  // in time
  {
    name: 'completed, in time and with few calls',
    verdict: 'Passed',
    ...goesOn,
    started: true,
    also: (run) => firstOf(
      atMost('the time from the end of experiment and observation to the verdict', secondsAfterEnd(run) - run.gate.variables().observation, 30),
      atMost('the number of looks', countOf(run, 'fis:getExperiment'), 26),
      atMost('the number of transitions', run.gate.transitions, 120),
    ),
  },
  {
    name: 'polled often around the expected end, and rarely before',
    verdict: 'Passed',
    ...goesOn,
    started: true,
    also: ({ gate }) => looksAround(gate, 600),
  },
  {
    name: 'ends as expected, and is noticed immediately',
    verdict: 'Passed',
    ...goesOn,
    started: true,
    options: { script: { actionSeconds: { settle: 167 } } },
    also: (run) => atMost('the time from the end of experiment and observation to the verdict', secondsAfterEnd(run) - run.gate.variables().observation, 15),
  },
  {
    name: 'ends late, and is noticed immediately',
    verdict: 'Passed',
    ...goesOn,
    started: true,
    options: { script: { actionSeconds: { settle: 290 } } },
    also: (run) => atMost('the time from the end of experiment and observation to the verdict', secondsAfterEnd(run) - run.gate.variables().observation, 15),
  },
  {
    name: 'fails early, and is noticed immediately',
    verdict: 'ExperimentFailed',
    ...stops,
    started: true,
    options: { script: { ends: 'failed', endsAfter: 32 } },
    also: (run) => atMost('the time to the verdict', secondsAfterEnd(run), 15),
  },
  {
    name: 'fails halfway, and is noticed soon',
    verdict: 'ExperimentFailed',
    ...stops,
    started: true,
    options: { script: { ends: 'failed', endsAfter: 250 } },
    also: (run) => atMost('the time to the verdict', secondsAfterEnd(run), 30),
  },
  {
    name: 'never ends, and is stopped at its deadline',
    verdict: 'TimedOut',
    ...stops,
    started: true,
    options: { script: never },
    also: (run) => firstOf(
      atMost('the time until it is stopped', secondsUntil(run, 'stopping'), 1502),
      atMost('minus that time', -secondsUntil(run, 'stopping'), -1500),
      atMost('the number of looks', countOf(run, 'fis:getExperiment'), 70),
      calledOnce('fis:stopExperiment')(run),
    ),
  },
  {
    name: 'a slow guard fires late',
    verdict: 'AlarmFired',
    ...stops,
    started: true,
    options: ({ length }) => ({
      guards: [{
        period: 300,
        evaluationPeriods: 3,
        timeline: [
          { at: length + 900, from: 'experiment', state: 'ALARM' }, { at: length + 1000, from: 'experiment', state: 'OK' },
        ],
      }],
    }),
    also: (run) => (run.subject.gateDefinition.States.Configure.Assign.observation === 120 ? undefined : atMost('the time to the verdict', secondsAfterEnd(run), 1050)),
  },
  {
    name: 'composite guards do not say how slow they are',
    verdict: 'AlarmFired',
    ...stops,
    started: true,
    options: ({ length }) => ({
      guards: [{ composite: true }, {
        composite: true,
        timeline: [
          { at: length + 90, from: 'experiment', state: 'ALARM' }, { at: length + 100, from: 'experiment', state: 'OK' },
        ],
      }],
    }),
    also: (run) => atMost('the time to the verdict', secondsAfterEnd(run), 330),
  },
  {
    name: 'guard fires at the end and recovers',
    verdict: 'AlarmFired',
    ...stops,
    started: true,
    options: ({ length }) => guardChanges([length + 60, 'ALARM'], [length + 400, 'OK']),
    also: (run) => atMost('the time to the verdict', secondsAfterEnd(run), 445),
  },
  {
    name: 'guard fires at the end and recovers too late',
    verdict: 'NotRecovered',
    ...stops,
    started: true,
    options: ({ length }) => guardChanges([length + 60, 'ALARM'], [length + 600, 'OK']),
    also: (run) => atMost('the time to the verdict', secondsAfterEnd(run), 530),
  },

  // before the start
  { name: 'started by hand', options: { input: {} }, verdict: 'Passed', ...goesOn, started: true, also: noErrors },
  {
    name: 'started by a pipeline that the watchdog cannot check',
    options: { input: { pipeline: 'unknown', pipelineExecutionId: PIPELINE_EXECUTION } },
    verdict: 'Passed',
    ...goesOn,
    started: true,
    also: noErrors,
  },
  { name: 'safety lever cannot be read', options: { faults: [deniesAccess('fis:getSafetyLever')] }, verdict: 'Passed', ...goesOn, started: true },
  {
    name: 'safety lever engaged, and seen at the second attempt',
    options: { safetyLever: [{ at: -60, status: 'engaged' }], faults: [throttles('fis:getSafetyLever', { to: 1 })] },
    verdict: 'Blocked',
    ...stops,
    started: false,
  },
  {
    name: 'earlier experiment on the second page',
    options: { prepare: (run) => { start(run, never, 'earlier'); crowd(run); } },
    verdict: 'Blocked',
    ...stops,
    started: false,
  },
  { name: 'more experiments than can be read', options: { faults: [inState('FindExperiments before StartExperiment', endless)] }, verdict: 'Blocked', ...stops, started: false },
  { name: 'pages that are too late', options: { prepare: (run) => crowd(run, 200), faults: [inState('FindExperiments before StartExperiment', late)] }, verdict: 'Blocked', ...stops, started: false },
  { name: 'pages that are just in time', options: { prepare: (run) => crowd(run, 100), faults: [inState('FindExperiments before StartExperiment', late), inState('FindExperiments after StartExperiment', late)] }, verdict: 'Passed', ...goesOn, started: true },
  {
    name: 'many pages, twice',
    options: { faults: [inState('FindExperiments before StartExperiment', endless, { to: 150 }), inState('FindExperiments after StartExperiment', endless, { to: 150 })] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
    also: (run) => (countOf(run, 'fis:listExperiments') > 300 ? undefined : 'not all pages were read'),
  },
  {
    name: 'many pages, and again after an earlier experiment',
    options: {
      prepare: (run) => start(run, { ends: 'failed', endsAfter: 40 }, 'earlier'),
      ...oldestFirst,
      faults: [inState('FindExperiments before StartExperiment', { answer: () => ({ Experiments: [], NextToken: 'page-from-0' }) }, { to: 150 }), inState('FindExperiments before StartExperiment', endless, { from: 152, to: 301 })],
    },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'another experiment appears on the first page while an earlier one is waited for',
    options: {
      prepare: (run) => {
        crowd(run);
        start(run, { ends: 'failed', endsAfter: 60 }, 'earlier');
        after(run, 50, () => start(run, never, 'next'));
      },
    },
    verdict: 'Blocked',
    ...stops,
    started: false,
  },
  {
    name: 'one experiment of this gate after the other',
    options: {
      prepare: (run) => {
        start(run, { ends: 'failed', endsAfter: 45 }, 'earlier');
        for (const nth of [1, 2, 3]) { after(run, nth * 40, () => start(run, { ends: 'failed', endsAfter: 45 }, `earlier-${nth}`)); }
      },
    },
    verdict: 'Blocked',
    ...stops,
    started: false,
  },
  {
    name: 'three earlier experiments, one after the other',
    options: {
      prepare: (run) => {
        start(run, { ends: 'failed', endsAfter: 45 }, 'earlier');
        for (const nth of [1, 2]) { after(run, nth * 40, () => start(run, { ends: 'failed', endsAfter: 45 }, `earlier-${nth}`)); }
      },
    },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'earlier experiment seen at the second attempt',
    options: { prepare: (run) => start(run, { ends: 'failed', endsAfter: 100 }, 'earlier'), faults: [inState('GetEarlier', throttled, { to: 3 })] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'two malformed answers about an earlier experiment',
    options: { prepare: (run) => start(run, { ends: 'failed', endsAfter: 100 }, 'earlier'), faults: [inState('GetEarlier', malformed, { to: 2 })] },
    verdict: 'GateError',
    ...stops,
    started: false,
  },
  {
    name: 'one malformed answer about an earlier experiment',
    options: { prepare: (run) => start(run, { ends: 'failed', endsAfter: 100 }, 'earlier'), faults: [inState('GetEarlier', malformed, { to: 1 })] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  { name: 'two malformed lists of experiments', options: { faults: [inState('FindExperiments before StartExperiment', malformed, { to: 2 })] }, verdict: 'GateError', ...stops, started: false },
  {
    name: 'an experiment without its status in the list',
    options: { prepare: (run) => start(run, { ends: 'failed', endsAfter: 0 }, 'earlier'), faults: [inState('FindExperiments before StartExperiment', incomplete)] },
    verdict: 'GateError',
    ...stops,
    started: false,
  },
  {
    name: 'guard alarm does not exist, and is named',
    options: { withoutGuards: [1] },
    verdict: 'Blocked',
    ...stops,
    started: false,
    also: ({ document, subject: { guards: [first, second] } }) => names(document.message, second.name, first.name),
  },
  {
    name: 'alarm is firing before the start, and is named',
    options: { guards: [{}, { initial: 'ALARM' }] },
    verdict: 'NotSteady',
    ...stops,
    started: false,
    also: ({ document, subject: { guards: [first, second] } }) => names(document.message, second.name, first.name),
  },
  {
    name: 'an answer without composite alarms',
    options: { faults: [answers('cloudwatch:describeAlarms', ({ MetricAlarms }: any) => ({ MetricAlarms }))] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'an answer with only composite guard alarms',
    options: { guards: [{ composite: true }, { composite: true }], faults: [answers('cloudwatch:describeAlarms', ({ CompositeAlarms }: any) => ({ CompositeAlarms }))] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  { name: 'one malformed answer about the guards', options: { faults: [inState('ReadGuards', malformed, { to: 1 })] }, verdict: 'Passed', ...goesOn, started: true },
  { name: 'two malformed answers about the guards', options: { faults: [inState('ReadGuards', malformed, { to: 2 })] }, verdict: 'GateError', ...stops, started: false },
  ...FIELDS.map((field): ProvingScenario => ({
    name: `guard alarm without its ${field}`, options: alarmWithout(field, 1), verdict: 'Blocked', ...stops, started: false,
  })),
  ...FIELDS.map((field): ProvingScenario => ({
    name: `guard alarm without its ${field} afterwards`,
    options: alarmWithout(field, 2),
    verdict: 'NotRecovered',
    ...stops,
    started: true,
    wrongAnswers: true,
    also: ({ document }) => (document.guards[0].leftOk && !document.guards[1].leftOk ? undefined : 'the guard that cannot be seen is not among those that left OK'),
  })),
  { name: 'guard alarm with an invalid time afterwards', options: alarmOfNoTime, verdict: 'NotRecovered', ...stops, started: true, wrongAnswers: true },

  // the start
  {
    name: 'too many experiments are active, for a while',
    options: { prepare: (run) => { for (const nth of [1, 2, 3, 4, 5]) { start(run, { ends: 'failed', endsAfter: 150 }, `other-${nth}`, { Team: 'payments' }); } } },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'FIS rejects the start',
    options: { faults: [on('fis:startExperiment', {}, { error: 'Fis.ValidationException', cause: 'no' })] },
    verdict: 'StartFailed',
    ...stops,
    started: false,
    also: calledOnce('fis:startExperiment'),
  },
  {
    name: 'watchdog was deleted',
    options: { faults: [on('sfn:startExecution', {}, { error: 'Sfn.StateMachineDoesNotExistException', cause: 'no' })] },
    verdict: 'Blocked',
    ...stops,
    started: false,
    also: calledOnce('sfn:startExecution'),
  },
  {
    name: 'answer to the start malformed, and FIS is late to list',
    options: { script: never, listingLag: 10, faults: [answers('fis:startExperiment', { Experiment: {} })] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
  },
  {
    name: 'answer to the start malformed, and the clock of FIS is behind',
    options: {
      script: never,
      faults: [
        answers('fis:startExperiment', { Experiment: {} }),
        answers('fis:listExperiments', ({ Experiments: all }: any) => ({
          Experiments: all.map((each: any) => ({ ...each, CreationTime: new Date(Date.parse(each.CreationTime) - 30_000).toISOString() })),
        })),
      ],
    },
    verdict: 'StartFailed',
    ...stops,
    started: true,
  },
  {
    name: 'input so long that its watchdog could not read the execution',
    options: { ...abortedIn('GetExperiment'), input: { note: '"'.repeat(130_000) } },
    verdict: 'Blocked',
    ...stops,
    started: false,
  },
  { name: 'longest input', options: { input: { note: 'x'.repeat(10_000 - '{"note":""}'.length) } }, verdict: 'Passed', ...goesOn, started: true },
  {
    name: 'input one character too long',
    options: { input: { note: 'x'.repeat(10_001 - '{"note":""}'.length) } },
    verdict: 'Blocked',
    ...stops,
    started: false,
  },
  {
    name: 'answer to the start lost, and many experiments',
    options: { prepare: (run) => crowd(run), ...oldestFirst, script: never, faults: [losesAnswer('fis:startExperiment')] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
  },
  {
    name: 'answer to the start lost, and a list without end',
    options: { script: never, faults: [losesAnswer('fis:startExperiment'), inState('FindExperiments after StartExperiment', { answer: () => ({ Experiments: [], NextToken: 'page-from-0' }) })] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
    needsWatchdog: true,
    slow: true,
    wrongAnswers: true,
  },
  {
    name: 'answer to the start lost, and pages that are too late',
    options: { ...oldestFirst, prepare: (run) => crowd(run, 200), script: never, faults: [losesAnswer('fis:startExperiment'), inState('FindExperiments after StartExperiment', late)] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
    needsWatchdog: true,
    slow: true,
    wrongAnswers: true,
  },
  {
    name: 'answer to the start lost, and pages that are just in time',
    options: { ...oldestFirst, prepare: (run) => crowd(run, 80), script: never, faults: [losesAnswer('fis:startExperiment'), inState('FindExperiments after StartExperiment', late)] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
  },
  {
    name: 'answer to the start lost, and the list throttled',
    options: { script: never, faults: [losesAnswer('fis:startExperiment'), inState('FindExperiments after StartExperiment', throttled, { to: 3 })] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
  },
  {
    name: 'answer to the start lost, and one malformed list',
    options: { script: never, faults: [losesAnswer('fis:startExperiment'), inState('FindExperiments after StartExperiment', malformed, { to: 1 })] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
  },
  {
    name: 'answer to the start lost, and the last page of the list has a token that is null',
    options: { script: never, faults: [losesAnswer('fis:startExperiment'), inState('FindExperiments after StartExperiment', nullToken)] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
  },
  {
    name: 'answer to the start lost, and two malformed lists',
    options: { script: never, faults: [losesAnswer('fis:startExperiment'), inState('FindExperiments after StartExperiment', malformed, { to: 2 })] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
    needsWatchdog: true,
    slow: true,
    wrongAnswers: true,
    also: (run) => (run.gate.calls.some(({ state }) => state === 'StopExperiment') ? 'the gate stopped an experiment that it does not know' : undefined),
  },
  {
    name: 'answer to the start lost, and an incomplete list',
    options: { script: never, faults: [losesAnswer('fis:startExperiment'), inState('FindExperiments after StartExperiment', incomplete)] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
    needsWatchdog: true,
    slow: true,
    wrongAnswers: true,
  },
  {
    name: 'answer to the start lost, and a list that another gate is in',
    options: {
      script: never,
      faults: [on('fis:startExperiment', {}, { error: 'Fis.ValidationException', cause: 'no' })],
      prepare: (run) => start(run, { ends: 'failed', endsAfter: 100 }, 'foreign', { 'cdk-chaos-experiment-stage:gate': 'another', 'cdk-chaos-experiment-stage:execution': EXECUTION }),
    },
    verdict: 'StartFailed',
    ...stops,
    started: true,
    cannotTell: false,
    needsWatchdog: true,
    wrongAnswers: true,
    slow: true,
  },

  // two gates at once
  {
    name: 'rival on the second page',
    options: { ...oldestFirst, prepare: (run) => { crowd(run); when(run, 'StartWatchdog', () => start(run, never, 'rival')); } },
    verdict: 'Blocked',
    ...stops,
    started: true,
  },
  {
    name: 'rivals on more pages than can be read', options: { faults: [inState('FindExperiments after StartExperiment', endless)] }, verdict: 'GateError', ...stops, started: true,
  },
  { name: 'rivals on pages that are too late', options: { ...oldestFirst, prepare: (run) => crowd(run, 200), faults: [inState('FindExperiments after StartExperiment', late)] }, verdict: 'GateError', ...stops, started: true },
  {
    name: 'rival started in the same instant, a little later',
    options: { prepare: (run) => when(run, 'BeginWatch', () => start(run, { ends: 'failed', endsAfter: 100 }, 'rival')) },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'rival started in the same instant, a little earlier',
    options: { prepare: (run) => when(run, 'StartWatchdog', () => start(run, never, 'rival')) },
    verdict: 'Blocked',
    ...stops,
    started: true,
  },
  {
    name: 'rival that is over, on the second page',
    // the watchdog takes a while to start, so the rival is younger than the search for earlier ones
    options: {
      ...oldestFirst,
      faults: [on('sfn:startExecution', { to: 1 }, { delayMs: 5000 })],
      prepare: (run) => { crowd(run); when(run, 'StartExperiment', () => start(run, { ends: 'failed', endsAfter: 0 }, 'rival')); },
    },
    verdict: 'Blocked',
    ...stops,
    started: true,
  },
  {
    name: 'rival, and the stop is throttled once',
    options: { prepare: (run) => when(run, 'StartWatchdog', () => start(run, never, 'rival')), faults: [throttles('fis:stopExperiment', { to: 1 })] },
    verdict: 'Blocked',
    ...stops,
    started: true,
    also: (run) => atMost('the time until it is told to stop', secondsUntil(run, 'stopping'), 60),
  },
  {
    name: 'the experiment cannot be read, and the message says so',
    options: { script: never, faults: [inState('GetExperiment before StopExperiment', throttled)] },
    verdict: 'GateError',
    ...stops,
    started: true,
    also: ({ document: { message } }) => names(message, 'could not read experiment', 'reported the status'),
  },
  { name: 'rivals listed at the second attempt', options: { faults: [inState('FindExperiments after StartExperiment', throttled, { to: 3 })] }, verdict: 'Passed', ...goesOn, started: true },
  { name: 'the last page of every list has a token that is null', options: { faults: [on('fis:listExperiments', {}, nullToken)] }, verdict: 'Passed', ...goesOn, started: true },
  { name: 'one malformed list of rivals', options: { faults: [inState('FindExperiments after StartExperiment', malformed, { to: 1 })] }, verdict: 'Passed', ...goesOn, started: true },
  { name: 'two malformed lists of rivals', options: { faults: [inState('FindExperiments after StartExperiment', malformed, { to: 2 })] }, verdict: 'GateError', ...stops, started: true },
  { name: 'an incomplete list of rivals', options: { faults: [inState('FindExperiments after StartExperiment', incomplete)] }, verdict: 'GateError', ...stops, started: true },

  // what it did
  {
    name: 'the start is rejected, and the list has no end',
    options: { faults: [deniesAccess('fis:startExperiment'), inState('FindExperiments after StartExperiment', endless)] },
    verdict: 'StartFailed',
    ...stops,
    started: false,
    cannotTell: true,
  },
  {
    name: 'a fault was replaced by a wait under its name',
    options: {
      faults: [on('fis:getExperiment', {}, {
        answer: ({ Experiment: all }: any) => ({ Experiment: { ...all, Actions: { ...all.Actions, reboot: { ...all.Actions.reboot, ActionId: 'aws:fis:wait' } } } }),
      })],
    },
    verdict: 'NothingInjected',
    ...stops,
    started: true,
    wrongAnswers: true,
  },
  {
    name: 'the answer to the start cannot be read, and the list shows nothing for a minute',
    options: { script: never, listingLag: 90, faults: [answers('fis:startExperiment', {})] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
    needsWatchdog: true,
    wrongAnswers: true,
    slow: true,
  },
  { name: 'a wait is skipped', options: { script: { skippedActions: ['settle'] } }, verdict: 'NothingInjected', ...stops, started: true },

  // the end
  {
    name: 'ends while the gate is stopping it',
    options: ({ length }) => ({ faults: [inState('GetExperiment before StopExperiment', (call) => (call.at >= call.execution.startTime + length * 1000 ? malformed : 'pass'))] }),
    verdict: 'GateError',
    ...stops,
    started: true,
    also: calledOnce('fis:stopExperiment'),
  },
  {
    name: 'can be read again while the gate is stopping it',
    options: { faults: [inState('GetExperiment before StopExperiment', throttled, { from: 18 })] },
    verdict: 'GateError',
    ...stops,
    started: true,
    also: ({ document }) => (document.faultsCompleted.length === 2 ? undefined : 'its faults had not completed'),
  },
  {
    name: 'never ends, and the stop is throttled once',
    options: { script: never, faults: [throttles('fis:stopExperiment', { to: 1 })] },
    verdict: 'TimedOut',
    ...stops,
    started: true,
    also: (run) => atMost('the time until it is stopped', secondsUntil(run, 'stopping'), 1512),
  },
  {
    name: 'never ends, and its stop is confirmed at the second attempt',
    options: { script: never, faults: [inState('GetExperiment after StopExperiment', throttled, { to: 1 })] },
    verdict: 'TimedOut',
    ...stops,
    started: true,
  },
  {
    name: 'its end can never be read',
    options: { faults: [throttles('fis:getExperiment', { from: 3 })] },
    verdict: 'GateError',
    ...stops,
    started: true,
    cannotTell: true,
    wrongAnswers: true,
    also: ({ document }) => (document.experiment.status === 'unknown' ? undefined : `the status of an experiment that cannot be read is '${document.experiment.status}'`),
  },
  { name: 'one malformed answer about the guards afterwards', options: { faults: [inState('ReadGuardsAgain', malformed, { to: 1 })] }, verdict: 'Passed', ...goesOn, started: true },
  {
    name: 'two malformed answers about the guards afterwards',
    options: { faults: [inState('ReadGuardsAgain', malformed, { to: 2 })] },
    verdict: 'GateError',
    ...stops,
    started: true,
  },
  { name: 'guards read at the second attempt afterwards', options: { faults: [inState('ReadGuardsAgain', throttled, { to: 3 })] }, verdict: 'Passed', ...goesOn, started: true },

  // the watchdog
  { name: 'aborted at the first poll', options: abortedIn('GetExperiment', { script: never }), ...died },
  { name: 'aborted during the start, without an end', options: abortedIn('BeginWatch', { script: never }), ...died },
  { name: 'aborted, and many experiments', options: abortedIn('GetExperiment', { ...oldestFirst, script: never, prepare: (run) => crowd(run) }), ...died },
  {
    name: 'aborted, and the watchdog is throttled',
    options: abortedIn('GetExperiment', {
      script: never,
      faults: [inState('watchdog CheckGate', throttled, { to: 1 }), inState('watchdog FindExperiments', throttled, { to: 1 }), inState('watchdog StopExperiment', throttled, { to: 1 })],
    }),
    ...died,
  },
  { name: 'aborted, and the list is malformed once', options: abortedIn('GetExperiment', { script: never, faults: [inState('watchdog FindExperiments', malformed, { to: 1 })] }), ...died },
  { name: 'aborted, and the last page of the list has a token that is null', options: abortedIn('GetExperiment', { script: never, faults: [inState('watchdog FindExperiments', nullToken)] }), ...died },
  {
    name: 'completed, and the watchdog stops nothing of an incomplete list',
    options: { faults: [inState('watchdog FindExperiments', incomplete, { to: 2 })] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
    also: (run) => (countOf(run, 'fis:stopExperiment') === 0 ? undefined : 'an experiment without a status was told to stop'),
  },
  {
    name: 'aborted, and the list is incomplete for a while',
    options: abortedIn('GetExperiment', { script: never, faults: [inState('watchdog FindExperiments', { answer: ({ Experiments: [first] }: any) => ({ Experiments: [{ ...first, State: { Status: 'ended' }, Id: undefined }] }) }, { to: 4 })] }),
    ...died,
    slow: true,
  },
  {
    name: 'aborted, and the list has no end for a while',
    options: abortedIn('GetExperiment', { ...oldestFirst, prepare: (run) => crowd(run), script: never, faults: [inState('watchdog FindExperiments', { answer: () => ({ Experiments: [], NextToken: 'page-from-0' }) }, { to: 200 })] }),
    ...died,
    slow: true,
  },
  {
    name: 'aborted, and the list has very many pages each time',
    options: abortedIn('GetExperiment', { script: never, faults: [inState('watchdog FindExperiments', (call) => (call.execution.calls.filter(({ state }) => state === 'FindExperiments').length % 151 === 0 ? 'pass' : { answer: () => ({ Experiments: [], NextToken: 'page-from-0' }) }))] }),
    ...died,
  },
  { name: 'aborted, and the stop fails for a while', options: abortedIn('GetExperiment', { script: never, faults: [inState('watchdog StopExperiment', throttled, { to: 8 })] }), ...died, slow: true },
  ...[
    { name: 'fails to stop it', second: inState('watchdog StopExperiment', throttled, { to: 6 }) },
    { name: 'cannot list it', second: inState('watchdog FindExperiments', throttled, { from: 2, to: 7 }) },
    { name: 'sees no end of the list', second: inState('watchdog FindExperiments', { answer: () => ({ Experiments: [], NextToken: 'page-from-0' }) }, { from: 2, to: 201 }) },
  ].map(({ name, second }): ProvingScenario => ({
    name: `aborted, and the watchdog ${name} between two lists without it`,
    options: abortedIn('GetExperiment', {
      script: never,
      faults: [second, inState('watchdog FindExperiments', (call) => {
        const look = call.execution.path.filter((state) => state === 'AreLooksClean').length + 1;
        return look === 1 || look === 3 ? { answer: { Experiments: [] } } : 'pass';
      })],
    }),
    ...died,
    slow: true,
  })),
  {
    name: 'aborted, and the stop fails at first, with many experiments',
    options: abortedIn('GetExperiment', { script: never, prepare: (run) => crowd(run), faults: [inState('watchdog StopExperiment', throttled, { to: 6 })] }),
    ...died,
    slow: true,
    also: (run) => atMost('the time until it is told to stop', secondsUntil(run, 'stopping'), 220),
  },
  {
    name: 'aborted, and pages that are too late at first',
    options: abortedIn('GetExperiment', { ...oldestFirst, script: never, prepare: (run) => crowd(run, 200), faults: [inState('watchdog FindExperiments', late, { to: 7 })] }),
    ...died,
    slow: true,
    also: (run) => atMost('the time until it is told to stop', secondsUntil(run, 'stopping'), 500),
  },
  { name: 'aborted, and FIS is late to list', options: abortedIn('BeginWatch', { script: never, listingLag: 90 }), ...died, slow: true },
  {
    name: 'aborted, and the experiment ends before the watchdog stops it',
    options: abortedIn('GetExperiment', { script: { ends: 'failed', endsAfter: 30 }, faults: [inState('watchdog FindExperiments', { answer: ({ Experiments: [first] }: any) => ({ Experiments: [{ ...first, State: { Status: 'running' } }] }) }, { to: 1 })] }),
    ...died,
    also: calledOnce('fis:stopExperiment'),
  },
  { name: 'aborted, and nothing can be stopped', options: abortedIn('GetExperiment', { script: never, faults: [deniesAccess('fis:stopExperiment')] }), ...died, gaveUp: true },
  { name: 'aborted, and nothing can be listed', options: abortedIn('WaitForList', { script: never, faults: [inState('watchdog FindExperiments', throttled)] }), ...died, gaveUp: true },
  {
    name: 'aborted, and the list fails for a while after a long look',
    options: abortedIn('GetExperiment', {
      script: never,
      faults: [inState('watchdog FindExperiments', (call) => {
        const look = call.execution.path.filter((state) => state === 'AreLooksClean').length + 1;
        if (look > 1) { return look < 8 ? throttled(call) : 'pass'; }
        return countIn(call, 'watchdog FindExperiments') < 190 ? { answer: () => ({ Experiments: [], NextToken: 'page-from-0' }) } : { answer: { Experiments: [] } };
      })],
    }),
    ...died,
    slow: true,
  },
  { name: 'aborted, and the list has no end', options: abortedIn('GetExperiment', { script: never, faults: [inState('watchdog FindExperiments', { answer: () => ({ Experiments: [], NextToken: 'page-from-0' }) })] }), ...died, gaveUp: true },
  { name: 'aborted, and nothing can be stopped, on the fiftieth page', options: abortedIn('GetExperiment', { script: never, faults: [deniesAccess('fis:stopExperiment'), fiftyPages('pass')] }), ...died, gaveUp: true },
  { name: 'aborted, and the fiftieth page cannot be read', options: abortedIn('GetExperiment', { script: never, faults: [fiftyPages(throttled)] }), ...died, gaveUp: true },
  {
    name: 'the watchdog can neither read nor stop its gate, and there are fifty pages',
    options: { faults: [deniesAccess('sfn:describeExecution'), deniesAccess('sfn:stopExecution'), fiftyPages('pass')] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
    gaveUp: true,
  },
  {
    name: 'two experiments have the tags of the execution',
    options: abortedIn('GetExperiment', {
      script: never,
      prepare: (run) => when(run, 'BeginWatch', () => start(run, never, 'second', {
        'cdk-chaos-experiment-stage:gate': run.subject.gateName, 'cdk-chaos-experiment-stage:execution': EXECUTION,
      })),
    }),
    ...died,
  },
  { name: 'another execution continues', options: abortedIn('GetExperiment', { script: never, prepare: (run) => when(run, 'WaitForList', () => start(run, never, 'other', { 'cdk-chaos-experiment-stage:gate': run.subject.gateName, 'cdk-chaos-experiment-stage:execution': 'run-0' })) }), ...died },
  { name: 'the watchdog cannot read its gate', options: { faults: [deniesAccess('sfn:describeExecution')] }, verdict: 'Passed', ...goesOn, started: true, slow: true },
  {
    name: 'the watchdog cannot read its gate, which no pipeline started',
    options: { input: {}, faults: [deniesAccess('sfn:describeExecution')] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
    slow: true,
  },
  {
    name: 'the watchdog does not understand the status of its gate',
    options: { input: {}, faults: [answers('sfn:describeExecution', {})] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
    slow: true,
  },
  {
    name: 'the watchdog can neither read nor stop its gate',
    options: { faults: [deniesAccess('sfn:describeExecution'), deniesAccess('sfn:stopExecution')] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
    gaveUp: true,
  },
  {
    name: 'abandoned, and the watchdog is throttled',
    options: ({ pipelineName }) => ({
      ...abandonedAt(pipelineName, 100),
      script: never,
      faults: [inState('watchdog CheckPipeline', throttled, { from: 2, to: 2 }), inState('watchdog StopGate', throttled, { to: 1 })],
    }),
    ...died,
    also: (run) => firstOf(
      atMost('the time until it is told to stop', secondsUntil(run, 'stopping'), 150),
      names(run.gate.cause ?? '', 'stopped and abandoned', 'did not end in time'),
    ),
  },
  {
    name: 'abandoned, and the gate cannot be stopped',
    options: ({ pipelineName }) => ({ ...abandonedAt(pipelineName, 100), script: never, faults: [deniesAccess('sfn:stopExecution')] }),
    verdict: 'ExperimentStopped',
    ...stops,
    started: true,
  },
  {
    name: 'abandoned, and the gate starts its experiment later and is aborted',
    options: ({ pipelineName }) => ({
      ...abandonedAt(pipelineName, 0, 'clock'),
      script: never,
      listingLag: 60,
      faults: [deniesAccess('sfn:stopExecution'), on('fis:startExperiment', { to: 4 }, { error: 'Fis.ServiceQuotaExceededException', cause: 'no' })],
      prepare: (run) => when(run, 'BeginWatch', () => abort(run)),
    }),
    ...died,
    slow: true,
  },
];

/** Scenarios for only one variant of the gate. */
export const EXTRA_SCENARIOS_OF: { readonly [variant: string]: readonly ProvingScenario[] } = {
  'missing data accepted': [
    { name: 'data runs out and comes back', options: guardChanges([60, 'INSUFFICIENT_DATA'], [200, 'OK']), verdict: 'Passed', ...goesOn, started: true },
    { name: 'data runs out and does not come back', options: guardChanges([60, 'INSUFFICIENT_DATA']), verdict: 'NotRecovered', ...stops, started: true },
    {
      name: 'history cannot be read',
      options: { ...guardChanges([60, 'INSUFFICIENT_DATA'], [200, 'OK']), faults: [deniesAccess('cloudwatch:describeAlarmHistory')] },
      verdict: 'GateError',
      ...stops,
      started: true,
    },
    {
      name: 'history read at the second attempt',
      options: { ...guardChanges([60, 'INSUFFICIENT_DATA'], [200, 'OK']), faults: [breaksDown('cloudwatch:describeAlarmHistory', { to: 2 })] },
      verdict: 'Passed',
      ...goesOn,
      started: true,
    },
    {
      name: 'history malformed once',
      options: { ...guardChanges([60, 'INSUFFICIENT_DATA'], [200, 'OK']), faults: [answers('cloudwatch:describeAlarmHistory', { AlarmHistoryItems: [{ HistoryData: '{' }] }, { to: 1 })] },
      verdict: 'Passed',
      ...goesOn,
      started: true,
    },
    {
      name: 'history malformed twice',
      options: { ...guardChanges([60, 'INSUFFICIENT_DATA'], [200, 'OK']), faults: [answers('cloudwatch:describeAlarmHistory', { AlarmHistoryItems: [{ HistoryData: '{' }] }, { to: 2 })] },
      verdict: 'GateError',
      ...stops,
      started: true,
    },
    {
      name: 'the second guard gets data for a while',
      options: { guards: [{}, { initial: 'INSUFFICIENT_DATA', timeline: [{ at: 60, from: 'experiment', state: 'OK' }, { at: 100, from: 'experiment', state: 'INSUFFICIENT_DATA' }] }] },
      verdict: 'Passed',
      ...goesOn,
      started: true,
    },
    {
      name: 'history is empty',
      options: { ...guardChanges([60, 'INSUFFICIENT_DATA'], [200, 'OK']), faults: [answers('cloudwatch:describeAlarmHistory', { AlarmHistoryItems: [] })] },
      verdict: 'AlarmFired',
      ...stops,
      started: true,
    },
    {
      name: 'data of one guard runs out and comes back, and the other never had any',
      options: { guards: [{ timeline: [{ at: 60, from: 'experiment', state: 'INSUFFICIENT_DATA' }, { at: 200, from: 'experiment', state: 'OK' }] }, { initial: 'INSUFFICIENT_DATA' }] },
      verdict: 'Passed',
      ...goesOn,
      started: true,
    },
    {
      name: 'the history is behind the state of the alarm',
      options: {
        ...guardChanges([60, 'INSUFFICIENT_DATA'], [100, 'ALARM'], [200, 'OK']),
        script: { reactionAfter: 9999 },
        faults: [answers('cloudwatch:describeAlarmHistory', ({ AlarmHistoryItems: items }: any) => ({ AlarmHistoryItems: items.slice(-1) }))],
      },
      verdict: 'AlarmFired',
      ...stops,
      started: true,
    },
    {
      name: 'an alarm long before the check does not count',
      options: { guards: [{ timeline: [{ at: -3600, state: 'ALARM' }, { at: -1800, state: 'OK' }, { at: 60, from: 'experiment', state: 'INSUFFICIENT_DATA' }, { at: 200, from: 'experiment', state: 'OK' }] }] },
      verdict: 'Passed',
      ...goesOn,
      started: true,
    },
  ],
  'existing template': [
    template('read at the second attempt', breaksDown('fis:getExperimentTemplate', { to: 1 }), 'Passed'),
    template('malformed once', answers('fis:getExperimentTemplate', {}, { to: 1 }), 'Passed'),
    template('malformed twice', answers('fis:getExperimentTemplate', {}, { to: 2 }), 'GateError'),
    {
      ...template('does not exist', on('fis:getExperimentTemplate', {}, { error: 'Fis.ResourceNotFoundException', cause: 'no such template' }), 'GateError'),
      also: ({ seconds }) => (seconds < 1 ? undefined : `a final error was retried for ${seconds} s`),
    },
    template('of another id', templateIs(() => ({ Id: 'EXTother' })), 'GateError'),
    template('without actions', templateIs(() => ({ Actions: undefined })), 'GateError'),
    template('without stop conditions', templateIs(() => ({ StopConditions: undefined })), 'GateError'),
    template('with an empty list of stop conditions', templateIs(() => ({ StopConditions: [] })), 'Blocked'),
    template('with no stop condition', templateIs(() => ({ StopConditions: [{ Source: 'none' }] })), 'Blocked'),
    template('with one stop condition of two', templateIs(({ StopConditions: [first] }) => ({ StopConditions: [first] })), 'Blocked'),
    template('with more stop conditions', templateIs(({ StopConditions: all }) => ({ StopConditions: [{ Source: 'aws:cloudwatch:alarm', Value: 'arn:other' }, ...all] })), 'Passed'),
    template('without a fault', templateIs(({ Actions: { settle } }) => ({ Actions: { settle } })), 'Blocked'),
    {
      name: 'existing template: the pipeline is checked in every fifth round, although every second round fails',
      options: { script: never, faults: [inState('watchdog CheckGate', (call) => (countIn(call, 'CheckGate') % 2 === 0 ? throttled(call) : 'pass'))] },
      verdict: 'TimedOut',
      ...stops,
      started: true,
      also: ({ watchdogs: [{ path }] }) => {
        const looks = path.filter((state) => state === 'CheckGate' || state === 'CheckPipeline').join(' ');
        return /^((CheckGate ){5}CheckPipeline ){4,}(CheckGate ?){1,5}$/.test(looks) ? undefined : `it looked ${looks}`;
      },
    },
    stoppedAfter(600 + 900),
  ],
  'existing template, timeout given': [
    stoppedAfter(1800),
    template('just as long as allowed', takes('PT22M'), 'Passed'),
    template('longer than allowed', takes('PT22M1S'), 'Blocked'),
    template('of several hours', takes('PT5H1M', 'PT21M'), 'Blocked'),
    template('of a day', takes('P1D', 'PT21M'), 'Blocked'),
    template('of hours that are not said as text', takes(5 * 3600), 'Passed'),
  ],
};

/** An experiment that does not end is stopped after so many seconds. */
function stoppedAfter(seconds: number): ProvingScenario {
  return {
    name: 'existing template: stopped in time',
    options: { script: never },
    verdict: 'TimedOut',
    ...stops,
    started: true,
    also: (run) => {
      const told = secondsUntil(run, 'stopping');
      return firstOf(
        told >= seconds && told <= seconds + 2 ? undefined : `stopped after ${told} s`,
        atMost('the number of looks', countOf(run, 'fis:getExperiment'), 100),
      );
    },
  };
}

/** The outcome of reading an existing template. */
function template(how: string, fault: Rule, verdict: string): ProvingScenario {
  const passes = verdict === 'Passed';
  return { name: `existing template ${how}`, options: { faults: [fault] }, verdict, ...(passes ? goesOn : stops), started: passes };
}

/** The answer has a template with other parts. */
function templateIs(change: (template: any) => object): Rule {
  return answers('fis:getExperimentTemplate', ({ ExperimentTemplate: all }: any) => ({ ExperimentTemplate: { ...all, ...change(all) } }));
}

/** Its first action takes some time, and so does the one at the same time. Its reboot takes none, and the wait after it eight minutes. */
function takes(duration: unknown, beside?: string): Rule {
  return templateIs(({ Actions: { latency, reboot, settle } }) => ({
    Actions: {
      settle: { ...settle, Parameters: { duration: 'PT8M' } },
      latency: { ...latency, Parameters: { ...latency.Parameters, duration } },
      reboot: { ...reboot, Parameters: undefined },
      ...(beside && { beside: { ...latency, Parameters: { startInstancesAfterDuration: beside } } }),
    },
  }));
}

/** Whether the experiment is polled often around its expected end, and rarely before. */
function looksAround({ calls }: Execution, expected: number): string | undefined {
  const looks = calls.filter(({ state }) => state === 'GetExperiment').map(({ at }) => (at - calls[0].at) / 1000 - 15);
  const gaps = looks.slice(1).map((at, i) => ({ at, gap: at - looks[i] }));
  const wrong = gaps.filter(({ at, gap }) => (at > 90 && at < expected - 30 ? gap < 20 : at > expected + 1 && gap > 16));
  return wrong.length === 0 && gaps.length > 10 ? undefined : `polled at ${looks.join(', ')}`;
}
