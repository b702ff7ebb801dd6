import { guardsBefore, missingGuards, observation, unsteadyGuards } from './expressions';
import { catches, fails } from './fails';
import { acceptsMissingData, describeGuards } from './guards';
import type { GateDefinitionProps } from './props';
import type { GateVariables } from './variables';
import { Verdict } from '../../verdict';
import { STEADY_POLL_INTERVAL } from '../limits';
import { RETRY_ANYTHING, RETRY_MALFORMED_ONCE, States, call, jsonata } from '../machine/asl';
import { getExperiment } from '../machine/experiments';
import { ENDED, NOW, requiredText } from '../machine/expressions';

/** An earlier experiment does not end in time. */
export const EARLIER_BLOCKS = fails(Verdict.BLOCKED,
  jsonata('"Experiment " & $join($foundExperiments, ", ") & ", which this gate started earlier, is still under way"'), 'Judge');

/** Nothing stands in the way: the safety lever is not engaged, and no earlier experiment of this gate is under way. */
export function surroundingsStates(): States<GateVariables> {
  return {
    ReadSafetyLever: {
      Comment: 'If it cannot be read, go on: FIS itself cancels every experiment while it is engaged.',
      ...call('fis:getSafetyLever', { Id: 'default' }),
      Assign: { leverEngaged: jsonata('$states.result.SafetyLever.State.Status in ["engaged", "engaging"]') },
      Retry: [RETRY_ANYTHING],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'FindExperiments' }],
      Next: 'IsSafetyLeverEngaged',
    },
    IsSafetyLeverEngaged: {
      Type: 'Choice',
      Choices: [{
        Condition: jsonata('$leverEngaged'),
        ...fails(Verdict.BLOCKED, 'The FIS safety lever of this account and Region is engaged', 'Judge'),
      }],
      Default: 'FindExperiments',
    },
    WaitForEarlier: { Type: 'Wait', Seconds: STEADY_POLL_INTERVAL, Next: 'GetEarlier' },
    GetEarlier: {
      ...getExperiment('$foundExperiments[0]'),
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      Assign: { earlierStatus: jsonata(requiredText('$states.result.Experiment.State.Status')) },
      Catch: [catches(Verdict.GATE_ERROR, jsonata('"The gate could not read its earlier experiment " & $foundExperiments[0]'), 'Judge')],
      Next: 'HasEarlierEnded',
    },
    HasEarlierEnded: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(`$earlierStatus in ${ENDED}`), Assign: { earlierEnded: jsonata('$earlierEnded + 1') }, Next: 'FindExperiments' },
        { Condition: jsonata(`${NOW} >= $steadyDeadline`), ...EARLIER_BLOCKS },
      ],
      Default: 'WaitForEarlier',
    },
  };
}

/** The last thing before the start: every guard alarm exists and is OK. */
export function steadyStateStates(props: GateDefinitionProps): States<GateVariables> {
  return {
    ReadGuards: {
      ...describeGuards(props),
      Assign: {
        guards: jsonata(guardsBefore()),
        ...(props.observationTime === undefined ? { observation: jsonata(observation()) } : {}),
        steadyAt: jsonata(NOW),
      },
      Catch: [catches(Verdict.GATE_ERROR, 'The gate could not read its guard alarms', 'Judge')],
      Next: 'AreGuardsSteady',
    },
    AreGuardsSteady: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata('$count($guards) < $count($expectedGuards)'),
          ...fails(Verdict.BLOCKED, jsonata(`"Guard alarm " & $join(${missingGuards()}, ", ") & " does not exist in this account and Region"`), 'Judge'),
        },
        { Condition: jsonata(`$count(${unsteadyGuards(acceptsMissingData(props))}) = 0`), Next: 'StartWatchdog' },
        {
          Condition: jsonata(`${NOW} >= $steadyDeadline`),
          ...fails(Verdict.NOT_STEADY, jsonata(`"Guard alarm " & $join(${unsteadyGuards(acceptsMissingData(props))}, ", ") & " was not OK before the start"`), 'Judge'),
        },
      ],
      Default: 'WaitForGuards',
    },
    WaitForGuards: { Type: 'Wait', Seconds: STEADY_POLL_INTERVAL, Next: 'ReadGuards' },
  };
}
