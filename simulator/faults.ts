/**
 * Faults on the calls themselves: what a service answers, or does not answer, besides its true course of events.
 */
import { Execution } from './interpreter';

/** A call as a rule sees it. */
export interface ServiceCall {
  /** Like `fis:startExperiment`. */
  readonly operation: string;
  readonly arguments: any;
  /** The how manieth call of this operation it is, from 1. */
  readonly nth: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly execution: Execution;
}

/**
 * What becomes of a call.
 * `error`: it is refused and does nothing. `answer`: it takes effect, and this is answered, or what the function makes of the true answer.
 * `lost`: it takes effect, and no answer ever comes, or this error. `delayMs`: it takes effect, and the answer comes late.
 * `effectAfterMs`: it takes effect late, and only then it is answered.
 */
export type Outcome =
  | 'pass'
  | { readonly error: string; readonly cause: string }
  | { readonly answer: unknown | ((answer: any) => unknown) }
  | { readonly lost: true; readonly error?: string; readonly cause?: string }
  | { readonly delayMs: number }
  | { readonly effectAfterMs: number };

/** The first rule that does not say `pass` decides. */
export type Rule = (call: ServiceCall) => Outcome;

/** Which calls of an operation; all of them by default. */
export interface Which {
  readonly from?: number;
  readonly to?: number;
}

const SERVICES: { readonly [prefix: string]: string } = { fis: 'Fis', cloudwatch: 'CloudWatch', sfn: 'Sfn', codepipeline: 'CodePipeline' };

/** The outcome for some calls of an operation; `*` means all operations, each counted on its own. */
export function on(operation: string, which: Which, outcome: Outcome | ((call: ServiceCall) => Outcome)): Rule {
  const { from = 1, to = Infinity } = which;
  return call => {
    if ((operation !== '*' && call.operation !== operation) || call.nth < from || call.nth > to) return 'pass';
    return typeof outcome === 'function' ? outcome(call) : outcome;
  };
}

/** Errors that the API model does not name: one error name for a service, and the status in the cause. */
export function unmodelled(operation: string, message: string, statusCode: number): { error: string; cause: string } {
  const service = SERVICES[operation.split(':')[0]];
  return {
    error: `${service}.${service}Exception`,
    cause: `${message} (Service: ${service}, Status Code: ${statusCode}, Request ID: 00000000-0000-0000-0000-000000000000)`,
  };
}

export function throttles(operation: string, which: Which = {}): Rule {
  return on(operation, which, call => unmodelled(call.operation, 'Rate exceeded', 429));
}

export function deniesAccess(operation: string, which: Which = {}): Rule {
  return on(operation, which, call => unmodelled(call.operation, `User is not authorized to perform: ${call.operation}`, 403));
}

export function breaksDown(operation: string, which: Which = {}): Rule {
  return on(operation, which, call => unmodelled(call.operation, 'Internal server error', 500));
}

/** The request takes effect, and nothing is ever heard of it. */
export function losesAnswer(operation: string, which: Which = {}): Rule {
  return on(operation, which, { lost: true });
}

/** The request takes effect, and the caller sees a broken connection. */
export function breaksConnection(operation: string, which: Which = {}): Rule {
  return on(operation, which, call => ({ lost: true, ...unmodelled(call.operation, 'Unable to execute HTTP request: Read timed out', 0) }));
}

/** The request takes effect, and something else is answered: made anew, for parts of the true answer are shared. */
export function answers(operation: string, answer: unknown | ((answer: any) => unknown), which: Which = {}): Rule {
  return on(operation, which, { answer });
}

/** The request takes effect at once, and is answered late. */
export function answersLate(operation: string, delayMs: number, which: Which = {}): Rule {
  return on(operation, which, { delayMs });
}

/** The request is under way for a while before it takes effect: possibly after its caller gave up, or is no more. */
export function takesEffectLate(operation: string, effectAfterMs: number, which: Which = {}): Rule {
  return on(operation, which, { effectAfterMs });
}
