import { GateMode } from '../../gate-options';
import { Verdict } from '../../verdict';
import { GATE_TAG } from '../constants';
import { States, jsonata } from '../machine/asl';

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
const THE_EXPERIMENT = '"Experiment " & $experimentId';
const BECAUSE = '($reason = "" ? "" : " (" & $reason & ")")';
const LEFT = '"Guard alarm " & $join($left, ", ") & " left OK"';

/** The names of the actions that came to a status; empty if none did. */
const actionsThat = (statuses: string) => `$join([$filter($troubled, function($action) { $action.status in ${statuses} }).name], ", ")`;

const SENTENCES: { readonly [verdict in Verdict]: Sentence } = {
  [Verdict.PASSED]: {
    happened: `${THE_EXPERIMENT} & " injected its faults and no guard alarm left OK"`,
    means: '"the system bore the fault"',
    next: '"the release goes on"',
  },
  [Verdict.STOP_CONDITION_TRIGGERED]: {
    happened: `${LEFT} & " and FIS stopped " & ${EXPERIMENT}`,
    means: UNFIT,
    next: '"find out what happened at the time of the alarm, mend the system, and release again"',
  },
  [Verdict.ALARM_FIRED]: {
    happened: `${LEFT} & " during or after " & ${EXPERIMENT}`,
    means: UNFIT,
    next: '"find out what happened at the time of the alarm, mend the system, and release again"',
  },
  [Verdict.NOT_RECOVERED]: {
    happened: `"Guard alarm " & $join($unsteady, ", ") & " was not OK again in time after " & ${EXPERIMENT}`,
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
    means: `($experimentId = "" ? ${NOT_STARTED} : ${EXPERIMENT} & " was stopped")`,
    next: '"retry the stage when this is over or mended"',
  },
  [Verdict.START_FAILED]: {
    happened: `($experimentId = "" ? ($mayStillRun ? "It is not known whether FIS started the experiment (" : "FIS did not start the experiment (") & $detail & ")"
      : "FIS did not confirm the start of " & ${EXPERIMENT} & " (" & $detail & "), which was therefore stopped")`,
    means: NOT_JUDGED,
    next: '"see whether the experiment template, the permissions of the gate and the FIS quotas are as they should be, and retry the stage"',
  },
  [Verdict.EXPERIMENT_FAILED]: {
    happened: `($failed := ${actionsThat('["failed"]')};
      ${THE_EXPERIMENT} & " failed" & ($failed = "" ? "" : " in action " & $failed) & ${BECAUSE})`,
    means: NOT_JUDGED,
    next: '"see whether the experiment role, the targets and the FIS quotas (at most five targets found by tags in most actions) are as they should be, '
      + 'and retry the stage"',
  },
  [Verdict.EXPERIMENT_STOPPED]: {
    happened: `${THE_EXPERIMENT} & " was stopped while no guard alarm had left OK" & ${BECAUSE}`,
    means: NOT_JUDGED,
    next: '"find out who stopped it and retry the stage"',
  },
  [Verdict.EXPERIMENT_CANCELLED]: {
    happened: `${THE_EXPERIMENT} & " was cancelled" & ${BECAUSE}`,
    means: NOT_JUDGED,
    next: '"see whether the FIS safety lever is engaged, and retry the stage when it is not"',
  },
  [Verdict.NOTHING_INJECTED]: {
    happened: `($idle := $join([$filter($faultNames, function($name) { $not($name in $faultsCompleted) })], ", ");
      ${THE_EXPERIMENT} & " completed, but not every fault was injected" & ($idle = "" ? "" : ": not " & $idle))`,
    means: '"nothing was proved"',
    next: '"see whether the targets exist and match, and retry the stage"',
  },
  [Verdict.TIMED_OUT]: {
    happened: `${THE_EXPERIMENT} & " was not over at its deadline" & ($mayStillRun ? " and did not stop when told to" : " and was stopped")`,
    means: NOT_JUDGED,
    next: '"shorten the experiment or give the gate a longer timeout, and retry the stage"',
  },
  [Verdict.GATE_ERROR]: {
    happened: `($detail = "" ? "The gate lost track of " & ${EXPERIMENT} : $detail)`,
    means: NOT_JUDGED,
    next: '"see whether the permissions of the gate are as they should be, and retry the stage"',
  },
};

/** Without a guard nobody looked at the system. */
const PASSED_UNGUARDED: Sentence = {
  ...SENTENCES[Verdict.PASSED],
  happened: `${THE_EXPERIMENT} & " injected its faults and no alarm guards this gate"`,
  means: '"nothing tells whether the system bore the fault"',
};

/**
 * The one place where the gate judges, and the only one from which it can pass.
 *
 * Precedence: a guard that left OK; then whatever went wrong on the way; then how the experiment ended; then what it did not inject.
 * `Passed` is what remains when each condition for it is seen to hold, never a default.
 */
export function judgeStates(guarded: boolean, mode: GateMode): States {
  return {
    Judge: {
      Type: 'Pass',
      Assign: {
        verdict: jsonata(`
          $count($left) > 0 ? (
            $failure != "" ? "${Verdict.ALARM_FIRED}"
            : $status = "stopped" ? "${Verdict.STOP_CONDITION_TRIGGERED}"
            : $status = "completed" and $count($unsteady) > 0 ? "${Verdict.NOT_RECOVERED}"
            : "${Verdict.ALARM_FIRED}")
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
      Assign: { document: jsonata(documentExpression(guarded, mode)) },
      Next: 'HasItPassed',
    },
    HasItPassed: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(`$verdict = "${Verdict.PASSED}"`), Next: 'Passed' },
        ...(mode === GateMode.REPORT_ONLY ? [{ Condition: jsonata('$not($mayStillRun)'), Next: 'Reported' }] : []),
      ],
      Default: 'Failed',
    },
    ...(mode === GateMode.REPORT_ONLY ? { Reported: { Type: 'Succeed', Output: jsonata('$document') } } : {}),
    Passed: { Type: 'Succeed', Output: jsonata('$document') },
    Failed: {
      Type: 'Fail',
      Error: jsonata('$verdict'),
      Cause: jsonata(`($whole := $string($document);
        $length($whole) <= ${LONGEST_CAUSE} ? $whole : $string({ "schemaVersion": "${SCHEMA_VERSION}", "verdict": $verdict, "message": $substring($document.message, 0, 4000) }))`),
    },
  };
}

function documentExpression(guarded: boolean, mode: GateMode): string {
  const sentences = guarded ? SENTENCES : { ...SENTENCES, [Verdict.PASSED]: PASSED_UNGUARDED };
  const choose = (part: keyof Sentence) => Object.entries(sentences)
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
      "mode": "${mode}",
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
      "guards": [$map($guards, function($guard) { $merge([$guard, { "leftOk": $guard.name in $left, "steadyAfterwards": $not($guard.name in $unsteady) }]) })],
      "detail": $detail
    }
  )`;
}
