import type { GateDefinitionProps } from './definition';
import { GUARDS, describeGuards } from './guards';
import { InsufficientData } from '../../gate-options';
import { CALL_BOUND, CALL_TIMEOUT, CAUGHT, NOW, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, States, awsSdk, jsonata } from '../machine/asl';

/** Time between two looks at a guard that is not back at OK, in seconds. */
const LOOK_INTERVAL = 15;

/** The longest that judging the guards can take beyond observation and recovery, in seconds: two looks, and the history of each of five. */
export const AFTER_BOUND = LOOK_INTERVAL + 7 * CALL_BOUND;

/** Alarms trail the fault. Then: which guards left OK, if only for a moment, and are all of them back? */
export function afterStates(props: GateDefinitionProps): States {
  const accepting = props.insufficientData === InsufficientData.ACCEPT;
  return {
    Observe: { Type: 'Wait', Seconds: jsonata('$observation'), Next: 'ReadGuardsAgain' },
    ReadGuardsAgain: {
      ...describeGuards(props),
      Assign: {
        // A guard that left OK has a new transition time, even if it came back.
        [accepting ? 'moved' : 'left']: jsonata(`($read := ${GUARDS};
          [$filter($guards, function($before) {
            $not($exists($filter($read, function($now) { $now.name = $before.name and $now.since = $before.since })))
          }).name])`),
        unsteady: jsonata(`($read := ${GUARDS};
          [$filter($guards, function($before) {
            $not($exists($filter($read, function($now) { $now.name = $before.name and ($now.state = "OK"${accepting ? ' or $now.state = $before.state' : ''}) })))
          }).name])`),
        ...(accepting ? { present: jsonata(GUARDS) } : {}),
        overdue: jsonata(`${NOW} >= $recoveryDeadline`),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { blind: true, detail: jsonata(`"The gate could not read its guard alarms after experiment " & $experimentId & " (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'AreGuardsBack',
    },
    AreGuardsBack: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($unsteady) > 0 and $not($overdue)'), Next: 'WaitForRecovery' }],
      Default: accepting ? 'IsHistoryNeeded' : 'Judge',
    },
    WaitForRecovery: { Type: 'Wait', Seconds: Math.max(LOOK_INTERVAL, Math.ceil(props.recoveryTimeout / 240)), Next: 'ReadGuardsAgain' },
    ...(accepting ? historyStates() : {}),
  };
}

/** Where missing data is accepted, a guard that moved is judged by its history: did it come to ALARM, or only run out of data? */
function historyStates(): States {
  return {
    IsHistoryNeeded: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($moved) > 0'), Next: 'ReadHistory' }],
      Default: 'Judge',
    },
    ReadHistory: {
      Type: 'Task',
      Comment: 'The latest thirty changes since the steady-state check, newest first. More than that, none at all, or a history that has not come '
        + 'to the present state yet, counts as an alarm that fired.',
      Resource: awsSdk('cloudwatch:describeAlarmHistory'),
      Arguments: {
        AlarmName: jsonata('$moved[0]'),
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        HistoryItemType: 'StateUpdate',
        ScanBy: 'TimestampDescending',
        StartDate: jsonata('$fromMillis($steadyAt)'),
        MaxRecords: 30,
      },
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: {
        left: jsonata(`($changes := [$map($states.result.AlarmHistoryItems, function($item) { $parse($item.HistoryData).newState.stateValue })];
          $harmless := $count($changes) > 0 and $changes[0] = $filter($present, function($guard) { $guard.name = $moved[0] })[0].state and $not($exists($states.result.NextToken))
            and $count($filter($changes, function($state) { $state in ["OK", "INSUFFICIENT_DATA"] })) = $count([$states.result.AlarmHistoryItems]);
          $harmless ? $left : $append($left, [$moved[0]]))`),
        moved: jsonata('[$filter($moved, function($name) { $name != $moved[0] })]'),
      },
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { blind: true, detail: jsonata(`"The gate could not read the history of guard alarm " & $moved[0] & " (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'IsHistoryNeeded',
    },
  };
}
