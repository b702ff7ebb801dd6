import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import * as chaos from '../../src';

/** The first example of the README, which test/bindings.test.ts compares with what is between the marks. */
export class FirstExample extends Construct {
  constructor(
    scope: Construct, id: string, pipeline: codepipeline.Pipeline, staging: codepipeline.IStage, asg: autoscaling.AutoScalingGroup,
    database: rds.DatabaseInstance, tooManyErrors: cloudwatch.Alarm, tooSlow: cloudwatch.Alarm,
  ) {
    super(scope, id);

    // README
    const latency = chaos.FaultAction.ssmNetworkLatencySources(
      chaos.FaultTarget.instancesOf(asg, { selection: chaos.Selection.percent(50) }),
      { duration: Duration.minutes(5), delay: Duration.millis(200), sources: ['ALL'] },
    );
    const failover = chaos.FaultAction.rdsRebootDbInstances(
      chaos.FaultTarget.databaseInstances([database]),
      { forceFailover: true, startAfter: [latency] },
    );
    const settle = chaos.FaultAction.fisWait({ duration: Duration.minutes(5), startAfter: [failover] });

    new chaos.ChaosExperimentStage(this, 'Resilience', {
      pipeline,
      placement: { justAfter: staging },
      experiment: chaos.Experiment.define({
        description: 'The web tier withstands 200 ms of latency, then a database failover',
        actions: { latency, failover, settle },
      }),
      alarms: [tooManyErrors, tooSlow],
    });
    // end of README
  }
}
