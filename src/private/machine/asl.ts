import { Aws } from 'aws-cdk-lib';

/** A state of the Amazon States Language, as plain JSON. */
export type State = { readonly [field: string]: unknown };

/** States by name, in the order in which a reader should meet them. */
export type States = { readonly [name: string]: State };

/**
 * A JSONata expression.
 *
 * Only text of this library may stand in it: no token and nothing of a user. Those reach a machine as plain JSON, in the first `Assign`.
 */
export function jsonata(expression: string): string {
  return `{% ${expression.replace(/\s+/g, ' ').trim()} %}`;
}

/** The first value of a variable that will hold text. */
export const EMPTY = jsonata('""');

/** An `aws-sdk` task: `service:action` in the spelling of the resource ARN. */
export function awsSdk(call: string): string {
  return `arn:${Aws.PARTITION}:states:::aws-sdk:${call}`;
}

/** Now, as milliseconds since the epoch: the time at which the present state was entered. */
export const NOW = '$toMillis($states.context.State.EnteredTime)';

/** At most `length` characters of a string without its control characters; empty for anything that is not a string. Never fails. */
export function text(value: string, length: number): string {
  return `($type(${value}) = "string" ? $substring($replace(${value}, /[\\x00-\\x1F\\x7F]+/, " "), 0, ${length}) : "")`;
}

/** A string that must be there: anything else, an empty one too, is an evaluation error, which the Task catches. */
export function requiredString(value: string): string {
  return `($required := ${text(value, 200)}; $assert($required != "", "a field of the answer is missing"); $required)`;
}

/** What went wrong in a `Catch`, in words. Never fails. */
export const CAUGHT = `($states.errorOutput.Error = "States.QueryEvaluationError" ? "the answer was not as AWS documents it"
  : $states.errorOutput.Error = "States.Timeout" ? "there was no answer"
  : ${text('$states.errorOutput.Error', 100)} & ": " & $substringBefore(${text('$states.errorOutput.Cause', 500)}, " (Service: "))`;

/** FIS names no throttling error: throttling, access denied and server errors all arrive as `Fis.FisException`, so everything is retried for a while. */
export const RETRY_ANYTHING = {
  ErrorEquals: ['States.ALL'],
  IntervalSeconds: 3,
  BackoffRate: 2,
  MaxAttempts: 5,
  MaxDelaySeconds: 30,
  JitterStrategy: 'FULL',
};

/** One answer without the fields it should have may be an accident; a second one is not. */
export const RETRY_MALFORMED_ONCE = {
  ErrorEquals: ['States.QueryEvaluationError'],
  IntervalSeconds: 3,
  MaxAttempts: 1,
};

/** Errors that no retry can mend. */
export function dontRetry(...errors: string[]): State {
  return { ErrorEquals: errors, MaxAttempts: 0 };
}

/** How long one call to AWS may take, in seconds, before it counts as lost. */
export const CALL_TIMEOUT = 60;

/** The longest that a call can take with all of its retries, in seconds, rounded up. */
export const CALL_BOUND = 9 * 60;
