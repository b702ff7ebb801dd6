import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { someAlarm, somePipeline } from './fixtures';
import { ChaosExperimentStage, ChaosExperimentStageProps, Experiment, FaultAction, FaultTarget, Selection } from '../src';
import { GateRun, Subject, subjectOf } from './simulator/gate-run';
import { SCENARIOS, optionsOf } from './simulator/scenarios';

const SUBJECT = subject();

/** A gate in a pipeline: a fault of five minutes, an instant one after it, and a wait. */
function subject(props: Partial<ChaosExperimentStageProps> = {}): Subject {
  const stack = new Stack(new App(), 'Stack');
  const { pipeline, staging } = somePipeline(stack);
  const target = FaultTarget.taggedWith('aws:ec2:instance', { Role: 'web' }, { selection: Selection.percent(50) });
  const latency = FaultAction.ssmNetworkLatency(target, { duration: Duration.minutes(5) });
  const reboot = FaultAction.ec2RebootInstances(target, { startAfter: [latency] });
  const settle = FaultAction.fisWait({ duration: Duration.minutes(3), startAfter: [reboot] });
  new ChaosExperimentStage(stack, 'Resilience', {
    pipeline,
    placement: { justAfter: staging },
    experiment: Experiment.define({ actions: { latency, reboot, settle } }),
    alarms: [someAlarm(stack, 'Errors'), someAlarm(stack, 'Latency')],
    ...props,
  });
  return subjectOf(Template.fromStack(stack).toJSON());
}

describe('every scenario ends as it must', () => {
  test.each(SCENARIOS)('$name: $verdict', async (scenario) => {
    const run = await new GateRun(SUBJECT, await optionsOf(scenario, SUBJECT)).run();
    expect({ verdict: run.verdict, pipeline: run.pipeline, started: run.experiments.length > 0, path: run.gate.path.slice(-8) })
      .toMatchObject({ verdict: scenario.verdict, pipeline: scenario.pipeline, started: scenario.started });
    expect(run.leftRunning).toEqual([]);
    expect(run.watchdogs.map(({ status }) => status)).toEqual(run.watchdogs.map(() => 'SUCCEEDED'));
  });
});
