/**
 * Says whether a gate may pass, from what truly happened. It knows neither the machine nor what the machine was told.
 */
import { Truth, TrueExperiment, TrueGuard, isActive } from './truth';

/** What the owner of the gate asked for. */
export interface Request {
  readonly acceptsMissingData: boolean;
  /** Seconds, if the owner said so. */
  readonly observation?: number;
}

/** Actions that inject no fault. */
const HARMLESS = ['aws:fis:wait', 'aws:cloudwatch:assert-alarm-state'];

/** All reasons why the release must not go on; none if it may. */
export function whyNot(truth: Truth, request: Request): string[] {
  const { own } = truth;
  if (own.length !== 1) { return [`${own.length} experiments were started`]; }
  return [
    ...aboutInput(truth),
    ...aboutExperiment(truth, own[0]),
    ...aboutRivals(truth, own[0]),
    ...truth.guards.flatMap((guard) => aboutGuard(truth, request, own[0], guard)),
  ];
}

function aboutInput({ input, templateId }: Truth): string[] {
  const given = input?.experimentTemplateId;
  return given !== undefined && given !== templateId ? [`the gate was asked for template ${JSON.stringify(given)}`] : [];
}

/** It really ran, and really injected all of its faults. */
function aboutExperiment({ ended }: Truth, { end, actions }: TrueExperiment): string[] {
  if (end === undefined || end.time > ended) { return ['the experiment had not ended']; }
  const faults = actions.filter(({ actionId }) => !HARMLESS.includes(actionId));
  return [
    ...(end.status === 'completed' ? [] : [`the experiment ended as ${end.status}`]),
    ...(faults.length > 0 ? [] : ['the experiment has no fault']),
    ...actions.filter(({ status }) => status !== 'completed').map(({ name, status }) => `action ${name} is ${status}`),
  ];
}

/** No older experiment of the same gate went on beside it all the time: their effects could not be told apart. */
function aboutRivals({ experiments, gate, lag }: Truth, own: TrueExperiment): string[] {
  return experiments
    .filter((other) => other !== own && other.gate === gate && other.created + lag * 1000 < own.created)
    .filter((other) => isActive(other, own.created) && isActive(other, own.end?.time ?? Infinity))
    .map(({ id }) => `experiment ${id} of the same gate was under way all the time`);
}

/** From the last look before the start to the end of the observation it was OK, and it was so in the end. */
function aboutGuard(truth: Truth, { acceptsMissingData, observation }: Request, own: TrueExperiment, guard: TrueGuard): string[] {
  const looks = truth.effects('cloudwatch:describeAlarms');
  const before = Math.max(...looks.filter((time) => time <= own.created));
  const last = Math.max(...looks);
  const until = (own.end?.time ?? Infinity) + (observation ?? observationOf(truth.guards)) * 1000;
  if (before === -Infinity) { return [`guard ${guard.name} was not looked at before the start`]; }
  if (last < until) { return [`guard ${guard.name} was not looked at after the observation`]; }
  if (guard.gone <= last) { return [`guard ${guard.name} was deleted`]; }

  const good = acceptsMissingData ? ['OK', 'INSUFFICIENT_DATA'] : ['OK'];
  const states = [guard.state(before), ...guard.changes.filter(({ time }) => time > before && time <= until).map(({ state }) => state)];
  const inTheEnd = guard.state(last);
  return [
    ...states.filter((state) => !good.includes(state)).map((state) => `guard ${guard.name} was in ${state}`),
    ...(inTheEnd === 'OK' || (acceptsMissingData && inTheEnd === states[0]) ? [] : [`guard ${guard.name} was in ${inTheEnd} in the end`]),
  ];
}

/** Seconds in which the slowest guard sees a fault, and two minutes more for metrics that arrive late; an hour at most. */
function observationOf(guards: readonly TrueGuard[]): number {
  const metric = guards.filter(({ composite }) => !composite);
  return metric.length === 0 ? 300 : Math.min(3600, Math.max(...metric.map(({ reach }) => reach)) + 120);
}
