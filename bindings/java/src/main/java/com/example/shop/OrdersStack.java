package com.example.shop;

import io.github.cdkchaos.experimentstage.ChaosExperiment;
import io.github.cdkchaos.experimentstage.Experiment;
import io.github.cdkchaos.experimentstage.ExperimentDefinition;
import io.github.cdkchaos.experimentstage.FaultAction;
import io.github.cdkchaos.experimentstage.FaultTarget;
import io.github.cdkchaos.experimentstage.FisWaitOptions;
import io.github.cdkchaos.experimentstage.GroupTargetOptions;
import io.github.cdkchaos.experimentstage.Selection;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.constructs.Construct;

/** A service, and the gate that judges it: both are deployed by the pipeline. */
final class OrdersStack extends Stack {
  final ChaosExperiment gate;

  OrdersStack(final Construct scope, final String id) {
    super(scope, id);
    final Vpc vpc = Vpc.Builder.create(this, "Vpc")
        .availabilityZones(List.of("eu-west-1a", "eu-west-1b"))
        .natGateways(1)
        .restrictDefaultSecurityGroup(false)
        .build();
    final Cluster cluster = Cluster.Builder.create(this, "Cluster")
        .vpc(vpc)
        .containerInsightsV2(ContainerInsights.ENABLED)
        .build();
    final FargateTaskDefinition taskDefinition = new FargateTaskDefinition(this, "Task");
    taskDefinition.addContainer("Orders", ContainerDefinitionOptions.builder()
        .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:stable"))
        .build());
    final FargateService service = FargateService.Builder.create(this, "Service")
        .cluster(cluster)
        .taskDefinition(taskDefinition)
        .desiredCount(3)
        .build();
    final Alarm tooFewTasks = Alarm.Builder.create(this, "TooFewTasks")
        .metric(Metric.Builder.create()
            .namespace("ECS/ContainerInsights")
            .metricName("RunningTaskCount")
            .dimensionsMap(Map.of("ClusterName", cluster.getClusterName(), "ServiceName", service.getServiceName()))
            .statistic(Stats.MINIMUM)
            .period(Duration.minutes(1))
            .build())
        .threshold(2)
        .evaluationPeriods(2)
        .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
        .build();

    final FaultAction lose = FaultAction.ecsStopTask(
        FaultTarget.ecsService(service, GroupTargetOptions.builder().selection(Selection.count(1)).build()));
    final FaultAction watch = FaultAction.fisWait(
        FisWaitOptions.builder().duration(Duration.minutes(3)).startAfter(List.of(lose)).build());
    gate = ChaosExperiment.Builder.create(this, "Gate")
        .experiment(Experiment.define(ExperimentDefinition.builder().actions(Map.of("lose", lose, "watch", watch)).build()))
        .alarms(List.of(tooFewTasks))
        .pipelineName(DeliveryStack.PIPELINE)
        .build();
  }
}
