import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv from 'ajv';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { deniesAccess } from '../../../simulator/faults';
import { GateRun, RunOptions, Subject, subjectOf } from '../../../simulator/gate-run';
import { SCENARIOS, optionsOf } from '../../../simulator/scenarios';
import {
  ChaosExperimentStage, ChaosExperimentStageProps, Experiment, FaultAction, FaultTarget, GateMode, InsufficientData, Selection, Verdict,
} from '../../../src';
import { someAlarm, someExperiment, somePipeline } from '../../support/fixtures';

/** A gate in a pipeline: a fault of some minutes, an instant one after it, and a wait. */
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
    alarms: props.unguarded ? [] : [someAlarm(stack, 'Errors'), someAlarm(stack, 'Latency')],
    ...props,
  });
  return subjectOf(Template.fromStack(stack).toJSON());
}

const GATE = subject();
const runOf = async (scenario: typeof SCENARIOS[number], of = GATE) => new GateRun(of, await optionsOf(scenario, of)).run();
const named = (name: string) => SCENARIOS.find((scenario) => scenario.name === name)!;

const validate = new Ajv().compile(JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'docs', 'verdict.schema.json'), 'utf-8')));

/** What holds in every run, whatever happens in it. */
function expectPromise(run: GateRun) {
  expect(run.leftRunning).toEqual([]);
  expect(run.experiments.length).toBeLessThanOrEqual(1);
  expect(run.gate.status === 'SUCCEEDED' ? [] : [run.gate.error]).not.toContain('States.Runtime');
  if (run.gate.status === 'FAILED') { expect(run.gate.error).toBe(run.document.verdict); }
  if (run.document) {
    expect(validate(run.document) || validate.errors).toBe(true);
    expect(run.document.message).toMatch(/^[A-Z][^\n]*[^.]\.$/);
  }
  expect(run.gate.cause?.length ?? 0).toBeLessThanOrEqual(32_768);
  expect(run.seconds).toBeLessThan(run.subject.gateDefinition.TimeoutSeconds);
}

describe('every scenario ends as expected', () => {
  test.each(SCENARIOS)('$name: $verdict', async (scenario) => {
    const run = await runOf(scenario);
    expect({ verdict: run.verdict, pipeline: run.pipeline, started: run.experiments.length > 0 })
      .toEqual({ verdict: scenario.verdict, pipeline: scenario.pipeline, started: scenario.started });
    expectPromise(run);
    expect(run.watchdogs.map(({ status }) => status)).toEqual(run.watchdogs.map(() => 'SUCCEEDED'));
  });

  test('and every verdict is among them', () => {
    expect(new Set(SCENARIOS.map(({ verdict }) => verdict))).toEqual(new Set([...Object.values(Verdict), 'ABORTED']));
  });
});

test('what a user reads', async () => {
  const messages: string[] = [];
  for (const verdict of Object.values(Verdict)) {
    const run = await runOf(SCENARIOS.find((scenario) => scenario.verdict === verdict)!);
    messages.push(`${verdict}: ${run.document.message}`);
  }
  expect(messages.join('\n')).toMatchInlineSnapshot(`
"Passed: Experiment EXP000001 injected its faults and no guard alarm left the OK state: the system withstood it. The release goes on.
StopConditionTriggered: Guard alarm ErrorsFA5270DE left the OK state and FIS stopped experiment EXP000001: the system did not withstand it. Find out what happened at the time of the alarm, fix the cause, then release again.
AlarmFired: Guard alarm ErrorsFA5270DE left the OK state during or after experiment EXP000001: the system did not withstand it. Find out what happened at the time of the alarm, fix the cause, then release again.
NotRecovered: Guard alarm ErrorsFA5270DE did not return to OK in time after experiment EXP000001: the system did not withstand it. Restore the system, find out why it did not recover by itself, then release again.
NotSteady: Guard alarm ErrorsFA5270DE was not OK before the start: no experiment was started. Wait until the system is steady, then retry the stage.
Blocked: Guard alarm ErrorsFA5270DE does not exist in this account and Region: no experiment was started. Wait until this is resolved or fix it, then retry the stage.
StartFailed: FIS did not start the experiment (Fis.FisException: User is not authorized to perform: fis:startExperiment): the system was not judged. Check the experiment template, the permissions of the gate and the FIS quotas, then retry the stage.
ExperimentFailed: Experiment EXP000001 failed (Experiment failed.): the system was not judged. Check the experiment role, the targets and the FIS quotas (most actions allow five targets found by tags), then retry the stage.
ExperimentStopped: Experiment EXP000001 was stopped while no guard alarm had left the OK state (Experiment stopped by user.): the system was not judged. Find out who stopped it, then retry the stage.
ExperimentCancelled: Experiment EXP000001 was cancelled (The safety lever is engaged.): the system was not judged. Make sure that the FIS safety lever is not engaged, then retry the stage.
NothingInjected: Experiment EXP000001 completed, but did not inject latency, reboot: the run proves nothing. Check that the targets exist and match, then retry the stage.
TimedOut: Experiment EXP000001 had not ended at its deadline and was stopped: the system was not judged. Shorten the experiment or give the gate a longer timeout, then retry the stage.
GateError: The gate could not read its earlier experiment EXP000001 (Fis.FisException: User is not authorized to perform: fis:getExperiment): the system was not judged. Check the permissions of the gate, then retry the stage."
`);
});

test('the verdict document of a failed run', async () => {
  expect((await runOf(named('stopped by a guard alarm'))).document).toMatchInlineSnapshot(`
{
  "actions": [
    {
      "name": "latency",
      "reason": "Action is stopped.",
      "status": "stopped",
    },
    {
      "name": "reboot",
      "reason": "Action is cancelled.",
      "status": "cancelled",
    },
    {
      "name": "settle",
      "reason": "Action is cancelled.",
      "status": "cancelled",
    },
  ],
  "detail": "",
  "execution": "arn:aws:states:eu-west-1:111122223333:execution:StackResilienceExperiment2ADCD2A2-Gate:run-1",
  "experiment": {
    "arn": "arn:aws:fis:eu-west-1:111122223333:experiment/EXP000001",
    "id": "EXP000001",
    "reason": "Experiment halted by stop condition.",
    "status": "stopped",
    "url": "https://console.aws.amazon.com/fis/home?region=eu-west-1#ExperimentDetails;ExperimentId=EXP000001",
  },
  "experimentTemplateId": "EXTResilienceExperimentTemplateB0CBF47E",
  "faultsCompleted": [],
  "gate": "StackResilienceExperiment2ADCD2A2-Gate",
  "guarded": true,
  "guards": [
    {
      "arn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:ErrorsFA5270DE",
      "leftOk": true,
      "name": "ErrorsFA5270DE",
      "since": "2026-01-04T09:00:00.000Z",
      "state": "OK",
      "steadyAfterwards": false,
    },
    {
      "arn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:Latency2EF2A010",
      "leftOk": false,
      "name": "Latency2EF2A010",
      "since": "2026-01-04T09:00:00.000Z",
      "state": "OK",
      "steadyAfterwards": true,
    },
  ],
  "mayStillRun": false,
  "message": "Guard alarm ErrorsFA5270DE left the OK state and FIS stopped experiment EXP000001: the system did not withstand it. Find out what happened at the time of the alarm, fix the cause, then release again.",
  "mode": "enforce",
  "pipelineExecutionId": "a1b2c3d4-5678-90ab-cdef-111122223333",
  "schemaVersion": "1.0",
  "verdict": "StopConditionTriggered",
}
`);
});

describe('a gate that only reports', () => {
  const reporting = subject({ mode: GateMode.REPORT_ONLY });

  test.each(SCENARIOS.filter(({ verdict }) => verdict !== 'ABORTED'))('$name: lets the release go on', async (scenario) => {
    const run = await runOf(scenario, reporting);
    expect(run.verdict).toBe(scenario.verdict);
    expect(run.pipeline).toBe(run.document.mayStillRun ? 'Failed' : 'Succeeded');
    expectPromise(run);
  });

  test('fails if an experiment may still be running', async () => {
    const run = await runOf(named('experiment does not stop for an hour'), reporting);
    expect([run.pipeline, run.document.mayStillRun, run.document.mode]).toEqual(['Failed', true, 'report-only']);
  });
});

describe('a gate without guards', () => {
  const unguarded = subject({ unguarded: true });

  test.each([
    ['completed', 'Passed'], ['stopped by hand', 'ExperimentStopped'], ['failed', 'ExperimentFailed'],
    ['cancelled by the safety lever', 'ExperimentCancelled'], ['every action skipped', 'NothingInjected'], ['never ends', 'TimedOut'],
    ['access denied at start', 'StartFailed'], ['unknown status', 'GateError'],
  ])('%s: %s', async (name, verdict) => {
    const run = await runOf(named(name), unguarded);
    expect(run.verdict).toBe(verdict);
    expectPromise(run);
  });
});

test('a gate without guards does not say that the system withstood the experiment', async () => {
  const { document } = await runOf(named('completed'), subject({ unguarded: true }));
  expect(document.message).toBe('Experiment EXP000001 injected its faults, but no alarm guards this gate: '
    + 'nothing shows whether the system withstood it. The release goes on.');
});

describe('a gate that accepts missing data', () => {
  const accepting = subject({ insufficientData: InsufficientData.ACCEPT });
  const at = (seconds: number, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA') => ({ at: seconds, from: 'experiment' as const, state });
  const blind = { script: { reactionAfter: 9999 } };
  const flapping = [...Array(32).keys()].map((index) => at(60 + index * 5, index % 2 ? 'OK' : 'INSUFFICIENT_DATA'));

  test.each<[string, RunOptions, string]>([
    ['never any data', { guards: [{ initial: 'INSUFFICIENT_DATA' }] }, 'Passed'],
    ['data only during the experiment', { guards: [{ initial: 'INSUFFICIENT_DATA', timeline: [at(60, 'OK')] }] }, 'Passed'],
    ['data runs out and comes back', { guards: [{ timeline: [at(60, 'INSUFFICIENT_DATA'), at(200, 'OK')] }] }, 'Passed'],
    ['data runs out and comes back late', { guards: [{ timeline: [at(60, 'INSUFFICIENT_DATA'), at(900, 'OK')] }] }, 'Passed'],
    ['data runs out and does not come back', { guards: [{ timeline: [at(60, 'INSUFFICIENT_DATA')] }] }, 'NotRecovered'],
    ['fires out of missing data', { guards: [{ initial: 'INSUFFICIENT_DATA', timeline: [at(60, 'ALARM')] }] }, 'StopConditionTriggered'],
    ['fires and runs out of data', { ...blind, guards: [{ timeline: [at(60, 'ALARM'), at(90, 'INSUFFICIENT_DATA'), at(120, 'OK')] }] }, 'AlarmFired'],
    ['the second guard fires', { ...blind, guards: [{ timeline: [at(60, 'INSUFFICIENT_DATA'), at(70, 'OK')] }, { timeline: [at(60, 'ALARM'), at(90, 'OK')] }] }, 'AlarmFired'],
    ['changes more often than can be read', { guards: [{ timeline: flapping }] }, 'AlarmFired'],
    ['history cannot be read', {
      guards: [{ timeline: [at(60, 'INSUFFICIENT_DATA'), at(200, 'OK')] }], faults: [deniesAccess('cloudwatch:describeAlarmHistory')],
    }, 'GateError'],
    ['alarm before the start', { guards: [{ initial: 'ALARM' }] }, 'NotSteady'],
  ])('%s', async (_name, options, verdict) => {
    const run = await new GateRun(accepting, options).run();
    expect(run.verdict).toBe(verdict);
    expectPromise(run);
  });
});

test('composite alarms guard as well', async () => {
  const guards = [{ composite: true }, { composite: true }];
  expect((await new GateRun(GATE, { guards }).run()).verdict).toBe('Passed');
  const fired = await new GateRun(GATE, { guards: [{ composite: true, timeline: [{ at: 60, from: 'experiment', state: 'ALARM' }] }, guards[1]] }).run();
  expect(fired.verdict).toBe('StopConditionTriggered');
});

test('guards are observed for as long as the slowest of them needs to detect a fault', async () => {
  const secondsWith = async (of: Subject, guards: RunOptions['guards']) => {
    const { gate } = await new GateRun(of, { guards }).run();
    return gate.variables().observation;
  };
  expect(await secondsWith(GATE, [{ period: 60, evaluationPeriods: 3 }, { period: 300 }])).toBe(300 + 120);
  expect(await secondsWith(GATE, [{ period: 86_400 }])).toBe(3600);
  expect(await secondsWith(GATE, [{ metrics: [{ Id: 'a', MetricStat: { Period: 600 } }, { Id: 'b', Expression: 'a' }], evaluationPeriods: 2 }])).toBe(1320);
  expect(await secondsWith(GATE, [{ composite: true }, { composite: true }])).toBe(300);
  expect(await secondsWith(subject({ observationTime: Duration.seconds(7) }), [])).toBe(7);
});

test('any input is harmless', async () => {
  for (const input of [{}, [], 'text', 42, null, true, { experimentTemplateId: GATE.template.id }, { pipeline: {}, pipelineExecutionId: [1] }]) {
    const run = await new GateRun(GATE, { input }).run();
    expect(run.verdict).toBe('Passed');
    expectPromise(run);
  }
  for (const input of [{ experimentTemplateId: null }, { experimentTemplateId: ['x'] }, [{ experimentTemplateId: 'x' }], { experimentTemplateId: {} }]) {
    expect((await new GateRun(GATE, { input }).run()).verdict).toBe('Blocked');
  }
});

test('the watchdog finds the experiment of the template that its gate runs, even if a deployment has replaced it since', async () => {
  const { gateDefinition: { States: { Configure, ...states }, ...definition }, ...rest } = GATE;
  const earlier: Subject = {
    ...rest,
    template: { ...GATE.template, id: 'EXTearlier' },
    gateDefinition: { ...definition, States: { Configure: { ...Configure, Assign: { ...Configure.Assign, experimentTemplateId: 'EXTearlier' } }, ...states } },
    input: {},
  };
  const run = await runOf(named('execution aborted'), earlier);
  expect(run.experiments.map(({ template }) => template.id)).toEqual(['EXTearlier']);
  expectPromise(run);
});

test('the watchdog checks a pipeline with a long path', async () => {
  const stack = new Stack(new App(), 'Stack');
  const { pipeline, staging } = somePipeline(new Construct(new Construct(stack, 'A'.repeat(150)), 'B'.repeat(150)));
  new ChaosExperimentStage(stack, 'Resilience', { pipeline, placement: { justAfter: staging }, experiment: someExperiment(), alarms: [someAlarm(stack)] });
  const run = await runOf(named('pipeline run stopped and abandoned'), subjectOf(Template.fromStack(stack).toJSON()));
  expect(run.verdict).toBe('ABORTED');
  expectPromise(run);
});

test('a verdict is readable whatever FIS says', async () => {
  const reason = `"\\\n\u0000\u001f{% $x %} ${'\u2028😀'.repeat(3000)}`;
  const run = await new GateRun(GATE, {
    script: { ends: 'failed', endsAfter: 30, reason }, faults: [],
  }).run();
  expect(run.verdict).toBe('ExperimentFailed');
  expectPromise(run);
});
