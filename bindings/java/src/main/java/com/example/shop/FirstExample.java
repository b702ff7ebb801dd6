package com.example.shop;

// README
import io.github.cdkchaos.experimentstage.*;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.codepipeline.StagePlacement;
// end of README
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.codepipeline.IStage;
import software.amazon.awscdk.services.codepipeline.Pipeline;
import software.amazon.awscdk.services.rds.DatabaseInstance;
import software.constructs.Construct;

/** The first example of the README, which test/bindings.test.ts compares with what is between the marks. */
public final class FirstExample extends Construct {
  public FirstExample(
      final Construct scope, final String id, final Pipeline pipeline, final IStage staging, final AutoScalingGroup asg,
      final DatabaseInstance database, final Alarm tooManyErrors, final Alarm tooSlow) {
    super(scope, id);

    // README
    FaultAction latency = FaultAction.ssmNetworkLatencySources(
        FaultTarget.instancesOf(asg, GroupTargetOptions.builder().selection(Selection.percent(50)).build()),
        SsmNetworkLatencySourcesOptions.builder()
            .duration(Duration.minutes(5)).delay(Duration.millis(200)).sources(List.of("ALL")).build());
    FaultAction failover = FaultAction.rdsRebootDbInstances(
        FaultTarget.databaseInstances(List.of(database)),
        RdsRebootDbInstancesOptions.builder().forceFailover(true).startAfter(List.of(latency)).build());
    FaultAction settle = FaultAction.fisWait(
        FisWaitOptions.builder().duration(Duration.minutes(5)).startAfter(List.of(failover)).build());

    ChaosExperimentStage.Builder.create(this, "Resilience")
        .pipeline(pipeline)
        .placement(StagePlacement.builder().justAfter(staging).build())
        .experiment(Experiment.define(ExperimentDefinition.builder()
            .description("The web tier withstands 200 ms of latency, then a database failover")
            .actions(Map.of("latency", latency, "failover", failover, "settle", settle))
            .build()))
        .alarms(List.of(tooManyErrors, tooSlow))
        .build();
    // end of README
  }
}
