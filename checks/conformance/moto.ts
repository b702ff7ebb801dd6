/**
 * moto's interpreter in its own process, and the hub that it calls: tasks call the hub as if it were AWS, and all waiting happens here, on the
 * virtual clock. A `MotoMachine` replaces a machine of the simulator.
 */
import { ChildProcess, spawn } from 'child_process';
import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { join } from 'path';
import { createInterface } from 'readline';
import { ApiCall, ApiModels, WireAnswer } from './api-model';
import { VirtualClock } from '../../simulator/clock';
import { TaskError, TIMEOUT } from '../../simulator/errors';
import { Status, TaskCall } from '../../simulator/interpreter';

/** Real milliseconds after which a silent process counts as dead. Nothing else here depends on real time. */
const PATIENCE = 60_000;

const ROOT = join(__dirname, '..', '..');
const PYTHON = join(ROOT, '.venv-conformance', 'bin', 'python');

/** A request of an execution in moto to the hub. */
interface Question {
  readonly kind: 'begin' | 'state' | 'sleep' | 'random' | 'problem' | 'call' | 'ended';
  readonly name?: string;
  readonly seconds?: number;
  readonly problem?: string;
  /** Only for a call. */
  readonly state?: string;
  readonly timeoutSeconds?: number;
  readonly api?: ApiCall;
  answer(body: object | WireAnswer): void;
}

export class Moto {
  /** Starts the process, which runs until `stop`. */
  public static async start(): Promise<Moto> {
    const botocore = await run([PYTHON, '-c', 'import botocore, os; print(os.path.dirname(botocore.__file__))']);
    const moto = new Moto(new ApiModels(botocore.trim()));
    await moto.listen();
    return moto;
  }

  private readonly server: Server;
  private readonly executions = new Map<string, MotoExecution>();
  private process!: ChildProcess;
  private url = '';

  private constructor(public readonly models: ApiModels) {
    this.server = createServer((request, response) => {
      this.receive(request, response).catch((e) => {
        response.writeHead(500).end();
        this.executions.forEach((execution) => execution.fail(e));
      });
    });
    this.server.keepAliveTimeout = 0;
  }

  public stop() {
    this.process.stdin!.end();
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Deletes all machines and executions. */
  public async reset() {
    this.executions.clear();
    const response = await fetch(`${this.url}/moto-api/reset`, { method: 'POST' });
    if (!response.ok) { throw new Error(`moto cannot be reset: ${response.status}`); }
  }

  public add(execution: MotoExecution) {
    this.executions.set(execution.arn, execution);
  }

  /** Calls the Step Functions API of moto's server. */
  public async stepFunctions(operation: string, request: object): Promise<any> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': `AWSStepFunctions.${operation}`,
        'Authorization': 'AWS4-HMAC-SHA256 Credential=ak/20260105/eu-west-1/states/aws4_request, SignedHeaders=host, Signature=none',
      },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const body = await response.text();
    if (!response.ok) { throw new Error(`moto rejects ${operation}: ${body.slice(0, 2000)}`); }
    return JSON.parse(body || '{}');
  }

  private async listen() {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    const evaluator = [process.execPath, '-r', 'ts-node/register/transpile-only', join(__dirname, 'evaluate.ts')];
    this.process = spawn(PYTHON, [join(__dirname, 'interpreter.py'), String(port), ...evaluator], { stdio: ['pipe', 'pipe', 'inherit'], cwd: ROOT });
    const failed = new Promise<never>((_, reject) => this.process.once('exit', (code) => {
      const error = new Error(`moto's process ended with ${code}`);
      this.executions.forEach((execution) => execution.fail(error));
      reject(error);
    }));
    failed.catch(() => undefined);
    const line = new Promise<string>((resolve) => createInterface({ input: this.process.stdout! }).once('line', resolve));
    this.url = `http://127.0.0.1:${JSON.parse(await Promise.race([line, failed])).port}`;
  }

  private async receive(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) { chunks.push(chunk); }
    const body = Buffer.concat(chunks).toString();
    if (request.url === '/_hub') {
      const { execution, ...question } = JSON.parse(body);
      this.find(execution).ask({ ...question, answer: (answer) => { response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer)); } });
      return;
    }
    const header = (name: string) => String(request.headers[name]);
    this.find(header('x-execution')).ask({
      kind: 'call',
      state: header('x-state'),
      timeoutSeconds: Number(header('x-timeout-seconds')),
      api: this.models.decode({ method: request.method!, url: request.url!, headers: request.headers, body }),
      answer: (answer) => {
        const { status, headers, body: text } = answer as WireAnswer;
        if (status === 0) { response.destroy(); } else { response.writeHead(status, headers).end(text); }
      },
    });
  }

  private find(arn: string): MotoExecution {
    const found = this.executions.get(arn);
    if (!found) { throw new Error(`moto reports an execution that nobody started: ${arn}`); }
    return found;
  }
}

export interface Answer {
  readonly value: unknown;
  /** Whether it comes from a fault and not from a service, so it need not match the API model. */
  readonly madeUp: boolean;
}

export interface MotoMachineOptions {
  readonly moto: Moto;
  readonly definition: any;
  readonly name: string;
  readonly arn: string;
  readonly clock: VirtualClock;
  readonly handler: (call: TaskCall) => Promise<Answer>;
  readonly random: () => number;
}

/** The parts of a `StateMachine` that the simulated Step Functions and a `GateRun` use. */
export class MotoMachine {
  public readonly executions: MotoExecution[] = [];
  public readonly name: string;
  public readonly arn: string;
  private created?: Promise<void>;
  private readonly startListeners: Array<(execution: MotoExecution) => void> = [];

  constructor(private readonly options: MotoMachineOptions) {
    this.name = options.name;
    this.arn = options.arn;
  }

  public start(input: unknown, name: string): MotoExecution {
    const execution = new MotoExecution(this.options, () => this.create(), input, name);
    this.executions.push(execution);
    for (const listener of this.startListeners) { listener(execution); }
    return execution;
  }

  public onStart(listener: (execution: MotoExecution) => void) {
    this.startListeners.push(listener);
  }

  private create(): Promise<void> {
    const { moto, name, definition } = this.options;
    this.created ??= moto.stepFunctions('CreateStateMachine', {
      name, definition: JSON.stringify(definition), roleArn: `arn:aws:iam::111122223333:role/${name}`,
    }).then(({ stateMachineArn }) => {
      if (stateMachineArn !== this.arn) { throw new Error(`moto calls the machine ${stateMachineArn}, not ${this.arn}`); }
    });
    return this.created;
  }
}

/** A task, as the hub saw it. */
export interface MotoCall {
  readonly state: string;
  readonly resource: string;
  readonly arguments: any;
  readonly at: number;
  error?: TaskError;
}

/** An execution in moto, with the same public members as the `Execution` of the simulator. */
export class MotoExecution {
  public readonly arn: string;
  public readonly startTime: number;
  public readonly path: string[] = [];
  public readonly calls: MotoCall[] = [];
  /** What did not match the API models. */
  public readonly problems: string[] = [];
  public status: Status = 'RUNNING';
  public output?: any;
  public error?: string;
  public cause?: string;
  public stopTime?: number;
  /** The description of the execution by moto, once it has ended. */
  public description?: any;
  public history: any[] = [];
  private readonly clock: VirtualClock;
  private readonly stateListeners: Array<(state: string) => void> = [];
  private readonly questions: Question[] = [];
  private asked?: { resolve(): void; reject(error: unknown): void };
  private interrupt?: () => void;
  private stoppedInMoto = false;

  constructor(
    private readonly machine: MotoMachineOptions,
    private readonly createMachine: () => Promise<void>,
    public readonly input: unknown,
    public readonly name: string,
  ) {
    this.clock = machine.clock;
    this.arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    this.startTime = this.clock.now();
    const { TimeoutSeconds: timeoutSeconds } = machine.definition;
    const timer = timeoutSeconds === undefined ? undefined : this.clock.at(this.startTime + timeoutSeconds * 1000, () => this.end('TIMED_OUT'));
    machine.moto.add(this);
    this.clock.spawn(() => this.run()).finally(() => timer?.cancel()).catch((error) => this.clock.abort(error));
  }

  public onState(listener: (state: string) => void) {
    this.stateListeners.push(listener);
  }

  /** Ends the execution as StopExecution does, unless it has already ended. */
  public stop(error?: string, cause?: string) {
    this.end('ABORTED', { error, cause });
  }

  /** Called by the hub. */
  public ask(question: Question) {
    this.questions.push(question);
    this.asked?.resolve();
  }

  /** Called by the hub when it cannot continue. */
  public fail(error: unknown) {
    this.asked?.reject(error);
    this.clock.abort(error);
  }

  private end(status: Status, outcome: { output?: any; error?: string; cause?: string } = {}) {
    if (this.status !== 'RUNNING') { return; }
    Object.assign(this, outcome);
    this.status = status;
    this.stopTime = this.clock.now();
    this.interrupt?.();
  }

  private async run() {
    const { moto, arn } = { moto: this.machine.moto, arn: this.machine.arn };
    await this.clock.outside(this.createMachine());
    const start = moto.stepFunctions('StartExecution', { stateMachineArn: arn, name: this.name, input: JSON.stringify(this.input) });
    await this.clock.outside(start);
    for (;;) {
      const question = await this.clock.outside(this.next());
      if (question.kind === 'ended') {
        await this.clock.outside(this.conclude(question));
        return;
      }
      await this.reply(question);
    }
  }

  private async next(): Promise<Question> {
    if (this.questions.length === 0) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`moto reports nothing more about ${this.arn} after ${this.path.at(-1)}`)), PATIENCE);
        this.asked = {
          resolve: () => { clearTimeout(timer); resolve(); },
          reject: (error) => { clearTimeout(timer); reject(error); },
        };
      });
    }
    return this.questions.shift()!;
  }

  private async reply(question: Question) {
    switch (question.kind) {
      case 'begin':
        question.answer(await this.outcome());
        break;
      case 'state':
        this.path.push(question.name!);
        for (const listener of this.stateListeners) { listener(question.name!); }
        question.answer(await this.outcome());
        break;
      case 'sleep':
        await this.pause(question.seconds! * 1000);
        question.answer(await this.outcome());
        break;
      case 'random':
        question.answer({ ...await this.outcome(), value: this.machine.random() });
        break;
      case 'problem':
        this.problems.push(question.problem!);
        question.answer(await this.outcome());
        break;
      default:
        await this.call(question);
    }
  }

  /** The information for moto in every answer: the time, and whether the execution has ended. */
  private async outcome(): Promise<{ now: number; end?: Status }> {
    if (this.status === 'ABORTED' && !this.stoppedInMoto) {
      this.stoppedInMoto = true;
      await this.clock.outside(this.machine.moto.stepFunctions('StopExecution', { executionArn: this.arn, error: this.error, cause: this.cause }));
    }
    return { now: this.clock.now(), ...(this.status !== 'RUNNING' && { end: this.status }) };
  }

  private async call({ state, api, timeoutSeconds, answer }: Question) {
    const { operation, arguments: args, problems } = api!;
    this.problems.push(...problems);
    const call: MotoCall = { state: state!, resource: `aws-sdk:${operation}`, arguments: args, at: this.clock.now() };
    this.calls.push(call);
    let wire: WireAnswer | undefined;
    let late = false;
    try {
      const result = await this.invoke(call, timeoutSeconds!);
      if (result !== undefined) { wire = this.machine.moto.models.encode(operation, result.value, result.madeUp ? [] : this.problems); }
    } catch (e) {
      if (!(e instanceof TaskError)) { throw e; }
      call.error = e;
      late = e.error === TIMEOUT;
      if (!late) { wire = this.machine.moto.models.encodeError(operation, e, this.problems); }
    }
    const { now, end } = await this.outcome();
    const { status, headers, body } = wire ?? { status: 504, headers: { 'x-outcome': late ? 'late' : 'ended' }, body: '{}' };
    answer({ status, body, headers: { ...headers, 'x-virtual-now': String(now), ...(end && { 'x-virtual-end': end }) } });
  }

  /** Undefined if the execution ended first. */
  private invoke(call: MotoCall, timeoutSeconds: number): Promise<Answer | undefined> {
    return this.blocked((resolve, reject) => {
      const late = () => reject(new TaskError(TIMEOUT));
      const timer = this.clock.at(this.clock.now() + timeoutSeconds * 1000, late);
      const { resource, arguments: args } = call;
      this.clock.spawn(() => this.machine.handler({ resource, arguments: args, execution: this as any }))
        .then(resolve, (e) => (e instanceof TaskError ? reject(e) : this.clock.abort(e)))
        .finally(() => timer.cancel());
      return () => timer.cancel();
    });
  }

  private pause(ms: number): Promise<unknown> {
    return this.blocked((resolve) => {
      const timer = this.clock.at(this.clock.now() + ms, () => resolve(undefined));
      return () => timer.cancel();
    });
  }

  /** Blocks the thread until `begin` settles, or the execution is ended from outside. `begin` returns a function that cancels it. */
  private async blocked<T>(begin: (resolve: (value: T | undefined) => void, reject: (error: unknown) => void) => () => void): Promise<T | undefined> {
    if (this.status !== 'RUNNING') { return undefined; }
    return this.clock.wait(new Promise<T | undefined>((resolve, reject) => {
      const callOff = begin(resolve, reject);
      this.interrupt = () => {
        callOff();
        resolve(undefined);
      };
    }));
  }

  private async conclude(question: Question) {
    const { moto } = this.machine;
    this.description = await moto.stepFunctions('DescribeExecution', { executionArn: this.arn });
    this.history = (await moto.stepFunctions('GetExecutionHistory', { executionArn: this.arn, maxResults: 1000 })).events;
    const { status, output, error, cause } = this.description;
    this.end(status, { output: output && JSON.parse(output), error, cause });
    question.answer({ now: this.clock.now() });
  }
}

async function run([command, ...args]: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data) => { output += data; });
  const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  if (code !== 0) { throw new Error(`'${command} ${args.join(' ')}' ended with ${code}`); }
  return output;
}
