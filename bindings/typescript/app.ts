// The twin of python/app.py and java/…/ShopApp.java: `npm run test:bindings` compares what the three synthesize.
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DeliveryStack } from './delivery';
import { FirstExample } from './first-example';
import * as chaos from '../../src';

/** The web tier, the pipeline that deploys to it, and three gates: two with stages of their own, and an action in the stage that deploys. */
class ShopStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    // what runs, and when it is not well
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const web = this.webTier(vpc);
    const database = new rds.DatabaseInstance(this, 'Database', { vpc, engine: rds.DatabaseInstanceEngine.MYSQL, multiAz: true });
    const tooBusy = new cloudwatch.Alarm(this, 'TooBusy', {
      metric: new cloudwatch.Metric({
        namespace: 'AWS/EC2',
        metricName: 'CPUUtilization',
        dimensionsMap: { AutoScalingGroupName: web.autoScalingGroupName },
        period: Duration.minutes(1),
      }),
      threshold: 95,
      evaluationPeriods: 5,
    });
    const tooFewInstances = new cloudwatch.Alarm(this, 'TooFewInstances', {
      metric: new cloudwatch.Metric({
        namespace: 'AWS/AutoScaling',
        metricName: 'GroupInServiceInstances',
        dimensionsMap: { AutoScalingGroupName: web.autoScalingGroupName },
        statistic: cloudwatch.Stats.MINIMUM,
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });

    // the pipeline
    const pipeline = new codepipeline.Pipeline(this, 'Pipeline', { pipelineType: codepipeline.PipelineType.V2 });
    const release = new codepipeline.Artifact('Release');
    pipeline.addStage({
      stageName: 'Source',
      actions: [new actions.S3SourceAction({
        actionName: 'Source',
        bucket: new s3.Bucket(this, 'Releases', { versioned: true }),
        bucketKey: 'release.zip',
        trigger: actions.S3Trigger.NONE,
        output: release,
      })],
    });
    const staging = pipeline.addStage({
      stageName: 'Staging',
      onFailure: { result: codepipeline.Result.ROLLBACK },
      actions: [new actions.CodeDeployServerDeployAction({
        actionName: 'Deploy',
        deploymentGroup: new codedeploy.ServerDeploymentGroup(this, 'Deployment', { autoScalingGroups: [web], installAgent: false }),
        input: release,
        runOrder: 1,
      })],
    });

    // a stage of its own: three faults, one after the other
    const slow = chaos.FaultAction.ssmNetworkLatencySources(
      chaos.FaultTarget.instancesOf(web, { selection: chaos.Selection.percent(50) }),
      {
        duration: Duration.minutes(5),
        delay: Duration.millis(200),
        sources: ['ALL'],
        trafficType: chaos.TrafficType.EGRESS,
        description: 'half of the instances answer late',
      },
    );
    const busy = chaos.FaultAction.ssmCpuStress(
      chaos.FaultTarget.taggedWith('aws:ec2:instance', { Name: 'Shop/Web' }, { selection: chaos.Selection.count(1) }),
      { duration: Duration.minutes(3), loadPercent: 80, installDependencies: true, startAfter: [slow] },
    );
    const gone = chaos.FaultAction.ec2StopInstances(
      chaos.FaultTarget.instancesOf(web, { selection: chaos.Selection.count(1) }),
      { startInstancesAfterDuration: Duration.minutes(4), completeIfInstancesTerminated: true, startAfter: [slow, busy] },
    );
    const experiment = chaos.Experiment.define({
      description: 'The web tier withstands latency, load and the loss of an instance',
      actions: { slow, busy, gone },
    });
    const losses = new chaos.ChaosExperimentStage(this, 'Losses', {
      pipeline,
      placement: { justAfter: staging },
      experiment,
      alarms: [tooBusy, tooFewInstances],
      mode: chaos.GateMode.REPORT_ONLY,
      insufficientData: chaos.InsufficientData.ACCEPT,
      steadyStateTimeout: Duration.minutes(10),
      recoveryTimeout: Duration.minutes(3),
    });

    new FirstExample(this, 'FirstExample', pipeline, staging, web, database, tooFewInstances, tooBusy);

    // an action in the stage that deploys: it runs an experiment template that exists already
    const known = new chaos.ChaosExperiment(this, 'Known', {
      experiment: chaos.Experiment.fromTemplateId('EXT123456789abcdef'),
      alarms: [tooFewInstances],
      timeout: Duration.minutes(30),
      observationTime: Duration.minutes(4),
    });
    staging.addAction(known.action({ actionName: 'Chaos', runOrder: 2, variablesNamespace: 'Chaos' }));

    // what the constructs tell
    new CfnOutput(this, 'StageName', { value: losses.stage.stageName });
    new CfnOutput(this, 'ExpectedMinutes', { value: `${experiment.expectedDuration?.toMinutes()}` });
    new CfnOutput(this, 'ExperimentTemplate', { value: losses.experiment.experimentTemplateArn });
    new CfnOutput(this, 'Gate', { value: known.stateMachine.stateMachineArn });
    new CfnOutput(this, 'WatchdogAlarm', { value: known.watchdogAlarm.alarmArn });
  }

  private webTier(vpc: ec2.IVpc): autoscaling.AutoScalingGroup {
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    return new autoscaling.AutoScalingGroup(this, 'Web', {
      vpc,
      launchTemplate: new ec2.LaunchTemplate(this, 'Template', {
        machineImage: ec2.MachineImage.latestAmazonLinux2023(),
        instanceType: new ec2.InstanceType('t3.micro'),
        securityGroup: new ec2.SecurityGroup(this, 'SecurityGroup', { vpc }),
        role,
      }),
      minCapacity: 2,
      groupMetrics: [autoscaling.GroupMetrics.all()],
    });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
new DeliveryStack(app, 'ShopDelivery');
app.synth();
