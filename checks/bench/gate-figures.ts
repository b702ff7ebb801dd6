/**
 * What a run of the gate takes, measured in virtual time on the synthesized gate and watchdog.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Figure, mean } from './figure';
import { ExperimentScript, SimulatedExperiment } from '../../simulator/experiment';
import { GateRun, RunOptions, Subject, subjectOf } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';
import { ChaosExperimentStage, Experiment, FaultAction } from '../../src';
import { someAlarm, someInstances, somePipeline } from '../../test/support/fixtures';

/** How long each call to AWS takes, in milliseconds. Most calls are faster. */
const LATENCY = 500;

/** How many moments are tried to find the worst one. */
const PHASES = 50;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

export async function gateFigures(): Promise<Figure[]> {
  const tenMinutes = subject(10 * MINUTE);
  const twelveHours = subject(12 * HOUR);
  return [
    ...await wellFigures(tenMinutes),
    ...await earlyStopFigures(tenMinutes, twelveHours),
    ...await abortFigures(tenMinutes),
    ...await historyFigures(twelveHours),
  ];
}

/** A gate in a pipeline, with two guard alarms and one fault of so many seconds. */
function subject(seconds: number): Subject {
  const stack = new Stack(new App(), 'Stack');
  const { pipeline, staging } = somePipeline(stack);
  new ChaosExperimentStage(stack, 'Resilience', {
    pipeline,
    placement: { justAfter: staging },
    experiment: Experiment.define({
      actions: { stop: FaultAction.ec2StopInstances(someInstances(), { startInstancesAfterDuration: Duration.seconds(seconds) }) },
    }),
    alarms: [someAlarm(stack, 'Errors'), someAlarm(stack, 'Latency')],
  });
  return subjectOf(Template.fromStack(stack).toJSON());
}

/** A run, which must end with this verdict. Otherwise its figures would mean nothing. */
async function runTo(verdict: string, gate: Subject, options: RunOptions): Promise<GateRun> {
  const run = await new GateRun(gate, { latencyMs: LATENCY, ...options }).run();
  if (run.verdict !== verdict || run.experiments.length !== 1) {
    throw new Error(`a measured run ended with ${run.verdict} and ${run.experiments.length} experiments, expected ${verdict} and one: ${run.gate.path.join(' ')}`);
  }
  return run;
}

/** Ten minutes, and nothing goes wrong. The end of the experiment is tried at several moments between two polls. */
async function wellFigures(gate: Subject): Promise<Figure[]> {
  const runs: GateRun[] = [];
  for (let phase = 0; phase < PHASES; phase++) {
    runs.push(await runTo('Passed', gate, { script: { initiatingFor: 10 + phase * MINUTE / PHASES } }));
  }
  const latencies = runs.map(({ gate: execution, experiments: [experiment] }) =>
    (execution.stopTime! - experiment.endTime!) / 1000 - execution.variables().observation);
  const group = 'ten minutes, all well';
  return [
    { group, name: 'state transitions of the gate, at most', value: Math.max(...runs.map((run) => run.gate.transitions)), unit: 'transitions', atMost: 120 },
    { group, name: 'verdict after end and observation, on average', value: mean(latencies), unit: 's', atMost: 15 },
    { group, name: 'verdict after end and observation, at most', value: Math.max(...latencies), unit: 's' },
    { group, name: 'state transitions of the watchdog', value: Math.max(...runs.map((run) => run.watchdogs[0].transitions)), unit: 'transitions' },
  ];
}

/** How long the gate takes to notice an early stop at any moment, even if the experiment takes longer than expected. */
async function earlyStopFigures(tenMinutes: Subject, twelveHours: Subject): Promise<Figure[]> {
  const worst = async (...gates: Subject[]) => Math.max(...(await Promise.all(gates.map(latestSightOfStop))));
  const group = 'early stop, seen at most after';
  return [
    { group, name: 'experiments of 1, 10 and 60 minutes', value: await worst(subject(MINUTE), tenMinutes, subject(HOUR)), unit: 's', atMost: 30 },
    { group, name: 'experiments of 61 minutes and 12 hours', value: await worst(subject(HOUR + MINUTE), twelveHours), unit: 's', atMost: 60 },
  ];
}

/**
 * The worst moment for a stop is right after a poll, before the longest pause. As long as the experiment runs, the polls do not depend on the
 * answers, so a single run that never ends shows all of them.
 */
async function latestSightOfStop(gate: Subject): Promise<number> {
  const endless: ExperimentScript = { ends: 'never', stoppingFor: 0 };
  const { experiments: [{ creationTime }], gate: { startTime, calls } } = await runTo('TimedOut', gate, { script: endless });
  const looks = [creationTime, ...calls.filter(({ state }) => state === 'GetExperiment').map(({ at }) => at + LATENCY)];
  const pauses = looks.slice(1).map((look, index) => ({ from: looks[index], seconds: (look - looks[index]) / 1000 }));
  const longest = [...pauses].sort((a, b) => b.seconds - a.seconds).slice(0, PHASES / 5);

  const delays: number[] = [];
  for (const { from } of longest) {
    const run = await runTo('ExperimentStopped', gate, {
      script: endless,
      prepare: ({ aws, clock }) => clock.at(from + 1, () => aws.experiments.forEach((experiment) => experiment.stop(clock.now()))),
    });
    if (run.gate.startTime !== startTime) { throw new Error('the runs that are compared do not start at the same time'); }
    const sight = run.gate.calls.find(({ state, result }) => state === 'GetExperiment' && result?.Experiment.State.Status === 'stopped')!;
    delays.push((sight.at + LATENCY - run.experiments[0].endTime!) / 1000);
  }
  return Math.max(...delays);
}

/** How long it takes to stop an experiment after its gate was ended, at any moment, and right after the polls of the watchdog. */
async function abortFigures(gate: Subject): Promise<Figure[]> {
  const script: ExperimentScript = { ends: 'never' };
  const abortedAt = async (time: number) => toldToStop(await runTo('ABORTED', gate, {
    script,
    prepare: (run) => run.clock.at(time, () => run.gate.stop('Aborted', 'by hand')),
  }), time);

  const reference = await runTo('TimedOut', gate, { script });
  const { creationTime } = reference.experiments[0];
  const end = timeOf(reference.experiments[0], 'stopping');
  const looks = reference.watchdogs[0].calls.filter(({ at }) => at > creationTime && at < end).map(({ at }) => at + LATENCY + 1);
  const anywhere = Array.from({ length: PHASES }, (_, phase) => Math.floor(creationTime + (phase + 0.5) * (end - creationTime) / PHASES));
  const start = reference.gate.calls.find(({ state }) => state === 'StartExperiment')!.at;

  const delays: number[] = [];
  for (const time of [...looks, ...anywhere]) { delays.push(await abortedAt(time)); }
  const group = 'aborted gate, experiment told to stop after';
  return [
    { group, name: 'aborted while the experiment runs, at most', value: Math.max(...delays), unit: 's', atMost: 90 },
    { group, name: 'aborted between the start and its answer', value: await abortedAt(start + LATENCY / 2), unit: 's', atMost: 90 },
  ];
}

/** Seconds from the abort, or from the start of the experiment if that was later, to the request to stop. */
function toldToStop(run: GateRun, aborted: number): number {
  const [experiment] = run.experiments;
  return (timeOf(experiment, 'stopping') - Math.max(aborted, experiment.creationTime)) / 1000;
}

function timeOf(experiment: SimulatedExperiment, status: string): number {
  const moment = experiment.course.find((each) => each.status === status);
  if (!moment) { throw new Error(`the experiment never reached '${status}'`); }
  return moment.time;
}

/** Twelve hours, the longest that FIS allows. Step Functions ends an execution with 25,000 events. */
async function historyFigures(gate: Subject): Promise<Figure[]> {
  const well = await runTo('Passed', gate, {});
  const late = await runTo('TimedOut', gate, { script: { ends: 'never' } });
  const events = (name: string, { historyEvents }: Execution): Figure =>
    ({ group: 'twelve hours, history', name, value: historyEvents, unit: 'events', below: 15_000 });
  return [
    events('gate, all well', well.gate),
    events('gate, to its deadline', late.gate),
    events('watchdog, all well', well.watchdogs[0]),
    events('watchdog, to the deadline', late.watchdogs[0]),
  ];
}
