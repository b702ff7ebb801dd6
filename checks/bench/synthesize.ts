/**
 * Synthesizes an app with some chaos stages in a new process: `synthesize.ts <library> <stages> <directory>`.
 * Prints the time as JSON, without the time to load the modules.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as s3 from 'aws-cdk-lib/aws-s3';

/** A stack can have 500 resources, so the stages are spread over several pipelines. */
const STAGES_IN_STACK = 10;

function main(library: string, stages: number, outdir: string) {
  // compiled, as it is published
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { ChaosExperimentStage, Experiment, FaultAction, FaultTarget, Selection } = require(library) as typeof import('../../src');
  const started = process.hrtime.bigint();

  const app = new App({ outdir });
  for (let first = 0; first < Math.max(stages, 1); first += STAGES_IN_STACK) {
    const stack = new Stack(app, `Stack${first}`);
    const pipeline = pipelineIn(stack);
    const alarms = ['Errors', 'Latency'].map((metricName) => new cloudwatch.Alarm(stack, metricName, {
      metric: new cloudwatch.Metric({ namespace: 'Test', metricName }), threshold: 1, evaluationPeriods: 1,
    }));
    for (let stage = first; stage < Math.min(first + STAGES_IN_STACK, stages); stage++) {
      const target = FaultTarget.taggedWith('aws:ec2:instance', { Role: `web${stage}` }, { selection: Selection.percent(50) });
      const latency = FaultAction.ssmNetworkLatency(target, { duration: Duration.minutes(5) });
      const reboot = FaultAction.ec2RebootInstances(target, { startAfter: [latency] });
      new ChaosExperimentStage(stack, `Resilience${stage}`, { pipeline, experiment: Experiment.define({ actions: { latency, reboot } }), alarms });
    }
  }
  app.synth();

  console.log(JSON.stringify({ milliseconds: Number(process.hrtime.bigint() - started) / 1e6 }));
}

/** A minimal pipeline. It does not use the fixtures of the tests, which would load the library again, from its sources. */
function pipelineIn(stack: Stack): codepipeline.Pipeline {
  const pipeline = new codepipeline.Pipeline(stack, 'Pipeline', { pipelineType: codepipeline.PipelineType.V2 });
  const bucket = new s3.Bucket(stack, 'Source');
  pipeline.addStage({
    stageName: 'Source',
    actions: [new actions.S3SourceAction({ actionName: 'Source', bucket, bucketKey: 'app.zip', output: new codepipeline.Artifact() })],
  });
  pipeline.addStage({ stageName: 'Deploy', actions: [new actions.ManualApprovalAction({ actionName: 'Deploy' })] });
  return pipeline;
}

main(process.argv[2], Number(process.argv[3]), process.argv[4]);
