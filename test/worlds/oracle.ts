/**
 * Decides whether a gate may pass, from what really happened. It knows neither the state machine nor the answers that it got.
 */
import { GroundTruth, TrueExperiment, TrueGuard, isActive } from './ground-truth';

/** The options of the gate that matter here. */
export interface Request {
  readonly acceptsMissingData: boolean;
  /** Seconds, if the option is given. */
  readonly observation?: number;
}

/** Actions that inject no fault. */
const HARMLESS = ['aws:fis:wait', 'aws:cloudwatch:assert-alarm-state'];

/** All reasons why the release must not go on; empty if it may. */
export function whyNot(truth: GroundTruth, request: Request): string[] {
  const { own } = truth;
  if (own.length !== 1) { return [`${own.length} experiments were started`]; }
  return [
    ...aboutInput(truth),
    ...aboutExperiment(truth, own[0]),
    ...aboutRivals(truth, own[0]),
    ...truth.guards.flatMap((guard) => aboutGuard(truth, request, own[0], guard)),
  ];
}

function aboutInput({ input, templateId }: GroundTruth): string[] {
  const given = input?.experimentTemplateId;
  return given !== undefined && given !== templateId ? [`the gate was asked for template ${JSON.stringify(given)}`] : [];
}

/** The experiment really ran, and really injected all of its faults. */
function aboutExperiment({ ended }: GroundTruth, { end, actions }: TrueExperiment): string[] {
  if (end === undefined || end.time > ended) { return ['the experiment had not ended']; }
  const faults = actions.filter(({ actionId }) => !HARMLESS.includes(actionId));
  return [
    ...(end.status === 'completed' ? [] : [`the experiment ended as ${end.status}`]),
    ...(faults.length > 0 ? [] : ['the experiment has no fault']),
    ...actions.filter(({ status }) => status !== 'completed').map(({ name, status }) => `action ${name} is ${status}`),
  ];
}

/** No older experiment of the same gate ran during all of it: their effects could not be told apart. */
function aboutRivals({ experiments, gate, lag }: GroundTruth, own: TrueExperiment): string[] {
  return experiments
    .filter((other) => other !== own && other.gate === gate && other.created + lag * 1000 < own.created)
    .filter((other) => isActive(other, own.created) && isActive(other, own.end?.time ?? Infinity))
    .map(({ id }) => `experiment ${id} of the same gate ran all the time`);
}

/** The guard was OK from the last check before the start to the end of the observation, and when it was read last. */
function aboutGuard(truth: GroundTruth, { acceptsMissingData, observation }: Request, own: TrueExperiment, guard: TrueGuard): string[] {
  const checks = truth.effects('cloudwatch:describeAlarms');
  const before = Math.max(...checks.filter((time) => time <= own.created));
  const last = Math.max(...checks);
  const until = (own.end?.time ?? Infinity) + (observation ?? observationOf(truth.guards)) * 1000;
  if (before === -Infinity) { return [`guard ${guard.name} was not checked before the start`]; }
  if (last < until) { return [`guard ${guard.name} was not checked after the observation`]; }
  if (guard.gone <= last) { return [`guard ${guard.name} was deleted`]; }

  const good = acceptsMissingData ? ['OK', 'INSUFFICIENT_DATA'] : ['OK'];
  const states = [guard.state(before), ...guard.changes.filter(({ time }) => time > before && time <= until).map(({ state }) => state)];
  const atTheEnd = guard.state(last);
  return [
    ...states.filter((state) => !good.includes(state)).map((state) => `guard ${guard.name} was in ${state}`),
    ...(atTheEnd === 'OK' || (acceptsMissingData && atTheEnd === states[0]) ? [] : [`guard ${guard.name} was in ${atTheEnd} at the end`]),
  ];
}

/** Seconds in which the slowest guard detects a fault, plus two minutes for metrics that arrive late; at most an hour. */
function observationOf(guards: readonly TrueGuard[]): number {
  const metric = guards.filter(({ composite }) => !composite);
  return metric.length === 0 ? 300 : Math.min(3600, Math.max(...metric.map(({ detectionTime }) => detectionTime)) + 120);
}
