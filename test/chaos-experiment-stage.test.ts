import { App, Environment, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import { ChaosExperimentStage, ChaosExperimentStageProps, Experiment } from '../src';
import { someAlarm, someExperiment, somePipeline, someStack } from './support/fixtures';

/** A pipeline with a chaos stage after staging. */
function stageWith(props: Partial<ChaosExperimentStageProps> = {}, pipelineProps: codepipeline.PipelineProps = {}) {
  const stack = someStack();
  const { pipeline, staging, production } = somePipeline(stack, pipelineProps);
  const add = (id = 'Resilience') => new ChaosExperimentStage(stack, id, {
    pipeline,
    placement: { justAfter: staging },
    experiment: someExperiment(),
    alarms: [someAlarm(stack)],
    ...props,
  });
  return { stack, pipeline, staging, production, add };
}

function stagesOf(stack: ReturnType<typeof someStack>): any[] {
  return Object.values<any>(Template.fromStack(stack).findResources('AWS::CodePipeline::Pipeline'))[0].Properties.Stages;
}

test('adds a stage with one action at the placement', () => {
  const { stack, add } = stageWith();
  const stage = add();
  expect(stagesOf(stack).map(({ Name }) => Name)).toEqual(['Source', 'DeployStaging', 'Resilience', 'DeployProduction']);
  expect(stagesOf(stack)[2].Actions).toHaveLength(1);
  expect(stage.stage.stageName).toBe('Resilience');
});

test('adds the stage at the end by default', () => {
  const { stack, add } = stageWith({ placement: undefined, stageName: 'Last' });
  add();
  expect(stagesOf(stack).pop().Name).toBe('Last');
});

test('invokes the gate with the id of the experiment template', () => {
  const { stack, add } = stageWith();
  const { experiment } = add();
  const { Configuration } = stagesOf(stack)[2].Actions[0];
  expect(Configuration.StateMachineArn).toEqual(stack.resolve(experiment.stateMachine.stateMachineArn));
  expect(JSON.stringify(Configuration.Input)).toContain(JSON.stringify(stack.resolve(experiment.experimentTemplateId)));
});

test('lets the action start only this gate', () => {
  const { stack, add } = stageWith();
  const { experiment } = add();
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({
        Action: Match.arrayWith(['states:StartExecution']),
        Resource: stack.resolve(experiment.stateMachine.stateMachineArn),
      })]),
    },
  });
});

test('passes the stage conditions through', () => {
  const rule = new codepipeline.Rule({
    name: 'Office', provider: 'DeploymentWindow', version: '1', configuration: { Cron: '0 0 9-17 ? * MON-FRI *', TimeZone: 'Europe/Berlin' },
  });
  const { stack, add } = stageWith({
    beforeEntry: { conditions: [{ result: codepipeline.Result.FAIL, rules: [rule] }] },
    onFailure: { result: codepipeline.Result.ROLLBACK },
    onSuccess: { conditions: [{ result: codepipeline.Result.FAIL, rules: [rule] }] },
  });
  add();
  expect(stagesOf(stack)[2]).toMatchObject({
    BeforeEntry: { Conditions: [{ Result: 'FAIL', Rules: [{ Name: 'Office' }] }] },
    OnFailure: { Result: 'ROLLBACK' },
    OnSuccess: { Conditions: [{ Result: 'FAIL', Rules: [{ Name: 'Office' }] }] },
  });
});

test('can be used twice in a pipeline, after staging and after production', () => {
  const { stack, pipeline, staging, production } = stageWith();
  const one = new ChaosExperimentStage(stack, 'InStaging', {
    pipeline, placement: { justAfter: staging }, experiment: someExperiment(), alarms: [someAlarm(stack, 'A')],
  });
  const other = new ChaosExperimentStage(stack, 'InProduction', {
    pipeline, placement: { justAfter: production }, experiment: someExperiment(), alarms: [someAlarm(stack, 'B')],
  });

  expect(stagesOf(stack).map(({ Name }) => Name)).toEqual(['Source', 'DeployStaging', 'InStaging', 'DeployProduction', 'InProduction']);
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::FIS::ExperimentTemplate', 2);
  const names = Object.values<any>(template.findResources('AWS::StepFunctions::StateMachine')).map(({ Properties }) => Properties.StateMachineName);
  expect(new Set(names).size).toBe(4);
  expect(one.experiment.stateMachine).not.toBe(other.experiment.stateMachine);
});

test('two gates can share an experiment', () => {
  const experiment = someExperiment();
  const { stack, pipeline } = stageWith();
  for (const id of ['One', 'Other']) {
    new ChaosExperimentStage(stack, id, { pipeline, experiment, alarms: [someAlarm(stack, `${id}Alarm`)] });
  }
  Template.fromStack(stack).resourceCountIs('AWS::FIS::ExperimentTemplate', 2);
});

test('warns about a pipeline that runs its executions in parallel', () => {
  const { stack, add } = stageWith({}, { executionMode: codepipeline.ExecutionMode.PARALLEL });
  add();
  Annotations.fromStack(stack).hasWarning('/Stack/Resilience', Match.stringLikeRegexp('in parallel.*cdk-chaos-experiment-stage:parallelPipeline'));
});

test('does not warn about other pipelines', () => {
  const { stack, add } = stageWith({}, { executionMode: codepipeline.ExecutionMode.QUEUED });
  add();
  Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('cdk-chaos-experiment-stage'));
});

test('the logical ids never change', () => {
  const { stack, add } = stageWith();
  const before = Object.keys(Template.fromStack(stageWith().stack).toJSON().Resources);
  add();
  expect(Object.keys(Template.fromStack(stack).toJSON().Resources).filter((id) => !before.includes(id))).toMatchInlineSnapshot(`
[
  "PipelineResilienceChaosExperimentCodePipelineActionRole746CE561",
  "PipelineResilienceChaosExperimentCodePipelineActionRoleDefaultPolicy2614B76A",
  "Alarm7103F465",
  "ResilienceExperimentTemplateLogsA5B1874C",
  "ResilienceExperimentTemplateRole26055A97",
  "ResilienceExperimentTemplateRoleDefaultPolicy5A06CEA0",
  "ResilienceExperimentTemplateB0CBF47E",
  "ResilienceExperimentGateRole8A5555FF",
  "ResilienceExperimentGateRoleDefaultPolicy5C9ABC26",
  "ResilienceExperimentGateLogsAFC1586A",
  "ResilienceExperimentGateE4E3D002",
  "ResilienceExperimentWatchdogRoleA3F6E4B2",
  "ResilienceExperimentWatchdogRoleDefaultPolicy12307CC8",
  "ResilienceExperimentWatchdogLogs9423FB52",
  "ResilienceExperimentWatchdog73E09244",
  "ResilienceExperimentWatchdogAlarm44FAE9E4",
]
`);
});

describe('several experiments in one stage', () => {
  const more = (stack: ReturnType<typeof someStack>, id: string) => ({ experiment: someExperiment(), alarms: [someAlarm(stack, `${id}Alarm`)] });

  test('run one after another, each in its own action', () => {
    const { stack, add } = stageWith();
    const stage = add();
    const second = stage.addExperiment('LosesAZone', more(stack, 'Two'));
    const third = stage.addExperiment('Slow', { ...more(stack, 'Three'), actionName: 'Bears-latency' });
    const made = stagesOf(stack)[2].Actions;
    expect(made.map(({ Name, RunOrder }: any) => [Name, RunOrder])).toEqual([['ChaosExperiment', 1], ['LosesAZone', 2], ['Bears-latency', 3]]);
    expect(made.map(({ Configuration }: any) => Configuration.StateMachineArn))
      .toEqual([stage.experiment, second, third].map(({ stateMachine }) => stack.resolve(stateMachine.stateMachineArn)));
    Template.fromStack(stack).resourceCountIs('AWS::FIS::ExperimentTemplate', 3);
  });

  test('come after all other actions of the stage', () => {
    const { stack, add } = stageWith();
    const stage = add();
    stage.stage.addAction(new actions.ManualApprovalAction({ actionName: 'Look', runOrder: 7 }));
    stage.addExperiment('Next', more(stack, 'Two'));
    expect(stagesOf(stack)[2].Actions.map(({ RunOrder }: any) => RunOrder)).toEqual([1, 7, 8]);
  });

  test('do not change the first one', () => {
    const { stack, add } = stageWith();
    const alone = Object.keys(Template.fromStack((() => { const one = stageWith(); one.add(); return one.stack; })()).toJSON().Resources);
    add().addExperiment('Next', more(stack, 'Two'));
    expect(Object.keys(Template.fromStack(stack).toJSON().Resources)).toEqual(expect.arrayContaining(alone));
  });

  test('fails with all problems at once, before anything is created', () => {
    const { stack, add } = stageWith();
    const stage = add();
    stage.stage.addAction(new actions.ManualApprovalAction({ actionName: 'Look', runOrder: 999 }));
    const wrong = { ...more(stack, 'Two'), experiment: Experiment.define({ actions: {} }), actionName: 'ChaosExperiment' };
    expect(() => stage.addExperiment('Next', wrong)).toThrowErrorMatchingInlineSnapshot(`
"3 problems with Stack/Resilience:
  - Stack/Resilience: experiment 'Next': 'actionName' must be unique in the stage, which has an action 'ChaosExperiment' already; choose another
  - Stack/Resilience: experiment 'Next': 'runOrder' must be a whole number from 1 to 999, got 1000; choose another
  - Stack/Resilience: experiment 'Next': the experiment has no actions, needs at least one; name them in 'actions'"
`);
    expect(() => stage.addExperiment('Not good', more(stack, 'Three'))).toThrow('\'actionName\' must have 1 to 100 letters');
    expect(stage.node.tryFindChild('Next')).toBeUndefined();
  });

  test('fails with more actions than a stage can have', () => {
    const { stack, add } = stageWith();
    const stage = add();
    for (let i = 2; i <= 50; i++) { stage.stage.addAction(new actions.ManualApprovalAction({ actionName: `Look${i}` })); }
    expect(() => stage.addExperiment('Next', more(stack, 'Two'))).toThrow('the stage has 50 actions, CodePipeline allows at most 50');
  });
});

describe('problems', () => {
  test('fails with all problems of stage and gate at once, before anything is created', () => {
    const { stack, add } = stageWith({
      stageName: 'no good', experiment: Experiment.define({ actions: {} }), onFailure: { result: codepipeline.Result.ROLLBACK },
    }, { pipelineType: codepipeline.PipelineType.V1 });
    expect(() => add()).toThrowErrorMatchingInlineSnapshot(`
"3 problems with Stack/Resilience:
  - Stack/Resilience: 'stageName' must have 1 to 100 letters, digits and the characters . @ - _, got 'no good'; choose another
  - Stack/Resilience: 'onFailure': stage conditions need a pipeline of type V2, got V1; set 'pipelineType: PipelineType.V2' on the pipeline
  - Stack/Resilience: the experiment has no actions, needs at least one; name them in 'actions'"
`);
    expect(stack.node.tryFindChild('Resilience')?.node.children).toEqual([]);
  });

  test.each<[string, Environment, Environment]>([
    ['pipeline', {}, { account: '444455556666', region: 'eu-west-1' }],
    ['gate', { account: '111122223333', region: 'eu-west-1' }, {}],
    ['account of the gate', { account: '111122223333', region: 'eu-west-1' }, { region: 'eu-west-1' }],
    ['Region of the pipeline', { account: '111122223333' }, { account: '111122223333', region: 'eu-west-1' }],
  ])('fails across environments if that of the %s is not known', (_name, pipelineEnv, gateEnv) => {
    const app = new App();
    const { pipeline } = somePipeline(new Stack(app, 'Tools', { env: pipelineEnv }), { crossAccountKeys: true });
    const stack = new Stack(app, 'Workload', { env: gateEnv });
    expect(() => new ChaosExperimentStage(stack, 'Resilience', { pipeline, experiment: someExperiment(), alarms: [someAlarm(stack)] }))
      .toThrow(/^1 problem with Workload\/Resilience:\n {2}- .*: the gate is in .* and the pipeline Tools\/Pipeline in .*; set 'env' with account and Region on both stacks$/);
    expect(stack.node.findChild('Resilience').node.children).toEqual([]);
  });

  test.each<[string, Environment, Environment]>([
    ['both', {}, {}],
    ['the Region of the gate', { account: '111122223333', region: 'eu-west-1' }, { account: '111122223333' }],
  ])('accepts that %s is unknown', (_name, pipelineEnv, gateEnv) => {
    const app = new App();
    const { pipeline } = somePipeline(new Stack(app, 'Tools', { env: pipelineEnv }), { crossAccountKeys: true });
    const stack = new Stack(app, 'Workload', { env: gateEnv });
    new ChaosExperimentStage(stack, 'Resilience', { pipeline, experiment: someExperiment(), alarms: [someAlarm(stack)] });
    expect(() => app.synth()).not.toThrow();
  });

  test('fails with the name of another stage', () => {
    expect(() => stageWith({ stageName: 'DeployStaging' }).add()).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Stack/Resilience:
  - Stack/Resilience: 'stageName' must be unique in the pipeline, which has a stage 'DeployStaging' already; choose another"
`);
  });

  test('fails with a name that is too long', () => {
    expect(() => stageWith({ stageName: 'x'.repeat(101) }).add()).toThrow('\'stageName\' must have 1 to 100 letters');
    expect(() => stageWith({ stageName: 'x'.repeat(100) }).add()).not.toThrow();
  });
});
