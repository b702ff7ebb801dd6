/**
 * What happened in a run, as lanes on one time axis. All times are seconds since the gate started.
 */
import { GATE_PHASES, Phases, WATCHDOG_PHASES, phaseOf } from './phases';
import { Hue } from './svg';
import { RecordedCall } from '../../simulator/aws';
import { SimulatedExperiment } from '../../simulator/experiment';
import { GateRun, PIPELINE_EXECUTION } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';

/** Something that took some time. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly hue: Hue;
  /** The times at which it repeated. */
  readonly again?: readonly number[];
  /** Whether it is only a final status that does not change any more. */
  readonly faint?: boolean;
}

/** How a call to AWS went, as its caller saw it. */
export type Answer = 'answered' | 'throttled' | 'failed' | 'lost' | 'malformed';

export interface Mark {
  readonly at: number;
  readonly answer: Answer;
  readonly operation: string;
  readonly error?: string;
}

export interface Lane {
  readonly name: string;
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
}

export interface Course {
  /** When the gate had ended. */
  readonly judged: number;
  /** The end of the axis: when everything had ended, or later if the axis would be too short. */
  readonly end: number;
  readonly lanes: readonly Lane[];
}

/** The shortest axis, in seconds. */
const SHORTEST = 20;

export function courseOf(run: GateRun): Course {
  const begin = run.gate.startTime;
  const after = (time: number) => (time - begin) / 1000;
  const now = run.clock.now();
  run.aws.experiments.forEach((experiment) => experiment.status(now));
  const ends = [run.gate, ...run.watchdogs].map(({ stopTime }) => stopTime!);
  const lastChange = run.experiments.map(({ course }) => course[course.length - 1].time);
  const end = Math.max(...ends, ...lastChange, begin + SHORTEST * 1000);
  const spans = (moments: ReadonlyArray<{ time: number; label: string; hue: Hue; faint?: boolean }>) => moments
    .map(({ time, ...others }, index) => ({ ...others, from: after(Math.max(time, begin)), to: after(moments[index + 1]?.time ?? end) }))
    .filter(({ from, to }) => to > 0 && from <= after(end));
  const lane = (name: string, inside: readonly Span[]): Lane => ({ name, spans: inside, marks: [] });

  return {
    judged: after(run.gate.stopTime!),
    end: after(end),
    lanes: [
      ...machineLanes('Gate', run.gate, GATE_PHASES, run.aws.calls, after),
      ...run.aws.experiments.map((experiment) => lane(
        run.experiments.includes(experiment) ? 'FIS experiment' : 'Other experiment',
        spans(experiment.course.map(({ time, status }) => ({ time, label: status, hue: STATUS[status], faint: !UNDER_WAY.includes(status) }))),
      )),
      ...run.experiments.flatMap((experiment) => faultLanes(experiment, now, end, after)),
      ...run.subject.guards.map(({ name, arn }) => {
        const alarm = run.aws.cloudWatch.alarmByArn(arn);
        if (!alarm) { return lane(`Guard ${name}`, [{ from: 0, to: after(end), label: 'does not exist', hue: 'grey' }]); }
        const deleted = begin + (alarm.script.deletedAt ?? Infinity) * 1000;
        const states = alarm.course(end).filter(({ time }) => time < deleted)
          .map(({ time, value }) => ({ time, label: value as string, hue: ALARM[value] }));
        return lane(`Guard ${name}`, spans([...states, ...(deleted < end ? [{ time: deleted, label: 'deleted', hue: 'grey' as const }] : [])]));
      }),
      ...[run.aws.fis.leverCourse(end)].filter((course) => course.length > 1).map((course) => lane('Safety lever',
        spans(course.map(({ time, value }) => ({ time, label: value, hue: value === 'disengaged' ? 'green' : 'red' }))))),
      ...[run.aws.codePipeline.course(PIPELINE_EXECUTION, end)].filter((course) => course.length > 1).map((course) => lane('Pipeline run',
        spans(course.map(({ time, value }) => ({ time, label: value, hue: value === 'InProgress' ? 'green' : 'orange' }))))),
      ...run.watchdogs.flatMap((watchdog) => machineLanes('Watchdog', watchdog, WATCHDOG_PHASES, run.aws.calls, after)),
    ],
  };
}

const STATUS: { readonly [status: string]: Hue } = {
  pending: 'grey', initiating: 'blue', running: 'violet', stopping: 'orange', completed: 'green', stopped: 'orange', failed: 'red', cancelled: 'red',
};
const UNDER_WAY = ['pending', 'initiating', 'running', 'stopping'];
const ALARM: { readonly [state: string]: Hue } = { OK: 'green', ALARM: 'red', INSUFFICIENT_DATA: 'orange' };
const FAULT: { readonly [status: string]: Hue } = { completed: 'violet', failed: 'red', stopped: 'orange', stopping: 'orange', skipped: 'grey' };

type After = (time: number) => number;

/** The phases, states and calls of a machine. */
function machineLanes(name: string, execution: Execution, phases: Phases, calls: readonly RecordedCall[], after: After): Lane[] {
  const visits = execution.path.map((state, index) => ({
    state,
    from: after(execution.entered[index]),
    to: after(execution.entered[index + 1] ?? execution.stopTime!),
  }));
  const phasesOf = visits.map(({ state, from, to }) => ({ from, to, label: phaseOf(state, phases).name, hue: phaseOf(state, phases).hue }));
  const lasting = visits.filter(({ from, to }) => to > from)
    .map(({ state, from, to }) => ({ from, to, label: state, hue: phaseOf(state, phases).hue }));
  return [
    { name, spans: merged(phasesOf).map(({ again, ...span }) => span), marks: [] },
    { name: `${name}: states`, spans: merged(lasting).map(counted), marks: [] },
    { name: `${name}: calls`, spans: [], marks: calls.filter((call) => call.execution === execution).map((call) => markOf(call, after)) },
  ];
}

function counted(span: Span): Span {
  return span.again ? { ...span, label: `${span.label} ×${span.again.length + 1}` } : span;
}

/** Merges consecutive spans with the same name. */
function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all[all.length - 1];
    if (last?.label === span.label) {
      all[all.length - 1] = { ...last, to: span.to, again: [...last.again ?? [], span.from] };
    } else {
      all.push(span);
    }
  }
  return all;
}

function markOf(call: RecordedCall, after: After): Mark {
  const { operation, error, at } = call;
  return { at: after(at), answer: answerOf(call), operation: operation.split(':')[1], error: error && `${error.error}: ${error.cause}` };
}

function answerOf({ error, answer, effect }: RecordedCall): Answer {
  if (error && effect === undefined) { return /Rate exceeded|Throttling/.test(`${error.error} ${error.cause}`) ? 'throttled' : 'failed'; }
  if (error || answer === undefined) { return 'lost'; }
  return answer === effect ? 'answered' : 'malformed';
}

/** The actions of an experiment, in as few lanes as possible. */
function faultLanes(experiment: SimulatedExperiment, now: number, end: number, after: After): Lane[] {
  const spans = Object.entries<any>((experiment.describe(now) as any).Actions)
    .filter(([, { StartTime }]) => StartTime !== undefined)
    .map(([name, { State, StartTime, EndTime }]): Span => ({
      from: after(Date.parse(StartTime)),
      to: after(EndTime === undefined ? end : Date.parse(EndTime)),
      label: State.Status === 'completed' ? name : `${name} (${State.Status})`,
      hue: FAULT[State.Status] ?? 'violet',
    }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const lanes: Span[][] = [];
  for (const span of spans) {
    const free = lanes.find((lane) => lane[lane.length - 1].to <= span.from);
    if (free) { free.push(span); } else { lanes.push([span]); }
  }
  return lanes.map((lane) => ({ name: 'FIS actions', spans: lane, marks: [] }));
}
