import type { GateDefinitionProps } from './props';
import { InsufficientData } from '../../gate-options';
import { Call, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, Retrier, call } from '../machine/asl';

/** Reads the guard alarms. The caller adds what to keep, and what to do when they cannot be read. */
export function describeGuards(props: GateDefinitionProps): Call & { readonly Retry: readonly Retrier[] } {
  return {
    // Without the types, CloudWatch leaves composite alarms out.
    ...call('cloudwatch:describeAlarms', { AlarmNames: props.guards.map(({ name }) => name), AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
  };
}

/** Whether INSUFFICIENT_DATA is as good as OK. */
export function acceptsMissingData(props: GateDefinitionProps): boolean {
  return props.insufficientData === InsufficientData.ACCEPT;
}
