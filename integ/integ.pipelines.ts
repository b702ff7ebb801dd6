/**
 * CDK Pipelines: a pipeline that changes itself, and the gate as a step after each deployment.
 *
 * To deploy it, bootstrap both accounts (production with `--trust` for the other one) and say them and a connection as context:
 * `cdk deploy -c account=… -c production=… -c region=… -c connection=… -c repository=…`. Nothing of it is built with Docker.
 */
import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, Stack, Stage, StageProps } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { ChaosExperiment, ChaosExperimentStep, Experiment, FaultAction, FaultTarget, Selection } from '../src';

const PIPELINE = 'ChaosDelivery';

/** What you have: two instances, and an alarm that says when too few of them are left. */
class WebStack extends Stack {
  public readonly asg: autoscaling.AutoScalingGroup;
  public readonly tooFewInstances: cloudwatch.Alarm;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', {
      availabilityZones: ['a', 'b'].map((zone) => `${this.region}${zone}`),
      natGateways: 1,
      restrictDefaultSecurityGroup: false,
    });
    this.asg = new autoscaling.AutoScalingGroup(this, 'Web', {
      vpc,
      launchTemplate: new ec2.LaunchTemplate(this, 'Template', {
        machineImage: ec2.MachineImage.latestAmazonLinux2023(),
        instanceType: new ec2.InstanceType('t3.micro'),
        role: new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }),
        securityGroup: new ec2.SecurityGroup(this, 'SecurityGroup', { vpc }),
        requireImdsv2: true,
      }),
      minCapacity: 2,
      groupMetrics: [autoscaling.GroupMetrics.all()],
    });
    this.tooFewInstances = new cloudwatch.Alarm(this, 'TooFewInstances', {
      metric: new cloudwatch.Metric({
        namespace: 'AWS/AutoScaling',
        metricName: 'GroupInServiceInstances',
        dimensionsMap: { AutoScalingGroupName: this.asg.autoScalingGroupName },
        statistic: cloudwatch.Stats.MINIMUM,
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
  }
}

/** One environment, with its own gate. */
class WebStage extends Stage {
  public readonly gate: ChaosExperiment;

  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id, props);
    const { asg, tooFewInstances } = new WebStack(this, 'Web');
    const stop = FaultAction.ec2StopInstances(FaultTarget.instancesOf(asg, { selection: Selection.count(1) }));
    const watch = FaultAction.fisWait({ duration: Duration.minutes(5), startAfter: [stop] });
    this.gate = new ChaosExperiment(Stack.of(asg), 'Gate', {
      experiment: Experiment.define({ actions: { stop, watch } }),
      alarms: [tooFewInstances],
      // The watchdog checks the pipeline where it is in the same account and Region.
      pipelineName: PIPELINE,
    });
  }
}

const app = new App();
const context = (name: string, example: string): string => app.node.tryGetContext(name) ?? example;
const account = context('account', '111122223333');
const production = context('production', '444455556666');
const region = context('region', 'eu-west-1');

const stack = new Stack(app, 'ChaosPipelines', { env: { account, region } });
const delivery = new pipelines.CodePipeline(stack, 'Delivery', {
  pipelineName: PIPELINE,
  crossAccountKeys: true,
  enableKeyRotation: true,
  synth: new pipelines.ShellStep('Synth', {
    input: pipelines.CodePipelineSource.connection(context('repository', 'cdk-chaos/cdk-chaos-experiment-stage'), 'main', {
      connectionArn: context('connection', `arn:aws:codeconnections:${region}:${account}:connection/11111111-2222-3333-4444-555555555555`),
    }),
    commands: ['npm ci', 'npx cdk synth --app "npx ts-node integ/integ.pipelines.ts"'],
  }),
  // The role of the action in the other account is in a stack there, which the pipeline updates before itself.
  selfMutationCodeBuildDefaults: {
    rolePolicy: [new iam.PolicyStatement({
      actions: ['sts:AssumeRole'],
      resources: [`arn:aws:iam::${production}:role/*`],
      conditions: { 'ForAnyValue:StringEquals': { 'iam:ResourceTag/aws-cdk:bootstrap-role': ['deploy', 'file-publishing'] } },
    })],
  },
});

for (const stage of [
  new WebStage(stack, 'Staging', { env: { account, region } }),
  new WebStage(stack, 'Production', { env: { account: production, region } }),
]) {
  delivery.addStage(stage, { post: [new ChaosExperimentStep(`${stage.stageName}-Resilience`, { experiment: stage.gate })] });
}
delivery.buildPipeline();

new IntegTest(app, 'Pipelines', { testCases: [stack], stackUpdateWorkflow: false });
