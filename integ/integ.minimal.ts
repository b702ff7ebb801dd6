import * as path from 'path';
import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Aws, Duration, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { releaseAndExpectPass } from './release-and-expect';
import { ChaosExperimentStage, Experiment, FaultAction, FaultTarget, Selection } from '../src';

const app = new App();
const stack = new Stack(app, 'ChaosMinimal');

// What you have: two instances, an alarm that says when too few of them are left, ...
const userData = ec2.UserData.forLinux();
userData.addCommands(
  'dnf install -y ruby',
  `curl -fsS -o /tmp/install https://aws-codedeploy-${Aws.REGION}.s3.${Aws.REGION}.${Aws.URL_SUFFIX}/latest/install`,
  'chmod +x /tmp/install && /tmp/install auto',
);
const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
const asg = new autoscaling.AutoScalingGroup(stack, 'Web', {
  vpc,
  launchTemplate: new ec2.LaunchTemplate(stack, 'Template', {
    machineImage: ec2.MachineImage.latestAmazonLinux2023(),
    instanceType: new ec2.InstanceType('t3.micro'),
    role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }),
    securityGroup: new ec2.SecurityGroup(stack, 'SecurityGroup', { vpc }),
    requireImdsv2: true,
    userData,
  }),
  minCapacity: 2,
  groupMetrics: [autoscaling.GroupMetrics.all()],
});
asg.node.addDependency(vpc); // the first boot downloads the agent that deploys
const tooFewInstances = new cloudwatch.Alarm(stack, 'TooFewInstances', {
  metric: new cloudwatch.Metric({
    namespace: 'AWS/AutoScaling',
    metricName: 'GroupInServiceInstances',
    dimensionsMap: { AutoScalingGroupName: asg.autoScalingGroupName },
    statistic: cloudwatch.Stats.MINIMUM,
    period: Duration.minutes(1),
  }),
  threshold: 1,
  evaluationPeriods: 2,
  comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  // a group reports every minute: silence is not a good sign
  treatMissingData: cloudwatch.TreatMissingData.BREACHING,
});

// ... and a pipeline that deploys to them.
const release = new codepipeline.Artifact();
const source = new Asset(stack, 'App', { path: path.join(__dirname, 'minimal', 'app') });
const pipeline = new codepipeline.Pipeline(stack, 'Pipeline', { pipelineType: codepipeline.PipelineType.V2 });
pipeline.addStage({
  stageName: 'Source',
  actions: [new actions.S3SourceAction({
    actionName: 'Source',
    bucket: source.bucket,
    bucketKey: source.s3ObjectKey,
    trigger: actions.S3Trigger.NONE,
    output: release,
  })],
});
const staging = pipeline.addStage({
  stageName: 'Deploy',
  actions: [new actions.CodeDeployServerDeployAction({
    actionName: 'Deploy',
    deploymentGroup: new codedeploy.ServerDeploymentGroup(stack, 'Deployment', { autoScalingGroups: [asg], installAgent: false }),
    input: release,
  })],
});

// What you add: one instance stops, and for five minutes the alarm is watched.
const stop = FaultAction.ec2StopInstances(FaultTarget.instancesOf(asg, { selection: Selection.count(1) }));
const watch = FaultAction.fisWait({ duration: Duration.minutes(5), startAfter: [stop] });
const chaos = new ChaosExperimentStage(stack, 'Resilience', {
  pipeline,
  placement: { justAfter: staging },
  experiment: Experiment.define({ actions: { stop, watch } }),
  alarms: [tooFewInstances],
});

releaseAndExpectPass(new IntegTest(app, 'Minimal', { testCases: [stack], stackUpdateWorkflow: false }), pipeline, chaos.stage.stageName);
