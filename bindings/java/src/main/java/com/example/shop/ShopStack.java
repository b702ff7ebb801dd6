package com.example.shop;

import io.github.cdkchaos.experimentstage.ChaosExperiment;
import io.github.cdkchaos.experimentstage.ChaosExperimentActionOptions;
import io.github.cdkchaos.experimentstage.ChaosExperimentStage;
import io.github.cdkchaos.experimentstage.Ec2StopInstancesOptions;
import io.github.cdkchaos.experimentstage.Experiment;
import io.github.cdkchaos.experimentstage.ExperimentDefinition;
import io.github.cdkchaos.experimentstage.FaultAction;
import io.github.cdkchaos.experimentstage.FaultTarget;
import io.github.cdkchaos.experimentstage.GateMode;
import io.github.cdkchaos.experimentstage.GroupTargetOptions;
import io.github.cdkchaos.experimentstage.InsufficientData;
import io.github.cdkchaos.experimentstage.Selection;
import io.github.cdkchaos.experimentstage.SsmCpuStressOptions;
import io.github.cdkchaos.experimentstage.SsmNetworkLatencySourcesOptions;
import io.github.cdkchaos.experimentstage.TaggedWithOptions;
import io.github.cdkchaos.experimentstage.TrafficType;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.GroupMetrics;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.codedeploy.ServerDeploymentGroup;
import software.amazon.awscdk.services.codepipeline.Artifact;
import software.amazon.awscdk.services.codepipeline.FailureConditions;
import software.amazon.awscdk.services.codepipeline.IStage;
import software.amazon.awscdk.services.codepipeline.Pipeline;
import software.amazon.awscdk.services.codepipeline.PipelineType;
import software.amazon.awscdk.services.codepipeline.Result;
import software.amazon.awscdk.services.codepipeline.StageOptions;
import software.amazon.awscdk.services.codepipeline.StagePlacement;
import software.amazon.awscdk.services.codepipeline.actions.CodeDeployServerDeployAction;
import software.amazon.awscdk.services.codepipeline.actions.S3SourceAction;
import software.amazon.awscdk.services.codepipeline.actions.S3Trigger;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LaunchTemplate;
import software.amazon.awscdk.services.ec2.MachineImage;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.rds.DatabaseInstance;
import software.amazon.awscdk.services.rds.DatabaseInstanceEngine;
import software.amazon.awscdk.services.s3.Bucket;
import software.constructs.Construct;

/** The web tier, the pipeline that deploys to it, and three gates: two with stages of their own, and an action in the stage that deploys. */
public final class ShopStack extends Stack {
  public ShopStack(final Construct scope, final String id) {
    super(scope, id);

    // what runs, and when it is not well
    final Vpc vpc = Vpc.Builder.create(this, "Vpc").maxAzs(2).natGateways(1).build();
    final AutoScalingGroup web = webTier(vpc);
    final DatabaseInstance database = DatabaseInstance.Builder.create(this, "Database")
        .vpc(vpc)
        .engine(DatabaseInstanceEngine.MYSQL)
        .multiAz(true)
        .build();
    final Alarm tooBusy = Alarm.Builder.create(this, "TooBusy")
        .metric(Metric.Builder.create()
            .namespace("AWS/EC2")
            .metricName("CPUUtilization")
            .dimensionsMap(Map.of("AutoScalingGroupName", web.getAutoScalingGroupName()))
            .period(Duration.minutes(1))
            .build())
        .threshold(95)
        .evaluationPeriods(5)
        .build();
    final Alarm tooFewInstances = Alarm.Builder.create(this, "TooFewInstances")
        .metric(Metric.Builder.create()
            .namespace("AWS/AutoScaling")
            .metricName("GroupInServiceInstances")
            .dimensionsMap(Map.of("AutoScalingGroupName", web.getAutoScalingGroupName()))
            .statistic(Stats.MINIMUM)
            .period(Duration.minutes(1))
            .build())
        .threshold(1)
        .evaluationPeriods(2)
        .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
        .treatMissingData(TreatMissingData.BREACHING)
        .build();

    // the pipeline
    final Pipeline pipeline = Pipeline.Builder.create(this, "Pipeline").pipelineType(PipelineType.V2).build();
    final Artifact release = new Artifact("Release");
    pipeline.addStage(StageOptions.builder()
        .stageName("Source")
        .actions(List.of(S3SourceAction.Builder.create()
            .actionName("Source")
            .bucket(Bucket.Builder.create(this, "Releases").versioned(true).build())
            .bucketKey("release.zip")
            .trigger(S3Trigger.NONE)
            .output(release)
            .build()))
        .build());
    final IStage staging = pipeline.addStage(StageOptions.builder()
        .stageName("Staging")
        .onFailure(FailureConditions.builder().result(Result.ROLLBACK).build())
        .actions(List.of(CodeDeployServerDeployAction.Builder.create()
            .actionName("Deploy")
            .deploymentGroup(ServerDeploymentGroup.Builder.create(this, "Deployment")
                .autoScalingGroups(List.of(web))
                .installAgent(false)
                .build())
            .input(release)
            .runOrder(1)
            .build()))
        .build());

    // a stage of its own: three faults, one after the other
    final FaultAction slow = FaultAction.ssmNetworkLatencySources(
        FaultTarget.instancesOf(web, GroupTargetOptions.builder().selection(Selection.percent(50)).build()),
        SsmNetworkLatencySourcesOptions.builder()
            .duration(Duration.minutes(5))
            .delay(Duration.millis(200))
            .sources(List.of("ALL"))
            .trafficType(TrafficType.EGRESS)
            .description("half of the instances answer late")
            .build());
    final FaultAction busy = FaultAction.ssmCpuStress(
        FaultTarget.taggedWith("aws:ec2:instance", Map.of("Name", "Shop/Web"),
            TaggedWithOptions.builder().selection(Selection.count(1)).build()),
        SsmCpuStressOptions.builder()
            .duration(Duration.minutes(3))
            .loadPercent(80)
            .installDependencies(true)
            .startAfter(List.of(slow))
            .build());
    final FaultAction gone = FaultAction.ec2StopInstances(
        FaultTarget.instancesOf(web, GroupTargetOptions.builder().selection(Selection.count(1)).build()),
        Ec2StopInstancesOptions.builder()
            .startInstancesAfterDuration(Duration.minutes(4))
            .completeIfInstancesTerminated(true)
            .startAfter(List.of(slow, busy))
            .build());
    final Experiment experiment = Experiment.define(ExperimentDefinition.builder()
        .description("The web tier withstands latency, load and the loss of an instance")
        .actions(Map.of("slow", slow, "busy", busy, "gone", gone))
        .build());
    final ChaosExperimentStage losses = ChaosExperimentStage.Builder.create(this, "Losses")
        .pipeline(pipeline)
        .placement(StagePlacement.builder().justAfter(staging).build())
        .experiment(experiment)
        .alarms(List.of(tooBusy, tooFewInstances))
        .mode(GateMode.REPORT_ONLY)
        .insufficientData(InsufficientData.ACCEPT)
        .steadyStateTimeout(Duration.minutes(10))
        .recoveryTimeout(Duration.minutes(3))
        .build();

    new FirstExample(this, "FirstExample", pipeline, staging, web, database, tooFewInstances, tooBusy);

    // an action in the stage that deploys: it runs an experiment template that exists already
    final ChaosExperiment known = ChaosExperiment.Builder.create(this, "Known")
        .experiment(Experiment.fromTemplateId("EXT123456789abcdef"))
        .alarms(List.of(tooFewInstances))
        .timeout(Duration.minutes(30))
        .observationTime(Duration.minutes(4))
        .build();
    staging.addAction(known.action(ChaosExperimentActionOptions.builder()
        .actionName("Chaos")
        .runOrder(2)
        .variablesNamespace("Chaos")
        .build()));

    // what the constructs tell
    output("StageName", losses.getStage().getStageName());
    output("ExpectedMinutes", String.valueOf(experiment.getExpectedDuration().toMinutes().intValue()));
    output("ExperimentTemplate", losses.getExperiment().getExperimentTemplateArn());
    output("Gate", known.getStateMachine().getStateMachineArn());
    output("WatchdogAlarm", known.getWatchdogAlarm().getAlarmArn());
  }

  private AutoScalingGroup webTier(final IVpc vpc) {
    final Role role = Role.Builder.create(this, "Role")
        .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
        .managedPolicies(List.of(ManagedPolicy.fromAwsManagedPolicyName("AmazonSSMManagedInstanceCore")))
        .build();
    return AutoScalingGroup.Builder.create(this, "Web")
        .vpc(vpc)
        .launchTemplate(LaunchTemplate.Builder.create(this, "Template")
            .machineImage(MachineImage.latestAmazonLinux2023())
            .instanceType(new InstanceType("t3.micro"))
            .securityGroup(SecurityGroup.Builder.create(this, "SecurityGroup").vpc(vpc).build())
            .role(role)
            .build())
        .minCapacity(2)
        .groupMetrics(List.of(GroupMetrics.all()))
        .build();
  }

  private void output(final String id, final String value) {
    CfnOutput.Builder.create(this, id).value(value).build();
  }
}
