import * as path from 'path';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { experimentOn } from './experiment';
import { Workload } from './workload';
import { ChaosExperimentStage } from '../../src';

export interface DeliveryPipelineProps {
  readonly staging: Workload;
  readonly production: Workload;

  /**
   * Where to keep the access logs of the artifact bucket.
   */
  readonly accessLogs: s3.IBucket;
}

/**
 * Source, build, staging, chaos experiment on staging, production.
 */
export class DeliveryPipeline extends Construct {
  public readonly pipeline: codepipeline.Pipeline;
  public readonly chaos: ChaosExperimentStage;

  constructor(scope: Construct, id: string, props: DeliveryPipelineProps) {
    super(scope, id);

    const key = new kms.Key(this, 'Key', { enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY });
    this.pipeline = new codepipeline.Pipeline(this, 'Pipeline', {
      pipelineType: codepipeline.PipelineType.V2,
      // every release gets its turn; none overtakes another that waits for its experiment
      executionMode: codepipeline.ExecutionMode.QUEUED,
      artifactBucket: this.createArtifactBucket(key, props.accessLogs),
    });
    const source = new codepipeline.Artifact('Source');
    const release = new codepipeline.Artifact('Release');

    this.pipeline.addStage({ stageName: 'Source', actions: [this.sourceAction(source)] });
    this.pipeline.addStage({ stageName: 'Build', actions: [this.buildAction(key, source, release)] });
    const staging = this.pipeline.addStage({
      stageName: 'DeployStaging',
      actions: [this.deployAction('Staging', props.staging, release)],
    });
    this.pipeline.addStage({
      stageName: 'DeployProduction',
      actions: [this.deployAction('Production', props.production, release)],
    });

    this.chaos = new ChaosExperimentStage(this, 'Resilience', {
      pipeline: this.pipeline,
      placement: { justAfter: staging },
      stageName: 'ChaosExperiment',
      experiment: experimentOn(props.staging),
      alarms: [props.staging.tooManyErrors, props.staging.tooSlow],
    });
  }

  /**
   * Stays when the stack goes, as CloudFormation cannot delete a bucket with something in it. Nothing may expire in it either:
   * CodeDeploy brings the last release to each instance that the Auto Scaling group launches.
   */
  private createArtifactBucket(encryptionKey: kms.IKey, accessLogs: s3.IBucket): s3.Bucket {
    return new s3.Bucket(this, 'Artifacts', {
      encryptionKey,
      bucketKeyEnabled: true,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'artifacts/',
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /**
   * The folder `app`, uploaded by `cdk deploy`. A real pipeline has a repository here.
   */
  private sourceAction(output: codepipeline.Artifact): actions.S3SourceAction {
    const app = new Asset(this, 'App', { path: path.join(__dirname, 'app') });
    return new actions.S3SourceAction({
      actionName: 'Source',
      // the bucket of the CDK bootstrap stack, which is versioned, as a pipeline wants it
      bucket: app.bucket,
      bucketKey: app.s3ObjectKey,
      // a change of the folder has a new key, and so changes the pipeline: there is nothing to look out for
      trigger: actions.S3Trigger.NONE,
      output,
    });
  }

  private buildAction(encryptionKey: kms.IKey, input: codepipeline.Artifact, output: codepipeline.Artifact): actions.CodeBuildAction {
    const logGroup = new logs.LogGroup(this, 'BuildLog', {
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const project = new codebuild.PipelineProject(this, 'Build', {
      environment: {
        buildImage: codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0,
        computeType: codebuild.ComputeType.SMALL,
      },
      encryptionKey,
      logging: { cloudWatch: { logGroup } },
    });
    return new actions.CodeBuildAction({ actionName: 'Build', project, input, outputs: [output] });
  }

  private deployAction(environment: string, workload: Workload, input: codepipeline.Artifact): actions.CodeDeployServerDeployAction {
    const deploymentGroup = new codedeploy.ServerDeploymentGroup(this, environment, {
      autoScalingGroups: [workload.autoScalingGroup],
      loadBalancers: [codedeploy.LoadBalancer.application(workload.targetGroup)],
      deploymentConfig: codedeploy.ServerDeploymentConfig.ONE_AT_A_TIME,
      autoRollback: { failedDeployment: true },
      // the workload installs it on first boot
      installAgent: false,
    });
    return new actions.CodeDeployServerDeployAction({ actionName: 'Deploy', deploymentGroup, input });
  }
}
