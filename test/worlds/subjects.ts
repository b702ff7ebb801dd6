/**
 * The gates that are simulated. They differ in their guards, options and duration; each is taken out of a synthesized stack.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { seconds } from '../../simulator/experiment';
import { Subject, subjectOf } from '../../simulator/gate-run';
import {
  ChaosExperiment, ChaosExperimentProps, ChaosExperimentStage, Experiment, FaultAction, FaultTarget, GateMode, InsufficientData, Selection,
} from '../../src';
import { someAlarm, someExistingTemplate, somePipeline } from '../support/fixtures';

/** A gate, and the options that matter for its verdict. */
export interface SimulatedSubject {
  readonly machines: Subject;
  /** Whether missing data is accepted. */
  readonly acceptsMissingData: boolean;
  readonly reportsOnly: boolean;
  /** Which of its guards are composite alarms. */
  readonly composite: readonly boolean[];
  /** Seconds for which the guards must be observed, if the option is given. */
  readonly observation?: number;
  /** Seconds from the start of its experiment to its end, if nothing goes wrong. */
  readonly length: number;
}

/** Seconds that FIS takes to set up an experiment, and to run an action without a duration. */
const START_UP = 11;
const INSTANT = 2;

interface SubjectOptions {
  readonly minutes: number;
  /** One letter for each guard alarm: a metric alarm or a composite one. */
  readonly guards?: string;
  readonly props?: Partial<ChaosExperimentProps>;
  /** Whether it uses an existing template. */
  readonly existing?: boolean;
  /** Whether it is started by hand. Otherwise it is in a pipeline. */
  readonly byHand?: boolean;
}

const SUBJECTS = {
  guarded: { minutes: 5, guards: 'mm' },
  composite: { minutes: 5, guards: 'mc' },
  accepting: { minutes: 5, guards: 'mc', props: { insufficientData: InsufficientData.ACCEPT } },
  reporting: { minutes: 5, guards: 'm', props: { mode: GateMode.REPORT_ONLY } },
  unguarded: { minutes: 5, guards: '', props: { unguarded: true } },
  short: {
    minutes: 1,
    guards: 'm',
    byHand: true,
    props: {
      steadyStateTimeout: Duration.seconds(0),
      observationTime: Duration.seconds(0),
      recoveryTimeout: Duration.seconds(0),
      timeout: Duration.minutes(5),
    },
  },
  existing: { minutes: 5, guards: 'mm', existing: true, props: { timeout: Duration.minutes(25) } },
  hourly: { minutes: 60, guards: 'c', props: { observationTime: Duration.minutes(20) } },
  long: { minutes: 717, guards: 'mm' },
  longest: {
    minutes: 717,
    guards: 'm',
    props: {
      timeout: Duration.hours(13),
      steadyStateTimeout: Duration.hours(1),
      observationTime: Duration.hours(6),
      recoveryTimeout: Duration.hours(6),
    },
  },
} satisfies { [name: string]: SubjectOptions };

export type SubjectName = keyof typeof SUBJECTS;
export const SUBJECT_NAMES = Object.keys(SUBJECTS) as SubjectName[];

const made = new Map<SubjectName, SimulatedSubject>();

/** The gate with this name. It is synthesized only once. */
export function subjectNamed(name: SubjectName): SimulatedSubject {
  let found = made.get(name);
  if (!found) { made.set(name, found = make(SUBJECTS[name])); }
  return found;
}

function make({ minutes, guards = '', props = {}, existing = false, byHand = false }: SubjectOptions): SimulatedSubject {
  const stack = new Stack(new App(), 'Stack');
  const composite = [...guards].map((kind) => kind === 'c');
  const target = FaultTarget.taggedWith('aws:ec2:instance', { Role: 'web' }, { selection: Selection.percent(50) });
  const latency = FaultAction.ssmNetworkLatency(target, { duration: Duration.minutes(minutes) });
  const reboot = FaultAction.ec2RebootInstances(target, { startAfter: [latency] });
  const settle = FaultAction.fisWait({ duration: Duration.minutes(1), startAfter: [reboot] });
  const experiment = Experiment.define({ actions: { latency, reboot, settle } });
  const alarms = composite.map((isComposite, i) => (isComposite ? compositeAlarm(stack, `Composite${i}`) : someAlarm(stack, `Metric${i}`)));
  const all: ChaosExperimentProps = { experiment: existing ? someExistingTemplate(stack, experiment, alarms) : experiment, alarms, ...props };
  if (byHand) {
    new ChaosExperiment(stack, 'Resilience', all);
  } else {
    const { pipeline, staging } = somePipeline(stack);
    new ChaosExperimentStage(stack, 'Resilience', { pipeline, placement: { justAfter: staging }, ...all });
  }
  const machines = subjectOf(Template.fromStack(stack).toJSON());
  return {
    machines,
    acceptsMissingData: all.insufficientData === InsufficientData.ACCEPT,
    reportsOnly: all.mode === GateMode.REPORT_ONLY,
    composite,
    observation: all.observationTime?.toSeconds(),
    // its actions run one after another
    length: machines.template.actions.reduce((sum, { parameters }) => sum + (seconds(parameters.duration) ?? INSTANT), START_UP),
  };
}

function compositeAlarm(stack: Stack, id: string): cloudwatch.CompositeAlarm {
  return new cloudwatch.CompositeAlarm(stack, id, {
    alarmRule: cloudwatch.AlarmRule.fromAlarm(someAlarm(stack, `${id}Part`), cloudwatch.AlarmState.ALARM),
  });
}
