import { Verdict } from '../../verdict';
import { HARMLESS_ACTIONS, DURATION_PARAMETERS } from '../catalogue/lookup';
import { EXECUTION_TAG, GATE_TAG } from '../constants';
import {
  DENSE_POLL_INTERVAL, LONGEST_DEFAULT_OBSERVATION, METRIC_DELAY, MOST_CLOCK_SKEW, SPARSE_POLL_INTERVAL, SPAREST_POLL_INTERVAL, UNKNOWN_OBSERVATION,
} from '../limits';
import { ENDED, NOW, requiredText, text } from '../machine/expressions';

/*
 * The expressions of the gate that decide something. Each function returns the text of one.
 */

// ---------------------------------------------------------------------------------------------------------------------------------------
// Guard alarms
// ---------------------------------------------------------------------------------------------------------------------------------------

/** The alarm of a guard in the answer of `DescribeAlarms`, found by its ARN; undefined without a readable state and time. */
const ALARM_OF = `function($guard) { (
  $alarm := $filter($append($states.result.MetricAlarms, $states.result.CompositeAlarms), function($each) { $each.AlarmArn = $guard.arn })[0];
  $type($alarm.StateValue) = "string" and $type($alarm.StateTransitionedTimestamp) = "string"
    and $contains($string($alarm.StateTransitionedTimestamp), /^[0-9]{4}-[0-9]{2}-[0-9]{2}T/)
    ? { "state": $substring($alarm.StateValue, 0, 50), "since": $substring($alarm.StateTransitionedTimestamp, 0, 50) }
) }`;

const ANSWER_HAS_ALARMS = `$assert(
  $type($states.result.MetricAlarms) = "array" or $type($states.result.CompositeAlarms) = "array", "the alarms are missing"
)`;

/** The guards as CloudWatch shows them before the start. A guard whose alarm is missing or unreadable is left out. */
export function guardsBefore(): string {
  return `(
    ${ANSWER_HAS_ALARMS};
    $alarmOf := ${ALARM_OF};
    [$map($expectedGuards, function($guard) { (
      $alarm := $alarmOf($guard);
      $exists($alarm) ? $merge([$guard, $alarm])
    ) })]
  )`;
}

/**
 * The guards as CloudWatch shows them after the experiment, compared with those before the start. A guard that left the OK state has a new
 * transition time, even if it is OK again.
 *
 * Where missing data is accepted, only the history tells whether a guard that changed left the OK state.
 */
export function guardsAfter(acceptsMissingData: boolean): string {
  return `(
    ${ANSWER_HAS_ALARMS};
    $alarmOf := ${ALARM_OF};
    [$map($guards, function($guard) { (
      $alarm := $alarmOf($guard);
      $changed := $not($alarm.since = $guard.since);
      {
        "name": $guard.name,
        ${acceptsMissingData ? `
          "state": $exists($alarm) ? $alarm.state : "",
          "changed": $changed,
          "leftOk": false,
          "recovered": $exists($alarm) and $alarm.state in ["OK", $guard.state],
          "explained": false` : `
          "leftOk": $changed,
          "recovered": $alarm.state = "OK"`}
      }
    ) })]
  )`;
}

/** Whether a guard in this state lets an experiment start. */
export function isSteady(state: string, acceptsMissingData: boolean): string {
  return acceptsMissingData ? `${state} in ["OK", "INSUFFICIENT_DATA"]` : `${state} = "OK"`;
}

/** The names of the guards before the start that are not steady. */
export function unsteadyGuards(acceptsMissingData: boolean): string {
  return `[$filter($guards, function($guard) { $not(${isSteady('$guard.state', acceptsMissingData)}) }).name]`;
}

/** The names of the guards that have no alarm. */
export function missingGuards(): string {
  return '[$filter($expectedGuards, function($guard) { $not($guard.arn in $guards.arn) }).name]';
}

/** The names of the guards that left the OK state. */
export function guardsThatLeftOk(): string {
  return '[$filter($guardsAfterwards, function($guard) { $guard.leftOk }).name]';
}

/** The names of the guards that are not back. */
export function guardsNotRecovered(): string {
  return '[$filter($guardsAfterwards, function($guard) { $not($guard.recovered) }).name]';
}

/** The names of the guards that changed and whose history has not been read. */
export function guardsToExplain(): string {
  return '[$filter($guardsAfterwards, function($guard) { $guard.changed and $not($guard.explained) }).name]';
}

/**
 * How long to observe the guards: until the slowest of them has seen a fault, which takes its longest period as often as it is evaluated. An
 * alarm that does not say its period counts as the slowest possible.
 */
export function observation(): string {
  return `(
    $times := [$map($states.result.MetricAlarms, function($alarm) {
      $max($append([0], [$alarm.Period, $alarm.Metrics.Period, $alarm.Metrics.MetricStat.Period])) * $alarm.EvaluationPeriods
    })];
    $known := [$filter($times, function($time) { $time > 0 })];
    $count($known) < $count($states.result.MetricAlarms) ? ${LONGEST_DEFAULT_OBSERVATION}
    : $count($known) = 0 ? ${UNKNOWN_OBSERVATION}
    : $min([${LONGEST_DEFAULT_OBSERVATION}, $max($known) + ${METRIC_DELAY}])
  )`;
}

/**
 * The guards, after the history of the first of those that have to be explained has been read, newest change first. It left the OK state
 * unless the history is complete, has come to the present state, and shows nothing but OK and missing data.
 */
export function guardsExplained(): string {
  return `(
    $name := ${guardsToExplain()}[0];
    $history := [$map($states.result.AlarmHistoryItems, function($item) { $parse($item.HistoryData).newState.stateValue })];
    $quiet := [$filter($history, function($state) { $state in ["OK", "INSUFFICIENT_DATA"] })];
    [$map($guardsAfterwards, function($guard) {
      $guard.name != $name ? $guard : $merge([$guard, {
        "explained": true,
        "leftOk": $not(
          $count($history) > 0 and $history[0] = $guard.state and $not($exists($states.result.NextToken))
            and $count($quiet) = $count([$states.result.AlarmHistoryItems])
        )
      }])
    })]
  )`;
}

// ---------------------------------------------------------------------------------------------------------------------------------------
// Searches
// ---------------------------------------------------------------------------------------------------------------------------------------

/**
 * Which listed experiments the gate looks for. All carry its tag.
 *
 * - `earlier`: under way, whoever started them. Two experiments at a time would hit the same targets, and share their alarms.
 * - `started`: started by this execution. Its start time tells it from an earlier execution of the same name.
 * - `rivals`: older than the own experiment, and under way since the search for earlier ones. Two gates may have searched at the same moment.
 */
export function wantedExperiments(): string {
  return `$lookup($item.Tags, "${GATE_TAG}") = $gateName and (
    $ended := $item.State.Status in ${ENDED};
    $searchFor = "earlier" ? $not($ended)
    : (
      $created := $toMillis($item.CreationTime);
      $searchFor = "started" ? $lookup($item.Tags, "${EXECUTION_TAG}") = $states.context.Execution.Name
        and $created >= $toMillis($states.context.Execution.StartTime) - ${MOST_CLOCK_SKEW * 1000}
      : $item.Id != $experimentId and ($not($ended) or $created > $searchedAt)
        and ($created < $createdAt or ($created = $createdAt and $item.Id < $experimentId))
    )
  )`;
}

// ---------------------------------------------------------------------------------------------------------------------------------------
// The experiment
// ---------------------------------------------------------------------------------------------------------------------------------------

/** The status of the experiment. An answer about another experiment is an error. */
export function experimentStatus(): string {
  return `(
    $assert($states.result.Experiment.Id = $experimentId, "the answer is about another experiment");
    ${requiredText('$states.result.Experiment.State.Status')}
  )`;
}

/** The faults that were injected. Found by name, and only if the action still is a fault: somebody may have edited the template. */
export function faultsCompleted(): string {
  return `[$filter($faultNames, function($name) { (
    $action := $lookup($states.result.Experiment.Actions, $name);
    $action.State.Status = "completed" and $not($action.ActionId in ${JSON.stringify(HARMLESS_ACTIONS)})
  ) })]`;
}

/** The actions that will never complete. */
export function incompleteActions(): string {
  return `[$each($states.result.Experiment.Actions, function($action, $name) {
    $action.State.Status in ["failed", "skipped", "cancelled", "stopped"] ? {
      "name": ${text('$name', 64)},
      "status": $action.State.Status,
      "reason": ${text('$action.State.Reason', 200)}
    }
  })]`;
}

/** Seconds until the next look: few in the first minute and around the expected end, more in between, and never much beyond the deadline. */
export function pollInterval(): string {
  return `(
    $elapsed := (${NOW} - $watchStartedAt) / 1000;
    $remaining := $expectedDuration - $elapsed;
    $sparse := $expectedDuration <= 3600 ? ${SPARSE_POLL_INTERVAL} : ${SPAREST_POLL_INTERVAL};
    $wanted := $elapsed < 60 or ($remaining <= ${DENSE_POLL_INTERVAL} and $remaining > -180) ? ${DENSE_POLL_INTERVAL}
      : $remaining > 0 ? $min([$sparse, $remaining])
      : $sparse;
    $max([1, $ceil($min([$wanted, ($watchDeadline - ${NOW}) / 1000]))])
  )`;
}

// ---------------------------------------------------------------------------------------------------------------------------------------
// An existing template
// ---------------------------------------------------------------------------------------------------------------------------------------

const TEMPLATE = `$template := $states.result.ExperimentTemplate;
    $assert($template.Id = $experimentTemplateId and $type($template.Actions) = "object", "the answer is not about the template")`;

/** The names of the guards that are no stop conditions of the template. */
export function guardsWithoutStopCondition(): string {
  return `(
    ${TEMPLATE};
    $assert($type($template.StopConditions) = "array", "the stop conditions are missing");
    [$filter($expectedGuards, function($guard) { $not($guard.arn in $template.StopConditions.Value) }).name]
  )`;
}

/** The names of the actions of the template that inject a fault. */
export function faultsOfTemplate(): string {
  return `(
    ${TEMPLATE};
    [$each($template.Actions, function($action, $name) {
      $not($action.ActionId in ${JSON.stringify(HARMLESS_ACTIONS)}) ? ${text('$name', 64)}
    })]
  )`;
}

/**
 * The length of the longest chain of actions of the template, in seconds. What cannot be read as a duration counts as none.
 *
 * In each round, every action ends after the latest of those it waits for: after as many rounds as a chain can have links, all are right.
 */
export function durationOfTemplate(mostActions: number, longestExperiment: number): string {
  const rounds = Array.from({ length: mostActions }, () => '$ends := $next($ends);');
  return `(
    ${TEMPLATE};
    $part := function($text, $unit, $seconds) { $number($match($text, $unit)[0].groups[0]) * $seconds };
    $secondsOf := function($text) { $type($text) != "string" ? 0 : $sum($append([0], [
      $part($text, /([0-9]+)D/, 86400), $part($text, /([0-9]+)H/, 3600), $part($text, /([0-9]+)M/, 60), $part($text, /([0-9]+)S/, 1)
    ])) };
    $actions := [$each($template.Actions, function($action, $name) { {
      "name": $name,
      "seconds": $max($append([0], [$map(${JSON.stringify(DURATION_PARAMETERS)}, function($parameter) {
        $secondsOf($lookup($action.Parameters, $parameter))
      })])),
      "after": [$action.StartAfter]
    } })];
    $next := function($before) { $merge([$map($actions, function($action) {
      { $action.name: $action.seconds + $max($append([0], [$map($action.after, function($name) { $lookup($before, $name) })])) }
    })]) };
    $ends := {};
    ${rounds.join(' ')}
    $min([${longestExperiment}, $max($append([0], [$each($ends, function($end) { $end })]))])
  )`;
}

// ---------------------------------------------------------------------------------------------------------------------------------------
// The judge
// ---------------------------------------------------------------------------------------------------------------------------------------

/**
 * The verdict. Precedence: a guard that left the OK state; then whatever went wrong on the way; then how the experiment ended; then what it
 * did not inject. `Passed` is what remains when each condition for it is seen to hold, never a default.
 */
export function judge(): string {
  return `(
    $leftOk := $count(${guardsThatLeftOk()}) > 0;
    $recovered := $count(${guardsNotRecovered()}) = 0;
    $leftOk and $failure = "" and $status = "stopped" ? "${Verdict.STOP_CONDITION_TRIGGERED}"
    : $leftOk and $failure = "" and $status = "completed" and $not($recovered) ? "${Verdict.NOT_RECOVERED}"
    : $leftOk ? "${Verdict.ALARM_FIRED}"
    : $failure != "" ? $failure
    : $guardsUnreadable ? "${Verdict.GATE_ERROR}"
    : $status = "failed" ? "${Verdict.EXPERIMENT_FAILED}"
    : $status = "stopped" ? "${Verdict.EXPERIMENT_STOPPED}"
    : $status = "cancelled" ? "${Verdict.EXPERIMENT_CANCELLED}"
    : $count($incompleteActions) > 0 or $count($faultsCompleted) < $count($faultNames) or $count($faultNames) = 0 ? "${Verdict.NOTHING_INJECTED}"
    : $not($recovered) ? "${Verdict.NOT_RECOVERED}"
    : $status = "completed" and $experimentId != "" and $not($mayStillRun) ? "${Verdict.PASSED}"
    : "${Verdict.GATE_ERROR}"
  )`;
}
