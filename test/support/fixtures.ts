import { App, Duration, Environment, Stack, Stage } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { ChaosExperiment, ChaosExperimentProps, Experiment, FaultAction, FaultTarget, Selection } from '../../src';
import { ExperimentTemplate } from '../../src/private/template/construct';

/** A new stack for a test. */
export function someStack(): Stack {
  return new Stack(new App(), 'Stack');
}

/** An alarm on a metric without data. */
export function someAlarm(scope: Construct, id = 'Alarm'): cloudwatch.Alarm {
  return new cloudwatch.Alarm(scope, id, {
    metric: new cloudwatch.Metric({ namespace: 'Test', metricName: 'Errors', period: Duration.minutes(1) }),
    threshold: 1,
    evaluationPeriods: 1,
  });
}

/** Half of the instances with a tag. */
export function someInstances(): FaultTarget {
  return FaultTarget.taggedWith('aws:ec2:instance', { Role: 'web' }, { selection: Selection.percent(50) });
}

/** Stops instances and starts them again five minutes later. */
export function someFault(startAfter: FaultAction[] = []): FaultAction {
  return FaultAction.ec2StopInstances(someInstances(), { startInstancesAfterDuration: Duration.minutes(5), startAfter });
}

/** A valid experiment with one fault. */
export function someExperiment(): Experiment {
  return Experiment.define({ actions: { stop: someFault() } });
}

/** A template that the library did not create, with the same experiment, which must be deployed before the gate. */
export function someExistingTemplate(scope: Construct, experiment: Experiment, alarms: cloudwatch.IAlarm[]): Experiment {
  const { resource } = new ExperimentTemplate(scope, 'Existing', { template: experiment._data.template!, alarms });
  return Experiment.fromTemplateId(resource.attrId);
}

/** A pipeline that deploys twice. */
export function somePipeline(scope: Construct, props: codepipeline.PipelineProps = {}) {
  const pipeline = new codepipeline.Pipeline(scope, 'Pipeline', { pipelineType: codepipeline.PipelineType.V2, ...props });
  const bucket = new s3.Bucket(scope, 'Source');
  pipeline.addStage({
    stageName: 'Source',
    actions: [new actions.S3SourceAction({ actionName: 'Source', bucket, bucketKey: 'app.zip', output: new codepipeline.Artifact() })],
  });
  const deployment = (stageName: string) => pipeline.addStage({
    stageName,
    actions: [new actions.ManualApprovalAction({ actionName: 'Deploy' })],
  });
  return { pipeline, staging: deployment('DeployStaging'), production: deployment('DeployProduction') };
}

/** A stage of an app, as CDK Pipelines deploys it, with a gate. */
export class SomeAppStage extends Stage {
  public readonly gate: ChaosExperiment;

  constructor(scope: Construct, id: string, env?: Environment, props: Partial<ChaosExperimentProps> = {}) {
    super(scope, id, { env });
    const stack = new Stack(this, 'Web');
    this.gate = new ChaosExperiment(stack, 'Gate', { experiment: someExperiment(), alarms: [someAlarm(stack)], ...props });
  }
}

/** A pipeline of CDK Pipelines. */
export function someDelivery(scope: Construct, props: Partial<pipelines.CodePipelineProps> = {}): pipelines.CodePipeline {
  return new pipelines.CodePipeline(scope, 'Delivery', {
    synth: new pipelines.ShellStep('Synth', {
      input: pipelines.CodePipelineSource.connection('owner/app', 'main', {
        connectionArn: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/11111111-2222-3333-4444-555555555555',
      }),
      commands: ['npm ci', 'npx cdk synth'],
    }),
    ...props,
  });
}
