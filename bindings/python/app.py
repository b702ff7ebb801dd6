"""The twin of typescript/app.ts: `npm run test:bindings` compares what they synthesize."""
import aws_cdk as cdk
import cdk_chaos_experiment_stage as chaos
from aws_cdk import (
    Duration,
    aws_autoscaling as autoscaling,
    aws_cloudwatch as cloudwatch,
    aws_codedeploy as codedeploy,
    aws_codepipeline as codepipeline,
    aws_codepipeline_actions as actions,
    aws_ec2 as ec2,
    aws_iam as iam,
    aws_rds as rds,
    aws_s3 as s3,
)
from constructs import Construct

from delivery import DeliveryStack
from first_example import FirstExample


class ShopStack(cdk.Stack):
    """The web tier, the pipeline that deploys to it, and three gates: two with stages of their own, and an action in the stage that deploys."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)

        # what runs, and when it is not well
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        web = self._web_tier(vpc)
        database = rds.DatabaseInstance(self, "Database", vpc=vpc, engine=rds.DatabaseInstanceEngine.MYSQL, multi_az=True)
        too_busy = cloudwatch.Alarm(
            self, "TooBusy",
            metric=cloudwatch.Metric(
                namespace="AWS/EC2",
                metric_name="CPUUtilization",
                dimensions_map={"AutoScalingGroupName": web.auto_scaling_group_name},
                period=Duration.minutes(1),
            ),
            threshold=95,
            evaluation_periods=5,
        )
        too_few_instances = cloudwatch.Alarm(
            self, "TooFewInstances",
            metric=cloudwatch.Metric(
                namespace="AWS/AutoScaling",
                metric_name="GroupInServiceInstances",
                dimensions_map={"AutoScalingGroupName": web.auto_scaling_group_name},
                statistic=cloudwatch.Stats.MINIMUM,
                period=Duration.minutes(1),
            ),
            threshold=1,
            evaluation_periods=2,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )

        # the pipeline
        pipeline = codepipeline.Pipeline(self, "Pipeline", pipeline_type=codepipeline.PipelineType.V2)
        release = codepipeline.Artifact("Release")
        pipeline.add_stage(
            stage_name="Source",
            actions=[actions.S3SourceAction(
                action_name="Source",
                bucket=s3.Bucket(self, "Releases", versioned=True),
                bucket_key="release.zip",
                trigger=actions.S3Trigger.NONE,
                output=release,
            )],
        )
        staging = pipeline.add_stage(
            stage_name="Staging",
            on_failure=codepipeline.FailureConditions(result=codepipeline.Result.ROLLBACK),
            actions=[actions.CodeDeployServerDeployAction(
                action_name="Deploy",
                deployment_group=codedeploy.ServerDeploymentGroup(
                    self, "Deployment", auto_scaling_groups=[web], install_agent=False,
                ),
                input=release,
                run_order=1,
            )],
        )

        # a stage of its own: three faults, one after the other
        slow = chaos.FaultAction.ssm_network_latency_sources(
            chaos.FaultTarget.instances_of(web, selection=chaos.Selection.percent(50)),
            duration=Duration.minutes(5),
            delay=Duration.millis(200),
            sources=["ALL"],
            traffic_type=chaos.TrafficType.EGRESS,
            description="half of the instances answer late",
        )
        busy = chaos.FaultAction.ssm_cpu_stress(
            chaos.FaultTarget.tagged_with("aws:ec2:instance", {"Name": "Shop/Web"}, selection=chaos.Selection.count(1)),
            duration=Duration.minutes(3),
            load_percent=80,
            install_dependencies=True,
            start_after=[slow],
        )
        gone = chaos.FaultAction.ec2_stop_instances(
            chaos.FaultTarget.instances_of(web, selection=chaos.Selection.count(1)),
            start_instances_after_duration=Duration.minutes(4),
            complete_if_instances_terminated=True,
            start_after=[slow, busy],
        )
        experiment = chaos.Experiment.define(
            description="The web tier withstands latency, load and the loss of an instance",
            actions={"slow": slow, "busy": busy, "gone": gone},
        )
        losses = chaos.ChaosExperimentStage(
            self, "Losses",
            pipeline=pipeline,
            placement=codepipeline.StagePlacement(just_after=staging),
            experiment=experiment,
            alarms=[too_busy, too_few_instances],
            mode=chaos.GateMode.REPORT_ONLY,
            insufficient_data=chaos.InsufficientData.ACCEPT,
            steady_state_timeout=Duration.minutes(10),
            recovery_timeout=Duration.minutes(3),
        )

        FirstExample(self, "FirstExample", pipeline, staging, web, database, too_few_instances, too_busy)

        # an action in the stage that deploys: it runs an experiment template that exists already
        known = chaos.ChaosExperiment(
            self, "Known",
            experiment=chaos.Experiment.from_template_id("EXT123456789abcdef"),
            alarms=[too_few_instances],
            timeout=Duration.minutes(30),
            observation_time=Duration.minutes(4),
        )
        staging.add_action(known.action(action_name="Chaos", run_order=2, variables_namespace="Chaos"))

        # what the constructs tell
        cdk.CfnOutput(self, "StageName", value=losses.stage.stage_name)
        cdk.CfnOutput(self, "ExpectedMinutes", value=f"{experiment.expected_duration.to_minutes():g}")
        cdk.CfnOutput(self, "ExperimentTemplate", value=losses.experiment.experiment_template_arn)
        cdk.CfnOutput(self, "Gate", value=known.state_machine.state_machine_arn)
        cdk.CfnOutput(self, "WatchdogAlarm", value=known.watchdog_alarm.alarm_arn)

    def _web_tier(self, vpc: ec2.IVpc) -> autoscaling.AutoScalingGroup:
        role = iam.Role(
            self, "Role",
            assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name("AmazonSSMManagedInstanceCore")],
        )
        return autoscaling.AutoScalingGroup(
            self, "Web",
            vpc=vpc,
            launch_template=ec2.LaunchTemplate(
                self, "Template",
                machine_image=ec2.MachineImage.latest_amazon_linux2023(),
                instance_type=ec2.InstanceType("t3.micro"),
                security_group=ec2.SecurityGroup(self, "SecurityGroup", vpc=vpc),
                role=role,
            ),
            min_capacity=2,
            group_metrics=[autoscaling.GroupMetrics.all()],
        )


app = cdk.App()
ShopStack(app, "Shop")
DeliveryStack(app, "ShopDelivery")
app.synth()
