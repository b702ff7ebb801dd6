/**
 * The gates whose expressions are evaluated, and what happens to them.
 */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SampleStack } from '../../integ/sample/sample-stack';
import { AlarmScript } from '../../simulator/cloudwatch';
import { on } from '../../simulator/faults';
import { GateRun, RunOptions, Subject, subjectOf } from '../../simulator/gate-run';
import { SCENARIOS, Scenario } from '../../simulator/scenarios';
import { ChaosExperiment, ChaosExperimentProps, Experiment, FaultAction, InsufficientData } from '../../src';
import { someExistingTemplate, someInstances } from '../../test/support/fixtures';
import { EXTRA_SCENARIOS_OF } from '../mutation/extra-scenarios';
import { VARIANTS } from '../mutation/subjects';

/** A gate, and the scenarios that it is put through. */
export interface Gate {
  readonly name: string;
  readonly subject: Subject;
  readonly scenarios: readonly Pick<Scenario, 'name' | 'options'>[];
}

export function gates(): Gate[] {
  return [
    { name: 'the sample', subject: subjectOf(Template.fromStack(new SampleStack(new App(), 'ChaosSample')).toJSON()), scenarios: SCENARIOS },
    ...Object.entries(VARIANTS).map(([name, variant]) =>
      ({ name, subject: variant().subject, scenarios: [...SCENARIOS, ...EXTRA_SCENARIOS_OF[name] ?? []] })),
    ...LARGEST.map(({ name, props, existing }) => ({ name, subject: largest(props, existing), scenarios: [...SCENARIOS, ...LARGE_SCENARIOS] })),
    { name: 'the largest existing template, each action after all others', subject: densest(largest({}, true)), scenarios: SCENARIOS.slice(0, 1) },
  ];
}

const LARGEST = [
  { name: 'the largest template', props: {}, existing: false },
  { name: 'the largest template, missing data accepted', props: { insufficientData: InsufficientData.ACCEPT }, existing: false },
  { name: 'the largest existing template', props: {}, existing: true },
];

/** FIS allows 20 actions and 5 alarms; their names have at most 64 and 255 characters. */
const MOST_ACTIONS = 20;
const MOST_ALARMS = 5;
const longName = (i: number, length: number) => String(i).padStart(length, 'n-');

/** A gate with an experiment as large as FIS allows: a chain of actions with long names. */
function largest(props: Partial<ChaosExperimentProps>, existing: boolean): Subject {
  const stack = new Stack(new App(), 'Stack');
  const target = someInstances();
  const actions: { [name: string]: FaultAction } = {};
  for (let i = 0; i < MOST_ACTIONS; i++) {
    const startAfter = Object.values(actions).slice(-1);
    actions[longName(i, 64)] = FaultAction.ssmNetworkLatency(target, { duration: Duration.minutes(1), startAfter });
  }
  const experiment = Experiment.define({ actions });
  const alarms = Array.from({ length: MOST_ALARMS }, (_, i) => new cloudwatch.Alarm(stack, `Alarm${i}`, {
    alarmName: longName(i, 255),
    metric: new cloudwatch.Metric({ namespace: 'Test', metricName: 'Errors', period: Duration.minutes(1) }),
    threshold: 1,
    evaluationPeriods: 1,
  }));
  new ChaosExperiment(stack, 'Gate', { experiment: existing ? someExistingTemplate(stack, experiment, alarms) : experiment, alarms, ...props });
  return subjectOf(Template.fromStack(stack).toJSON());
}

/** The same experiment with as many dependencies as there can be. */
function densest(subject: Subject): Subject {
  const actions = subject.template.actions.map((action, i, all) => ({ ...action, startAfter: all.slice(0, i).map(({ name }) => name) }));
  return { ...subject, template: { ...subject.template, actions } };
}

const LONG_TEXT = 'A long text with "quotes", control characters\n\t and ünïcödé. '.repeat(30);

/** A text outside the Basic Multilingual Plane: engines may count its characters in different ways. */
const NON_BMP_TEXT = 'stopped 🛑 by 𝔸';

const OPERATIONS = [
  'fis:getExperimentTemplate', 'fis:getSafetyLever', 'fis:listExperiments', 'fis:startExperiment', 'fis:getExperiment', 'fis:stopExperiment',
  'cloudwatch:describeAlarms', 'cloudwatch:describeAlarmHistory', 'sfn:startExecution', 'sfn:describeExecution',
];

/** Each operation in turn fails for good, from its first call on or from a later one. */
function failing(name: string, error: string, cause: string): { readonly name: string; readonly options: RunOptions }[] {
  return OPERATIONS.flatMap((operation) => [1, 2, 3].map((from) => ({
    name: `${operation} fails from call ${from} on, with ${name}`, options: { script: { ends: 'never' }, faults: [on(operation, { from }, { error, cause })] },
  })));
}

/** What makes answers long or hard to read. */
const LARGE_SCENARIOS: readonly { readonly name: string; readonly options: RunOptions }[] = [
  { name: 'pages of twenty earlier experiments', options: { prepare: (run) => startEarlier(run, 45) } },
  { name: 'a guard that changes thirty times', options: { guards: Array.from({ length: MOST_ALARMS }, flapping) } },
  { name: 'a long reason', options: { script: { ends: 'failed', endsAfter: 60, reason: LONG_TEXT } } },
  { name: 'a non-BMP reason', options: { script: { ends: 'failed', endsAfter: 60, reason: NON_BMP_TEXT } } },
  // not as the id of the pipeline run, which would be a tag in every answer about the experiment
  { name: 'a non-BMP input', options: { input: { pipeline: NON_BMP_TEXT } } },
  { name: 'guards with metrics of ten queries', options: { guards: Array.from({ length: MOST_ALARMS }, queries) } },
  ...failing('a long cause', `Fis.${'E'.repeat(250)}`, LONG_TEXT),
  ...failing('a non-BMP cause', 'Fis.FisException', NON_BMP_TEXT),
  { name: 'a long input', options: { input: { pipeline: LONG_TEXT, pipelineExecutionId: LONG_TEXT } } },
];

/** Experiments of other gates and of this one that have ended, with many tags. */
function startEarlier({ aws, clock, subject }: GateRun, count: number) {
  const tags = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [longName(i, 128), 'v'.repeat(256)]));
  for (let i = 0; i < count; i++) {
    aws.fis.startExperiment({
      ClientToken: `earlier-${i}`,
      ExperimentTemplateId: subject.template.id,
      Tags: { ...tags, 'cdk-chaos-experiment-stage:gate': i % 2 ? subject.gateName : 'another', 'cdk-chaos-experiment-stage:execution': `earlier-${i}` },
    }, { ends: 'failed', endsAfter: 1 }, clock.now() - (count - i) * 600_000);
  }
}

function flapping(): Partial<AlarmScript> {
  return {
    timeline: Array.from({ length: 30 }, (_, i) => ({ at: 60 + i * 10, from: 'experiment', state: i % 2 ? 'OK' : 'INSUFFICIENT_DATA' })),
  };
}

function queries(): Partial<AlarmScript> {
  return {
    metrics: Array.from({ length: 10 }, (_, i) => ({ Id: `m${i}`, MetricStat: { Metric: { Namespace: 'Test', MetricName: 'Errors' }, Period: 60, Stat: 'Sum' } })),
    evaluationPeriods: 3,
  };
}
