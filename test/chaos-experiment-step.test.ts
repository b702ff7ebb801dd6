import { App, Environment, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { SomeAppStage, someDelivery } from './support/fixtures';
import { resolveIntrinsics } from '../simulator/synthesized';
import { ChaosExperimentProps, ChaosExperimentStep } from '../src';

const HERE = { account: '111122223333', region: 'eu-west-1' };
const THERE = { account: '444455556666', region: 'eu-central-1' };

interface DeliveryOptions {
  readonly env?: Environment;
  readonly props?: Partial<ChaosExperimentProps>;
  readonly pipeline?: Partial<pipelines.CodePipelineProps>;
}

/** A pipeline with one stage of an app, and the gate of that stage as its step. */
function delivery(options: DeliveryOptions = { env: HERE }) {
  const stack = new Stack(new App(), 'Tools', { env: HERE });
  const pipeline = someDelivery(stack, options.pipeline);
  const staging = new SomeAppStage(stack, 'Staging', options.env, options.props);
  pipeline.addStage(staging, { post: [new ChaosExperimentStep('Resilience', { experiment: staging.gate })] });
  return { stack, pipeline, staging };
}

function actionsOf(stack: Stack, stageName: string): any[] {
  const template = Template.fromStack(stack).toJSON();
  const [{ Properties }] = Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::CodePipeline::Pipeline');
  return resolveIntrinsics(Properties.Stages.find(({ Name }: any) => Name === stageName).Actions, template);
}

test('runs the gate after the deployment, in the same stage of the pipeline', () => {
  const { stack } = delivery();
  expect(actionsOf(stack, 'Staging').map(({ Name, RunOrder }) => [Name, RunOrder])).toEqual([['Web.Prepare', 1], ['Web.Deploy', 2], ['Resilience', 3]]);
  expect(actionsOf(stack, 'Staging')[2]).toMatchObject({
    ActionTypeId: { Category: 'Invoke', Owner: 'AWS', Provider: 'StepFunctions', Version: '1' },
    Configuration: { StateMachineArn: expect.stringMatching(/^arn:aws:states:eu-west-1:111122223333:stateMachine:StagingWebGate\w+-Gate$/) },
  });
});

test('uses the name that the state machine will have', () => {
  const { stack, staging } = delivery();
  const app = Template.fromStack(Stack.of(staging.gate)).toJSON();
  const names = Object.values<any>(app.Resources).filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine').map(({ Properties }) => Properties.StateMachineName);
  expect(names).toContain(actionsOf(stack, 'Staging')[2].Configuration.StateMachineArn.split(':').pop());
});

test('does not pass the id of the experiment template, which is not known yet', () => {
  const { stack } = delivery();
  expect(JSON.parse(actionsOf(stack, 'Staging')[2].Configuration.Input)).toEqual({
    pipeline: '', pipelineExecutionId: '#{codepipeline.PipelineExecutionId}',
  });
});

test('runs after a wave', () => {
  const stack = new Stack(new App(), 'Tools', { env: HERE });
  const pipeline = someDelivery(stack);
  const [one, other] = ['One', 'Other'].map((id) => new SomeAppStage(stack, id, HERE));
  const wave = pipeline.addWave('Production', {
    post: pipelines.Step.sequence([new ChaosExperimentStep('First', { experiment: one.gate }), new ChaosExperimentStep('Second', { experiment: other.gate })]),
  });
  wave.addStage(one);
  wave.addStage(other);
  expect(actionsOf(stack, 'Production').map(({ Name, RunOrder }) => [Name, RunOrder])).toEqual([
    ['One.Web.Prepare', 1], ['Other.Web.Prepare', 1], ['One.Web.Deploy', 2], ['Other.Web.Deploy', 2], ['First', 3], ['Second', 4],
  ]);
});

describe('the watchdog', () => {
  const named = { props: { pipelineName: 'Delivery' }, pipeline: { pipelineName: 'Delivery' } };
  const watched = (staging: SomeAppStage) => JSON.stringify(Template.fromStack(Stack.of(staging.gate)).findResources('AWS::IAM::Policy'));

  test('checks the pipeline with the given name', () => {
    const { stack, staging } = delivery({ env: HERE, ...named });
    expect(JSON.parse(actionsOf(stack, 'Staging')[2].Configuration.Input).pipeline).toBe('Delivery');
    Template.fromStack(Stack.of(staging.gate)).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([{
          Sid: 'AskAfterNamedPipeline',
          Effect: 'Allow',
          Action: 'codepipeline:GetPipelineExecution',
          Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':codepipeline:eu-west-1:111122223333:Delivery']] },
        }]),
      },
    });
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('cdk-chaos-experiment-stage'));
  });

  test('checks no pipeline without a name', () => {
    const { staging } = delivery({ env: HERE, pipeline: { pipelineName: 'Delivery' } });
    expect(watched(staging)).not.toContain('codepipeline:');
  });

  test('does not check a pipeline in another account', () => {
    const { stack } = delivery({ env: THERE, props: named.props, pipeline: { ...named.pipeline, crossAccountKeys: true } });
    expect(JSON.parse(actionsOf(stack, 'Staging')[2].Configuration.Input).pipeline).toBe('');
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('otherPipeline'));
  });

  test.each([['Another', '\'Another\''], [undefined, 'chosen by CloudFormation']])('is told nothing if the pipeline is named %s, with a warning', (pipelineName, says) => {
    const { stack } = delivery({ env: HERE, props: named.props, pipeline: { pipelineName } });
    expect(JSON.parse(actionsOf(stack, 'Staging')[2].Configuration.Input).pipeline).toBe('');
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(`checks pipeline 'Delivery'.*${says}.*cdk-chaos-experiment-stage:otherPipeline`));
  });
});

describe('problems', () => {
  const synthesis = (...args: Parameters<typeof delivery>) => () => delivery(...args).pipeline.buildPipeline();

  test('fails without a fixed account and Region', () => {
    expect(synthesis({})).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Tools/Staging/Web/Gate:
  - Tools/Staging/Web/Gate: the stack of the gate has no fixed account and Region, from which a pipeline elsewhere could know the ARN of the gate; set 'env' on the stage or the stack"
`);
    expect(synthesis({ env: { account: HERE.account } })).toThrow('has no fixed account and Region');
    expect(synthesis({ env: { region: HERE.region } })).toThrow('has no fixed account and Region');
  });

  test('fails in China', () => {
    expect(synthesis({ env: { account: HERE.account, region: 'cn-north-1' } })).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Tools/Staging/Web/Gate:
  - Tools/Staging/Web/Gate: the gate is in cn-north-1, where CodePipeline has no Step Functions action; run the gate on a schedule or by hand, see 'stateMachine'"
`);
  });

  test('fails with an invalid pipeline name', () => {
    expect(synthesis({ env: HERE, props: { pipelineName: 'no good' } })).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Tools/Staging/Web/Gate:
  - Tools/Staging/Web/Gate: 'pipelineName' must have 1 to 100 letters, digits and the characters . @ - _, got 'no good'; take the name that the pipeline is given, as text"
`);
    expect(synthesis({ env: HERE, props: { pipelineName: 'x'.repeat(101) } })).toThrow('\'pipelineName\' must have 1 to 100');
  });
});
