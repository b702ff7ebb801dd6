import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { matchesEvent } from '../../../simulator/event-pattern';
import { GateRun, subjectOf } from '../../../simulator/gate-run';
import { SCENARIOS, optionsOf } from '../../../simulator/scenarios';
import { resolveIntrinsics } from '../../../simulator/synthesized';
import { ChaosExperiment, GateMode, OnVerdictOptions, Verdict } from '../../../src';
import { someAlarm, someExperiment, someStack } from '../../support/fixtures';

/** A gate with a rule. */
function ruleWith(options: OnVerdictOptions = {}, mode = GateMode.ENFORCE, stack = someStack()) {
  const gate = new ChaosExperiment(stack, 'Chaos', { experiment: someExperiment(), alarms: [someAlarm(stack)], mode });
  const rule = gate.onVerdict('Told', options);
  const template = Template.fromStack(stack);
  const [resource] = Object.values<any>(template.findResources('AWS::Events::Rule'));
  return { gate, rule, template, pattern: resolveIntrinsics(resource.Properties.EventPattern, template.toJSON()), stack };
}

/** Possible forms of the event, because its descriptions differ and are incomplete. */
const SHAPES: { readonly [name: string]: (detail: any) => any } = {
  'with error and cause': (detail) => detail,
  'with error alone': ({ cause, ...detail }) => detail,
  'with cause alone': ({ error, ...detail }) => detail,
  'with null for what is not there': (detail) => ({ output: null, error: null, cause: null, ...detail }),
};

/** The event that Step Functions sends at the end of a run. */
function eventOf({ gate, gateMachine }: GateRun, shape = (detail: any) => detail, space = ''): any {
  const output = gate.output === undefined ? undefined : JSON.stringify(gate.output).replaceAll('":', `":${space}`);
  return {
    'version': '0',
    'id': '315c1398-40ff-a850-213b-158f73e60175',
    'detail-type': 'Step Functions Execution Status Change',
    'source': 'aws.states',
    'account': '111122223333',
    'region': 'eu-west-1',
    'resources': [gate.arn],
    'detail': shape({
      executionArn: gate.arn,
      stateMachineArn: gateMachine.arn,
      name: gate.name,
      status: gate.status,
      input: JSON.stringify(gate.input),
      ...(output !== undefined && { output }),
      ...(gate.error !== undefined && { error: gate.error }),
      ...(gate.cause !== undefined && { cause: gate.cause }),
    }),
  };
}

describe.each([GateMode.ENFORCE, GateMode.REPORT_ONLY])('a gate in mode %s', (mode) => {
  const subject = subjectOf(ruleWith({}, mode).template.toJSON());
  const runs = SCENARIOS.map(async (scenario) => new GateRun(subject, await optionsOf(scenario, subject)).run());
  const endOf = ({ verdict }: GateRun) => (Object.values<string>(Verdict).includes(verdict) ? verdict : Verdict.GATE_ERROR);

  test('every end of a run is reported if no verdicts are chosen', async () => {
    const { pattern } = ruleWith({}, mode);
    for (const run of await Promise.all(runs)) { expect(matchesEvent(pattern, eventOf(run))).toBe(true); }
  });

  test.each(Object.keys(SHAPES))('every end of a run matches the rule for its verdict, and no other: event %s', async (shape) => {
    const rules = Object.values(Verdict).map((verdict) => ({ verdict, pattern: ruleWith({ verdicts: [verdict] }, mode).pattern }));
    for (const run of await Promise.all(runs)) {
      for (const space of ['', ' ']) {
        const event = eventOf(run, SHAPES[shape], space);
        const telling = rules.filter(({ pattern }) => matchesEvent(pattern, event)).map(({ verdict }) => verdict);
        // an error that is null is not a verdict: together with the verdict in the cause, it also matches GATE_ERROR
        expect(telling).toContain(endOf(run));
        expect(telling.filter((verdict) => verdict !== Verdict.GATE_ERROR)).toEqual([endOf(run)].filter((verdict) => verdict !== Verdict.GATE_ERROR));
        if (shape !== 'with null for what is not there') { expect(telling).toEqual([endOf(run)]); }
      }
    }
  });

  test('one rule can match several verdicts, in up to 2,048 characters', async () => {
    const all = Object.values(Verdict);
    for (const verdicts of all.flatMap((_verdict, i) => [all.slice(0, i + 1), all.slice(i)])) {
      const { pattern } = ruleWith({ verdicts }, mode);
      expect(JSON.stringify(pattern).length).toBeLessThan(2000);
      for (const run of await Promise.all(runs)) {
        for (const space of ['', ' ']) { expect(matchesEvent(pattern, eventOf(run, undefined, space))).toBe(verdicts.includes(endOf(run) as Verdict)); }
      }
    }
  });

  test('an event of a failed run without a verdict matches every rule', async () => {
    const [failed] = (await Promise.all(runs)).filter(({ gate }) => gate.status === 'FAILED');
    const event = eventOf(failed, ({ error, cause, ...detail }) => detail);
    for (const verdict of Object.values(Verdict)) { expect(matchesEvent(ruleWith({ verdicts: [verdict] }, mode).pattern, event)).toBe(true); }
  });

  test('neither a start nor another machine matches', async () => {
    const [run] = await Promise.all(runs);
    for (const verdicts of [undefined, Object.values(Verdict)]) {
      const { pattern } = ruleWith({ verdicts }, mode);
      expect(matchesEvent(pattern, eventOf(run, ({ output, ...detail }) => ({ ...detail, status: 'RUNNING' })))).toBe(false);
      expect(matchesEvent(pattern, eventOf(run, (detail) => ({ ...detail, stateMachineArn: `${detail.stateMachineArn}X` })))).toBe(false);
    }
  });

  test('an execution that ended without a verdict matches GATE_ERROR', async () => {
    const [run] = await Promise.all(runs);
    for (const end of [{ status: 'TIMED_OUT' }, { status: 'ABORTED', error: 'Abandoned' }, { status: 'FAILED', error: 'States.Runtime', cause: 'x' }]) {
      const event = eventOf(run, ({ output, error, cause, ...detail }) => ({ ...detail, ...end }));
      expect(matchesEvent(ruleWith({ verdicts: [Verdict.GATE_ERROR] }, mode).pattern, event)).toBe(true);
      expect(matchesEvent(ruleWith({ verdicts: [Verdict.ALARM_FIRED, Verdict.PASSED] }, mode).pattern, event)).toBe(false);
    }
  });
});

test('no text of a user is mistaken for a verdict', async () => {
  const { pattern, template } = ruleWith({ verdicts: [Verdict.PASSED] }, GateMode.REPORT_ONLY);
  const run = await new GateRun(subjectOf(template.toJSON()), {
    script: { ends: 'failed', endsAfter: 30, reason: '"verdict":"Passed","verdict": "Passed"' },
  }).run();
  expect(run.verdict).toBe('ExperimentFailed');
  expect(run.document.experiment.reason).toContain('"verdict":"Passed"');
  expect(matchesEvent(pattern, eventOf(run))).toBe(false);
});

test('accepts any target, and the options of other rules', () => {
  const stack = someStack();
  const topic = new sns.Topic(stack, 'Topic');
  const { template } = ruleWith({
    target: new targets.SnsTopic(topic), ruleName: 'chaos', description: 'for the team', eventPattern: { account: ['111122223333'] }, verdicts: [Verdict.ALARM_FIRED],
  }, GateMode.ENFORCE, stack);
  template.hasResourceProperties('AWS::Events::Rule', {
    Name: 'chaos',
    Description: 'for the team',
    EventPattern: { 'account': ['111122223333'], 'source': ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'], 'detail': Match.objectLike({ $or: Match.anyValue() }) },
    Targets: [{ Arn: { Ref: Match.stringLikeRegexp('^Topic') } }],
  });
});

test('can be created in another scope', () => {
  const app = new App();
  const gates = new Stack(app, 'Gates');
  const others = new Stack(app, 'Others');
  const gate = new ChaosExperiment(gates, 'Chaos', { experiment: someExperiment(), alarms: [someAlarm(gates)] });
  gate.onVerdict('Told', { crossStackScope: others, target: new targets.SnsTopic(new sns.Topic(others, 'Topic')) });
  Template.fromStack(others).resourceCountIs('AWS::Events::Rule', 1);
  Template.fromStack(gates).resourceCountIs('AWS::Events::Rule', 0);
});

test('fails with an empty list, which would never match', () => {
  expect(() => ruleWith({ verdicts: [] })).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Chaos:
  - Stack/Chaos: onVerdict 'Told': 'verdicts' is empty, so nothing would ever be reported; leave it out to report all of them"
`);
});
