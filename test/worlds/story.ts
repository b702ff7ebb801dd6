/**
 * Describes a run, so that one can see what went wrong in it.
 */
import { World } from './world';
import { RecordedCall } from '../../simulator/aws';
import { GateRun } from '../../simulator/gate-run';
import { Execution } from '../../simulator/interpreter';

/** How many calls are shown. */
const MOST_CALLS = 60;

/** The world, and what happened in it. */
export function story(world: World, run: GateRun): string {
  const begin = run.gate.startTime;
  const at = (time: number) => `${((time - begin) / 1000).toFixed(1)} s`;
  const executions = [...run.gateMachine.executions, ...run.watchdogs];
  const nameOf = (execution: Execution) => `${run.gateMachine.executions.includes(execution) ? 'gate' : 'watchdog'} ${execution.name}`;
  const shown = withoutRepetitions(run.aws.calls);
  return [
    'world',
    ...Object.entries(world).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
    ...executions.flatMap((execution) => [
      `${nameOf(execution)}: ${execution.status} at ${at(execution.stopTime!)}, ${execution.historyEvents} events ${execution.error ?? ''} ${execution.cause?.slice(0, 600) ?? ''}`,
      `  ${folded(execution.path).join(' ')}`,
    ]),
    'experiments',
    ...run.aws.experiments.slice(-10).map(({ id, tags, course }) =>
      `  ${id} of ${Object.values(tags).join(' ')}: ${course.map(({ time, status }) => `${status} at ${at(time)}`).join(', ')}`),
    'guards',
    ...run.aws.cloudWatch.alarms.map((alarm) => `  ${alarm.script.name}: ${alarm.history(run.clock.now()).map(({ time, item }: any) =>
      `${item.HistorySummary.replace('Alarm updated from ', '')} at ${at(time)}`).join(', ') || alarm.state(begin)}`),
    `calls (${shown.length} of ${run.aws.calls.length})`,
    ...shown.map((call) => `  ${at(call.at)} ${nameOf(call.execution)} ${call.operation} ${outcomeOf(call)}`),
  ].join('\n');
}

/** Without calls that were answered like the one before. */
function withoutRepetitions(calls: readonly RecordedCall[]): readonly RecordedCall[] {
  const last = new Map<string, string>();
  return calls.filter((call) => {
    const caller = `${call.execution.arn} ${call.operation}`;
    const before = last.get(caller);
    last.set(caller, outcomeOf(call));
    return before !== outcomeOf(call);
  }).slice(0, MOST_CALLS);
}

function outcomeOf({ error, answer, effect }: RecordedCall): string {
  const lost = effect !== undefined && answer === undefined ? 'done, but ' : '';
  if (error) { return `${lost}${error.error}: ${error.cause.slice(0, 80)}`; }
  if (answer === undefined) { return `${lost}never answered`; }
  return (answer === effect ? '' : 'malformed: ') + shortened(answer);
}

function shortened(answer: any): string {
  const text = JSON.stringify(essenceOf(answer));
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

/** The part of an answer that matters. */
function essenceOf(answer: any): unknown {
  const { Experiment, Experiments, MetricAlarms, CompositeAlarms } = answer ?? {};
  const actions = Object.entries<any>(Experiment?.Actions ?? {}).map(([name, action]) => [name, action?.State?.Status]);
  if (Array.isArray(MetricAlarms) && Array.isArray(CompositeAlarms)) {
    return [...MetricAlarms, ...CompositeAlarms].map((alarm: any) => [alarm?.AlarmName, alarm?.StateValue, alarm?.StateTransitionedTimestamp]);
  }
  if (Array.isArray(Experiments)) { return Experiments.map((experiment) => [experiment?.Id, experiment?.State?.Status]); }
  return Experiment?.State ? [Experiment.Id, Experiment.State.Status, actions] : answer;
}

/** A path with its loops folded: `(A B) x 12`. */
function folded(path: readonly string[]): string[] {
  const parts: string[] = [];
  for (let i = 0; i < path.length;) {
    let best = { length: 1, times: 1 };
    for (let length = 1; length <= 8; length++) {
      const once = path.slice(i, i + length).join();
      let times = 1;
      while (i + (times + 1) * length <= path.length && path.slice(i + times * length, i + (times + 1) * length).join() === once) { times++; }
      if (times > 1 && times * length > best.length * best.times) { best = { length, times }; }
    }
    const loop = path.slice(i, i + best.length).join(' ');
    parts.push(best.times > 1 ? `(${loop}) x ${best.times}` : loop);
    i += best.length * best.times;
  }
  return parts;
}
