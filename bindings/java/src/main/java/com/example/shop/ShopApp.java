package com.example.shop;

import software.amazon.awscdk.App;

/** The twin of typescript/app.ts: `npm run test:bindings` compares what they synthesize. */
public final class ShopApp {
  public static void main(final String[] args) {
    final App app = new App();
    new ShopStack(app, "Shop");
    new DeliveryStack(app, "ShopDelivery");
    app.synth();
  }

  private ShopApp() {
  }
}
