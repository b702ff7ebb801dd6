/**
 * The error of a state, with the name under which Step Functions reports it.
 */

/** A Task fails with this, and so does everything else that can go wrong while a machine runs. */
export class TaskError extends Error {
  constructor(public readonly error: string, public readonly cause: string = '') {
    super(cause ? `${error}: ${cause}` : error);
  }
}

export const QUERY_EVALUATION_ERROR = 'States.QueryEvaluationError';
export const DATA_LIMIT_EXCEEDED = 'States.DataLimitExceeded';
export const RUNTIME = 'States.Runtime';
export const TIMEOUT = 'States.Timeout';
export const TASK_FAILED = 'States.TaskFailed';
export const ALL = 'States.ALL';
export const NO_CHOICE_MATCHED = 'States.NoChoiceMatched';

/** Whether an error name in `ErrorEquals` matches the error of a Task. */
export function errorMatches(pattern: string, error: string): boolean {
  switch (error) {
    case RUNTIME: return false;
    case DATA_LIMIT_EXCEEDED: return pattern === error;
    case TIMEOUT:
    case QUERY_EVALUATION_ERROR: return pattern === error || pattern === ALL;
    default: return pattern === error || pattern === ALL || pattern === TASK_FAILED;
  }
}
