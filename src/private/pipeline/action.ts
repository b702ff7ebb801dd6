import { Stack, Stage, Token } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as codepipeline_actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IConstruct } from 'constructs';
import { HIGHEST_RUN_ORDER, LONGEST_PIPELINE_NAME } from '../limits';
import { check, throwProblems, warn } from '../problems';
import { isSameEnvironment, nameOf } from '../watchdog/pipelines';

/** What an action needs to know of the gate it runs. */
export interface GateActionProps {
  readonly options: codepipeline.CommonActionProps;
  readonly gate: IConstruct;
  readonly stateMachine: sfn.IStateMachine;
  /** Whether the machine is only known by its ARN, so that the gate may be in another stage of the app. */
  readonly byName: boolean;
  /** The template's id, for a pipeline that can know it. CloudFormation chooses it, so it cannot reach another environment. */
  readonly experimentTemplateId: string;
  /** Lets the watchdog check the runs of a pipeline, and returns the key by which it knows the pipeline; undefined if it cannot. */
  readonly watchPipeline: (pipeline: codepipeline.IPipeline) => string | undefined;
  /** The name of a pipeline that is defined elsewhere and that the watchdog checks. */
  readonly pipelineName?: string;
}

/** The Step Functions action that runs a gate. It makes the input when it knows the pipeline it was put into. */
export class GateAction extends codepipeline_actions.StepFunctionInvokeAction {
  constructor(private readonly gateProps: GateActionProps) {
    super({ ...gateProps.options, stateMachine: gateProps.stateMachine });
  }

  protected bound(scope: Construct, stage: codepipeline.IStage, options: codepipeline.ActionBindOptions): codepipeline.ActionConfig {
    const { gate, byName, experimentTemplateId, watchPipeline } = this.gateProps;
    throwProblems(gate, [
      ...checkRegion('the pipeline', Stack.of(stage.pipeline)),
      ...(byName ? [] : checkStageOfApp(gate, stage.pipeline)),
    ]);

    const pipeline = watchPipeline(stage.pipeline);
    const config = super.bound(scope, stage, options);
    if (pipeline === undefined) { this.warnOfOtherPipeline(scope, stage.pipeline); }
    return {
      ...config,
      configuration: {
        ...config.configuration,
        Input: JSON.stringify({
          ...(!byName && isSameEnvironment(gate, stage.pipeline) ? { experimentTemplateId } : {}),
          pipeline: pipeline ?? '',
          pipelineExecutionId: codepipeline.GlobalVariables.executionId,
        }),
        InputType: 'Literal',
      },
    };
  }

  /** A name was given for the watchdog, and it is not that of the pipeline that runs the gate. */
  private warnOfOtherPipeline(scope: Construct, pipeline: codepipeline.IPipeline) {
    const { gate, pipelineName } = this.gateProps;
    if (pipelineName === undefined || !isSameEnvironment(gate, pipeline)) { return; }
    const name = nameOf(pipeline);
    warn(scope, {
      id: 'otherPipeline',
      text: `the watchdog of ${gate.node.path} checks pipeline '${pipelineName}', but the gate runs in ${pipeline.node.path}, whose name is `
        + `${name === undefined ? 'chosen by CloudFormation' : `'${name}'`}: a run that is stopped and abandoned leaves the gate running until `
        + 'its own deadline; set the same \'pipelineName\' on the pipeline and on the ChaosExperiment',
    });
  }
}

/** What is wrong with an action of a gate, whatever pipeline it will be put into. */
export function checkAction(gate: IConstruct, { actionName, runOrder }: codepipeline.CommonActionProps): string[] {
  return [
    ...(Token.isUnresolved(actionName) ? [] : checkName('actionName', actionName)),
    ...checkRunOrder(runOrder),
    ...checkRegion('the gate', Stack.of(gate)),
  ];
}

/** What is wrong with a place in which no action can run a state machine. */
export function checkRegion(what: string, { region }: Stack): string[] {
  return check(Token.isUnresolved(region) || !region.startsWith('cn-'),
    () => `${what} is in ${region}, where CodePipeline has no Step Functions action; run the gate on a schedule or by hand, see 'stateMachine'`);
}

/** What is wrong with the name of a pipeline, a stage or an action. */
export function checkName(option: string, name: string, wayOut = 'choose another'): string[] {
  return check(/^[A-Za-z0-9.@_-]+$/.test(name) && name.length <= LONGEST_PIPELINE_NAME,
    () => `'${option}' must have 1 to ${LONGEST_PIPELINE_NAME} letters, digits and the characters . @ - _, got '${name}'; ${wayOut}`);
}

/** What is wrong with the place of an action among those of its stage. */
export function checkRunOrder(runOrder: number | undefined): string[] {
  return check(
    runOrder === undefined || Token.isUnresolved(runOrder) || (Number.isInteger(runOrder) && runOrder >= 1 && runOrder <= HIGHEST_RUN_ORDER),
    () => `'runOrder' must be a whole number from 1 to ${HIGHEST_RUN_ORDER}, got ${runOrder}; choose another`);
}

function checkStageOfApp(gate: IConstruct, pipeline: codepipeline.IPipeline): string[] {
  return check(Stage.of(gate) === Stage.of(pipeline),
    () => `the gate and the pipeline ${pipeline.node.path} are in different stages of the app, and nothing may refer from one to the other; `
      + 'use ChaosExperimentStep, which knows the gate by its name');
}
