import { App, Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { resolveIntrinsics } from '../../../simulator/synthesized';
import { ChaosExperiment, Experiment } from '../../../src';
import { FACTORIES, make } from '../../support/catalogue-samples';
import { CASES, Case, Resources } from '../../support/every-action';
import { fisProblems } from '../../support/fis-rules';
import { someAlarm } from '../../support/fixtures';

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (characters without white space) */
const LONGEST_INLINE = 10240;
const LONGEST_MANAGED = 6144;
const MOST_MANAGED = 10;
/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const LONGEST_TEMPLATE = 1024 * 1024;
const MOST_RESOURCES = 500;

/** To repeat a combination, set this to the seed of the failed test. */
const SEEDS = [...Array(12).keys()];

/** The kinds whose policies are longest. */
const WIDEST = ['network', 'ecs', 'dynamodb', 'arc', 'lambda', 'eks'];

/** Twenty actions of twenty kinds, each with its target chosen in one of the possible ways. */
function combination(seed: number): Case[] {
  const [kinds] = fc.sample(fc.shuffledSubarray(FACTORIES, { minLength: 20, maxLength: 20 }), { seed, numRuns: 1 });
  return chosen(kinds, seed);
}

function chosen(kinds: typeof FACTORIES, seed: number): Case[] {
  return kinds.map((factory) => fc.sample(fc.constantFrom(...CASES.filter((one) => one.factory === factory)), { seed, numRuns: 1 })[0]);
}

const widest = [...FACTORIES].sort((one, other) => rank(one.id) - rank(other.id)).slice(0, 20);

function rank(id: string): number {
  const index = WIDEST.findIndex((service) => id.startsWith(`aws:${service}:`));
  return index < 0 ? WIDEST.length : index;
}

test.each([
  ...SEEDS.map((seed) => [`seed ${seed}`, combination(seed)] as const),
  ['the longest policies', chosen(widest, 1)] as const,
])('20 actions of 20 kinds fit into the limits of IAM and CloudFormation: %s', (_seed, cases) => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const resources = new Resources(stack);
  const actions = Object.fromEntries(cases.map(({ name, factory, options, target }) => [name, make(factory, options, target(resources))]));
  new ChaosExperiment(stack, 'Chaos', { experiment: Experiment.define({ actions }), alarms: [someAlarm(stack)] });
  const { template, messages } = app.synth().getStackByName('Stack');
  const ofType = (type: string) => Object.values<any>(template.Resources).filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const policies = (type: string) => ofType(type).filter(({ Roles }) => JSON.stringify(Roles).includes('ChaosTemplateRole'))
    .map(({ PolicyDocument }) => JSON.stringify(resolveIntrinsics(PolicyDocument, template)).length);
  const inline = policies('AWS::IAM::Policy');
  const managed = policies('AWS::IAM::ManagedPolicy');
  const said = cases.map(({ name }) => name).join(', ');

  expect([said, new Set(cases.map(({ factory }) => factory)).size]).toEqual([said, 20]);
  expect([said, fisProblems(resolveIntrinsics(ofType('AWS::FIS::ExperimentTemplate')[0], template))]).toEqual([said, []]);
  expect(messages.filter(({ level }) => level === 'error')).toEqual([]);
  expect(inline.length).toBeGreaterThan(0);
  expect(inline.reduce((sum, length) => sum + length)).toBeLessThanOrEqual(LONGEST_INLINE);
  expect(Math.max(0, ...managed)).toBeLessThanOrEqual(LONGEST_MANAGED);
  expect(managed.length).toBeLessThanOrEqual(MOST_MANAGED);
  expect(JSON.stringify(template, undefined, 1).length).toBeLessThanOrEqual(LONGEST_TEMPLATE);
  expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(MOST_RESOURCES);
});
