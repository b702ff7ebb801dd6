import { Duration } from 'aws-cdk-lib';
import type { FaultActionData } from './data';
import { LONGEST_EXPERIMENT } from '../limits';

/**
 * The length of the longest chain of actions that wait for each other; the longest that FIS allows if a token hides a part of it.
 */
export function criticalPath(actions: readonly FaultActionData[]): Duration {
  const longest = Math.max(0, ...endsOf(actions).values());
  return Duration.seconds(longest === Infinity ? LONGEST_EXPERIMENT : Math.ceil(longest));
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
