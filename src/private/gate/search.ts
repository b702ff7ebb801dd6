import { EARLIER_BLOCKS } from './before';
import { wantedExperiments } from './expressions';
import { fails } from './fails';
import type { GateVariables } from './variables';
import { Verdict } from '../../verdict';
import { LONGEST_PAGING, MOST_EARLIER_EXPERIMENTS } from '../limits';
import { EMPTY, States, jsonata } from '../machine/asl';
import { searchStates } from '../machine/experiments';
import { NOW } from '../machine/expressions';

const EARLIER = '$searchFor = "earlier"';
const STARTED = '$searchFor = "started"';
const NOT_LISTED = 'The gate could not list the experiments of its template';

/**
 * The search of the gate, which it uses three times: for earlier experiments before the start, for its own if the start was not confirmed, and
 * for rivals after the start.
 *
 * @param next Where the gate goes if there is no earlier experiment
 */
export function experimentSearch(next: string): States<GateVariables> {
  return {
    ...searchStates<GateVariables>({
      comment: 'Earlier experiments of this gate, its own whose start was not confirmed, or rivals.',
      where: wantedExperiments(),
      longest: LONGEST_PAGING,
      assign: { searchedAt: jsonata(`${EARLIER} and $nextToken = "" ? ${NOW} : $searchedAt`) },
      whenFound: [
        { when: `${EARLIER} and $earlierEnded >= ${MOST_EARLIER_EXPERIMENTS}`, ...EARLIER_BLOCKS },
        { when: EARLIER, Next: 'WaitForEarlier' },
        { when: STARTED, Assign: { experimentId: jsonata('$foundExperiments[0]') }, Next: 'StopExperiment' },
        // The older experiment stays.
        fails(Verdict.BLOCKED, jsonata('"Experiment " & $join($foundExperiments, ", ") & " of this gate was started at the same time"'), 'StopExperiment'),
      ],
      whenNone: [
        { when: EARLIER, Next: next },
        { when: STARTED, Next: 'Judge' },
        { Next: 'GetExperiment' },
      ],
      whenTooMany: [
        { when: EARLIER, ...fails(Verdict.BLOCKED, 'The experiment template has more experiments than this gate can read in time', 'Judge') },
        { when: STARTED, Assign: { mayStillRun: true }, Next: 'Judge' },
        fails(Verdict.GATE_ERROR, 'The experiment template has more experiments than this gate can read in time', 'StopExperiment'),
      ],
      whenFailed: {
        Assign: {
          failure: jsonata(`${STARTED} ? $failure : "${Verdict.GATE_ERROR}"`),
          detail: NOT_LISTED,
          caught: jsonata(`${STARTED} ? $caught : $states.errorOutput`),
        },
        Next: 'IsStartUnknown',
      },
    }),
    IsStartUnknown: {
      Type: 'Choice',
      Comment: 'The list could not be read.',
      Choices: [
        { Condition: jsonata(STARTED), Assign: { mayStillRun: true, detail: EMPTY }, Next: 'Judge' },
        { Condition: jsonata(EARLIER), Next: 'Judge' },
      ],
      Default: 'StopExperiment',
    },
  };
}
