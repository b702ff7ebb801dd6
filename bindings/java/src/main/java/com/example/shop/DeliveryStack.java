package com.example.shop;

import io.github.cdkchaos.experimentstage.ChaosExperimentStep;
import java.util.List;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.pipelines.AddStageOpts;
import software.amazon.awscdk.pipelines.CodePipeline;
import software.amazon.awscdk.pipelines.CodePipelineSource;
import software.amazon.awscdk.pipelines.ConnectionSourceOptions;
import software.amazon.awscdk.pipelines.ShellStep;
import software.constructs.Construct;

/** CDK Pipelines: the gate as a step after each deployment, also to another account. */
public final class DeliveryStack extends Stack {
  static final String PIPELINE = "ShopDelivery";
  private static final Environment STAGING = Environment.builder().account("111122223333").region("eu-west-1").build();
  private static final Environment PRODUCTION = Environment.builder().account("444455556666").region("eu-west-1").build();

  public DeliveryStack(final Construct scope, final String id) {
    super(scope, id, StackProps.builder().env(STAGING).build());
    final CodePipeline delivery = CodePipeline.Builder.create(this, "Delivery")
        .pipelineName(PIPELINE)
        .crossAccountKeys(true)
        .synth(ShellStep.Builder.create("Synth")
            .input(CodePipelineSource.connection("shop/orders", "main", ConnectionSourceOptions.builder()
                .connectionArn("arn:aws:codeconnections:eu-west-1:111122223333:connection/11111111-2222-3333-4444-555555555555")
                .build()))
            .commands(List.of("npm ci", "npx cdk synth"))
            .build())
        .build();
    addEnvironment(delivery, "Staging", STAGING);
    addEnvironment(delivery, "Production", PRODUCTION);
  }

  private void addEnvironment(final CodePipeline delivery, final String name, final Environment env) {
    final OrdersStage stage = new OrdersStage(this, name, env);
    delivery.addStage(stage, AddStageOpts.builder()
        .post(List.of(ChaosExperimentStep.Builder.create(name + "Resilience").experiment(stage.gate).build()))
        .build());
  }
}
