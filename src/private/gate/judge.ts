import { guardsNotRecovered, guardsThatLeftOk, isSteady, judge } from './expressions';
import { acceptsMissingData } from './guards';
import type { GateDefinitionProps } from './props';
import type { GateVariables } from './variables';
import { GateMode } from '../../gate-options';
import { Verdict } from '../../verdict';
import { GATE_TAG } from '../constants';
import { LONGEST_CAUSE, LONGEST_SHORTENED_MESSAGE } from '../limits';
import { States, jsonata } from '../machine/asl';
import { explainError } from '../machine/expressions';

/** Version of the verdict document. A field that changes its meaning or goes away makes a new one. */
const SCHEMA_VERSION = '1.0';

/** What a user reads: each part a JSONata expression over the variables of the gate. */
interface Sentence {
  /** What happened. */
  readonly happened: string;
  /** What it means. */
  readonly means: string;
  /** What to do, as the beginning of a sentence; where the system was not judged, it goes on with a retry. */
  readonly advice: string;
}

const NOT_WITHSTOOD = '"the system did not withstand it"';
const NOT_STARTED = '"no experiment was started"';
const NOT_JUDGED = '"the system was not judged"';
const FIX_THE_CAUSE = '"Find out what happened at the time of the alarm, fix the cause, then release again"';

const EXPERIMENT = '$experiment';
const THE_EXPERIMENT = '$theExperiment';
const LEFT_OK = '$guardsLeftOk';
const REASON = '$because';

const names = (list: string) => `$join(${list}, ", ")`;

/** What several sentences say. */
const PHRASES: { readonly [name: string]: string } = {
  [EXPERIMENT]: '"experiment " & $experimentId',
  [THE_EXPERIMENT]: '"Experiment " & $experimentId',
  [LEFT_OK]: `"Guard alarm " & ${names(guardsThatLeftOk())} & " left the OK state"`,
  [REASON]: '($reason = "" ? "" : " (" & $reason & ")")',
};

/** The end of an advice where the system was not judged. */
const RETRY = '", then retry the stage"';

const FAILED_ACTIONS = names('[$filter($incompleteActions, function($action) { $action.status = "failed" }).name]');
const FAULTS_NOT_INJECTED = names('[$filter($faultNames, function($name) { $not($name in $faultsCompleted) })]');

const SENTENCES: { readonly [verdict in Verdict]: Sentence } = {
  [Verdict.PASSED]: {
    happened: `${THE_EXPERIMENT} & " injected its faults and no guard alarm left the OK state"`,
    means: '"the system withstood it"',
    advice: '"The release goes on"',
  },
  [Verdict.STOP_CONDITION_TRIGGERED]: {
    happened: `${LEFT_OK} & " and FIS stopped " & ${EXPERIMENT}`,
    means: NOT_WITHSTOOD,
    advice: FIX_THE_CAUSE,
  },
  [Verdict.ALARM_FIRED]: {
    happened: `${LEFT_OK} & " during or after " & ${EXPERIMENT}`,
    means: NOT_WITHSTOOD,
    advice: FIX_THE_CAUSE,
  },
  [Verdict.NOT_RECOVERED]: {
    happened: `"Guard alarm " & ${names(guardsNotRecovered())} & " did not return to OK in time after " & ${EXPERIMENT}`,
    means: NOT_WITHSTOOD,
    advice: '"Restore the system, find out why it did not recover by itself, then release again"',
  },
  [Verdict.NOT_STEADY]: {
    happened: '$detail',
    means: NOT_STARTED,
    advice: '"Wait until the system is steady"',
  },
  [Verdict.BLOCKED]: {
    happened: '$detail',
    means: `($experimentId = "" ? ${NOT_STARTED} : ${EXPERIMENT} & " was stopped")`,
    advice: '"Wait until this is resolved or fix it"',
  },
  [Verdict.START_FAILED]: {
    happened: `($experimentId != "" ? "FIS did not confirm the start of " & ${EXPERIMENT} & " (" & $detail & "), which was therefore stopped"
      : ($mayStillRun ? "It is not known whether FIS started the experiment (" : "FIS did not start the experiment (") & $detail & ")")`,
    means: NOT_JUDGED,
    advice: '"Check the experiment template, the permissions of the gate and the FIS quotas"',
  },
  [Verdict.EXPERIMENT_FAILED]: {
    happened: `($failed := ${FAILED_ACTIONS}; ${THE_EXPERIMENT} & " failed" & ($failed = "" ? "" : " in action " & $failed) & ${REASON})`,
    means: NOT_JUDGED,
    advice: '"Check the experiment role, the targets and the FIS quotas (most actions allow five targets found by tags)"',
  },
  [Verdict.EXPERIMENT_STOPPED]: {
    happened: `${THE_EXPERIMENT} & " was stopped while no guard alarm had left the OK state" & ${REASON}`,
    means: NOT_JUDGED,
    advice: '"Find out who stopped it"',
  },
  [Verdict.EXPERIMENT_CANCELLED]: {
    happened: `${THE_EXPERIMENT} & " was cancelled" & ${REASON}`,
    means: NOT_JUDGED,
    advice: '"Make sure that the FIS safety lever is not engaged"',
  },
  [Verdict.NOTHING_INJECTED]: {
    happened: `($missing := ${FAULTS_NOT_INJECTED};
      ${THE_EXPERIMENT} & " completed, but " & ($missing = "" ? "not every action did" : "did not inject " & $missing))`,
    means: '"the run proves nothing"',
    advice: '"Check that the targets exist and match"',
  },
  [Verdict.TIMED_OUT]: {
    happened: `${THE_EXPERIMENT} & " had not ended at its deadline" & ($mayStillRun ? " and did not stop when told to" : " and was stopped")`,
    means: NOT_JUDGED,
    advice: '"Shorten the experiment or give the gate a longer timeout"',
  },
  [Verdict.GATE_ERROR]: {
    happened: `($detail = "" ? "The gate lost track of " & ${EXPERIMENT} : $detail)`,
    means: NOT_JUDGED,
    advice: '"Check the permissions of the gate"',
  },
};

/** The verdicts that say something about the system. */
const JUDGED = [Verdict.PASSED, Verdict.STOP_CONDITION_TRIGGERED, Verdict.ALARM_FIRED, Verdict.NOT_RECOVERED];

/** Without a guard, nobody watched the system. */
const PASSED_UNGUARDED: Sentence = {
  ...SENTENCES[Verdict.PASSED],
  happened: `${THE_EXPERIMENT} & " injected its faults, but no alarm guards this gate"`,
  means: '"nothing shows whether the system withstood it"',
};

/** The one place where the gate judges, and the only one from which it can pass. */
export function judgeStates(props: GateDefinitionProps): States<GateVariables> {
  const reportsOnly = props.mode === GateMode.REPORT_ONLY;
  return {
    Judge: {
      Type: 'Pass',
      Assign: { verdict: jsonata(judge()), detail: jsonata(detailWithCause()) },
      Next: 'Explain',
    },
    Explain: {
      Type: 'Pass',
      Assign: {
        happened: jsonata(sentencePart('happened', props)),
        meaning: jsonata(sentencePart('means', props)),
        advice: jsonata(sentencePart('advice', props)),
      },
      Next: 'Report',
    },
    Report: {
      Type: 'Pass',
      Comment: 'The output of a gate that passes, and the Cause of one that fails.',
      Assign: { document: verdictDocument(props) },
      Next: 'HasItPassed',
    },
    HasItPassed: {
      Type: 'Choice',
      Choices: [{
        Condition: jsonata(`$verdict = "${Verdict.PASSED}"${reportsOnly ? ' or $not($mayStillRun)' : ''}`),
        Next: 'Passed',
      }],
      Default: 'Failed',
    },
    Passed: { Type: 'Succeed', Output: jsonata('$document') },
    Failed: {
      Type: 'Fail',
      Error: jsonata('$verdict'),
      Cause: jsonata(`(
        $whole := $string($document);
        $length($whole) <= ${LONGEST_CAUSE} ? $whole : $string({
          "schemaVersion": "${SCHEMA_VERSION}", "verdict": $verdict, "message": $substring($document.message, 0, ${LONGEST_SHORTENED_MESSAGE})
        })
      )`),
    },
  };
}

/** What happened, with the error behind it. */
export function detailWithCause(): string {
  return `(
    $cause := $exists($caught.Error) ? ${explainError('$caught')} : "";
    $cause = "" ? $detail : $detail = "" ? $cause : $detail & " (" & $cause & ")"
  )`;
}

/** One part of the sentence for the verdict. Verdicts with the same text share it. */
export function sentencePart(part: keyof Sentence, props: Pick<GateDefinitionProps, 'guards'>): string {
  const sentences = { ...SENTENCES, ...(props.guards.length === 0 ? { [Verdict.PASSED]: PASSED_UNGUARDED } : {}) };
  const verdictsByText = new Map<string, string[]>();
  for (const [verdict, { [part]: text }] of Object.entries(sentences)) {
    verdictsByText.set(text, [...verdictsByText.get(text) ?? [], verdict]);
  }
  const choices = [...verdictsByText].map(([text, verdicts]) =>
    `${verdicts.length === 1 ? `$verdict = "${verdicts[0]}"` : `$verdict in ${JSON.stringify(verdicts)}`} ? ${text}`);
  const chosen = `(${choices.join(' : ')} : "")`;
  const phrases = Object.entries(PHRASES).filter(([name]) => chosen.includes(name)).map(([name, text]) => `${name} := ${text}; `);
  return `(${phrases.join('')}${chosen})`;
}

function verdictDocument(props: GateDefinitionProps): { readonly [field: string]: unknown } {
  return {
    schemaVersion: SCHEMA_VERSION,
    verdict: jsonata('$verdict'),
    message: jsonata(message()),
    mode: props.mode,
    gate: jsonata('$gateName'),
    execution: jsonata('$states.context.Execution.Id'),
    pipelineExecutionId: jsonata('$pipelineExecutionId'),
    experimentTemplateId: jsonata('$experimentTemplateId'),
    experiment: {
      id: jsonata('$experimentId'),
      arn: jsonata('$experimentArn'),
      status: jsonata('$status'),
      reason: jsonata('$reason'),
      url: jsonata('$experimentId = "" ? "" : $consoleUrl & $experimentId'),
    },
    mayStillRun: jsonata('$mayStillRun'),
    faultsCompleted: jsonata('[$faultsCompleted]'),
    actions: jsonata('[$incompleteActions]'),
    guarded: props.guards.length > 0,
    guards: jsonata(guardsInDocument(acceptsMissingData(props))),
    detail: jsonata('$detail'),
  };
}

/** All that a user reads at first. */
export function message(): string {
  return `(
    $first := $not($mayStillRun) ? ""
      : $experimentId = "" ? "First look for a running experiment with the tag ${GATE_TAG} = " & $gateName & " and stop it. "
      : "First stop the experiment, which may still be running: aws fis stop-experiment --id " & $experimentId & ". ";
    $happened & ": " & $meaning & ". " & $first & $advice & ($verdict in ${JSON.stringify(JUDGED)} ? "" : ${RETRY}) & "."
  )`;
}

/** The guards as the verdict document shows them: as they were before the start, and what became of them. */
export function guardsInDocument(accepting: boolean): string {
  return `[$map($guards, function($guard) { (
    $after := $filter($guardsAfterwards, function($each) { $each.name = $guard.name })[0];
    $merge([$guard, {
      "leftOk": $exists($after) ? $after.leftOk : false,
      "steadyAfterwards": $exists($after) ? $after.recovered : ${isSteady('$guard.state', accepting)}
    }])
  ) })]`;
}

