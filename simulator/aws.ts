/**
 * The AWS that the machines under test call: FIS, CloudWatch, Step Functions and CodePipeline on one virtual clock.
 * What happens in it is scripted, whatever the machines expect.
 */
import { VirtualClock } from './clock';
import { AlarmScript, SimulatedCloudWatch } from './cloudwatch';
import { PipelineRun, SimulatedCodePipeline } from './code-pipeline';
import { TaskError } from './errors';
import { SimulatedExperiment } from './experiment';
import { Outcome, Rule, ServiceCall } from './faults';
import { FisOptions, SimulatedFis } from './fis';
import { Execution, StateMachine, TaskHandler } from './interpreter';
import { SimulatedStepFunctions } from './step-functions';
import { Origins } from './timeline';

export interface SimulatedAwsOptions extends FisOptions {
  readonly clock: VirtualClock;
  readonly alarms?: readonly AlarmScript[];
  readonly pipelineRuns?: readonly PipelineRun[];
  readonly faults?: readonly Rule[];
  /** Virtual milliseconds until a request takes effect; 0 by default. */
  readonly latencyMs?: number;
}

/** A call as it really was, even if the caller got no answer. */
export interface RecordedCall {
  readonly operation: string;
  readonly arguments: any;
  readonly execution: Execution;
  /** Epoch milliseconds at which the request was sent. */
  readonly at: number;
  /** Epoch milliseconds at which it took effect; undefined if the request was rejected. */
  effectAt?: number;
  /** What the service really answered, before a fault changed it. */
  effect?: any;
  /** The answer that the caller got. */
  answer?: any;
  /** The error that the caller got. */
  error?: TaskError;
}

type Operation = (request: any) => object;

export class SimulatedAws {
  public readonly fis: SimulatedFis;
  public readonly cloudWatch: SimulatedCloudWatch;
  public readonly stepFunctions = new SimulatedStepFunctions();
  public readonly codePipeline: SimulatedCodePipeline;
  /** All calls, in the order in which they were sent. */
  public readonly calls: RecordedCall[] = [];
  private readonly clock: VirtualClock;
  private readonly latencyMs: number;
  private readonly rules: Rule[];
  private readonly counts = new Map<string, number>();
  private readonly operations: { readonly [name: string]: Operation };

  constructor(options: SimulatedAwsOptions) {
    this.clock = options.clock;
    this.latencyMs = options.latencyMs ?? 0;
    this.rules = [...options.faults ?? []];
    const origins: Origins = { clock: this.clock.now() };
    this.cloudWatch = new SimulatedCloudWatch(this.clock, origins, options.alarms ?? []);
    this.fis = new SimulatedFis(this.clock, origins, this.cloudWatch, options);
    this.codePipeline = new SimulatedCodePipeline(this.clock, origins, options.pipelineRuns ?? []);
    this.operations = {
      'fis:startExperiment': request => this.fis.startExperiment(request),
      'fis:getExperiment': request => this.fis.getExperiment(request),
      'fis:getExperimentTemplate': request => this.fis.getExperimentTemplate(request),
      'fis:stopExperiment': request => this.fis.stopExperiment(request),
      'fis:listExperiments': request => this.fis.listExperiments(request),
      'fis:getSafetyLever': request => this.fis.getSafetyLever(request),
      'cloudwatch:describeAlarms': request => this.cloudWatch.describeAlarms(request),
      'cloudwatch:describeAlarmHistory': request => this.cloudWatch.describeAlarmHistory(request),
      'sfn:startExecution': request => this.stepFunctions.startExecution(request),
      'sfn:describeExecution': request => this.stepFunctions.describeExecution(request),
      'sfn:stopExecution': request => this.stepFunctions.stopExecution(request),
      'codepipeline:getPipelineExecution': request => this.codePipeline.getPipelineExecution(request),
    };
  }

  /** All experiments, in the order of their creation. */
  public get experiments(): readonly SimulatedExperiment[] {
    return this.fis.experiments;
  }

  /** Experiments that have not ended now. */
  public activeExperiments(): SimulatedExperiment[] {
    return this.fis.activeExperiments();
  }

  /** Registers a machine with the simulated Step Functions. */
  public register(machine: StateMachine): StateMachine {
    this.stepFunctions.register(machine);
    return machine;
  }

  /** Adds a rule that decides before all existing rules. */
  public addFault(rule: Rule) {
    this.rules.unshift(rule);
  }

  /** Executes the tasks of a machine. */
  public readonly handler: TaskHandler = async ({ resource, arguments: args, execution }) => {
    const operation = resource.replace(/^aws-sdk:/, '');
    const perform = Object.prototype.hasOwnProperty.call(this.operations, operation) ? this.operations[operation] : undefined;
    if (!perform) throw new Error(`the simulated AWS does not know '${resource}'`);
    const nth = (this.counts.get(operation) ?? 0) + 1;
    this.counts.set(operation, nth);
    const call: RecordedCall = { operation, arguments: args, execution, at: this.clock.now() };
    this.calls.push(call);
    const outcome = this.decide({ operation, arguments: args, nth, at: call.at, execution });
    if (this.latencyMs > 0) await this.clock.sleep(this.latencyMs);
    try {
      call.answer = await this.respond(call, perform, outcome);
      return call.answer;
    } catch (e) {
      if (e instanceof TaskError) call.error = e;
      throw e;
    }
  };

  private decide(call: ServiceCall): Outcome {
    for (const rule of this.rules) {
      const outcome = rule(call);
      if (outcome !== 'pass') return outcome;
    }
    return 'pass';
  }

  private async respond(call: RecordedCall, perform: Operation, outcome: Outcome): Promise<unknown> {
    if (outcome !== 'pass' && 'error' in outcome && !('lost' in outcome)) throw new TaskError(outcome.error, outcome.cause);
    if (outcome !== 'pass' && 'effectAfterMs' in outcome) await this.clock.sleep(outcome.effectAfterMs);
    call.effect = this.clock.written(perform(call.arguments));
    call.effectAt = this.clock.now();
    if (outcome === 'pass') return call.effect;
    if ('answer' in outcome) return typeof outcome.answer === 'function' ? outcome.answer(call.effect) : outcome.answer;
    if ('delayMs' in outcome) await this.clock.sleep(outcome.delayMs);
    if ('lost' in outcome) {
      if (outcome.error !== undefined) throw new TaskError(outcome.error, outcome.cause);
      return this.clock.forever();
    }
    return call.effect;
  }
}
