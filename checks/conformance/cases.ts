/**
 * What runs in both interpreters: every scenario of the rehearsal and the tests, those of gates with an existing template, and cases that only
 * matter with another interpreter.
 */
import { GateRun, RunOptions, Subject } from '../../simulator/gate-run';
import { SCENARIOS, Scenario, optionsOf } from '../../simulator/scenarios';
import { subjectNamed } from '../../test/worlds/subjects';
import { EXTRA_SCENARIOS_OF } from '../mutation/extra-scenarios';
import { VARIANTS } from '../mutation/subjects';

export interface Case {
  readonly name: string;
  readonly subject: Subject;
  /** Options can contain counters, so they are created for each run. */
  readonly options: () => Promise<RunOptions>;
  readonly verdict?: string;
}

export function namedCases(): Case[] {
  const subject = subjectNamed('guarded').machines;
  return [
    ...SCENARIOS.map((scenario) => caseOf(scenario, subject)),
    ...['existing template', 'existing template, timeout given'].flatMap((variant) => {
      const existing = VARIANTS[variant]().subject;
      return [{ ...SCENARIOS[0], name: variant }, ...EXTRA_SCENARIOS_OF[variant]].map((scenario) => caseOf(scenario, existing));
    }),
    { name: 'two gates within one second: the younger one', subject, options: async () => WITHIN_ONE_SECOND, verdict: 'Blocked' },
  ];
}

function caseOf(scenario: Scenario, subject: Subject): Case {
  return { name: scenario.name, subject, options: () => optionsOf(scenario, subject), verdict: scenario.verdict };
}

/** The older experiment begins at a full second, so its time is written without milliseconds. This gate cannot see it before its own start. */
const WITHIN_ONE_SECOND: RunOptions = {
  latencyMs: 60,
  listingLag: 0.2,
  prepare: ({ aws, subject }: GateRun) => {
    const Tags = { 'cdk-chaos-experiment-stage:gate': subject.gateName, 'cdk-chaos-experiment-stage:execution': 'run-0' };
    aws.fis.startExperiment({ ClientToken: 'another-execution', ExperimentTemplateId: subject.template.id, Tags }, { ends: 'never' });
  },
};
