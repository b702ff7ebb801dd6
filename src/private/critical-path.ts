import { Duration } from 'aws-cdk-lib';
import { FaultAction } from '../fault-action.generated';

/**
 * The length of the longest chain of actions that wait for each other.
 *
 * Never fails: a circle counts once (the checks report it), a duration that is a token counts as zero.
 */
export function criticalPath(actions: FaultAction[]): Duration {
  const endOf = new Map<FaultAction, number>();

  const end = (action: FaultAction, waitingFor: Set<FaultAction>): number => {
    const known = endOf.get(action);
    if (known !== undefined) { return known; }
    if (waitingFor.has(action)) { return 0; }

    const chain = new Set(waitingFor).add(action);
    const start = Math.max(0, ...action._data.startAfter.map((earlier) => end(earlier, chain)));
    const own = action._data.expectedDuration.isUnresolved() ? 0 : action._data.expectedDuration.toSeconds({ integral: false });
    endOf.set(action, start + own);
    return start + own;
  };

  return Duration.seconds(Math.ceil(Math.max(0, ...actions.map((action) => end(action, new Set())))));
}
