import { Aws } from 'aws-cdk-lib';
import { CALL_TIMEOUT } from '../limits';

/*
 * The part of the Amazon States Language that the machines use, with the variables of a machine as a type: a misspelt variable does not compile.
 */

declare const jsonataText: unique symbol;

/** A JSONata expression with its delimiters. */
export type Jsonata = string & { readonly [jsonataText]: true };

/** New values of variables: a value, or an expression that gives it. */
export type Assign<V> = { readonly [variable in keyof V]?: V[variable] | Jsonata };

/** Where a state goes next. */
export interface Exit<V> {
  readonly Assign?: Assign<V>;
  readonly Next: string;
}

export interface Catcher<V> extends Exit<V> {
  readonly ErrorEquals: readonly string[];
}

export interface Rule<V> extends Exit<V> {
  readonly Condition: Jsonata;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL';
}

/** A call to AWS, without what follows it. */
export interface Call {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments: object | Jsonata;
  readonly TimeoutSeconds: number;
}

export interface Task<V> extends Call, Exit<V> {
  readonly Comment?: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch: readonly Catcher<V>[];
}

/**
 * A choice. Only its rules assign: AWS documents that an `Assign` of the state itself applies whichever rule matches.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
export interface Choice<V> {
  readonly Type: 'Choice';
  readonly Comment?: string;
  readonly Choices: readonly Rule<V>[];
  readonly Default: string;
}

export interface Pass<V> extends Exit<V> {
  readonly Type: 'Pass';
  readonly Comment?: string;
}

export interface Wait {
  readonly Type: 'Wait';
  readonly Comment?: string;
  readonly Seconds: number | Jsonata;
  readonly Next: string;
}

export interface Succeed {
  readonly Type: 'Succeed';
  readonly Output?: Jsonata;
}

export interface Fail {
  readonly Type: 'Fail';
  readonly Error: string;
  readonly Cause: string;
}

export type State<V> = Task<V> | Choice<V> | Pass<V> | Wait | Succeed | Fail;

/** States by name, in the order in which a reader should meet them. */
export type States<V> = { readonly [name: string]: State<V> };

/** A whole machine. */
export interface Definition<V> {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly TimeoutSeconds?: number;
  readonly StartAt: string;
  readonly States: States<V>;
}

/**
 * Turns the text of an expression into what Step Functions evaluates.
 *
 * Only text of this library may stand in an expression: no token, and nothing that a user wrote. Those reach a machine as plain JSON, in its
 * first `Assign`.
 */
export function jsonata(expression: string): Jsonata {
  return `{% ${expression.replace(/\s+/g, ' ').trim()} %}` as Jsonata;
}

/** The first value of a variable that will hold text. Validators refuse an empty string in `Assign`. */
export const EMPTY = jsonata('""');

/** A call to AWS: `service:action`, spelt as in the resource ARN of the integration. */
export function call(action: string, parameters: object | Jsonata): Call {
  return { Type: 'Task', Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:${action}`, Arguments: parameters, TimeoutSeconds: CALL_TIMEOUT };
}

/**
 * Retries everything for a while. FIS has no error of its own for throttling: throttling, denied access and server errors all arrive as
 * `Fis.FisException`.
 */
export const RETRY_ANYTHING: Retrier = {
  ErrorEquals: ['States.ALL'],
  IntervalSeconds: 3,
  BackoffRate: 2,
  MaxAttempts: 5,
  MaxDelaySeconds: 30,
  JitterStrategy: 'FULL',
};

/** One incomplete answer may be an accident. A second one is not. */
export const RETRY_MALFORMED_ONCE: Retrier = {
  ErrorEquals: ['States.QueryEvaluationError'],
  IntervalSeconds: 3,
  MaxAttempts: 1,
};

/** Errors that no retry can fix. */
export function dontRetry(...errors: string[]): Retrier {
  return { ErrorEquals: errors, MaxAttempts: 0 };
}
