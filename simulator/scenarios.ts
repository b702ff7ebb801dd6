/**
 * Everything that can happen to a gate, one thing at a time, and the expected outcome.
 */
import { answers, breaksDown, deniesAccess, losesAnswer, on, throttles } from './faults';
import { GateRun, PIPELINE_EXECUTION, RunOptions, Subject } from './gate-run';

/** What a scenario may need to know about the gate. */
export interface About {
  readonly pipelineName: string;
  readonly faults: readonly string[];
  /** Seconds from the start of the experiment to its end, if nothing goes wrong. */
  readonly length: number;
}

export interface Scenario {
  readonly name: string;
  readonly options?: RunOptions | ((about: About) => RunOptions);
  /** The verdict, or the status of the execution if it ends without one. */
  readonly verdict: string;
  readonly pipeline: 'Succeeded' | 'Failed';
  /** Whether an experiment was started. */
  readonly started: boolean;
  /** Whether the gate alone would leave an experiment running, so the watchdog must stop it. */
  readonly needsWatchdog?: boolean;
}

const stops = { pipeline: 'Failed' as const };
const goesOn = { pipeline: 'Succeeded' as const };

/** Stops the execution of the gate when it enters a state for the `visit`th time. */
function abortedIn(state: string, visit = 1): RunOptions {
  return {
    prepare: ({ gate }) => {
      let visits = 0;
      gate.onState((name) => {
        if (name === state && ++visits === visit) { gate.stop('Aborted', 'by hand'); }
      });
    },
  };
}

/** Somebody stops every experiment `seconds` after the gate started. */
function stoppedByHandAfter(seconds: number): RunOptions {
  return {
    prepare: ({ aws, clock }) => clock.at(clock.now() + seconds * 1000, () => {
      aws.experiments.forEach((experiment) => experiment.stop(clock.now()));
    }),
  };
}

/** Starts another experiment of the same gate, like another execution would. */
function startOther(run: GateRun, script = {}) {
  run.aws.fis.startExperiment({
    ClientToken: 'another-execution',
    ExperimentTemplateId: run.subject.template.id,
    Tags: { 'cdk-chaos-experiment-stage:gate': run.subject.gateName, 'cdk-chaos-experiment-stage:execution': 'run-0' },
  }, script);
}

const firesAndStays = (at: number, from: 'clock' | 'experiment' = 'experiment') => [{ at, from, state: 'ALARM' as const }];
const flaps = (at: number) => [{ at, from: 'experiment' as const, state: 'ALARM' as const }, { at: at + 60, from: 'experiment' as const, state: 'OK' as const }];

export const SCENARIOS: readonly Scenario[] = [
  // nothing goes wrong
  { name: 'completed', verdict: 'Passed', ...goesOn, started: true },
  { name: 'throttled at first', options: { faults: [throttles('*', { to: 3 })] }, verdict: 'Passed', ...goesOn, started: true },

  // the system did not withstand the experiment
  { name: 'stopped by a guard alarm', options: { guards: [{ timeline: firesAndStays(90) }] }, verdict: 'StopConditionTriggered', ...stops, started: true },
  {
    name: 'alarm fires and recovers before FIS reacts',
    options: { guards: [{ timeline: flaps(90) }], script: { reactionAfter: 9999 } },
    verdict: 'AlarmFired',
    ...stops,
    started: true,
  },
  {
    name: 'alarm fires after the experiment',
    options: ({ length }) => ({ guards: [{ timeline: flaps(length + 60) }] }),
    verdict: 'AlarmFired',
    ...stops,
    started: true,
  },
  {
    name: 'alarm fires after the experiment and does not recover',
    options: ({ length }) => ({ guards: [{ timeline: firesAndStays(length + 60) }] }),
    verdict: 'NotRecovered',
    ...stops,
    started: true,
  },
  {
    name: 'alarm fires, and the experiment fails',
    options: { guards: [{ timeline: flaps(60) }], script: { ends: 'failed', endsAfter: 130, reactionAfter: 9999 } },
    verdict: 'AlarmFired',
    ...stops,
    started: true,
  },
  {
    name: 'guard runs out of data during the experiment',
    options: { guards: [{ timeline: [{ at: 90, from: 'experiment', state: 'INSUFFICIENT_DATA' }] }] },
    verdict: 'NotRecovered',
    ...stops,
    started: true,
  },

  // not judged: nothing was started
  { name: 'alarm is firing before the start', options: { guards: [{ initial: 'ALARM' }] }, verdict: 'NotSteady', ...stops, started: false },
  { name: 'guard has no data before the start', options: { guards: [{ initial: 'INSUFFICIENT_DATA' }] }, verdict: 'NotSteady', ...stops, started: false },
  {
    name: 'alarm recovers before the steady-state timeout',
    options: { guards: [{ initial: 'ALARM', timeline: [{ at: 100, state: 'OK' }] }] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  { name: 'guard alarm does not exist', options: { withoutGuards: [0] }, verdict: 'Blocked', ...stops, started: false },
  { name: 'template was replaced', options: { input: { experimentTemplateId: 'EXTanother' } }, verdict: 'Blocked', ...stops, started: false },
  {
    name: 'safety lever engaged before the start',
    options: { safetyLever: [{ at: -60, status: 'engaged' }] },
    verdict: 'Blocked',
    ...stops,
    started: false,
  },
  {
    name: 'earlier experiment of this gate does not end',
    options: { prepare: (run) => startOther(run, { ends: 'never' }) },
    verdict: 'Blocked',
    ...stops,
    started: false,
  },
  {
    name: 'earlier experiment of this gate ends in time',
    options: { prepare: (run) => startOther(run, { ends: 'failed', endsAfter: 100 }) },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'earlier experiment cannot be read',
    options: { prepare: (run) => startOther(run, { ends: 'never' }), faults: [deniesAccess('fis:getExperiment')] },
    verdict: 'GateError',
    ...stops,
    started: false,
  },
  { name: 'experiments cannot be listed', options: { faults: [deniesAccess('fis:listExperiments')] }, verdict: 'GateError', ...stops, started: false },
  { name: 'guards cannot be read before the start', options: { faults: [deniesAccess('cloudwatch:describeAlarms')] }, verdict: 'GateError', ...stops, started: false },
  { name: 'watchdog cannot be started', options: { faults: [deniesAccess('sfn:startExecution')] }, verdict: 'Blocked', ...stops, started: false },
  { name: 'access denied at start', options: { faults: [deniesAccess('fis:startExperiment')] }, verdict: 'StartFailed', ...stops, started: false },
  { name: 'start is always throttled', options: { faults: [throttles('fis:startExperiment')] }, verdict: 'StartFailed', ...stops, started: false },
  {
    name: 'access denied at start, and the list throttled',
    options: { faults: [deniesAccess('fis:startExperiment'), throttles('fis:listExperiments', { from: 2, to: 20 })] },
    verdict: 'StartFailed',
    ...stops,
    started: false,
  },

  // not judged: something else happened to the experiment
  { name: 'stopped by hand', options: stoppedByHandAfter(100), verdict: 'ExperimentStopped', ...stops, started: true },
  { name: 'failed', options: { script: { ends: 'failed', endsAfter: 20 } }, verdict: 'ExperimentFailed', ...stops, started: true },
  {
    name: 'failed in an action',
    options: ({ faults }) => ({ script: { failedActions: [faults[0]] } }),
    verdict: 'ExperimentFailed',
    ...stops,
    started: true,
  },
  {
    name: 'cancelled by the safety lever',
    options: { safetyLever: [{ at: 0, from: 'experiment', status: 'engaged' }] },
    verdict: 'ExperimentCancelled',
    ...stops,
    started: true,
  },
  {
    name: 'every action skipped',
    options: ({ faults }) => ({ script: { skippedActions: faults } }),
    verdict: 'NothingInjected',
    ...stops,
    started: true,
  },
  {
    name: 'one action skipped',
    options: ({ faults }) => ({ script: { skippedActions: faults.slice(-1) } }),
    verdict: 'NothingInjected',
    ...stops,
    started: true,
  },
  { name: 'never ends', options: { script: { ends: 'never' } }, verdict: 'TimedOut', ...stops, started: true },
  {
    name: 'never ends, and stops slowly',
    options: { script: { ends: 'never', stoppingFor: 400 } },
    verdict: 'TimedOut',
    ...stops,
    started: true,
  },
  {
    name: 'unknown status',
    options: { script: { shows: [{ status: 'paused', from: 60 }] } },
    verdict: 'GateError',
    ...stops,
    started: true,
  },

  // not judged: the gate cannot read, or does not understand, an answer
  {
    name: 'answers without required fields',
    options: { faults: [answers('fis:getExperiment', { Experiment: {} }, { from: 2, to: 5 })] },
    verdict: 'GateError',
    ...stops,
    started: true,
  },
  {
    name: 'one answer without required fields',
    options: { faults: [answers('fis:getExperiment', {}, { from: 2, to: 2 })] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'answers about another experiment',
    options: { faults: [answers('fis:getExperiment', (answer: any) => ({ Experiment: { ...answer.Experiment, Id: 'EXPother' } }), { from: 2, to: 5 })] },
    verdict: 'GateError',
    ...stops,
    started: true,
  },
  {
    name: 'completed without a list of actions',
    options: { faults: [answers('fis:getExperiment', (answer: any) => ({ Experiment: { ...answer.Experiment, Actions: {} } }))] },
    verdict: 'NothingInjected',
    ...stops,
    started: true,
  },
  { name: 'experiment cannot be read', options: { faults: [throttles('fis:getExperiment', { from: 3, to: 9 })] }, verdict: 'GateError', ...stops, started: true },
  {
    name: 'guards cannot be read after the experiment',
    options: { faults: [breaksDown('cloudwatch:describeAlarms', { from: 2 })] },
    verdict: 'GateError',
    ...stops,
    started: true,
  },
  {
    name: 'guard deleted during the experiment',
    options: { guards: [{ deletedAt: 120 }] },
    verdict: 'NotRecovered',
    ...stops,
    started: true,
  },
  {
    name: 'answer to the start always lost',
    options: { faults: [losesAnswer('fis:startExperiment')] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
  },
  {
    name: 'answer to the start lost once',
    options: { faults: [losesAnswer('fis:startExperiment', { to: 1 })] },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'answer to the start malformed',
    options: { faults: [answers('fis:startExperiment', { Experiment: { Id: 42 } })] },
    verdict: 'StartFailed',
    ...stops,
    started: true,
  },
  {
    name: 'rivals cannot be listed',
    options: { faults: [deniesAccess('fis:listExperiments', { from: 2, to: 8 })] },
    verdict: 'GateError',
    ...stops,
    started: true,
  },
  {
    name: 'two gates at once: the older one',
    options: { prepare: (run) => { run.clock.at(run.clock.now() + 1_000, () => startOther(run, { ends: 'failed', endsAfter: 30 })); } },
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
  {
    name: 'two gates at once: the younger one',
    options: { listingLag: 1, faults: [on('fis:startExperiment', { to: 1 }, { error: 'Fis.FisException', cause: 'Rate exceeded' })], prepare: (run) => startOther(run, { ends: 'never' }) },
    verdict: 'Blocked',
    ...stops,
    started: true,
  },

  // stopping fails
  {
    name: 'stop fails at first',
    options: { script: { ends: 'never' }, faults: [breaksDown('fis:stopExperiment', { to: 8 })] },
    verdict: 'TimedOut',
    ...stops,
    started: true,
  },
  {
    name: 'stop cannot be confirmed for a while',
    options: { faults: [throttles('fis:getExperiment', { from: 3, to: 22 })] },
    verdict: 'GateError',
    ...stops,
    started: true,
  },
  {
    name: 'experiment does not stop for an hour',
    options: { script: { ends: 'never', stoppingFor: 3600 } },
    verdict: 'TimedOut',
    ...stops,
    started: true,
    needsWatchdog: true,
  },

  // the gate ends early
  { name: 'execution aborted', options: abortedIn('GetExperiment', 3), verdict: 'ABORTED', ...stops, started: true, needsWatchdog: true },
  { name: 'aborted during the start', options: abortedIn('BeginWatch'), verdict: 'ABORTED', ...stops, started: true, needsWatchdog: true },
  {
    name: 'pipeline run stopped and abandoned',
    options: ({ pipelineName }) => ({
      pipelineRuns: [{ pipeline: pipelineName, executionId: PIPELINE_EXECUTION, timeline: [{ at: 100, from: 'experiment', status: 'Stopped' }] }],
    }),
    verdict: 'ABORTED',
    ...stops,
    started: true,
    needsWatchdog: true,
  },
  {
    name: 'pipeline run stopped, waiting for the gate',
    options: ({ pipelineName }) => ({
      pipelineRuns: [{ pipeline: pipelineName, executionId: PIPELINE_EXECUTION, timeline: [{ at: 100, from: 'experiment', status: 'Stopping' }] }],
    }),
    verdict: 'Passed',
    ...goesOn,
    started: true,
  },
];

/**
 * What the rehearsal shows: everything that stops a release, and two runs that pass. The other runs that pass are variants of these two, and
 * are only tested.
 */
export const REHEARSED = SCENARIOS.filter(({ name, pipeline }) => pipeline === 'Failed' || name === 'completed' || name === 'throttled at first');

/** The options of a scenario for this gate. */
export async function optionsOf({ options = {} }: Pick<Scenario, 'options'>, subject: Subject): Promise<RunOptions> {
  return typeof options === 'function' ? options(await about(subject)) : options;
}

async function about(subject: Subject): Promise<About> {
  const { document, experiments: [experiment] } = await new GateRun(subject).run();
  return {
    pipelineName: subject.pipelineName ?? 'none',
    faults: document.faultsCompleted,
    length: (experiment.endTime! - experiment.creationTime) / 1000,
  };
}
