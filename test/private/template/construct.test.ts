import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { resolveIntrinsics } from '../../../simulator/synthesized';
import { ChaosExperiment, Experiment, FaultAction, FaultTarget, Selection } from '../../../src';
import { joinStatements, limitTags } from '../../../src/private/template/policy-size';
import { FACTORIES, make, sampleArn } from '../../support/catalogue-samples';
import { someAlarm } from '../../support/fixtures';

/** Characters without white space, as IAM counts. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST_INLINE = 10240;
const LONGEST_MANAGED = 6144;
const MOST_MANAGED = 10;

/** The policies of the role of an experiment with these actions. */
function policiesOf(actions: FaultAction[]) {
  const stack = new Stack(new App(), 'Stack');
  new ChaosExperiment(stack, 'Chaos', {
    experiment: Experiment.define({ actions: Object.fromEntries(actions.map((action, index) => [`action${index}`, action])) }),
    alarms: [someAlarm(stack)],
  });
  const template = Template.fromStack(stack);
  Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('rolePolicy'));
  const documents = (type: string) => Object.values<any>(template.findResources(type))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('ChaosTemplateRole'))
    .map(({ Properties }) => resolveIntrinsics(Properties.PolicyDocument, template.toJSON()));
  return { inline: documents('AWS::IAM::Policy'), managed: documents('AWS::IAM::ManagedPolicy') };
}

function expectToFit({ inline, managed }: ReturnType<typeof policiesOf>) {
  const length = (document: any) => JSON.stringify(document).length;
  expect(inline.length).toBeGreaterThan(0);
  expect(inline.map(length).reduce((sum, one) => sum + one)).toBeLessThanOrEqual(LONGEST_INLINE);
  managed.forEach((document) => expect(length(document)).toBeLessThanOrEqual(LONGEST_MANAGED));
  expect(managed.length).toBeLessThanOrEqual(MOST_MANAGED);
}

const twenty = <T>(one: (index: number) => T): T[] => [...Array(20).keys()].map(one);
const manyTags = (index: number, keyLength: number, valueLength: number) => Object.fromEntries([...Array(50).keys()].map((tag) =>
  [`${index}-${tag}-`.padEnd(keyLength, 'k'), 'v'.repeat(valueLength)]));
const tagged = (tags: { [key: string]: string }) => FaultTarget.taggedWith('aws:ec2:instance', tags, { selection: Selection.count(1) });

describe('the policies of the role fit into the limits of IAM', () => {
  test('with 20 SSM actions on five ARNs each', () => {
    const arns = (index: number) => [...Array(5).keys()].map((number) => `${sampleArn('aws:ec2:instance')}${index}-${number}`);
    const policies = policiesOf(twenty((index) => FaultAction.ssmNetworkLatencySources(
      FaultTarget.arns('aws:ec2:instance', arns(index)), { duration: Duration.minutes(5), sources: ['ALL'] })));
    expectToFit(policies);
    for (const arn of twenty(arns).flat()) { expect(JSON.stringify(policies)).toContain(arn); }
  });

  test.each([['stop', 10, 10], ['stop', 60, 60], ['latency', 60, 60]])(
    'with 20 times %s on targets of 50 tags, with keys of %i and values of %i characters', (kind, keyLength, valueLength) => {
      const target = (index: number) => tagged(manyTags(index, keyLength, valueLength));
      expectToFit(policiesOf(twenty((index) => kind === 'stop'
        ? FaultAction.ec2StopInstances(target(index), { startInstancesAfterDuration: Duration.minutes(5) })
        : FaultAction.ssmNetworkLatencySources(target(index), { duration: Duration.minutes(5), sources: ['ALL'] }))));
    });

  test('with 20 actions of different kinds, or all of them', () => {
    const actions = FACTORIES.slice(0, 19).map((factory) => make(factory));
    expectToFit(policiesOf([...actions, FaultAction.ec2RebootInstances(tagged({ a: 'b' }))]));
  });
});

test('equal statements of 20 actions are merged', () => {
  const { inline, managed } = policiesOf(twenty(() => FaultAction.ec2StopInstances(tagged({ team: 'shop' }))));
  expect(managed).toEqual([]);
  expect(inline[0].Statement.map(({ Action }: any) => Action)).toEqual([
    'ec2:StopInstances', 'ec2:DescribeInstances', expect.arrayContaining(['logs:CreateLogDelivery']),
  ]);
});

describe('merging statements', () => {
  const statement = (props: iam.PolicyStatementProps) => new iam.PolicyStatement({ actions: ['a:A'], resources: ['r'], ...props });
  const joined = (...statements: iam.PolicyStatementProps[]) => joinStatements(statements.map(statement)).map((one) => one.toStatementJson());

  test('merges those with the same resources and conditions', () => {
    const conditions = { StringEquals: { k: 'v' } };
    expect(joined({ resources: ['r', 's'], conditions }, { actions: ['a:B', 'a:A'], resources: ['s', 'r'], conditions })).toEqual([
      { Effect: 'Allow', Action: ['a:A', 'a:B'], Resource: ['r', 's'], Condition: conditions },
    ]);
  });

  test.each<[string, iam.PolicyStatementProps]>([
    ['resources', { resources: ['s'] }],
    ['conditions', { conditions: { Bool: { k: 'true' } } }],
    ['effect', { effect: iam.Effect.DENY }],
  ])('keeps those with other %s', (_name, other) => expect(joined({}, other)).toHaveLength(2));

  test.each<[string, iam.PolicyStatementProps]>([
    ['a sid', { sid: 'Mine' }],
    ['NotAction', { actions: undefined, notActions: ['a:B'] }],
    ['NotResource', { resources: undefined, notResources: ['s'] }],
  ])('does not change those with %s', (_name, props) => {
    expect(joined(props, props)).toEqual([statement(props).toStatementJson(), statement(props).toStatementJson()]);
  });
});

describe('limiting tags', () => {
  const limited = (equals: { [key: string]: string }) => limitTags(new iam.PolicyStatement({
    actions: ['a:A'], resources: ['r'], conditions: { StringEquals: equals, Bool: { other: 'true' } },
  })).toStatementJson().Condition;

  test('keeps tags that are short enough', () => {
    const equals = { 'aws:ResourceTag/a': 'x'.repeat(1377) };
    expect(limited(equals)).toEqual({ StringEquals: equals, Bool: { other: 'true' } });
  });

  test('omits tags that are too long, but no other conditions', () => {
    expect(limited({ 'aws:ResourceTag/a': 'x', 'ssm:resourceTag/b': 'y'.repeat(1400), 'ec2:Region': 'z'.repeat(1400) })).toEqual({
      StringEquals: { 'aws:ResourceTag/a': 'x', 'ec2:Region': 'z'.repeat(1400) }, Bool: { other: 'true' },
    });
  });
});
