import { Duration, Lazy, Names, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { GATE_TAG } from '../constants';
import { watchdogDefinition } from './definition';
import { isSameEnvironment, nameOf } from './pipelines';
import { createMachine, executionArns } from '../machine/construct';

export interface WatchdogProps {
  /** Its physical name, by which the gate calls it. */
  readonly watchdogName: string;
  readonly gateName: string;
  readonly gateBound: number;
  /** The name of a pipeline that may be asked after although the stack does not hold it. */
  readonly pipelineName?: string;
}

/** The watchdog machine with its role and log group, and the alarm on its own failures. */
export class Watchdog extends Construct {
  public readonly stateMachine: sfn.StateMachine;
  public readonly alarm: cloudwatch.Alarm;
  /** Names of pipelines, by their keys. */
  private readonly pipelines = new Map<string, string>();
  private readonly pipelineName?: string;

  constructor(scope: Construct, id: string, props: WatchdogProps) {
    super(scope, id);

    this.stateMachine = createMachine(this, {
      name: props.watchdogName,
      comment: `Watchdog of chaos gate ${scope.node.path}`,
      definition: watchdogDefinition({
        ...props,
        pipelines: Lazy.any({ produce: () => [...this.pipelines].map(([key, name]) => ({ key, name })) }),
      }),
      roleDescription: 'Stops the experiments of a gate that has ended, was stopped or was abandoned',
      statements: watchdogStatements(this, props),
    });

    this.pipelineName = props.pipelineName;
    if (props.pipelineName !== undefined) {
      this.askAfter(props.pipelineName, props.pipelineName, 'NamedPipeline', Stack.of(this).formatArn({ service: 'codepipeline', resource: props.pipelineName }));
    }

    const ended = (statistic: string, metric: cloudwatch.Metric) => metric.with({ label: statistic, period: Duration.minutes(5) });
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `An execution of the watchdog of chaos gate ${scope.node.path} did not succeed: look for experiments left running`,
      metric: new cloudwatch.MathExpression({
        expression: 'failed + timedOut + aborted',
        label: 'Watchdogs that did not succeed',
        period: Duration.minutes(5),
        usingMetrics: {
          failed: ended('failed', this.stateMachine.metricFailed()),
          timedOut: ended('timed out', this.stateMachine.metricTimedOut()),
          aborted: ended('aborted', this.stateMachine.metricAborted()),
        },
      }),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // No run, no news.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /**
   * Lets the watchdog check the runs of a pipeline. Returns the key by which it knows the pipeline; undefined if it cannot check it:
   * a pipeline in another stack would make the stacks depend on each other, unless it is the one whose name was given.
   */
  public watchPipeline(pipeline: codepipeline.IPipeline): string | undefined {
    if (Stack.of(pipeline) !== Stack.of(this)) {
      return isSameEnvironment(pipeline, this) && nameOf(pipeline) === this.pipelineName ? this.pipelineName : undefined;
    }
    const key = Names.nodeUniqueId(pipeline.node);
    if (!this.pipelines.has(key)) { this.askAfter(key, pipeline.pipelineName, key, pipeline.pipelineArn); }
    return key;
  }

  private askAfter(key: string, name: string, sid: string, arn: string) {
    this.pipelines.set(key, name);
    this.stateMachine.addToRolePolicy(new iam.PolicyStatement({
      sid: `AskAfter${sid}`,
      actions: ['codepipeline:GetPipelineExecution'],
      resources: [arn],
    }));
  }
}

function watchdogStatements(scope: Construct, props: WatchdogProps): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'WatchAndStopItsGate',
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: [executionArns(scope, props.gateName)],
    }),
    new iam.PolicyStatement({
      sid: 'FindItsExperiments',
      actions: ['fis:ListExperiments'],
      // IAM knows no narrower resource for this action.
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      sid: 'StopItsExperiments',
      actions: ['fis:StopExperiment'],
      resources: [Stack.of(scope).formatArn({ service: 'fis', resource: 'experiment', resourceName: '*' })],
      conditions: { StringEquals: { [`aws:ResourceTag/${GATE_TAG}`]: props.gateName } },
    }),
  ];
}
