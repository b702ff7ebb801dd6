import { LONGEST_EXPERIMENT_ID, LONGEST_REQUIRED_TEXT } from '../limits';

/*
 * JSONata that both machines use. Each function returns the text of an expression.
 *
 * A parameter that is inserted more than once must be cheap to evaluate: a variable or a path.
 */

/** Now, in milliseconds since the epoch: the time at which the current state was entered. */
export const NOW = '$toMillis($states.context.State.EnteredTime)';

/** All statuses that FIS documents, by what they mean. A status that FIS adds later is in neither list. */
export const ENDED = '["completed", "stopped", "failed", "cancelled"]';
export const UNDER_WAY = '["pending", "initiating", "running", "stopping"]';

/** Up to `length` characters of a string, without control characters. Empty for anything but a string. Never fails. */
export function text(value: string, length: number): string {
  return `($text := ${value}; $type($text) = "string" ? $substring($replace($text, /[\\x00-\\x1F\\x7F]+/, " "), 0, ${length}) : "")`;
}

/** A string that must be there. Anything else, including an empty string, is an evaluation error, which the Task catches. */
export function requiredText(value: string): string {
  return `($required := ${text(value, LONGEST_REQUIRED_TEXT)}; $assert($required != "", "a field of the answer is missing"); $required)`;
}

/** Why a call failed, in words. `caught` is the error output of a Catch. Never fails. */
export function explainError(caught: string): string {
  return `(
    ${caught}.Error = "States.QueryEvaluationError" ? "the answer was not as AWS documents it"
    : ${caught}.Error = "States.Timeout" ? "there was no answer"
    : ${text(`${caught}.Error`, 100)} & ": " & $substringBefore(${text(`${caught}.Cause`, 500)}, " (Service: ")
  )`;
}

/** The ids of the listed experiments for which a condition on `$item` holds. Every experiment must have what a search needs. */
export function idsOf(condition: string): string {
  return `(
    $listed := $states.result.Experiments;
    $assert($type($listed) = "array", "the list of experiments is missing");
    $complete := [$filter($listed, function($each) {
      $type($each.Id) = "string" and $contains($string($each.Id), /^[A-Za-z0-9_-]{1,${LONGEST_EXPERIMENT_ID}}$/)
        and $type($each.State.Status) = "string" and $type($each.CreationTime) = "string"
    })];
    $assert($count($complete) = $count($listed), "an experiment is incomplete");
    [$filter($complete, function($item) { ${condition} }).Id]
  )`;
}

/** The token of the next page; empty after the last page. */
export function tokenOfNextPage(): string {
  return `(
    $token := $states.result.NextToken;
    $assert($type($token) = "string" or $not($exists($token)) or $token = null, "the token of the next page is not as documented");
    $type($token) = "string" ? $token : ""
  )`;
}
