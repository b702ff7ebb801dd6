package com.example.shop;

import io.github.cdkchaos.experimentstage.ChaosExperiment;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stage;
import software.amazon.awscdk.StageProps;
import software.constructs.Construct;

/** One environment. */
final class OrdersStage extends Stage {
  final ChaosExperiment gate;

  OrdersStage(final Construct scope, final String id, final Environment env) {
    super(scope, id, StageProps.builder().env(env).build());
    gate = new OrdersStack(this, "Orders").gate;
  }
}
