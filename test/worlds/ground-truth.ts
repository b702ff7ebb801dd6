/**
 * What really happened in a simulated world: the course of the experiments, the states of the alarms, and when a gate's calls took effect.
 * Nothing in it comes from an answer.
 */
import { NEVER } from './world';
import { AlarmState, SimulatedAlarm } from '../../simulator/cloudwatch';
import { SimulatedExperiment } from '../../simulator/experiment';
import { GateRun } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';

/** All times are in epoch milliseconds. */
export interface TrueExperiment {
  readonly id: string;
  readonly gate?: string;
  readonly execution?: string;
  readonly created: number;
  /** Its last status, and when it ended; undefined if it has not ended. */
  readonly end?: { readonly time: number; readonly status: string };
  /** The last status of each action. */
  readonly actions: ReadonlyArray<{ readonly name: string; readonly actionId: string; readonly status: string }>;
}

export interface TrueGuard {
  readonly name: string;
  readonly composite: boolean;
  /** Seconds in which it detects a fault. */
  readonly detectionTime: number;
  readonly state: (time: number) => AlarmState;
  /** All changes of its state. */
  readonly changes: ReadonlyArray<{ readonly time: number; readonly state: AlarmState }>;
  /** When it was deleted. */
  readonly gone: number;
}

export interface GroundTruth {
  readonly gate: string;
  readonly execution: string;
  readonly started: number;
  readonly ended: number;
  readonly templateId: string;
  readonly input: any;
  /** All experiments. */
  readonly experiments: readonly TrueExperiment[];
  /** Those that this execution started. */
  readonly own: readonly TrueExperiment[];
  readonly guards: readonly TrueGuard[];
  /** When the gate's requests took effect, by operation. */
  readonly effects: (operation: string) => readonly number[];
  /** Seconds until an experiment is listed. */
  readonly lag: number;
}

const TAG = 'cdk-chaos-experiment-stage:';
const ENDED = ['completed', 'stopped', 'failed', 'cancelled'];

/** What really happened in one execution of the gate, once everything has ended. */
export function groundTruthOf(run: GateRun, execution: Execution, lag: number): GroundTruth {
  const { aws, clock, subject } = run;
  const calls = aws.calls.filter((call) => call.execution === execution && call.effectAt !== undefined);
  const experiments = aws.experiments.map((experiment) => trueExperiment(experiment, clock.now()));
  const started = calls.filter(({ operation }) => operation === 'fis:startExperiment').map(({ effect }) => effect.Experiment.Id);
  return {
    gate: subject.gateName,
    execution: execution.name,
    started: execution.startTime,
    ended: execution.stopTime!,
    templateId: subject.template.id,
    input: execution.input,
    experiments,
    own: experiments.filter(({ id }) => started.includes(id)),
    guards: subject.guards.map(({ name, arn }) => trueGuard(name, aws.cloudWatch.alarmByArn(arn), run.gate.startTime, clock.now())),
    effects: (operation) => calls.filter((call) => call.operation === operation).map((call) => call.effectAt!),
    lag,
  };
}

function trueExperiment(experiment: SimulatedExperiment, now: number): TrueExperiment {
  experiment.status(now);
  const last = experiment.course[experiment.course.length - 1];
  const { Actions } = experiment.describe(now) as any;
  return {
    id: experiment.id,
    gate: experiment.tags[`${TAG}gate`],
    execution: experiment.tags[`${TAG}execution`],
    created: experiment.creationTime,
    ...(ENDED.includes(last.status) && { end: last }),
    actions: Object.entries<any>(Actions).map(([name, { ActionId, State }]) => ({ name, actionId: ActionId, status: State.Status })),
  };
}

function trueGuard(name: string, alarm: SimulatedAlarm | undefined, start: number, now: number): TrueGuard {
  const { composite = false, period = 60, evaluationPeriods = 1, metrics = [], deletedAt = NEVER } = alarm?.script ?? { deletedAt: 0 };
  const periods = metrics.map((metric: any) => metric.MetricStat?.Period ?? 0);
  return {
    name,
    composite,
    detectionTime: Math.max(...(metrics.length > 0 ? periods : [period])) * evaluationPeriods,
    state: (time) => alarm!.state(time),
    changes: (alarm?.history(now) ?? []).map(({ time, item }: any) => ({ time, state: JSON.parse(item.HistoryData).newState.stateValue })),
    gone: start + deletedAt * 1000,
  };
}

/** Whether an experiment was created and had not ended at a time. */
export function isActive({ created, end }: TrueExperiment, time: number): boolean {
  return time >= created && (end === undefined || time < end.time);
}
