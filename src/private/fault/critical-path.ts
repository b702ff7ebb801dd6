import { Duration } from 'aws-cdk-lib';
import type { FaultActionData } from './data';

/** FIS ends every experiment after this time. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
export const LONGEST_EXPERIMENT = Duration.hours(12);

/**
 * The length of the longest chain of actions that wait for each other; the longest that FIS allows if a token hides a part of it.
 */
export function criticalPath(actions: readonly FaultActionData[]): Duration {
  const longest = Math.max(0, ...endsOf(actions).values());
  return longest === Infinity ? LONGEST_EXPERIMENT : Duration.seconds(Math.ceil(longest));
}

/** When each action ends, in seconds from the start; infinite if a token hides a part of it. */
export function endsOf(actions: readonly FaultActionData[]): Map<FaultActionData, number> {
  const endOf = new Map<FaultActionData, number>();

  const end = (action: FaultActionData): number => {
    const known = endOf.get(action);
    if (known !== undefined) { return known; }

    const start = Math.max(0, ...action.startAfter.map(end));
    const own = action.expectedDuration?.toSeconds({ integral: false }) ?? Infinity;
    endOf.set(action, start + own);
    return start + own;
  };

  actions.forEach(end);
  return endOf;
}
