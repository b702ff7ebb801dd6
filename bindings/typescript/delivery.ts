import { Duration, Environment, Stack, Stage, StageProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import * as chaos from '../../src';

const PIPELINE = 'ShopDelivery';
const STAGING: Environment = { account: '111122223333', region: 'eu-west-1' };
const PRODUCTION: Environment = { account: '444455556666', region: 'eu-west-1' };

/** A service, and the gate that judges it: both are deployed by the pipeline. */
class OrdersStack extends Stack {
  public readonly gate: chaos.ChaosExperiment;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', { availabilityZones: ['eu-west-1a', 'eu-west-1b'], natGateways: 1, restrictDefaultSecurityGroup: false });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED });
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task');
    taskDefinition.addContainer('Orders', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable') });
    const service = new ecs.FargateService(this, 'Service', { cluster, taskDefinition, desiredCount: 3 });
    const tooFewTasks = new cloudwatch.Alarm(this, 'TooFewTasks', {
      metric: new cloudwatch.Metric({
        namespace: 'ECS/ContainerInsights',
        metricName: 'RunningTaskCount',
        dimensionsMap: { ClusterName: cluster.clusterName, ServiceName: service.serviceName },
        statistic: cloudwatch.Stats.MINIMUM,
        period: Duration.minutes(1),
      }),
      threshold: 2,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    });

    const lose = chaos.FaultAction.ecsStopTask(chaos.FaultTarget.ecsService(service, { selection: chaos.Selection.count(1) }));
    const watch = chaos.FaultAction.fisWait({ duration: Duration.minutes(3), startAfter: [lose] });
    this.gate = new chaos.ChaosExperiment(this, 'Gate', {
      experiment: chaos.Experiment.define({ actions: { lose, watch } }),
      alarms: [tooFewTasks],
      pipelineName: PIPELINE,
    });
  }
}

/** One environment. */
class OrdersStage extends Stage {
  public readonly gate: chaos.ChaosExperiment;

  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id, props);
    this.gate = new OrdersStack(this, 'Orders').gate;
  }
}

/** CDK Pipelines: the gate as a step after each deployment, also to another account. */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { env: STAGING });
    const delivery = new pipelines.CodePipeline(this, 'Delivery', {
      pipelineName: PIPELINE,
      crossAccountKeys: true,
      synth: new pipelines.ShellStep('Synth', {
        input: pipelines.CodePipelineSource.connection('shop/orders', 'main', {
          connectionArn: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/11111111-2222-3333-4444-555555555555',
        }),
        commands: ['npm ci', 'npx cdk synth'],
      }),
    });
    const staging = new OrdersStage(this, 'Staging', { env: STAGING });
    delivery.addStage(staging, { post: [new chaos.ChaosExperimentStep('StagingResilience', { experiment: staging.gate })] });
    const production = new OrdersStage(this, 'Production', { env: PRODUCTION });
    delivery.addStage(production, { post: [new chaos.ChaosExperimentStep('ProductionResilience', { experiment: production.gate })] });
  }
}
