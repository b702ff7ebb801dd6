import { GATE_TAG } from '../constants';
import type { GateDefinitionProps } from './definition';
import { GUARDS, OBSERVATION, describeGuards, isSteady } from './guards';
import { CALL_BOUND, CALL_TIMEOUT, CAUGHT, NOW, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, States, awsSdk, jsonata, requiredString } from '../machine/asl';
import { ENDED, SEARCH_BOUND, getExperiment, searchStates } from '../machine/experiments';

/** Time between two looks at a guard that is not OK, or at an earlier experiment, in seconds. */
const LOOK_INTERVAL = 15;

/** How many earlier experiments, one after another, are waited for. */
const MOST_EARLIER = 3;

/** The longest that looking around can take beyond the time for which it waits, in seconds. */
export const BEFORE_BOUND = 3 * CALL_BOUND + (MOST_EARLIER + 1) * SEARCH_BOUND + 2 * LOOK_INTERVAL;

/** Nothing stands in the way: the safety lever is not engaged, and no earlier experiment of this gate is under way. */
export function surroundingsStates(next: string): States {
  return {
    ReadSafetyLever: {
      Type: 'Task',
      Comment: 'If it cannot be read, go on: FIS itself cancels every experiment while it is engaged.',
      Resource: awsSdk('fis:getSafetyLever'),
      Arguments: { Id: 'default' },
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: { leverEngaged: jsonata('$states.result.SafetyLever.State.Status in ["engaged", "engaging"]') },
      Retry: [RETRY_ANYTHING],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'FindEarlier' }],
      Next: 'IsSafetyLeverEngaged',
    },
    IsSafetyLeverEngaged: {
      Type: 'Choice',
      Choices: [{
        Condition: jsonata('$leverEngaged'),
        Assign: { failure: 'Blocked', detail: 'The FIS safety lever of this account and Region is engaged' },
        Next: 'Judge',
      }],
      Default: 'FindEarlier',
    },
    ...searchStates({
      name: 'FindEarlier',
      inTime: true,
      comment: 'Two experiments of one gate at a time would hit the same targets, and their alarms would be the alarms of both.',
      where: `$lookup($item.Tags, "${GATE_TAG}") = $gateName and $not($item.State.Status in ${ENDED})`,
      assign: { lookedAt: jsonata(`$pages = 0 ? ${NOW} : $lookedAt`) },
      whenFound: [
        { Condition: `$earlierEnded >= ${MOST_EARLIER}`, ...EARLIER_BLOCKS },
        { Next: 'WaitForEarlier' },
      ],
      whenNone: { Next: next },
      whenTooMany: {
        Assign: { failure: 'Blocked', detail: 'The experiment template has more experiments than this gate can look through in time' },
        Next: 'Judge',
      },
      whenFailed: {
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not list the experiments of its template (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      },
    }),
    WaitForEarlier: { Type: 'Wait', Seconds: LOOK_INTERVAL, Next: 'GetEarlier' },
    GetEarlier: {
      ...getExperiment('$found[0]'),
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      Assign: {
        earlierStatus: jsonata(requiredString('$states.result.Experiment.State.Status')),
        overdue: jsonata(`${NOW} >= $steadyDeadline`),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not see its earlier experiment " & $found[0] & " (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'HasEarlierEnded',
    },
    HasEarlierEnded: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(`$earlierStatus in ${ENDED}`), Assign: { earlierEnded: jsonata('$earlierEnded + 1') }, Next: 'FindEarlier' },
        { Condition: jsonata('$overdue'), ...EARLIER_BLOCKS },
      ],
      Default: 'WaitForEarlier',
    },
  };
}

const EARLIER_BLOCKS = {
  Assign: { failure: 'Blocked', detail: jsonata('"Experiment " & $join($found, ", ") & ", which this gate started earlier, is still under way"') },
  Next: 'Judge',
};

/** The last thing before the start: every guard is there, and OK. */
export function steadyStateStates(props: GateDefinitionProps): States {
  return {
    ReadGuards: {
      ...describeGuards(props),
      Assign: {
        guards: jsonata(GUARDS),
        missing: jsonata(`($read := ${GUARDS}; [$filter($expectedGuards, function($guard) { $not($guard.arn in $read.arn) }).name])`),
        unsteady: jsonata(`($read := ${GUARDS}; [$filter($read, function($guard) { $not(${isSteady(props, '$guard.state')}) }).name])`),
        ...(props.observationTime === undefined ? { observation: jsonata(OBSERVATION) } : {}),
        steadyAt: jsonata(NOW),
        overdue: jsonata(`${NOW} >= $steadyDeadline`),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not read its guard alarms (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'AreGuardsSteady',
    },
    AreGuardsSteady: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata('$count($missing) > 0'),
          Assign: { failure: 'Blocked', detail: jsonata('"Guard alarm " & $join($missing, ", ") & " does not exist in this account and Region"') },
          Next: 'Judge',
        },
        { Condition: jsonata('$count($unsteady) = 0'), Next: 'StartWatchdog' },
        { Condition: jsonata('$overdue'), Assign: { failure: 'NotSteady' }, Next: 'Judge' },
      ],
      Default: 'WaitForGuards',
    },
    WaitForGuards: { Type: 'Wait', Seconds: LOOK_INTERVAL, Next: 'ReadGuards' },
  };
}
