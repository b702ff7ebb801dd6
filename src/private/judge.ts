import { States, jsonata } from './asl';
import { GATE_TAG } from './constants';
import { Verdict } from '../verdict';

/** Version of the verdict document. A field that changes its meaning or goes away makes a new one. */
const SCHEMA_VERSION = '1.0';

/** The longest `Cause` that Step Functions takes is 32,768 characters. */
const LONGEST_CAUSE = 32_000;

/** Something a user can read, and how to say it: each a JSONata expression over the variables of the gate. */
interface Sentence {
  /** What happened. */
  readonly happened: string;
  /** What it means. */
  readonly means: string;
  /** What to do. */
  readonly next: string;
}

const UNFIT = '"the system did not bear the fault"';
const NOT_STARTED = '"no experiment was started"';
const NOT_JUDGED = '"nothing was judged"';

const EXPERIMENT = '"experiment " & $experimentId';
const BECAUSE = '($reason = "" ? "" : " (" & $reason & ")")';
const LEFT = '"Guard alarm " & $join($left, ", ") & " left OK"';
const TROUBLE = '($count($troubled) = 0 ? "" : " in action " & $join($map($troubled, function($action) { $action.name & " (" & $action.status & ")" }), ", "))';

const SENTENCES: { readonly [verdict in Verdict]: Sentence } = {
  [Verdict.PASSED]: {
    happened: '"Experiment " & $experimentId & " injected its faults and no guard alarm left OK"',
    means: '"the system bore the fault"',
    next: '"the release goes on"',
  },
  [Verdict.STOP_CONDITION_TRIGGERED]: {
    happened: `${LEFT} & " and FIS stopped " & ${EXPERIMENT}`,
    means: UNFIT,
    next: '"find out what happened at the time of the alarm, mend the system, and release again"',
  },
  [Verdict.ALARM_FIRED]: {
    happened: `${LEFT} & " while " & ${EXPERIMENT} & " was under way"`,
    means: UNFIT,
    next: '"find out what happened at the time of the alarm, mend the system, and release again"',
  },
  [Verdict.NOT_RECOVERED]: {
    happened: `"Guard alarm " & $join($unsteady, ", ") & " was not OK after " & ${EXPERIMENT}`,
    means: UNFIT,
    next: '"bring the system back to rest, find out why it did not recover by itself, and release again"',
  },
  [Verdict.NOT_STEADY]: {
    happened: '"Guard alarm " & $join($unsteady, ", ") & " was not OK beforehand"',
    means: NOT_STARTED,
    next: '"bring the system to rest and retry the stage"',
  },
  [Verdict.BLOCKED]: {
    happened: '$detail',
    means: NOT_STARTED,
    next: '"remove the obstacle and retry the stage"',
  },
  [Verdict.START_FAILED]: {
    happened: '"FIS did not start the experiment (" & $detail & ")"',
    means: NOT_JUDGED,
    next: '"see whether the experiment template, the permissions of the gate and the FIS quotas are as they should be, and retry the stage"',
  },
  [Verdict.EXPERIMENT_FAILED]: {
    happened: `"Experiment " & $experimentId & " failed" & ${TROUBLE} & ${BECAUSE}`,
    means: NOT_JUDGED,
    next: '"see whether the experiment role, the targets and the FIS quotas are as they should be, and retry the stage"',
  },
  [Verdict.EXPERIMENT_STOPPED]: {
    happened: `"Experiment " & $experimentId & " was stopped while all guard alarms were OK" & ${BECAUSE}`,
    means: NOT_JUDGED,
    next: '"find out who stopped it and retry the stage"',
  },
  [Verdict.EXPERIMENT_CANCELLED]: {
    happened: `"Experiment " & $experimentId & " was cancelled" & ${BECAUSE}`,
    means: NOT_JUDGED,
    next: '"see whether the FIS safety lever is engaged, and retry the stage when it is not"',
  },
  [Verdict.NOTHING_INJECTED]: {
    happened: `"Experiment " & $experimentId & " completed without injecting all of its faults" & ${TROUBLE}`,
    means: '"nothing was proved"',
    next: '"see whether the targets exist and match, and retry the stage"',
  },
  [Verdict.TIMED_OUT]: {
    happened: '"Experiment " & $experimentId & " was not over at its deadline and was stopped"',
    means: NOT_JUDGED,
    next: '"shorten the experiment or give the gate a longer timeout, and retry the stage"',
  },
  [Verdict.GATE_ERROR]: {
    happened: `($detail = "" ? "The gate lost track of " & ${EXPERIMENT} : $detail)`,
    means: NOT_JUDGED,
    next: '"see whether the permissions of the gate are as they should be, and retry the stage"',
  },
};

/**
 * The one place where the gate judges, and the only one from which it can pass.
 *
 * Precedence: a guard that left OK; then whatever went wrong on the way; then how the experiment ended; then what it did not inject.
 * `Passed` is what remains when each condition for it is seen to hold, never a default.
 */
export function judgeStates(guarded: boolean): States {
  return {
    Judge: {
      Type: 'Pass',
      Assign: {
        verdict: jsonata(`
          $count($left) > 0 ? ($status = "stopped" and $failure = "" ? "${Verdict.STOP_CONDITION_TRIGGERED}" : "${Verdict.ALARM_FIRED}")
          : $failure != "" ? $failure
          : $blind ? "${Verdict.GATE_ERROR}"
          : $status = "failed" ? "${Verdict.EXPERIMENT_FAILED}"
          : $status = "stopped" ? "${Verdict.EXPERIMENT_STOPPED}"
          : $status = "cancelled" ? "${Verdict.EXPERIMENT_CANCELLED}"
          : $count($troubled) > 0 or $count($faultsCompleted) < $count($faultNames) or $count($faultNames) = 0 ? "${Verdict.NOTHING_INJECTED}"
          : $count($unsteady) > 0 ? "${Verdict.NOT_RECOVERED}"
          : $status = "completed" and $experimentId != "" and $not($mayStillRun) ? "${Verdict.PASSED}"
          : "${Verdict.GATE_ERROR}"`),
      },
      Next: 'Report',
    },
    Report: {
      Type: 'Pass',
      Comment: 'The verdict document, the same as output of a passing gate and as Cause of a failing one.',
      Assign: { document: jsonata(documentExpression(guarded)) },
      Next: 'HasItPassed',
    },
    HasItPassed: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata(`$verdict = "${Verdict.PASSED}"`), Next: 'Passed' }],
      Default: 'Failed',
    },
    Passed: { Type: 'Succeed', Output: jsonata('$document') },
    Failed: {
      Type: 'Fail',
      Error: jsonata('$verdict'),
      Cause: jsonata(`($whole := $string($document);
        $length($whole) <= ${LONGEST_CAUSE} ? $whole : $string({ "schemaVersion": "${SCHEMA_VERSION}", "verdict": $verdict, "message": $substring($document.message, 0, 4000) }))`),
    },
  };
}

function documentExpression(guarded: boolean): string {
  const choose = (part: keyof Sentence) => Object.entries(SENTENCES)
    .map(([verdict, sentence]) => `$verdict = "${verdict}" ? ${sentence[part]}`)
    .join(' : ') + ' : ""';

  return `(
    $happened := ${choose('happened')};
    $means := ${choose('means')};
    $next := ${choose('next')};
    $first := $not($mayStillRun) ? ""
      : $experimentId = "" ? "look for a running experiment with the tag ${GATE_TAG} = " & $gateName & " and stop it, then "
      : "stop the experiment, which may still be running, with 'aws fis stop-experiment --id " & $experimentId & "', then ";
    {
      "schemaVersion": "${SCHEMA_VERSION}",
      "verdict": $verdict,
      "message": $happened & ", so " & $means & ": " & $first & $next & ".",
      "gate": $gateName,
      "execution": $states.context.Execution.Id,
      "pipelineExecutionId": $pipelineExecutionId,
      "experimentTemplateId": $experimentTemplateId,
      "experiment": {
        "id": $experimentId,
        "arn": $experimentArn,
        "status": $status,
        "reason": $reason,
        "url": $experimentId = "" ? "" : $consoleUrl & $experimentId
      },
      "mayStillRun": $mayStillRun,
      "faultsCompleted": [$faultsCompleted],
      "actions": [$troubled],
      "guarded": ${guarded},
      "guards": [$map($guards, function($guard) { $merge([$guard, { "leftOk": $guard.name in $left }]) })],
      "detail": $detail
    }
  )`;
}
