"""The first example of the README, which test/bindings.test.ts compares with what is between the marks."""
# README
import cdk_chaos_experiment_stage as chaos
from aws_cdk import Duration, aws_codepipeline as codepipeline
# end of README
from aws_cdk import aws_autoscaling as autoscaling, aws_cloudwatch as cloudwatch, aws_rds as rds
from constructs import Construct


class FirstExample(Construct):
    """Takes what the reader has already."""

    def __init__(
        self, scope: Construct, id: str, pipeline: codepipeline.Pipeline, staging: codepipeline.IStage, asg: autoscaling.AutoScalingGroup,
        database: rds.DatabaseInstance, too_many_errors: cloudwatch.Alarm, too_slow: cloudwatch.Alarm,
    ) -> None:
        super().__init__(scope, id)

        # README
        latency = chaos.FaultAction.ssm_network_latency_sources(
            chaos.FaultTarget.instances_of(asg, selection=chaos.Selection.percent(50)),
            duration=Duration.minutes(5), delay=Duration.millis(200), sources=["ALL"],
        )
        failover = chaos.FaultAction.rds_reboot_db_instances(
            chaos.FaultTarget.database_instances([database]),
            force_failover=True, start_after=[latency],
        )
        settle = chaos.FaultAction.fis_wait(duration=Duration.minutes(5), start_after=[failover])

        chaos.ChaosExperimentStage(
            self, "Resilience",
            pipeline=pipeline,
            placement=codepipeline.StagePlacement(just_after=staging),
            experiment=chaos.Experiment.define(
                description="The web tier withstands 200 ms of latency, then a database failover",
                actions={"latency": latency, "failover": failover, "settle": settle},
            ),
            alarms=[too_many_errors, too_slow],
        )
        # end of README
