/**
 * Executes a STANDARD state machine written in JSONata, as Step Functions does, in virtual time. A handler answers the tasks.
 * It rejects everything it does not know before it starts (see `validate.ts`).
 */
import { Timer, VirtualClock } from './clock';
import {
  DATA_LIMIT_EXCEEDED, errorMatches, NO_CHOICE_MATCHED, QUERY_EVALUATION_ERROR, RUNTIME, TaskError, TIMEOUT,
} from './errors';
import { Scope } from './expression';
import { Payload } from './payload';
import { ChoiceState, compile, Exit, FailState, Program, Retrier, TaskState, WaitState } from './program';
import { isObject } from './requests';

export { TaskError } from './errors';
export { validate } from './validate';

const KIB = 1024;
const MAX_PAYLOAD = 256 * KIB;
const MAX_VARIABLES = 10 * KIB * KIB;
const MAX_HISTORY_EVENTS = 25_000;
const MAX_ERROR_LENGTH = 256;
const MAX_CAUSE_LENGTH = 32_768;
const MAX_WAIT_SECONDS = 99_999_999;

/** Is thrown inside a thread whose execution was ended from outside. */
const ENDED = Symbol('the execution has ended');

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface TaskCall {
  /** Like `aws-sdk:fis:startExperiment`. */
  readonly resource: string;
  readonly arguments: any;
  readonly execution: Execution;
}

/** Answers a task, or fails with a `TaskError`. Anything else that it throws is an error of the simulation, and ends the run of the clock. */
export type TaskHandler = (call: TaskCall) => Promise<unknown>;

/** A task as the machine saw it. It has neither result nor error if the execution ended first. */
export interface Call {
  readonly state: string;
  readonly resource: string;
  readonly arguments: any;
  /** Epoch milliseconds. */
  readonly at: number;
  result?: any;
  error?: TaskError;
}

export interface StateMachineOptions {
  readonly definition: unknown;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly clock: VirtualClock;
  readonly handlers: TaskHandler;
  /** Random numbers from 0 to 1, for retries with jitter. */
  readonly random: () => number;
}

export class StateMachine {
  public readonly name: string;
  public readonly arn: string;
  public readonly executions: Execution[] = [];
  private readonly program: Program;
  private readonly startListeners: Array<(execution: Execution) => void> = [];

  constructor(private readonly options: StateMachineOptions) {
    this.name = options.name;
    this.arn = options.arn;
    this.program = compile(options.definition);
  }

  /** Starts an execution. It takes its first step when the caller sleeps, waits or ends. */
  public start(input: unknown, name: string): Execution {
    if (exceeds(input, MAX_PAYLOAD)) throw new Error('the input of an execution has at most 256 KiB');
    const execution = new Execution(this.options, this.program, input, name);
    this.executions.push(execution);
    for (const listener of this.startListeners) listener(execution);
    return execution;
  }

  /** Calls `listener` with every new execution, before its first step. */
  public onStart(listener: (execution: Execution) => void) {
    this.startListeners.push(listener);
  }
}

export class Execution {
  public readonly arn: string;
  public readonly startTime: number;
  public readonly path: string[] = [];
  /** When each state of `path` was entered, in epoch milliseconds. */
  public readonly entered: number[] = [];
  public readonly calls: Call[] = [];
  public readonly done: Promise<void>;
  public status: Status = 'RUNNING';
  public output?: any;
  public error?: string;
  public cause?: string;
  public stopTime?: number;
  /** The transitions that AWS bills: states entered and retries. */
  public transitions = 0;
  public historyEvents = 0;

  private readonly clock: VirtualClock;
  private readonly executionContext: { [field: string]: unknown };
  private readonly machineContext: object;
  private readonly values: { [name: string]: unknown } = Object.create(null);
  private readonly sizes = new Map<string, number>();
  private variablesSize = 0;
  private readonly stateListeners: Array<(state: string) => void> = [];
  private readonly branchListeners: Array<(state: string, branch: string) => void> = [];
  private readonly timer?: Timer;
  private resolveDone!: () => void;
  private interrupt?: () => void;

  constructor(
    private readonly machine: StateMachineOptions,
    private readonly program: Program,
    public readonly input: unknown,
    public readonly name: string,
  ) {
    this.clock = machine.clock;
    this.arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    this.startTime = this.clock.now();
    this.executionContext = {
      Id: this.arn, Name: name, Input: input, StartTime: this.clock.iso(), RoleArn: machine.roleArn, RedriveCount: 0,
    };
    this.machineContext = { Id: machine.arn, Name: machine.name };
    this.done = new Promise(resolve => { this.resolveDone = resolve; });
    if (program.timeoutSeconds !== undefined) {
      this.timer = this.clock.at(this.startTime + program.timeoutSeconds * 1000, () => this.end('TIMED_OUT'));
    }
    this.clock.spawn(() => this.run()).catch(error => this.clock.abort(error));
  }

  /** The current variables of the machine. */
  public variables(): { [name: string]: any } {
    return { ...this.values };
  }

  /** Ends the execution as StopExecution does, unless it has already ended. */
  public stop(error?: string, cause?: string) {
    this.end('ABORTED', { error, cause });
  }

  /** Marks the execution as redriven. The states it went through before are not repeated. */
  public markRedriven() {
    this.executionContext.RedriveCount = 1;
  }

  /** Calls `listener` with the name of every state that is entered, before the state does anything. */
  public onState(listener: (state: string) => void) {
    this.stateListeners.push(listener);
  }

  /** Calls `listener` with the rule that decides where a Choice goes or what happens to an error: `Choices[0]`, `Default`, `Catch[0]`, `Retry[0]`. */
  public onBranch(listener: (state: string, branch: string) => void) {
    this.branchListeners.push(listener);
  }

  private branch(state: string, branch: string) {
    for (const listener of this.branchListeners) listener(state, branch);
  }

  private async run(): Promise<void> {
    try {
      this.record(1);
      let next: string | undefined = this.program.startAt;
      let data = this.input;
      while (next !== undefined) {
        ({ next, data } = await this.step(next, data));
      }
      this.end('SUCCEEDED', { output: data });
    } catch (e) {
      if (e instanceof TaskError) this.end('FAILED', { error: e.error, cause: e.cause });
      else if (e !== ENDED) throw e;
    }
  }

  private end(status: Status, outcome: { output?: unknown; error?: string; cause?: string } = {}) {
    if (this.status !== 'RUNNING') return;
    Object.assign(this, outcome);
    this.status = status;
    this.stopTime = this.clock.now();
    this.historyEvents++;
    this.timer?.cancel();
    this.interrupt?.();
    this.resolveDone();
  }

  private checkRunning() {
    if (this.status !== 'RUNNING') throw ENDED;
  }

  /** Counts history events, leaving room for the one that ends the execution. */
  private record(events: number) {
    this.checkRunning();
    if (this.historyEvents + events + 1 > MAX_HISTORY_EVENTS) {
      throw new TaskError(RUNTIME, `the execution reached the maximum number of history events (${MAX_HISTORY_EVENTS})`);
    }
    this.historyEvents += events;
  }

  /** Executes one state. */
  private async step(name: string, input: unknown): Promise<Step> {
    const state = this.program.states.get(name)!;
    this.record(1);
    this.path.push(name);
    this.entered.push(this.clock.now());
    this.transitions++;
    for (const listener of this.stateListeners) listener(name);
    this.checkRunning();
    const visit: Visit = { name, input, enteredTime: this.clock.iso(), retryCount: 0 };
    switch (state.type) {
      case 'Task': return this.task(state, visit);
      case 'Choice': return this.choice(state, visit);
      case 'Wait': return this.wait(state, visit);
      case 'Fail': return this.fail(state, visit);
      default: return this.leave(state, this.scope(visit), input);
    }
  }

  private choice(state: ChoiceState, visit: Visit): Step {
    const scope = this.scope(visit);
    for (const [i, rule] of state.rules.entries()) {
      const matches = this.evaluate(rule.condition, scope);
      if (typeof matches !== 'boolean') throw this.evaluationFailure(rule.condition, 'returned a value that is not a boolean.');
      if (!matches) continue;
      this.branch(visit.name, `Choices[${i}]`);
      return this.leave(rule, scope, visit.input);
    }
    if (!state.otherwise) throw new TaskError(NO_CHOICE_MATCHED, `no rule of state '${visit.name}' matched and it has no Default`);
    this.branch(visit.name, 'Default');
    return this.leave(state.otherwise, scope, visit.input);
  }

  private async wait(state: WaitState, visit: Visit): Promise<Step> {
    const scope = this.scope(visit);
    const seconds = this.evaluate(state.seconds, scope) as number;
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_WAIT_SECONDS) {
      throw this.evaluationFailure(state.seconds, `returned a value that is not an integer from 0 to ${MAX_WAIT_SECONDS}.`);
    }
    await this.pause(seconds * 1000);
    return this.leave(state, scope, visit.input);
  }

  private fail(state: FailState, visit: Visit): never {
    const scope = this.scope(visit);
    const error = this.text(state.error, scope);
    const cause = this.text(state.cause, scope);
    this.checkRunning();
    if ((error?.length ?? 0) > MAX_ERROR_LENGTH) throw new TaskError(RUNTIME, `Error has more than ${MAX_ERROR_LENGTH} characters`);
    if ((cause?.length ?? 0) > MAX_CAUSE_LENGTH) throw new TaskError(RUNTIME, `Cause has more than ${MAX_CAUSE_LENGTH} characters`);
    this.end('FAILED', { error, cause });
    throw ENDED;
  }

  private text(payload: Payload | undefined, scope: Scope): string | undefined {
    if (!payload) return undefined;
    const value = this.evaluate(payload, scope);
    if (typeof value !== 'string') throw this.evaluationFailure(payload, 'returned a value that is not a string.');
    return value;
  }

  private async task(state: TaskState, visit: Visit): Promise<Step> {
    const attempts = state.retriers.map(() => 0);
    for (;;) {
      try {
        return await this.attempt(state, visit);
      } catch (e) {
        if (!(e instanceof TaskError)) throw e;
        const i = state.retriers.findIndex(({ errorEquals }) => errorEquals.some(pattern => errorMatches(pattern, e.error)));
        if (i < 0 || attempts[i] >= state.retriers[i].maxAttempts) return this.caught(state, visit, e);
        this.branch(visit.name, `Retry[${i}]`);
        await this.pause(this.delayOf(state.retriers[i], attempts[i]));
        attempts[i]++;
        visit.retryCount++;
        this.transitions++;
      }
    }
  }

  private async attempt(state: TaskState, visit: Visit): Promise<Step> {
    const scope = this.scope(visit);
    const args = this.evaluate(state.arguments, scope);
    if (!isObject(args)) throw this.evaluationFailure(state.arguments, 'returned a value that is not an object.');
    limit(args, 'Arguments');
    this.record(2);
    const call: Call = { state: visit.name, resource: state.resource, arguments: args, at: this.clock.now() };
    this.calls.push(call);
    try {
      const result = await this.invoke(call, state.timeoutSeconds);
      limit(result, 'result');
      call.result = result;
    } catch (e) {
      if (e instanceof TaskError) call.error = e;
      throw e;
    } finally {
      if (this.status === 'RUNNING') this.record(1);
    }
    return this.leave(state, this.scope(visit, { result: call.result }), call.result);
  }

  private caught(state: TaskState, visit: Visit, e: TaskError): Step {
    const i = state.catchers.findIndex(({ errorEquals }) => errorEquals.some(pattern => errorMatches(pattern, e.error)));
    if (i < 0) throw e;
    this.branch(visit.name, `Catch[${i}]`);
    const errorOutput = { Error: e.error, Cause: e.cause };
    return this.leave(state.catchers[i], this.scope(visit, { errorOutput }), errorOutput);
  }

  private delayOf(retrier: Retrier, attempt: number): number {
    const delay = Math.min(retrier.intervalSeconds * retrier.backoffRate ** attempt, retrier.maxDelaySeconds) * 1000;
    return retrier.fullJitter ? this.machine.random() * delay : delay;
  }

  /** Evaluates the output and the new variables of a state, all with the old variables, and only then assigns the new ones. */
  private leave(exit: Exit, scope: Scope, otherwise: unknown): Step {
    const assign = (exit.assign ? this.evaluate(exit.assign, scope) : {}) as { [name: string]: unknown };
    const data = exit.output ? this.evaluate(exit.output, scope) : otherwise;
    if (exit.output) limit(data, 'Output');
    const sizes = this.checkedSizes(assign);
    this.record(1);
    for (const [name, size] of sizes) {
      this.variablesSize += size - (this.sizes.get(name) ?? 0);
      this.sizes.set(name, size);
      this.values[name] = assign[name];
    }
    return { next: exit.next, data };
  }

  /** The sizes of new variables. Checks that they fit into one Assign, and together with the existing ones. */
  private checkedSizes(assign: { [name: string]: unknown }): Array<[string, number]> {
    const sizes = Object.keys(assign).map((name): [string, number] => [name, sizeOf(assign[name])]);
    const size = sizes.reduce((sum, [name, bytes]) => sum + name.length + '"":,'.length + bytes, '{'.length);
    if (size > MAX_PAYLOAD) throw new TaskError(DATA_LIMIT_EXCEEDED, 'Assign exceeds 256 KiB');
    const total = sizes.reduce((sum, [name, bytes]) => sum + bytes - (this.sizes.get(name) ?? 0), this.variablesSize);
    if (total > MAX_VARIABLES) throw new TaskError(DATA_LIMIT_EXCEEDED, 'the variables exceed 10 MiB');
    return sizes;
  }

  private scope(visit: Visit, more?: object): Scope {
    const context = {
      Execution: this.executionContext,
      State: { Name: visit.name, EnteredTime: visit.enteredTime, RetryCount: visit.retryCount },
      StateMachine: this.machineContext,
    };
    return { states: { input: visit.input, context, ...more }, variables: this.values };
  }

  private evaluate(payload: Payload, scope: Scope): unknown {
    try {
      return payload.evaluate(scope);
    } catch (e) {
      if (e instanceof TaskError && e.error === QUERY_EVALUATION_ERROR) this.record(1);
      throw e;
    }
  }

  private evaluationFailure(payload: Payload, what: string): TaskError {
    this.record(1);
    const { field, expression } = payload.expressions[0];
    return expression.failure(field, what);
  }

  /** Calls the handler. A late answer is ignored, but its effect remains. */
  private invoke(call: Call, timeoutSeconds: number): Promise<unknown> {
    return this.blocked((resolve, reject) => {
      const late = () => reject(new TaskError(TIMEOUT, `no answer within ${timeoutSeconds} seconds`));
      const timer = this.clock.at(this.clock.now() + timeoutSeconds * 1000, late);
      this.clock.spawn(() => this.machine.handlers({ resource: call.resource, arguments: call.arguments, execution: this }))
        .then(resolve, e => (e instanceof TaskError ? reject(e) : this.clock.abort(e)))
        .finally(() => timer.cancel());
      return () => timer.cancel();
    });
  }

  private pause(ms: number): Promise<void> {
    return this.blocked(resolve => {
      const timer = this.clock.at(this.clock.now() + ms, () => resolve(undefined));
      return () => timer.cancel();
    });
  }

  /** Blocks the thread until `begin` settles, or the execution is ended from outside. `begin` returns a function that cancels it. */
  private blocked<T>(begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void): Promise<T> {
    return this.clock.wait(new Promise<T>((resolve, reject) => {
      const callOff = begin(resolve, reject);
      this.interrupt = () => {
        callOff();
        reject(ENDED);
      };
    }));
  }
}

/** The next state, and its input. */
interface Step {
  readonly next?: string;
  readonly data: unknown;
}

/** One visit to a state, including all its retries. */
interface Visit {
  readonly name: string;
  readonly input: unknown;
  readonly enteredTime: string;
  retryCount: number;
}

function limit(value: unknown, what: string) {
  if (exceeds(value, MAX_PAYLOAD)) throw new TaskError(DATA_LIMIT_EXCEEDED, `${what} exceeds 256 KiB`);
}

function exceeds(value: unknown, bytes: number): boolean {
  const text = JSON.stringify(value) ?? '';
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).length;
  return Buffer.byteLength(JSON.stringify(value));
}
