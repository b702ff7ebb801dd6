import cdk_chaos_experiment_stage as chaos
from aws_cdk import (
    Duration,
    Environment,
    Stack,
    Stage,
    aws_cloudwatch as cloudwatch,
    aws_ec2 as ec2,
    aws_ecs as ecs,
    pipelines,
)
from constructs import Construct

PIPELINE = "ShopDelivery"
STAGING = Environment(account="111122223333", region="eu-west-1")
PRODUCTION = Environment(account="444455556666", region="eu-west-1")


class OrdersStack(Stack):
    """A service, and the gate that judges it: both are deployed by the pipeline."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        vpc = ec2.Vpc(
            self, "Vpc", availability_zones=["eu-west-1a", "eu-west-1b"], nat_gateways=1, restrict_default_security_group=False,
        )
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED)
        task_definition = ecs.FargateTaskDefinition(self, "Task")
        task_definition.add_container("Orders", image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"))
        service = ecs.FargateService(self, "Service", cluster=cluster, task_definition=task_definition, desired_count=3)
        too_few_tasks = cloudwatch.Alarm(
            self, "TooFewTasks",
            metric=cloudwatch.Metric(
                namespace="ECS/ContainerInsights",
                metric_name="RunningTaskCount",
                dimensions_map={"ClusterName": cluster.cluster_name, "ServiceName": service.service_name},
                statistic=cloudwatch.Stats.MINIMUM,
                period=Duration.minutes(1),
            ),
            threshold=2,
            evaluation_periods=2,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        )

        lose = chaos.FaultAction.ecs_stop_task(chaos.FaultTarget.ecs_service(service, selection=chaos.Selection.count(1)))
        watch = chaos.FaultAction.fis_wait(duration=Duration.minutes(3), start_after=[lose])
        self.gate = chaos.ChaosExperiment(
            self, "Gate",
            experiment=chaos.Experiment.define(actions={"lose": lose, "watch": watch}),
            alarms=[too_few_tasks],
            pipeline_name=PIPELINE,
        )


class OrdersStage(Stage):
    """One environment."""

    def __init__(self, scope: Construct, id: str, env: Environment) -> None:
        super().__init__(scope, id, env=env)
        self.gate = OrdersStack(self, "Orders").gate


class DeliveryStack(Stack):
    """CDK Pipelines: the gate as a step after each deployment, also to another account."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, env=STAGING)
        delivery = pipelines.CodePipeline(
            self, "Delivery",
            pipeline_name=PIPELINE,
            cross_account_keys=True,
            synth=pipelines.ShellStep(
                "Synth",
                input=pipelines.CodePipelineSource.connection(
                    "shop/orders", "main",
                    connection_arn="arn:aws:codeconnections:eu-west-1:111122223333:connection/11111111-2222-3333-4444-555555555555",
                ),
                commands=["npm ci", "npx cdk synth"],
            ),
        )
        staging = OrdersStage(self, "Staging", env=STAGING)
        delivery.add_stage(staging, post=[chaos.ChaosExperimentStep("StagingResilience", experiment=staging.gate)])
        production = OrdersStage(self, "Production", env=PRODUCTION)
        delivery.add_stage(production, post=[chaos.ChaosExperimentStep("ProductionResilience", experiment=production.gate)])
