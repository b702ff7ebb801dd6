import type { GateDefinitionProps } from './definition';
import { HARMLESS_ACTIONS } from '../catalogue/lookup';
import { LONGEST_EXPERIMENT } from '../fault/critical-path';
import { CALL_TIMEOUT, CAUGHT, NOW, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, States, jsonata, requiredString, text } from '../machine/asl';
import { ENDED, UNDER_WAY, getExperiment, stopExperiment } from '../machine/experiments';

/** Seconds between looks at the experiment where something is likely to happen: a bad template fails at once, a good one ends when it should. */
export const DENSE = 15;

/** Seconds between looks where nothing is likely to happen, in an experiment of up to an hour and in a longer one. */
const SPARSE = 26;
const SPARSE_IN_LONG_ONES = 54;

/** What FIS needs beyond the durations of the actions, in seconds: start-up, target resolution, post actions such as starting instances again. */
const SLACK = 15 * 60;

/** How long the end of a stopped experiment is looked for, and the time between two looks, in seconds. */
const STOP_TIME = 10 * 60;
const STOP_INTERVAL = 10;

/** The longest that stopping can take, in seconds: a round before that time is counted, and one when it is over. */
export const STOP_BOUND = STOP_TIME + 2 * (2 * CALL_TIMEOUT + STOP_INTERVAL);

/** The longest that the experiment may take, in seconds. */
export function longestWatch(props: GateDefinitionProps): number {
  return props.timeout ?? (props.experiment?.expectedDuration ?? LONGEST_EXPERIMENT.toSeconds()) + SLACK;
}

/** Look at the experiment until it has ended, dense where something is likely to happen and sparse in between. */
export function watchStates(props: GateDefinitionProps, completed: string, endedOtherwise: string): States {
  return {
    WaitForExperiment: { Type: 'Wait', Seconds: jsonata('$pause'), Next: 'GetExperiment' },
    GetExperiment: {
      ...getExperiment('$experimentId'),
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      Assign: {
        ...seenExperiment(),
        overdue: jsonata(`${NOW} - $startedAt >= (${timeout(props)}) * 1000`),
        pause: jsonata(pauseExpression(props)),
      },
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not see experiment " & $experimentId & " (" & ${CAUGHT} & ")"`) },
        Next: 'StopExperiment',
      }],
      Next: 'HasItEnded',
    },
    HasItEnded: {
      Type: 'Choice',
      Comment: 'All statuses that FIS documents, each by name. One that FIS may have tomorrow is a failure, not a guess.',
      Choices: [
        {
          Condition: jsonata('$status = "completed"'),
          Assign: { recoveryDeadline: jsonata(`${NOW} + ($observation + ${props.recoveryTimeout}) * 1000`) },
          Next: completed,
        },
        { Condition: jsonata(`$status in ${ENDED}`), Next: endedOtherwise },
        { Condition: jsonata(`$status in ${UNDER_WAY} and $not($overdue)`), Next: 'WaitForExperiment' },
        { Condition: jsonata(`$status in ${UNDER_WAY}`), Assign: { failure: 'TimedOut' }, Next: 'StopExperiment' },
      ],
      Default: 'UnknownStatus',
    },
    UnknownStatus: {
      Type: 'Pass',
      Assign: {
        failure: 'GateError',
        detail: jsonata('"FIS reported the status " & $status & " for experiment " & $experimentId & ", which this gate does not know"'),
      },
      Next: 'StopExperiment',
    },
  };
}

/** Stop the experiment and see it end. Asked again as long as it is not at least stopping: whatever fails, the next round repeats it. */
export function stopStates(ended: string): States {
  const time = {
    stopDeadline: jsonata(`$stopDeadline = 0 ? ${NOW} + ${STOP_TIME * 1000} : $stopDeadline`),
    overdue: jsonata(`$stopDeadline > 0 and ${NOW} >= $stopDeadline`),
  };
  return {
    StopExperiment: {
      ...stopExperiment('$experimentId'),
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'WaitForEnd' }],
      Next: 'WaitForEnd',
    },
    WaitForEnd: { Type: 'Wait', Seconds: STOP_INTERVAL, Next: 'ConfirmEnd' },
    ConfirmEnd: {
      ...getExperiment('$experimentId'),
      Assign: { ...seenExperiment(), ...time },
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { status: 'unknown', ...time }, Next: 'IsItOver' }],
      Next: 'IsItOver',
    },
    IsItOver: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(`$status in ${ENDED}`), Assign: { mayStillRun: false }, Next: ended },
        { Condition: jsonata('$overdue'), Assign: { mayStillRun: true }, Next: ended },
        { Condition: jsonata('$status = "stopping"'), Next: 'WaitForEnd' },
      ],
      Default: 'StopExperiment',
    },
  };
}

/** What is kept of an experiment. Its answer repeats the whole template, which would soon fill a state. */
function seenExperiment(): { [variable: string]: string } {
  return {
    status: jsonata(`($assert($states.result.Experiment.Id = $experimentId, "the answer is about another experiment");
      ${requiredString('$states.result.Experiment.State.Status')})`),
    experimentArn: jsonata(text('$states.result.Experiment.Arn', 200)),
    reason: jsonata(text('$states.result.Experiment.State.Reason', 512)),
    // By name, and in case somebody edited the template meanwhile, only what harms.
    faultsCompleted: jsonata(`[$filter($faultNames, function($name) { (
      $action := $lookup($states.result.Experiment.Actions, $name);
      $action.State.Status = "completed" and $not($action.ActionId in ${JSON.stringify(HARMLESS_ACTIONS)})) })]`),
    troubled: jsonata(`[$each($states.result.Experiment.Actions, function($action, $name) {
        $action.State.Status in ["failed", "skipped", "cancelled", "stopped"]
          ? { "name": ${text('$name', 64)}, "status": $action.State.Status, "reason": ${text('$action.State.Reason', 200)} }
      })]`),
  };
}

/**
 * Seconds until the next look: dense in the first minute and around the expected end, sparse otherwise, and never much beyond the deadline.
 */
function pauseExpression(props: GateDefinitionProps): string {
  return `(
    $elapsed := (${NOW} - $startedAt) / 1000;
    $left := $expected - $elapsed;
    $sparse := $expected <= 3600 ? ${SPARSE} : ${SPARSE_IN_LONG_ONES};
    $pause := $elapsed < 60 or ($left <= ${DENSE} and $left > -180) ? ${DENSE} : $left > 0 ? $min([$sparse, $left]) : $sparse;
    $max([1, $ceil($min([$pause, ${timeout(props)} - $elapsed]))])
  )`;
}

/** How long the experiment may take, in seconds: a JSONata expression. */
function timeout(props: GateDefinitionProps): string {
  return props.timeout === undefined ? `$expected + ${SLACK}` : String(props.timeout);
}
