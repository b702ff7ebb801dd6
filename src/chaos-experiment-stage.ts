import { Stack, Token } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { Construct } from 'constructs';
import { ChaosExperiment, ChaosExperimentProps } from './chaos-experiment';
import { checkGate } from './private/checks/gate';
import { MOST_ACTIONS_IN_STAGE } from './private/limits';
import { checkAction, checkName, checkRegion, checkRunOrder } from './private/pipeline/action';
import { check, throwProblems, warn } from './private/problems';

/**
 * Properties of a `ChaosExperimentStage`.
 */
export interface ChaosExperimentStageProps extends ChaosExperimentProps {
  /**
   * The pipeline that gets the stage.
   */
  readonly pipeline: codepipeline.Pipeline;

  /**
   * Where in the pipeline the stage goes.
   *
   * @default - after the stages that the pipeline has so far
   */
  readonly placement?: codepipeline.StagePlacement;

  /**
   * The name of the stage: 1 to 100 letters, digits and the characters `.`, `@`, `-`, `_`; unique in the pipeline.
   *
   * @default - the id of the construct
   */
  readonly stageName?: string;

  /**
   * Conditions for entering the stage. Needs a pipeline of type V2.
   *
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
   * @default - the stage is always entered
   */
  readonly beforeEntry?: codepipeline.Conditions;

  /**
   * What happens when the stage fails. Needs a pipeline of type V2.
   *
   * A rollback rolls back this stage alone, and this stage deploys nothing. To roll a release back, put `ChaosExperiment.action()` into
   * the stage that deploys it.
   *
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
   * @default - the pipeline execution stops
   */
  readonly onFailure?: codepipeline.FailureConditions;

  /**
   * Conditions for leaving the stage when the gate has passed. Needs a pipeline of type V2.
   *
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
   * @default - the pipeline execution goes on
   */
  readonly onSuccess?: codepipeline.Conditions;
}

/**
 * Properties of an experiment that is added to a `ChaosExperimentStage`.
 */
export interface StageExperimentProps extends ChaosExperimentProps {
  /**
   * The name of the action that runs it: 1 to 100 letters, digits and the characters `.`, `@`, `-`, `_`; unique in the stage.
   *
   * @default - the id of the experiment
   */
  readonly actionName?: string;
}

/**
 * A stage of a pipeline that runs a FIS experiment. The release goes on only if the system withstood it.
 *
 * A stage of its own judges the environment: CodePipeline locks one stage at a time, so the next release may be deployed to the
 * environment during the experiment. To judge a release together with its deployment, use `ChaosExperiment.action()` in that stage.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/what-is.html
 * @example
 * declare const pipeline: codepipeline.Pipeline;
 * declare const staging: codepipeline.IStage;
 * declare const asg: autoscaling.AutoScalingGroup;
 * declare const tooManyErrors: cloudwatch.Alarm;
 *
 * new ChaosExperimentStage(this, 'Resilience', {
 *   pipeline,
 *   placement: { justAfter: staging },
 *   experiment: Experiment.define({
 *     description: 'The web tier withstands the loss of an instance',
 *     actions: {
 *       stop: FaultAction.ec2StopInstances(
 *         FaultTarget.instancesOf(asg, { selection: Selection.count(1) }),
 *         { startInstancesAfterDuration: Duration.minutes(5), completeIfInstancesTerminated: true },
 *       ),
 *     },
 *   }),
 *   alarms: [tooManyErrors],
 * });
 */
export class ChaosExperimentStage extends Construct {
  /** The gate that the stage runs, with all of its resources; the first one, if there are more. */
  public readonly experiment: ChaosExperiment;

  /** The stage in the pipeline. */
  public readonly stage: codepipeline.IStage;

  /**
   * @throws if the experiment or an option is wrong; the message lists all problems
   */
  constructor(scope: Construct, id: string, props: ChaosExperimentStageProps) {
    super(scope, id);
    const stageName = props.stageName ?? id;
    throwProblems(this, [
      ...checkStage(stageName, props),
      ...checkEnvironments(Stack.of(this), props.pipeline),
      ...checkRegion('the stack', Stack.of(this)),
      ...checkGate(this, { ...props, experiment: props.experiment._data }),
    ]);

    this.experiment = new ChaosExperiment(this, 'Experiment', props);
    this.stage = props.pipeline.addStage({
      stageName,
      placement: props.placement,
      beforeEntry: props.beforeEntry,
      onFailure: props.onFailure,
      onSuccess: props.onSuccess,
      actions: [this.experiment.action({ actionName: 'ChaosExperiment' })],
    });

    if (cfnPipeline(props.pipeline).executionMode === codepipeline.ExecutionMode.PARALLEL) {
      warn(this, {
        id: 'parallelPipeline',
        text: 'the pipeline runs its executions in parallel: several releases may be deployed to the environment that this gate judges; '
          + 'use QUEUED or SUPERSEDED',
      });
    }
  }

  /**
   * Adds an experiment that runs when all those before it have passed: the stage stops at the first that does not.
   *
   * It is a gate of its own, with its own guard alarms, action and verdict. Experiments of a stage never run at the same time: an alarm that fires
   * could not be put down to one of them, and what each of them proves would hold beside the others only.
   *
   * @returns the gate
   * @throws if the experiment or an option is wrong, or if the stage is full; the message lists all problems
   */
  public addExperiment(id: string, props: StageExperimentProps): ChaosExperiment {
    const actionName = props.actionName ?? id;
    const { actions } = this.stage;
    const runOrder = 1 + Math.max(0, ...actions.map(({ actionProperties }) => actionProperties.runOrder ?? 1));
    throwProblems(this, [
      ...checkAction(this, { actionName }),
      ...checkPlace(actionName, actions),
      ...checkRunOrder(runOrder),
      ...checkGate(this, { ...props, experiment: props.experiment._data }),
    ].map((problem) => `experiment '${id}': ${problem}`));

    const experiment = new ChaosExperiment(this, id, props);
    this.stage.addAction(experiment.action({ actionName, runOrder }));
    return experiment;
  }
}

function checkPlace(actionName: string, actions: codepipeline.IAction[]): string[] {
  return [
    ...check(!actions.some(({ actionProperties }) => actionProperties.actionName === actionName),
      () => `'actionName' must be unique in the stage, which has an action '${actionName}' already; choose another`),
    ...check(actions.length < MOST_ACTIONS_IN_STAGE,
      () => `the stage has ${actions.length} actions, CodePipeline allows at most ${MOST_ACTIONS_IN_STAGE}; add another ChaosExperimentStage`),
  ];
}

function checkStage(stageName: string, props: ChaosExperimentStageProps): string[] {
  const conditions = (['beforeEntry', 'onFailure', 'onSuccess'] as const).filter((option) => props[option] !== undefined);
  const { pipelineType } = cfnPipeline(props.pipeline);
  return [
    ...(Token.isUnresolved(stageName) ? [] : checkName('stageName', stageName)),
    ...check(!props.pipeline.stages.some((stage) => stage.stageName === stageName),
      () => `'stageName' must be unique in the pipeline, which has a stage '${stageName}' already; choose another`),
    ...check(conditions.length === 0 || pipelineType === codepipeline.PipelineType.V2,
      () => `${conditions.map((option) => `'${option}'`).join(', ')}: stage conditions need a pipeline of type V2, `
        + `got ${pipelineType ?? 'the default, V1'}; set 'pipelineType: PipelineType.V2' on the pipeline`),
  ];
}

/** The CDK refuses the same, but says neither which stack it means nor what to do. */
function checkEnvironments(own: Stack, pipeline: codepipeline.Pipeline): string[] {
  const other = Stack.of(pipeline);
  const accountsUnknown = own.account !== other.account && (Token.isUnresolved(own.account) || Token.isUnresolved(other.account));
  const regionUnknown = own.region !== other.region && Token.isUnresolved(other.region);
  return check(!accountsUnknown && !regionUnknown,
    () => `the gate is in ${own.environment} and the pipeline ${pipeline.node.path} in ${other.environment}: where the environments differ, both must be `
      + 'known at synthesis; set \'env\' with account and Region on both stacks');
}

function cfnPipeline(pipeline: codepipeline.Pipeline): codepipeline.CfnPipeline {
  return pipeline.node.defaultChild as codepipeline.CfnPipeline;
}
