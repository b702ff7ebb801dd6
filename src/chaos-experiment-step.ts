import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { ChaosExperiment } from './chaos-experiment';

/**
 * Properties of a `ChaosExperimentStep`.
 */
export interface ChaosExperimentStepProps {
  /**
   * The gate to run, in a stack with a fixed account and Region that is deployed before the step.
   *
   * To have a run stopped with the pipeline run, give the pipeline a name and say it as `pipelineName` of the `ChaosExperiment`.
   */
  readonly experiment: ChaosExperiment;
}

/**
 * A step of CDK Pipelines that runs a gate: `post` of a stage that deploys it, or of a wave.
 *
 * The gate belongs to the application and lives in one of its stacks, in whatever account and Region these are deployed to. The pipeline knows it
 * by its name alone. As a step of the stage that deploys a release, it judges that release.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/cdk_pipeline.html
 * @example
 * declare const delivery: pipelines.CodePipeline;
 * declare const staging: Stage;        // the application, with a fixed account and Region
 * declare const gate: ChaosExperiment; // in a stack of that stage
 *
 * delivery.addStage(staging, { post: [new ChaosExperimentStep('Resilience', { experiment: gate })] });
 */
export class ChaosExperimentStep extends pipelines.Step implements pipelines.ICodePipelineActionFactory {
  private readonly experiment: ChaosExperiment;

  constructor(id: string, props: ChaosExperimentStepProps) {
    super(id);
    this.experiment = props.experiment;
  }

  /**
   * Adds the action that runs the gate. CDK Pipelines calls it.
   *
   * @throws if the gate's stack has no fixed account and Region, or one in which CodePipeline has no Step Functions action
   */
  public produceAction(stage: codepipeline.IStage, options: pipelines.ProduceActionOptions): pipelines.CodePipelineActionFactoryResult {
    stage.addAction(this.experiment._actionByName(options.scope, {
      actionName: options.actionName,
      runOrder: options.runOrder,
      variablesNamespace: options.variablesNamespace,
    }));
    return { runOrdersConsumed: 1 };
  }
}
