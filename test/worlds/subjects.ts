/**
 * The gates that are simulated: different in their guards, options and lengths, each taken out of a synthesized stack.
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

/** A gate, and what its owner asked for. */
export interface SimulatedSubject {
  readonly machines: Subject;
  /** Whether guards may be without data. */
  readonly acceptsMissingData: boolean;
  readonly reportsOnly: boolean;
  /** Which of its guards are composite alarms. */
  readonly composite: readonly boolean[];
  /** Seconds for which the guards are to be observed, if the owner said so. */
  readonly observation?: number;
  /** Seconds from the start of its experiment to its end, if all is well. */
  readonly length: number;
}

/** Seconds that FIS takes to set an experiment up, and for an action without a duration. */
const START_UP = 11;
const INSTANT = 2;

interface Wishes {
  readonly minutes: number;
  /** One letter for each guard alarm: a metric alarm or a composite one. */
  readonly guards?: string;
  readonly props?: Partial<ChaosExperimentProps>;
  /** Whether its template exists already. */
  readonly existing?: boolean;
  /** Whether it stands in a pipeline; otherwise somebody starts it by hand. */
  readonly byHand?: boolean;
}

const WISHES = {
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
} satisfies { [name: string]: Wishes };

export type SubjectName = keyof typeof WISHES;
export const SUBJECT_NAMES = Object.keys(WISHES) as SubjectName[];

const made = new Map<SubjectName, SimulatedSubject>();

/** The gate with this name; synthesized once. */
export function subjectNamed(name: SubjectName): SimulatedSubject {
  let found = made.get(name);
  if (!found) { made.set(name, found = make(WISHES[name])); }
  return found;
}

function make({ minutes, guards = '', props = {}, existing = false, byHand = false }: Wishes): SimulatedSubject {
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
    // its actions come one after another
    length: machines.template.actions.reduce((sum, { parameters }) => sum + (seconds(parameters.duration) ?? INSTANT), START_UP),
  };
}

function compositeAlarm(stack: Stack, id: string): cloudwatch.CompositeAlarm {
  return new cloudwatch.CompositeAlarm(stack, id, {
    alarmRule: cloudwatch.AlarmRule.fromAlarm(someAlarm(stack, `${id}Part`), cloudwatch.AlarmState.ALARM),
  });
}
