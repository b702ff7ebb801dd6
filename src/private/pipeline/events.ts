import * as events from 'aws-cdk-lib/aws-events';
import { GateMode } from '../../gate-options';
import { Verdict } from '../../verdict';

/** The ends of an execution without a verdict document. */
const WITHOUT_VERDICT = ['ABORTED', 'TIMED_OUT'];

/**
 * The events by which Step Functions tells the end of a gate, of all of them or of those with certain verdicts.
 *
 * The verdict of a failed execution is its error and stands in its cause; whether the event holds these fields is not documented in all of AWS's
 * descriptions of it. So each is looked at, and an event without both matches: better one message too many than none.
 * The verdict of a succeeded execution is always `Passed` if the gate enforces, and stands in the output if it only reports.
 */
export function verdictPattern(stateMachineArn: string, mode: GateMode, verdicts: readonly Verdict[] | undefined): events.EventPattern {
  return {
    source: ['aws.states'],
    detailType: ['Step Functions Execution Status Change'],
    detail: {
      stateMachineArn: [stateMachineArn],
      ...(verdicts === undefined
        ? { status: ['SUCCEEDED', 'FAILED', ...WITHOUT_VERDICT] }
        : { $or: [...succeeded(mode, verdicts), ...failed(verdicts), ...withoutVerdict(verdicts)] }),
    },
  };
}

function succeeded(mode: GateMode, verdicts: readonly Verdict[]): object[] {
  const status = ['SUCCEEDED'];
  if (mode === GateMode.ENFORCE) { return verdicts.includes(Verdict.PASSED) ? [{ status }] : []; }
  // An event pattern has at most 2,048 characters, so many verdicts are expressed by the few others.
  // See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
  const others = Object.values(Verdict).filter((verdict) => !verdicts.includes(verdict));
  if (others.length === 0) { return [{ status }]; }
  const output = others.length >= verdicts.length
    ? documentWith(verdicts, ['', ' '])
    : [{ 'anything-but': { wildcard: documentWith(others, ['', ' ']).map(({ wildcard }) => wildcard) } }];
  return [{ status, output }, { status, output: events.Match.doesNotExist() }];
}

function failed(verdicts: readonly Verdict[]): object[] {
  const status = ['FAILED'];
  return [
    { status, error: [...verdicts] },
    { status, cause: documentWith(verdicts, ['']) },
    { status, error: events.Match.doesNotExist(), cause: events.Match.doesNotExist() },
  ];
}

/** An execution that Step Functions or a person ended is a gate that could not do its work. */
function withoutVerdict(verdicts: readonly Verdict[]): object[] {
  if (!verdicts.includes(Verdict.GATE_ERROR)) { return []; }
  return [
    { status: WITHOUT_VERDICT },
    { status: ['FAILED'], error: [{ 'anything-but': Object.values(Verdict) }] },
  ];
}

/**
 * A verdict document in JSON, in whatever order its fields come. A quotation mark inside of one of its strings is escaped, so that
 * nobody's text can look like the field. Step Functions may or may not write a space behind the colon of an output.
 */
function documentWith(verdicts: readonly Verdict[], spaces: readonly string[]): { readonly wildcard: string }[] {
  return verdicts.flatMap((verdict) => spaces.map((space) => ({ wildcard: `*"verdict":${space}"${verdict}"*` })));
}
