/**
 * The gates whose machines are mutated: one for each option that changes the states of the machines.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Subject, subjectOf } from '../../simulator/gate-run';
import { RunRoles, rolesOf } from '../../simulator/iam';
import {
  ChaosExperimentStage, ChaosExperimentStageProps, Experiment, FaultAction, FaultTarget, GateMode, InsufficientData, Selection,
} from '../../src';
import { someAlarm, someExistingTemplate, somePipeline } from '../../test/support/fixtures';

/** A synthesized gate, and the roles of its machines. */
export interface Synthesized {
  readonly subject: Subject;
  readonly roles: RunRoles;
}

/** A gate in a pipeline: a fault of five minutes, an instant one after it, and a wait. */
export function synthesize(props: Partial<ChaosExperimentStageProps> = {}, guards = 2, existing = false): Synthesized {
  const stack = new Stack(new App(), 'Stack');
  const { pipeline, staging } = somePipeline(stack);
  const target = FaultTarget.taggedWith('aws:ec2:instance', { Role: 'web' }, { selection: Selection.percent(50) });
  const latency = FaultAction.ssmNetworkLatency(target, { duration: Duration.minutes(5) });
  const reboot = FaultAction.ec2RebootInstances(target, { startAfter: [latency] });
  const settle = FaultAction.fisWait({ duration: Duration.minutes(3), startAfter: [reboot] });
  const experiment = Experiment.define({ actions: { latency, reboot, settle } });
  const alarms = ['Errors', 'Latency'].slice(0, guards).map((id) => someAlarm(stack, id));
  new ChaosExperimentStage(stack, 'Resilience', {
    pipeline,
    placement: { justAfter: staging },
    experiment: existing ? someExistingTemplate(stack, experiment, alarms) : experiment,
    alarms,
    ...props,
  });
  const template = Template.fromStack(stack).toJSON();
  const subject = subjectOf(template);
  return { subject, roles: rolesOf(template, subject) };
}

/** The options that change the machines of a gate. Only states that no gate above has are mutated. */
export const VARIANTS: { readonly [name: string]: () => Synthesized } = {
  'standard': () => synthesize(),
  'missing data accepted': () => synthesize({ insufficientData: InsufficientData.ACCEPT }),
  'report-only': () => synthesize({ mode: GateMode.REPORT_ONLY }),
  'observation given': () => synthesize({ observationTime: Duration.minutes(2) }),
  'unguarded': () => synthesize({ unguarded: true }, 0),
  'existing template': () => synthesize({}, 2, true),
  'existing template, timeout given': () => synthesize({ timeout: Duration.minutes(30) }, 2, true),
};
