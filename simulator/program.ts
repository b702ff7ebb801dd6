/**
 * A machine definition, checked and compiled for the interpreter. Each definition object is compiled once, so do not change it afterwards.
 */
import { compilePayload, Payload } from './payload';
import { validate } from './validate';

/** What follows from a state: new variables, and the input of the next state. */
export interface Exit {
  readonly assign?: Payload;
  readonly output?: Payload;
  /** Undefined if the execution ends. */
  readonly next?: string;
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxAttempts: number;
  readonly maxDelaySeconds: number;
  readonly fullJitter: boolean;
}

export interface TaskState extends Exit {
  readonly type: 'Task';
  readonly resource: string;
  readonly arguments: Payload;
  readonly timeoutSeconds: number;
  readonly retriers: readonly Retrier[];
  readonly catchers: ReadonlyArray<Exit & { readonly errorEquals: readonly string[] }>;
}

export interface ChoiceState {
  readonly type: 'Choice';
  readonly rules: ReadonlyArray<Exit & { readonly condition: Payload }>;
  readonly otherwise?: Exit;
}

export interface WaitState extends Exit {
  readonly type: 'Wait';
  readonly seconds: Payload;
}

export interface PassState extends Exit {
  readonly type: 'Pass' | 'Succeed';
}

export interface FailState {
  readonly type: 'Fail';
  readonly error?: Payload;
  readonly cause?: Payload;
}

export type State = TaskState | ChoiceState | WaitState | PassState | FailState;

export interface Program {
  readonly startAt: string;
  readonly timeoutSeconds?: number;
  readonly states: ReadonlyMap<string, State>;
}

/** How long Step Functions waits for a task without a timeout. */
const DEFAULT_TASK_TIMEOUT_SECONDS = 99_999_999;

const cache = new WeakMap<object, Program>();

/** Checks and compiles a definition. */
export function compile(definition: any): Program {
  const known = typeof definition === 'object' && definition !== null ? cache.get(definition) : undefined;
  if (known) return known;
  validate(definition);
  const program = {
    startAt: definition.StartAt,
    timeoutSeconds: definition.TimeoutSeconds,
    states: new Map(Object.entries(definition.States).map(([name, state]) => [name, compileState(state)])),
  };
  cache.set(definition, program);
  return program;
}

function compileState(state: any): State {
  switch (state.Type) {
    case 'Task':
      return {
        type: 'Task',
        ...compileExit(state),
        resource: state.Resource.slice(state.Resource.indexOf(':::') + 3),
        arguments: compilePayload(state.Arguments, 'Arguments'),
        timeoutSeconds: state.TimeoutSeconds ?? DEFAULT_TASK_TIMEOUT_SECONDS,
        retriers: (state.Retry ?? []).map(compileRetrier),
        catchers: (state.Catch ?? []).map((catcher: any) => ({ ...compileExit(catcher), errorEquals: catcher.ErrorEquals })),
      };
    case 'Choice':
      return {
        type: 'Choice',
        rules: state.Choices.map((rule: any) => ({ ...compileExit(rule), condition: compilePayload(rule.Condition, 'Condition') })),
        otherwise: state.Default === undefined ? undefined : compileExit({ Next: state.Default }),
      };
    case 'Wait':
      return { type: 'Wait', ...compileExit(state), seconds: compilePayload(state.Seconds, 'Seconds') };
    case 'Fail':
      return { type: 'Fail', error: optional(state.Error, 'Error'), cause: optional(state.Cause, 'Cause') };
    default:
      return { type: state.Type, ...compileExit(state) };
  }
}

function compileExit(holder: any): Exit {
  return { assign: optional(holder.Assign, 'Assign'), output: optional(holder.Output, 'Output'), next: holder.Next };
}

function compileRetrier(retrier: any): Retrier {
  return {
    errorEquals: retrier.ErrorEquals,
    intervalSeconds: retrier.IntervalSeconds ?? 1,
    backoffRate: retrier.BackoffRate ?? 2,
    maxAttempts: retrier.MaxAttempts ?? 3,
    maxDelaySeconds: retrier.MaxDelaySeconds ?? Infinity,
    fullJitter: retrier.JitterStrategy === 'FULL',
  };
}

function optional(template: unknown, field: string): Payload | undefined {
  return template === undefined ? undefined : compilePayload(template, field);
}
