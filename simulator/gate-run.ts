/**
 * Runs a gate and its watchdog, as synthesized, in a simulated AWS.
 */
import { SimulatedAws, SimulatedAwsOptions } from './aws';
import { VirtualClock } from './clock';
import { AlarmScript } from './cloudwatch';
import { ExperimentAction, ExperimentTemplate, SimulatedExperiment } from './experiment';
import { Execution, StateMachine } from './interpreter';
import { ENVIRONMENT, exportsOf, resolveIntrinsics } from './synthesized';

/** The machines and resources to execute, taken out of a synthesized template. */
export interface Subject {
  readonly gateName: string;
  readonly gateDefinition: any;
  readonly watchdogName: string;
  readonly watchdogDefinition: any;
  readonly template: ExperimentTemplate;
  readonly guards: readonly { readonly name: string; readonly arn: string }[];
  /** What the pipeline passes to the gate. */
  readonly input: any;
  /** The pipeline whose runs the watchdog can check. */
  readonly pipelineName?: string;
}

/** The id of the pipeline run that runs the gate. */
export const PIPELINE_EXECUTION = 'a1b2c3d4-5678-90ab-cdef-111122223333';

/** The name of the execution of the gate. In AWS it is a prefix and the id of the action execution. */
export const EXECUTION = 'run-1';

/**
 * Finds the gate in a template. There must be exactly one, unless `gate` selects one by the beginning of its logical id.
 * The pipeline that runs it may be in a different template.
 */
export function subjectOf(template: any, gate = '', pipelineTemplate = template): Subject {
  const resources = Object.entries<any>(template.Resources);
  const machine = (suffix: string) => {
    const found = resources.filter(([id, { Type, Properties }]) => Type === 'AWS::StepFunctions::StateMachine'
      && id.startsWith(gate) && Properties.StateMachineName.endsWith(suffix));
    if (found.length !== 1) { throw new Error(`the template must have one state machine named '*${suffix}', has ${found.length}`); }
    const { StateMachineName: name, DefinitionString: definition } = found[0][1].Properties;
    return { name, definition: JSON.parse(resolveIntrinsics(definition, template)) };
  };
  const gateMachine = machine('-Gate');
  const watchdog = machine('-Watchdog');
  const templateId = gateMachine.definition.States.Configure.Assign.experimentTemplateId;
  const experiment = resources.find(([id, { Type }]) => Type === 'AWS::FIS::ExperimentTemplate' && `EXT${id}` === templateId);
  if (!experiment) { throw new Error(`the template has no experiment template '${templateId}'`); }
  const properties = resolveIntrinsics(experiment[1].Properties, template);
  const known = { ...pipelineTemplate, Imports: exportsOf(template) };
  const action = Object.values<any>(pipelineTemplate.Resources).filter(({ Type }) => Type === 'AWS::CodePipeline::Pipeline')
    .flatMap(({ Properties }) => Properties.Stages.flatMap((stage: any) => stage.Actions))
    .find(({ ActionTypeId, Configuration }: any) => ActionTypeId.Provider === 'StepFunctions'
      && resolveIntrinsics(Configuration.StateMachineArn, known).endsWith(`:stateMachine:${gateMachine.name}`));
  const input = action && JSON.parse(resolveIntrinsics(action.Configuration.Input, known)
    .replace('#{codepipeline.PipelineExecutionId}', PIPELINE_EXECUTION));

  return {
    gateName: gateMachine.name,
    gateDefinition: gateMachine.definition,
    watchdogName: watchdog.name,
    watchdogDefinition: watchdog.definition,
    template: templateOf(templateId, properties),
    guards: properties.StopConditions.filter(({ Value }: any) => Value).map(({ Value }: any) => ({ name: Value.split(':alarm:')[1], arn: Value })),
    input: input ?? {},
    pipelineName: watchdog.definition.States.Configure.Assign.pipelines.find(({ key }: any) => key === input?.pipeline)?.name,
  };
}

/** What goes wrong in a run; everything else goes well. */
export interface RunOptions extends Omit<SimulatedAwsOptions, 'clock' | 'templates' | 'alarms'> {
  /** One script for each guard, in the order of the stop conditions. */
  readonly guards?: readonly Partial<AlarmScript>[];
  /** Positions of guards whose alarms do not exist. */
  readonly withoutGuards?: readonly number[];
  readonly input?: any;
  readonly seed?: number;
  /** Whether times without milliseconds are written without them. */
  readonly shortTimes?: boolean;
  /** Is called when everything is set up, before the first step. */
  readonly prepare?: (run: GateRun) => void;
}

/** One run of a gate. */
export class GateRun {
  public readonly clock: VirtualClock;
  public readonly aws: SimulatedAws;
  public readonly gateMachine: StateMachine;
  public readonly watchdogMachine: StateMachine;
  public gate!: Execution;

  constructor(public readonly subject: Subject, private readonly options: RunOptions = {}) {
    const { guards = [], withoutGuards = [], pipelineRuns, shortTimes, ...others } = options;
    this.clock = new VirtualClock({ shortTimes });
    this.aws = new SimulatedAws({
      ...others,
      clock: this.clock,
      templates: [subject.template],
      alarms: subject.guards.map((guard, index) => ({ ...guard, ...guards[index] })).filter((_guard, index) => !withoutGuards.includes(index)),
      pipelineRuns: pipelineRuns ?? (subject.pipelineName ? [{ pipeline: subject.pipelineName, executionId: PIPELINE_EXECUTION }] : []),
    });
    const random = pseudoRandom(options.seed ?? 1);
    const machine = (name: string, definition: any) => this.aws.register(new StateMachine({
      definition,
      name,
      arn: `arn:aws:states:${ENVIRONMENT.region}:${ENVIRONMENT.account}:stateMachine:${name}`,
      roleArn: `arn:aws:iam::${ENVIRONMENT.account}:role/${name}`,
      clock: this.clock,
      handlers: this.aws.handler,
      random,
    }));
    this.gateMachine = machine(subject.gateName, subject.gateDefinition);
    this.watchdogMachine = machine(subject.watchdogName, subject.watchdogDefinition);
  }

  /** Runs until gate and watchdog have ended. */
  public async run(): Promise<this> {
    this.gate = this.gateMachine.start(this.options.input ?? this.subject.input, EXECUTION);
    this.options.prepare?.(this);
    await this.clock.run();
    return this;
  }

  /** The executions of the watchdog. */
  public get watchdogs(): readonly Execution[] {
    return this.watchdogMachine.executions;
  }

  /** The experiments that the gate under test started. */
  public get experiments(): SimulatedExperiment[] {
    return this.aws.experiments.filter(({ tags }) => tags['cdk-chaos-experiment-stage:execution'] === EXECUTION);
  }

  /** Experiments of the gate that have not ended. */
  public get leftRunning(): SimulatedExperiment[] {
    return this.experiments.filter((experiment) => experiment.isActive(this.clock.now()));
  }

  /** The verdict document: the output, or the Cause. */
  public get document(): any {
    if (this.gate.status === 'SUCCEEDED') { return this.gate.output; }
    return this.gate.status === 'FAILED' && this.gate.cause?.startsWith('{') ? JSON.parse(this.gate.cause) : undefined;
  }

  /** The verdict, or how the execution ended without one. */
  public get verdict(): string {
    const { status, error } = this.gate;
    return this.document?.verdict ?? (status === 'ABORTED' || status === 'TIMED_OUT' ? status : error ?? 'none');
  }

  /** The result that CodePipeline shows. */
  public get pipeline(): 'Succeeded' | 'Failed' {
    return this.gate.status === 'SUCCEEDED' ? 'Succeeded' : 'Failed';
  }

  /** Virtual seconds from the start of the gate to its end. */
  public get seconds(): number {
    return (this.gate.stopTime! - this.gate.startTime) / 1000;
  }
}

/** Pseudo-random numbers from 0 to 1: the minimal standard generator of Park and Miller. */
export function pseudoRandom(seed: number): () => number {
  const modulus = 2 ** 31 - 1;
  let state = 1 + (Math.abs(seed) % (modulus - 1));
  return () => {
    state = (state * 48271) % modulus;
    return state / modulus;
  };
}

function templateOf(id: string, properties: any): ExperimentTemplate {
  return {
    id,
    roleArn: properties.RoleArn,
    actions: Object.entries<any>(properties.Actions).map(([name, action]): ExperimentAction => ({
      name,
      actionId: action.ActionId,
      parameters: action.Parameters ?? {},
      targets: action.Targets ?? {},
      startAfter: action.StartAfter ?? [],
    })),
    targets: properties.Targets,
    stopConditions: properties.StopConditions,
    experimentOptions: properties.ExperimentOptions,
    logConfiguration: properties.LogConfiguration,
  };
}
