import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { someAlarm, somePipeline } from '/work/main/test/fixtures';
import { ChaosExperimentStage, Experiment, FaultAction, FaultTarget, Selection } from '/work/main/src';
import { GateRun, subjectOf } from '/work/main/test/simulator/gate-run';
import { SCENARIOS, optionsOf } from '/work/main/test/simulator/scenarios';
import { Moto } from '/work/main/test/conformance/moto';
import { MotoRun } from '/work/main/test/conformance/moto-run';
function subject() {
  const stack = new Stack(new App(), 'Stack');
  const { pipeline, staging } = somePipeline(stack);
  const target = FaultTarget.taggedWith('aws:ec2:instance', { Role: 'web' }, { selection: Selection.percent(50) });
  const latency = FaultAction.ssmNetworkLatency(target, { duration: Duration.minutes(5) });
  const reboot = FaultAction.ec2RebootInstances(target, { startAfter: [latency] });
  const settle = FaultAction.fisWait({ duration: Duration.minutes(3), startAfter: [reboot] });
  new ChaosExperimentStage(stack, 'Resilience', { pipeline, placement: { justAfter: staging },
    experiment: Experiment.define({ actions: { latency, reboot, settle } }),
    alarms: [someAlarm(stack, 'Errors'), someAlarm(stack, 'Latency')] });
  return subjectOf(Template.fromStack(stack).toJSON());
}
(async () => {
  const s = subject();
  const moto = await Moto.start();
  try {
    for (const scenario of SCENARIOS.slice(0, 2)) {
      const o = await optionsOf(scenario, s);
      const t0 = Date.now();
      const a = await new GateRun(s, o).run();
      await moto.reset();
      const t1 = Date.now();
      const b = await new MotoRun(moto, s, await optionsOf(scenario, s)).run();
      console.log(scenario.name, a.gate.status, a.gate.path.length, b.gate.status, b.gate.path.length, t1 - t0, Date.now() - t1, b.gate.error, String(b.gate.cause).slice(0, 500), (b.gate as any).problems, b.watchdogs.map(w => [w.status, w.path.length]));
      console.log(JSON.stringify(a.gate.output) === JSON.stringify(b.gate.output));
    }
  } finally { moto.stop(); }
})().catch((e) => { console.error(e); process.exit(1); });
