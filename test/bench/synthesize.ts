/**
 * Synthesizes an app with some chaos stages in a fresh process: `synthesize.ts <library> <stages> <directory>`.
 * Prints what it took, as JSON. Loading the modules is not counted.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { someAlarm, somePipeline } from '../fixtures';

/** A stack may have 500 resources, so the stages are spread over several pipelines. */
const STAGES_IN_STACK = 10;

function main(library: string, stages: number, outdir: string) {
  // as it is published: compiled
  const { ChaosExperimentStage, Experiment, FaultAction, FaultTarget, Selection } = require(library) as typeof import('../../src');
  const started = process.hrtime.bigint();

  const app = new App({ outdir });
  for (let first = 0; first < Math.max(stages, 1); first += STAGES_IN_STACK) {
    const stack = new Stack(app, `Stack${first}`);
    const { pipeline } = somePipeline(stack);
    const alarms = [someAlarm(stack, 'Errors'), someAlarm(stack, 'Latency')];
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

main(process.argv[2], Number(process.argv[3]), process.argv[4]);
