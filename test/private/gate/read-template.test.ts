import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { Expression } from '../../../simulator/expression';
import { resolveIntrinsics } from '../../../simulator/synthesized';
import { ChaosExperiment, ChaosExperimentProps, Experiment } from '../../../src';
import { ACTIONS } from '../../../src/private/catalogue/lookup';
import { definitionOf } from '../../support/definition-of';
import { someAlarm, someExistingTemplate, someExperiment, someStack } from '../../support/fixtures';

function gateOf(experiment: Experiment, props: Partial<ChaosExperimentProps> = {}, stack = someStack()): ChaosExperiment {
  return new ChaosExperiment(stack, 'Chaos', { experiment, alarms: [someAlarm(stack)], ...props });
}

test('creates no template, no role and no log, and uses the id as given', () => {
  const stack = someStack();
  const gate = gateOf(Experiment.fromTemplateId('EXT1'), {}, stack);
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::FIS::ExperimentTemplate', 0);
  template.resourceCountIs('AWS::IAM::Role', 2);
  template.resourceCountIs('AWS::Logs::LogGroup', 2);
  expect([gate.experimentTemplate, gate.experimentRole, gate.experimentLogGroup]).toEqual([undefined, undefined, undefined]);
  expect(gate.experimentTemplateId).toBe('EXT1');
  expect(resolveIntrinsics(stack.resolve(gate.experimentTemplateArn))).toBe('arn:aws:fis:eu-west-1:111122223333:experiment-template/EXT1');
});

test.each([
  ['an existing template', Experiment.fromTemplateId('EXT1'), ['arn:aws:fis:eu-west-1:111122223333:experiment-template/EXT1']],
  ['its own template', someExperiment(), []],
])('the gate may read %s', (_name, experiment, expected) => {
  const stack = someStack();
  gateOf(experiment, {}, stack);
  const template = Template.fromStack(stack).toJSON();
  const readable = Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => resolveIntrinsics(Properties.PolicyDocument.Statement, template))
    .filter(({ Action }) => [Action].flat().includes('fis:GetExperimentTemplate'));
  expect(readable.map(({ Resource }) => Resource)).toEqual(expected);
});

test('accepts a template of the same stack', () => {
  const stack = someStack();
  const gate = gateOf(someExistingTemplate(stack, someExperiment(), []), {}, stack);
  expect(definitionOf(gate.stateMachine).States.Configure.Assign.experimentTemplateId).toMatch(/^EXTExisting/);
});

test('expects the longest experiment unless a timeout is given', () => {
  const bound = (props: Partial<ChaosExperimentProps>) => definitionOf(gateOf(Experiment.fromTemplateId('EXT1'), props).stateMachine).TimeoutSeconds;
  expect(bound({}) - bound({ timeout: Duration.minutes(20) })).toBe((12 * 60 + 15 - 20) * 60);
});

test('fails with all problems at once', () => {
  const stack = someStack();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('fis.amazonaws.com') });
  expect(() => gateOf(Experiment.fromTemplateId('EXT1 or *'), { role, timeout: Duration.hours(14) }, stack)).toThrowErrorMatchingInlineSnapshot(`
"3 problems with Stack/Chaos:
  - Stack/Chaos: the id of an experiment template must have 1 to 64 letters and digits, got 'EXT1 or *'; the FIS console shows it, it begins with EXT
  - Stack/Chaos: 'role' is given, but experiment template EXT1 or * has its own; leave it out, and change the role of the template
  - Stack/Chaos: 'timeout' must be whole seconds from 1 minute to 13 hours, got 14 hours; give the experiment the time that its actions take, or leave it out"
`);
});

describe('the expected duration', () => {
  const { expectedDuration } = definitionOf(gateOf(Experiment.fromTemplateId('EXT1')).stateMachine).States.ReadTemplate.Assign;
  const expression = Expression.of(expectedDuration);
  const read = async (Actions: object) => expression.evaluate({
    states: { result: { ExperimentTemplate: { Id: 'EXT1', Actions, StopConditions: [] } } },
    variables: { experimentTemplateId: 'EXT1', expectedGuards: [] },
  }, 'expectedDuration');

  test.each([
    ['PT5M', 300], ['PT1H30M', 5400], ['PT90S', 90], ['PT1H1M1S', 3661], ['P1D', 43200], ['PT0S', 0], ['five minutes', 0], ['', 0], [undefined, 0], [300, 0],
  ])('is read from %j', async (duration, seconds) => {
    expect(await read({ a: { ActionId: 'x', Parameters: { duration } } })).toBe(seconds);
  });

  test.each([...new Set(ACTIONS.flatMap(({ duration }) => duration?.parameter ?? []))])('is read from the parameter %s', async (name) => {
    expect(await read({ a: { ActionId: 'x', Parameters: { [name]: 'PT7M' } } })).toBe(420);
  });

  test('is 0 if there are no actions, or only instant ones', async () => {
    expect(await read({})).toBe(0);
    expect(await read({ a: { ActionId: 'x' }, b: { ActionId: 'y', StartAfter: ['a'] } })).toBe(0);
  });

  test('is that of the longest chain of actions, and never more than FIS allows', async () => {
    // an action waits for some of the actions before it
    const action = fc.record({ minutes: fc.integer({ min: 0, max: 90 }), waitsFor: fc.array(fc.nat(), { maxLength: 3 }) });
    const actions = fc.array(action, { minLength: 1, maxLength: 20 });
    await fc.assert(fc.asyncProperty(actions, async (list) => {
      const ends: number[] = [];
      const entries = list.map(({ minutes, waitsFor }, i) => {
        const earlier = i === 0 ? [] : waitsFor.map((each) => each % i);
        ends.push(minutes * 60 + Math.max(0, ...earlier.map((each) => ends[each])));
        return [`a${i}`, { ActionId: 'x', Parameters: { duration: `PT${minutes}M` }, StartAfter: earlier.map((each) => `a${each}`) }];
      });
      const answer = await read(Object.fromEntries(entries.reverse()));
      expect(answer).toBe(Math.min(12 * 3600, Math.max(...ends)));
    }), { seed: 5, numRuns: 50 });
  });

  test('is computed even if actions wait for each other', async () => {
    const actions = { a: { ActionId: 'x', Parameters: { duration: 'PT1M' }, StartAfter: ['b'] }, b: { ActionId: 'x', StartAfter: ['a'] } };
    expect(await read(actions)).toBeLessThanOrEqual(20 * 60);
  });
});

