/**
 * What must hold in every world, whatever happens in it.
 *
 * Two machines work together, so the claim depends on how they end:
 * - The gate ends by itself: its verdict is true. Unless its document says otherwise, none of its experiments is active then, even without a
 *   watchdog. The exception is a start whose answer was lost and which becomes visible only afterwards.
 * - The gate is ended from outside, by anybody or anything: once its watchdog has ended too, none of its experiments is active.
 * - The watchdog is ended from outside: if the gate is ended from outside as well, nothing is claimed. Nothing is left that could act.
 * - An experiment that FIS does not stop, or whose stop FIS rejects for hours, stays active. The watchdog then fails, and its alarm fires.
 */
import { GroundTruth, TrueExperiment, isActive, groundTruthOf } from './ground-truth';
import { whyNot } from './oracle';
import { subjectNamed } from './subjects';
import { RIVAL, World } from './world';
import { EXECUTION, GateRun, PIPELINE_EXECUTION } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';

/** A copy on purpose: a verdict that is new needs its invariants here. */
export const VERDICTS = [
  'Passed', 'StopConditionTriggered', 'AlarmFired', 'NotRecovered', 'NotSteady', 'Blocked', 'StartFailed', 'ExperimentFailed',
  'ExperimentStopped', 'ExperimentCancelled', 'NothingInjected', 'TimedOut', 'GateError',
];

const MOST_HISTORY_EVENTS = 25_000;
const LONGEST_CAUSE = 32_768;
const MINUTE = 60_000;

/** Everything that is wrong with a run; empty if everything holds. */
export function problemsOf(world: World, run: GateRun): string[] {
  const gates = [EXECUTION, RIVAL].flatMap((name) => run.gateMachine.executions.filter((execution) => execution.name === name));
  return [
    ...gates.flatMap((gate) => problemsOfGate(world, run, gate)),
    ...run.watchdogs.flatMap((watchdog) => problemsOfWatchdog(world, run, watchdog)),
    ...problemsOfStops(run),
    ...problemsOfRace(world, run, gates),
  ];
}

function problemsOfGate(world: World, run: GateRun, gate: Execution): string[] {
  const { gateDefinition } = run.subject;
  const truth = groundTruthOf(run, gate, world.listing.lag);
  const { own } = truth;
  const watchdog = run.watchdogs.find(({ name }) => name === gate.name);
  const seconds = (gate.stopTime! - gate.startTime) / 1000;
  const problems: string[] = [];
  const must = (holds: boolean, problem: string) => { if (!holds) { problems.push(`${gate.name}: ${problem}`); } };

  must(own.length <= 1, `${own.length} experiments were started`);
  must(own.every(({ gate: name, execution }) => name === truth.gate && execution === gate.name), 'started an experiment without its tags');
  must(seconds <= gateDefinition.TimeoutSeconds, `took ${seconds} s, its timeout is ${gateDefinition.TimeoutSeconds} s`);
  must(gate.historyEvents < MOST_HISTORY_EVENTS, `has ${gate.historyEvents} history events`);
  must(gate.status !== 'TIMED_OUT' || world.timeout !== undefined, 'reached the timeout of its execution, the last resort');

  const active = own.filter((experiment) => isActive(experiment, run.clock.now()));
  if (gate.status === 'SUCCEEDED' || gate.status === 'FAILED') {
    const document = documentOf(gate, must);
    if (document) {
      problems.push(...problemsOfVerdict(world, truth, own, document).map((problem) => `${gate.name}: ${document.verdict}, but ${problem}`));
      const mayLetGoOn = document.verdict === 'Passed' || (subjectNamed(world.subject).reportsOnly && document.mayStillRun === false);
      must((gate.status === 'SUCCEEDED') === mayLetGoOn, `${gate.status} with verdict ${document.verdict}`);
      const late = document.verdict === 'StartFailed' && mayBecomeVisibleLate(world);
      const known = document.mayStillRun || late;
      must(known || !own.some((experiment) => isActive(experiment, gate.stopTime!)), 'says that no experiment is running, but one is');
      must(document.mayStillRun || active.length === 0 || late, 'left an experiment running without saying so');
    }
  }
  const guarded = watchdog && !isEndedFromOutside(world, watchdog);
  must(active.length === 0 || !guarded || (watchdog.status === 'FAILED' && watchdog.error === 'ExperimentLeftRunning'),
    `left an experiment running, and its watchdog ended as ${watchdog?.status}`);
  must(active.length === 0 || watchdog !== undefined, 'started an experiment without a watchdog');
  must(active.length === 0 || !guarded || cannotBeStopped(world, run, active[0]), 'left an experiment running that could have been stopped');
  if (isFaultless(world) && guarded && gate.status === 'ABORTED' && own[0] && isActive(own[0], gate.stopTime! + 1.5 * MINUTE)) {
    const requested = run.aws.calls.some(({ operation, effectAt, arguments: { Id } }) => operation === 'fis:stopExperiment' && Id === own[0].id
      && effectAt !== undefined && effectAt <= gate.stopTime! + 1.5 * MINUTE);
    must(requested, 'was aborted, and nobody requested to stop its experiment within 90 s');
  }
  if (isFaultless(world) && guarded && !world.input) {
    const lately = Array.from({ length: MOST_MINUTES_ABANDONED * 6 + 1 }, (_, i) => gate.stopTime! - i * MINUTE / 6);
    must(!lately.every((time) => time > watchdog.startTime && isAbandoned(run, time)), `continued for ${MOST_MINUTES_ABANDONED} minutes after its pipeline run was abandoned`);
  }
  if (isNothingWrong(world)) { must(gate.status === 'SUCCEEDED', `nothing is wrong in this world, but it ended as ${gate.status}: ${gate.error} ${gate.cause}`); }
  return problems;
}

/** The verdict document of a gate that ended by itself. */
function documentOf(gate: Execution, must: (holds: boolean, problem: string) => void): any {
  const { status, error, cause, output } = gate;
  must(status === 'SUCCEEDED' || VERDICTS.includes(error ?? ''), `failed with ${error}: ${cause}`);
  if (status === 'FAILED' && !VERDICTS.includes(error!)) { return undefined; }
  must((cause?.length ?? 0) <= LONGEST_CAUSE, `Cause has ${cause?.length} characters`);
  const document = status === 'SUCCEEDED' ? output : parse(cause!);
  must(document !== undefined && VERDICTS.includes(document.verdict), `has no verdict: ${cause}`);
  must(status === 'SUCCEEDED' || document?.verdict === error, `has verdict ${document?.verdict} but Error ${error}`);
  must(document?.schemaVersion === '1.0', 'has a document of another version');
  must(isSentence(document?.message), `has no readable message: ${JSON.stringify(document?.message)}`);
  return document;
}

function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One sentence without line breaks, with a capital letter and a full stop. */
function isSentence(message: unknown): boolean {
  // eslint-disable-next-line no-control-regex
  return typeof message === 'string' && /^[A-Z][^\u0000-\u001F\u007F]*\.$/.test(message) && !/undefined|\[object|\(\)|: :/.test(message);
}

/** Whether the verdict is true. A gate that got wrong answers may report a wrong verdict, but never `Passed`. */
function problemsOfVerdict(world: World, truth: GroundTruth, own: readonly TrueExperiment[], { verdict, message }: any): string[] {
  if (verdict === 'Passed') { return whyNot(truth, subjectNamed(world.subject)); }
  if (world.faults.some(({ what }) => what === 'malformed') || world.experiment.shows) { return []; }
  const [experiment] = own;
  const end = experiment?.end && experiment.end.time <= truth.ended ? experiment.end.status : 'active';
  const since = Math.min(...truth.effects('cloudwatch:describeAlarms'));
  const guardLeftOk = truth.guards.some(({ state, changes, gone }) => gone <= truth.ended || state(since) !== 'OK'
    || changes.some(({ time, state: to }) => time >= since && time <= truth.ended && to !== 'OK'));
  const says = (holds: boolean, problem: string) => (holds ? [] : [problem]);
  return [
    ...says(experiment === undefined || !/no experiment was started|did not start the experiment/.test(message), `experiment ${experiment?.id} was started: ${message}`),
    ...says(!['StopConditionTriggered', 'AlarmFired', 'NotRecovered', 'NotSteady'].includes(verdict) || guardLeftOk, 'all guards were OK'),
    ...({
      StopConditionTriggered: says(end === 'stopped', `the experiment is ${end}`),
      ExperimentStopped: says(end === 'stopped', `the experiment is ${end}`),
      ExperimentFailed: says(end === 'failed', `the experiment is ${end}`),
      ExperimentCancelled: says(end === 'cancelled', `the experiment is ${end}`),
      NothingInjected: says(end === 'completed' && experiment.actions.some(({ status }) => status !== 'completed'), 'all actions completed'),
      NotRecovered: says(end === 'completed', `the experiment is ${end}`),
      TimedOut: says(end !== 'failed' && end !== 'cancelled', `the experiment is ${end}`),
      NotSteady: says(experiment === undefined, 'an experiment was started'),
    } as { [verdict: string]: string[] })[verdict] ?? [],
  ];
}

function problemsOfWatchdog(world: World, run: GateRun, watchdog: Execution): string[] {
  const problems: string[] = [];
  const must = (holds: boolean, problem: string) => { if (!holds) { problems.push(`watchdog of ${watchdog.name}: ${problem}`); } };
  must(watchdog.historyEvents < MOST_HISTORY_EVENTS, `has ${watchdog.historyEvents} history events`);
  if (isEndedFromOutside(world, watchdog)) { return problems; }
  must(watchdog.status === 'SUCCEEDED' || (watchdog.status === 'FAILED' && watchdog.error === 'ExperimentLeftRunning'),
    `ended as ${watchdog.status}: ${watchdog.error} ${watchdog.cause}`);
  const gate = run.gateMachine.executions.find(({ name }) => name === watchdog.name)!;
  const seconds = (watchdog.stopTime! - Math.min(gate.stopTime!, gate.startTime + run.subject.gateDefinition.TimeoutSeconds * 1000)) / 1000;
  must(seconds <= LONGEST_CLEANING, `continued for ${seconds} s after its gate had ended`);
  must(watchdog.status === 'SUCCEEDED' || !isFaultless(world) || isCrowded(world) || cannotBeStopped(world, run), 'failed without a reason');
  return problems;
}

/** 120 searches, a minute apart. Each may need all of its retries, to list and to stop. Then the last check of the gate itself. */
const LONGEST_CLEANING = 120 * (60 + 2 * 10 * 60) + 20 * 60;

/** An experiment is only stopped by the gate that started it, or its watchdog. */
function problemsOfStops({ aws, subject }: GateRun): string[] {
  return aws.calls
    .filter(({ operation }) => operation === 'fis:stopExperiment')
    .filter(({ arguments: { Id }, execution }) => aws.experiments.some(({ id, tags }) => id === Id
      && !(tags['cdk-chaos-experiment-stage:gate'] === subject.gateName && tags['cdk-chaos-experiment-stage:execution'] === execution.name)))
    .map(({ arguments: { Id }, execution }) => `${execution.arn} stopped experiment ${Id}, which is not its own`);
}

/** Two executions of a gate at the same time: the experiment of one must not decide about the release of the other. */
function problemsOfRace(world: World, run: GateRun, gates: readonly Execution[]): string[] {
  const passed = gates.filter(({ status, output }) => status === 'SUCCEEDED' && output.verdict === 'Passed');
  if (passed.length < 2) { return []; }
  const [first, second] = passed
    .map((gate) => groundTruthOf(run, gate, world.listing.lag).own[0])
    .sort((a, b) => a.created - b.created);
  return first.end!.time > second.created ? ['two gates passed with experiments that ran at the same time'] : [];
}

/** How long a gate may continue after its pipeline run was abandoned, in minutes. */
const MOST_MINUTES_ABANDONED = 6;

function isAbandoned({ aws, subject: { pipelineName } }: GateRun, time: number): boolean {
  const status = pipelineName && aws.codePipeline.status(pipelineName, PIPELINE_EXECUTION, time);
  return status !== undefined && ['Stopped', 'Cancelled', 'Superseded', 'Failed', 'Succeeded'].includes(status);
}

function isEndedFromOutside(world: World, watchdog: Execution): boolean {
  return watchdog.status === 'ABORTED' && watchdog.name === EXECUTION && world.ends.some(({ machine }) => machine === 'watchdog');
}

/** Whether the gate may miss that an experiment was started, and not find it immediately. */
function mayBecomeVisibleLate(world: World): boolean {
  return world.listing.lag > 0 || world.latency > 0 || world.faults.some(({ what }) => what === 'late effect');
}

/** Stopping takes longer than anybody waits, or no request to stop ever succeeded, or the watchdog could not find the experiment. */
function cannotBeStopped(world: World, run: GateRun, experiment?: TrueExperiment): boolean {
  const stopped = run.aws.calls.some(({ operation, arguments: { Id }, effectAt }) => operation === 'fis:stopExperiment'
    && (experiment === undefined || Id === experiment.id) && effectAt !== undefined);
  return (world.experiment.stoppingFor ?? 0) > 3600 || (!stopped && !isFaultless(world));
}

/** Every request succeeds, and is answered immediately. */
function isFaultless(world: World): boolean {
  return world.faults.length === 0 && world.outages.length === 0 && world.latency <= 1000;
}

/** There are more experiments than the watchdog reads, so it cannot know which of them are active. */
function isCrowded(world: World): boolean {
  return world.past >= 1000;
}

/** Nothing prevents a pass. */
function isNothingWrong(world: World): boolean {
  const { ends = 'completed', skippedActions = [], failedActions = [], actionSeconds = {}, shows = [] } = world.experiment;
  const { initiatingFor = 0, pendingFor = 0 } = world.experiment;
  const guards = world.guards.slice(0, subjectNamed(world.subject).composite.length);
  return isFaultless(world) && ends === 'completed' && skippedActions.length + failedActions.length + shows.length === 0
    && Object.keys(actionSeconds).length === 0 && initiatingFor + pendingFor <= 30
    && guards.every(({ initial, changes, missing, deletedAt }) => initial === 'OK' && changes.every(({ state }) => state === 'OK') && !missing && deletedAt === undefined)
    && world.lever.length + world.pipeline.length + world.neighbours.length + world.ends.length === 0
    && world.timeout === undefined && !world.rival && !world.stoppedByHand && !world.input && world.listing.lag < 30 && !isCrowded(world);
}

