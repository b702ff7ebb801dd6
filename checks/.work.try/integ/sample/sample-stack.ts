import { CfnOutput, Duration, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Load } from './load';
import { Network } from './network';
import { DeliveryPipeline } from './pipeline';
import { Workload } from './workload';

/**
 * The pipeline of the AWS community post "Automating Chaos Engineering in Your Delivery Pipelines", with all that it delivers to.
 *
 * What it costs, the dearest first: two databases, one of them with a standby; two load balancers; one NAT gateway; five small
 * instances and their disks; one KMS key. Each run adds some minutes of FIS actions, CodePipeline and CodeBuild.
 */
export class SampleStack extends Stack {
  public readonly delivery: DeliveryPipeline;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    // grants S3 the right to write access logs by bucket policy, as buckets without ACLs want it
    this.node.setContext('@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy', true);

    const accessLogs = new s3.Bucket(this, 'AccessLogs', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      // stays when the stack goes, as CloudFormation cannot delete a bucket with something in it, and empties itself
      lifecycleRules: [{ expiration: Duration.days(7) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { vpc } = new Network(this, 'Network');
    const staging = new Workload(this, 'Staging', { vpc, accessLogs });
    // experiments run on staging only: the production of a sample goes without a standby
    const production = new Workload(this, 'Production', { vpc, accessLogs, standby: false });
    new Load(this, 'Load', { vpc, workloads: [staging, production] });

    this.delivery = new DeliveryPipeline(this, 'Delivery', { staging, production, accessLogs });
    new CfnOutput(this, 'PipelineName', { value: this.delivery.pipeline.pipelineName });
  }
}
