import { Match, Template } from 'aws-cdk-lib/assertions';
import { resolveIntrinsics } from '../../../simulator/synthesized';
import { CATALOGUE, FACTORIES, waysOf } from '../../support/catalogue-samples';
import { CASES, everyAction, TARGETS } from '../../support/every-action';
import { fisProblems } from '../../support/fis-rules';

const { stacks } = everyAction().synth();
const TYPE = 'AWS::FIS::ExperimentTemplate';

test('every action and document is included, with its target chosen in every possible way', () => {
  for (const factory of FACTORIES) {
    const names = CASES.filter((one) => one.factory === factory).map(({ name }) => name.split('-')[1]);
    const constructs = CATALOGUE.targetTypes.find(({ resourceType }) => resourceType === factory.target?.resourceType)?.factories ?? [];
    expect(new Set(names)).toEqual(new Set(factory.target ? [...waysOf(factory), ...constructs] : ['alone']));
  }
});

test('there are constructs for every factory of targets', () => {
  expect(Object.keys(TARGETS).sort()).toEqual(CATALOGUE.targetTypes.flatMap(({ factories }) => factories).sort());
});

test('no factory reports a problem', () => {
  expect(stacks.flatMap(({ messages }) => messages.filter(({ level }) => level === 'error'))).toEqual([]);
});

describe.each(stacks.map(({ stackName, template }) => ({ stackName, template })))('the templates of $stackName', ({ template }) => {
  const made = Object.entries<any>(template.Resources).filter(([, { Type }]) => Type === TYPE);

  test('are as many as there are cases, and fit into one stack', () => {
    expect(made.length).toBeGreaterThan(0);
    expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(500);
  });

  test.each(made)('%s follows the rules of FIS', (_id, { Properties }) => {
    expect(fisProblems(resolveIntrinsics(Properties, template))).toEqual([]);
  });

  test('have roles that only FIS can assume, for experiments of this account', () => {
    const roles = Template.fromJSON(template).findResources('AWS::IAM::Role', {
      Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'fis.amazonaws.com' }, Condition: Match.anyValue() }] } },
    });
    const used = made.map(([, { Properties }]) => Properties.RoleArn['Fn::GetAtt'][0]);
    expect(new Set(Object.keys(roles))).toEqual(new Set(used));
  });
});

test('all cases are in the stacks', () => {
  const count = stacks.flatMap(({ template }) => Object.values<any>(template.Resources)).filter(({ Type }) => Type === TYPE).length;
  expect(count).toBe(CASES.length);
});
