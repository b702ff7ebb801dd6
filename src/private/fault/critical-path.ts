import { Duration } from 'aws-cdk-lib';
import type { FaultAction } from '../../fault-action.generated';

/** FIS ends every experiment after this time. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
export const LONGEST_EXPERIMENT = Duration.hours(12);

/**
 * The length of the longest chain of actions that wait for each other; the longest that FIS allows if a token hides a part of it.
 */
export function criticalPath(actions: FaultAction[]): Duration {
  const longest = Math.max(0, ...endsOf(actions).values());
  return longest === Infinity ? LONGEST_EXPERIMENT : Duration.seconds(Math.ceil(longest));
}

/**
 * When each action ends, in seconds from the start; infinite if a token hides a part of it.
 *
 * Never fails: a circle counts once, and the checks report it.
 */
export function endsOf(actions: FaultAction[]): Map<FaultAction, number> {
  const endOf = new Map<FaultAction, number>();

  const end = (action: FaultAction, waitingFor: Set<FaultAction>): number => {
    const known = endOf.get(action);
    if (known !== undefined) { return known; }
    if (waitingFor.has(action)) { return 0; }

    const chain = new Set(waitingFor).add(action);
    const start = Math.max(0, ...action._data.startAfter.map((earlier) => end(earlier, chain)));
    const own = action._data.expectedDuration?.toSeconds({ integral: false }) ?? Infinity;
    endOf.set(action, start + own);
    return start + own;
  };

  actions.forEach((action) => end(action, new Set()));
  return endOf;
}
