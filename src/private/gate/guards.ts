import type { GateDefinitionProps } from './definition';
import { InsufficientData } from '../../gate-options';
import { CALL_TIMEOUT, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, State, awsSdk } from '../machine/asl';

/** The longest that the guards are observed if their own times decide, and for how long if they say nothing (composite alarms), in seconds. */
export const LONGEST_OBSERVATION = 3600;
export const UNKNOWN_OBSERVATION = 300;

/** What is added to the time in which the slowest guard sees a fault: metrics arrive late. In seconds. */
const METRIC_DELAY = 120;

/** Reads the guard alarms. The caller adds what to assign, and what to do when they cannot be read. */
export function describeGuards(props: GateDefinitionProps): State {
  return {
    Type: 'Task',
    Resource: awsSdk('cloudwatch:describeAlarms'),
    // Without the types, CloudWatch leaves composite alarms out.
    Arguments: { AlarmNames: props.guards.map(({ name }) => name), AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    TimeoutSeconds: CALL_TIMEOUT,
    Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
  };
}

/** The guards that CloudWatch answers, each found by its ARN. One without its state or its time is as good as none. */
export const GUARDS = `($assert($type($states.result.MetricAlarms) = "array" or $type($states.result.CompositeAlarms) = "array", "the alarms are missing");
  [$map($expectedGuards, function($guard) { (
    $found := $filter($append($states.result.MetricAlarms, $states.result.CompositeAlarms), function($alarm) { $alarm.AlarmArn = $guard.arn })[0];
    $type($found.StateValue) = "string" and $type($found.StateTransitionedTimestamp) = "string" and $contains($string($found.StateTransitionedTimestamp), /^[0-9]{4}-[0-9]{2}-[0-9]{2}T/)
      ? $merge([$guard, { "state": $substring($found.StateValue, 0, 50), "since": $substring($string($found.StateTransitionedTimestamp), 0, 50) }])
  ) })])`;

/** The time in which the slowest guard sees a fault: its longest period as often as it is evaluated. The longest time if one does not tell. */
export const OBSERVATION = `($times := [$states.result.MetricAlarms.(
    $max($append([0], [Period, Metrics.Period, Metrics.MetricStat.Period])) * EvaluationPeriods
  )];
  $known := [$filter($times, function($time) { $time > 0 })];
  $count($known) < $count($states.result.MetricAlarms) ? ${LONGEST_OBSERVATION}
    : $count($known) = 0 ? ${UNKNOWN_OBSERVATION}
    : $min([${LONGEST_OBSERVATION}, $max($known) + ${METRIC_DELAY}]))`;

/** Whether a guard in this state lets an experiment start. */
export function isSteady(props: GateDefinitionProps, state: string): string {
  return props.insufficientData === InsufficientData.ACCEPT ? `${state} in ["OK", "INSUFFICIENT_DATA"]` : `${state} = "OK"`;
}
