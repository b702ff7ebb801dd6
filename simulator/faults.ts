/**
 * Faults of calls: what a service answers, or does not answer, whatever really happens in it.
 */
import { Execution } from './interpreter';

/** What a rule knows about a call. */
export interface ServiceCall {
  /** Like `fis:startExperiment`. */
  readonly operation: string;
  readonly arguments: any;
  /** The number of this call of the operation, from 1. */
  readonly nth: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly execution: Execution;
}

/**
 * What happens to a call.
 * `error`: it is rejected and has no effect. `answer`: it takes effect, and the caller gets this answer, or the result of this function of the
 * real answer. `lost`: it takes effect, and the caller gets no answer, or this error. `delayMs`: it takes effect, and the answer is late.
 * `effectAfterMs`: it takes effect late, and is answered then.
 */
export type Outcome =
  | 'pass'
  | { readonly error: string; readonly cause: string }
  | { readonly answer: unknown | ((answer: any) => unknown) }
  | { readonly lost: true; readonly error?: string; readonly cause?: string }
  | { readonly delayMs: number }
  | { readonly effectAfterMs: number };

/** The first rule that does not return `pass` decides. */
export type Rule = (call: ServiceCall) => Outcome;

/** Which calls of an operation; by default all. */
export interface Which {
  readonly from?: number;
  readonly to?: number;
}

const SERVICES: { readonly [prefix: string]: string } = { fis: 'Fis', cloudwatch: 'CloudWatch', sfn: 'Sfn', codepipeline: 'CodePipeline' };

/** The outcome for some calls of an operation. `*` means all operations, each counted separately. */
export function on(operation: string, which: Which, outcome: Outcome | ((call: ServiceCall) => Outcome)): Rule {
  const { from = 1, to = Infinity } = which;
  return call => {
    if ((operation !== '*' && call.operation !== operation) || call.nth < from || call.nth > to) return 'pass';
    return typeof outcome === 'function' ? outcome(call) : outcome;
  };
}

/** An error that the API model does not name: one error name per service, and the status in the cause. */
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

/** The request takes effect, but is never answered. */
export function losesAnswer(operation: string, which: Which = {}): Rule {
  return on(operation, which, { lost: true });
}

/** The request takes effect, but the connection breaks. */
export function breaksConnection(operation: string, which: Which = {}): Rule {
  return on(operation, which, call => ({ lost: true, ...unmodelled(call.operation, 'Unable to execute HTTP request: Read timed out', 0) }));
}

/** The request takes effect, but the answer is a different one. A function must return a new object, because parts of the real answer are shared. */
export function answers(operation: string, answer: unknown | ((answer: any) => unknown), which: Which = {}): Rule {
  return on(operation, which, { answer });
}

/** The request takes effect immediately, but is answered late. */
export function answersLate(operation: string, delayMs: number, which: Which = {}): Rule {
  return on(operation, which, { delayMs });
}

/** The request takes effect late, possibly after its caller gave up or ended. */
export function takesEffectLate(operation: string, effectAfterMs: number, which: Which = {}): Rule {
  return on(operation, which, { effectAfterMs });
}
