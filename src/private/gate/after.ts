import { guardsAfter, guardsExplained, guardsNotRecovered, guardsToExplain } from './expressions';
import { acceptsMissingData, describeGuards } from './guards';
import type { GateDefinitionProps } from './props';
import type { GateVariables } from './variables';
import { MOST_HISTORY_ITEMS, MOST_RECOVERY_POLLS, RECOVERY_POLL_INTERVAL } from '../limits';
import { Catcher, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, States, call, jsonata } from '../machine/asl';
import { NOW } from '../machine/expressions';

/** Observes the guards, as alarms trail the fault. Then: which guards left the OK state, if only for a moment, and are all of them back? */
export function afterStates(props: GateDefinitionProps): States<GateVariables> {
  const accepting = acceptsMissingData(props);
  return {
    Observe: { Type: 'Wait', Seconds: jsonata('$observation'), Next: 'ReadGuardsAgain' },
    ReadGuardsAgain: {
      ...describeGuards(props),
      Assign: { guardsAfterwards: jsonata(guardsAfter(accepting)) },
      Catch: [unreadable('"The gate could not read its guard alarms after experiment " & $experimentId')],
      Next: 'AreGuardsBack',
    },
    AreGuardsBack: {
      Type: 'Choice',
      Choices: [{
        Condition: jsonata(`$count(${guardsNotRecovered()}) > 0 and ${NOW} < $recoveryDeadline`),
        Next: 'WaitForRecovery',
      }],
      Default: accepting ? 'IsHistoryNeeded' : 'Judge',
    },
    WaitForRecovery: {
      Type: 'Wait',
      Seconds: Math.max(RECOVERY_POLL_INTERVAL, Math.ceil(props.recoveryTimeout / MOST_RECOVERY_POLLS)),
      Next: 'ReadGuardsAgain',
    },
    ...(accepting ? historyStates() : {}),
  };
}

/** Where missing data is accepted, the history of a guard that changed tells whether it went to ALARM or only ran out of data. */
function historyStates(): States<GateVariables> {
  return {
    IsHistoryNeeded: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata(`$count(${guardsToExplain()}) > 0`), Next: 'ReadHistory' }],
      Default: 'Judge',
    },
    ReadHistory: {
      Comment: 'The latest changes since the steady-state check, newest first.',
      ...call('cloudwatch:describeAlarmHistory', {
        AlarmName: jsonata(`${guardsToExplain()}[0]`),
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        HistoryItemType: 'StateUpdate',
        ScanBy: 'TimestampDescending',
        StartDate: jsonata('$fromMillis($steadyAt)'),
        MaxRecords: MOST_HISTORY_ITEMS,
      }),
      Assign: { guardsAfterwards: jsonata(guardsExplained()) },
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      Catch: [unreadable(`"The gate could not read the history of guard alarm " & ${guardsToExplain()}[0]`)],
      Next: 'IsHistoryNeeded',
    },
  };
}

/** The guards could not be read. That is the verdict only if nothing went wrong before. */
function unreadable(detail: string): Catcher<GateVariables> {
  return {
    ErrorEquals: ['States.ALL'],
    Assign: {
      guardsUnreadable: true,
      detail: jsonata(`$failure = "" ? ${detail} : $detail`),
      caught: jsonata('$failure = "" ? $states.errorOutput : $caught'),
    },
    Next: 'Judge',
  };
}
