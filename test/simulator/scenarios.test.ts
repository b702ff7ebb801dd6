/**
 * The gate in every kind of pipeline, and without one: whatever starts it, it behaves the same.
 */
import { App, Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { EXECUTION, GateRun, PIPELINE_EXECUTION, Subject, subjectOf } from '../../simulator/gate-run';
import { RunRoles, Statement, allows, enforcing, rolesOf } from '../../simulator/iam';
import { SCENARIOS, optionsOf } from '../../simulator/scenarios';
import { ENVIRONMENT, resolveIntrinsics } from '../../simulator/synthesized';
import { ChaosExperiment, ChaosExperimentProps, ChaosExperimentStage, ChaosExperimentStep } from '../../src';
import { SomeAppStage, someAlarm, someDelivery, someExperiment, somePipeline } from '../support/fixtures';

const HERE: Environment = { account: ENVIRONMENT.account, region: ENVIRONMENT.region };
const TOOLS: Environment = { account: '444455556666', region: 'eu-west-1' };

interface Form {
  readonly subject: Subject;
  readonly roles: RunRoles;
  /** All stacks except that of the gate. */
  readonly others: Stack[];
  readonly gate: ChaosExperiment;
}

function formOf(gate: ChaosExperiment, pipeline?: Stack): Form {
  const template = Template.fromStack(Stack.of(gate)).toJSON();
  const subject = subjectOf(template, '', pipeline && Template.fromStack(pipeline).toJSON());
  const others = gate.node.root.node.findAll().filter((each): each is Stack => Stack.isStack(each) && each !== Stack.of(gate));
  return { subject, roles: rolesOf(template, subject), others, gate };
}

function gateIn(env: Environment, props: Partial<ChaosExperimentProps> = {}, app = new App()): ChaosExperiment {
  const stack = new Stack(app, 'Web', { env });
  return new ChaosExperiment(stack, 'Gate', { experiment: someExperiment(), alarms: [someAlarm(stack)], ...props });
}

/** A pipeline in a different stack than its gate. */
function plainPipeline(env: Environment, props: Partial<ChaosExperimentProps> = {}, pipelineProps: codepipeline.PipelineProps = {}): Form {
  const app = new App();
  const gate = gateIn(HERE, props, app);
  const stack = new Stack(app, 'Tools', { env });
  somePipeline(stack, pipelineProps).staging.addAction(gate.action({ actionName: 'Chaos', runOrder: 2 }));
  return formOf(gate, stack);
}

function cdkPipeline(env: Environment, pipelineName?: string): Form {
  const stack = new Stack(new App(), 'Tools', { env });
  const pipeline = someDelivery(stack, { crossAccountKeys: env !== HERE, pipelineName });
  const staging = new SomeAppStage(stack, 'Staging', HERE, { pipelineName });
  pipeline.addStage(staging, { post: [new ChaosExperimentStep('Resilience', { experiment: staging.gate })] });
  return formOf(staging.gate, stack);
}

const STAGE = (() => {
  const stack = new Stack(new App(), 'Web', { env: HERE });
  const { pipeline } = somePipeline(stack);
  const alarms = [someAlarm(stack)];
  return formOf(new ChaosExperimentStage(stack, 'Stage', { pipeline, experiment: someExperiment(), alarms }).experiment);
})();

const FORMS: { readonly [name: string]: { readonly form: Form; readonly knowsPipeline: boolean; readonly knowsTemplate: boolean } } = {
  'no pipeline': { form: formOf(gateIn(HERE)), knowsPipeline: false, knowsTemplate: false },
  'a pipeline in another stack': { form: plainPipeline(HERE), knowsPipeline: false, knowsTemplate: true },
  'a pipeline in another stack, with its name': {
    form: plainPipeline(HERE, { pipelineName: 'Delivery' }, { pipelineName: 'Delivery' }), knowsPipeline: true, knowsTemplate: true,
  },
  'a pipeline in another account': {
    form: plainPipeline(TOOLS, { pipelineName: 'Delivery' }, { pipelineName: 'Delivery', crossAccountKeys: true }), knowsPipeline: false, knowsTemplate: false,
  },
  'a pipeline in another Region': { form: plainPipeline({ ...HERE, region: 'eu-central-1' }), knowsPipeline: false, knowsTemplate: false },
  'CDK Pipelines': { form: cdkPipeline(HERE), knowsPipeline: false, knowsTemplate: false },
  'CDK Pipelines, with the name of the pipeline': { form: cdkPipeline(HERE, 'Delivery'), knowsPipeline: true, knowsTemplate: false },
  'CDK Pipelines in another account': { form: cdkPipeline(TOOLS, 'Delivery'), knowsPipeline: false, knowsTemplate: false },
};

/** The machines, without the names in which two gates differ. */
function withoutNames({ gateDefinition, watchdogDefinition, gateName, watchdogName, template, guards }: Subject): any {
  const plain = (definition: any) => [[gateName, 'GATE'], [watchdogName, 'WATCHDOG'], [template.id, 'TEMPLATE'], ...guards.map(({ name }, i) => [name, `GUARD${i}`])]
    .reduce((text, [name, word]) => text.replaceAll(name, word), JSON.stringify(definition));
  const watchdog = JSON.parse(plain(watchdogDefinition));
  delete watchdog.States.Configure.Assign.pipelines;
  return { gate: JSON.parse(plain(gateDefinition)), watchdog };
}

describe.each(Object.entries(FORMS))('%s', (_name, { form, knowsPipeline, knowsTemplate }) => {
  const { subject, roles } = form;

  test('runs the same machines', () => {
    expect(withoutNames(subject)).toEqual(withoutNames(STAGE.subject));
  });

  test('gets the id of the template and the pipeline if they can be known', () => {
    expect(subject.input.experimentTemplateId !== undefined).toBe(knowsTemplate);
    expect(subject.pipelineName).toBe(knowsPipeline ? 'Delivery' : undefined);
    expect(JSON.stringify(roles.watchdog.statements).includes('codepipeline:')).toBe(subject.watchdogDefinition.States.Configure.Assign.pipelines.length > 0);
  });

  test('ends every scenario like the stage, with its own permissions', async () => {
    const broken: string[] = [];
    for (const scenario of SCENARIOS) {
      const run = await new GateRun(subject, enforcing(roles, await optionsOf(scenario, subject))).run();
      const reference = await new GateRun(STAGE.subject, await optionsOf(scenario, STAGE.subject)).run();
      // nobody can check the pipeline run, so nobody notices that it was abandoned
      const wanted = scenario.name === 'pipeline run stopped and abandoned' && !knowsPipeline ? { verdict: 'Passed', pipeline: 'Succeeded' } : scenario;
      const message = ({ document, subject: { guards, gateName } }: GateRun) =>
        guards.reduce((text, { name }, i) => text?.replaceAll(name, `GUARD${i}`), document?.message.replaceAll(gateName, 'GATE'));
      if (run.verdict !== wanted.verdict || run.pipeline !== wanted.pipeline || run.leftRunning.length > 0) { broken.push(`${scenario.name}: ${run.verdict}`); }
      if (wanted === scenario && message(run) !== message(reference)) { broken.push(`${scenario.name}: ${message(run)}`); }
    }
    expect(broken).toEqual([]);
  });

  test('checks a pipeline only if it can', async () => {
    const { aws } = await new GateRun(subject).run();
    expect(aws.calls.some(({ operation }) => operation === 'codepipeline:getPipelineExecution')).toBe(knowsPipeline);
  });
});

test('an abandoned run in another account ends at the deadline of the gate at the latest', async () => {
  const { subject } = FORMS['a pipeline in another account'].form;
  const run = await new GateRun(subject, { script: { ends: 'never' } }).run();
  expect(run.verdict).toBe('TimedOut');
  expect(run.seconds).toBeLessThan(subject.gateDefinition.TimeoutSeconds);
  expect(run.leftRunning).toEqual([]);
});

describe('the roles of a pipeline in another account', () => {
  const forms = ['a pipeline in another account', 'CDK Pipelines in another account'].map((name) => [name, FORMS[name].form] as const);

  /** The templates of all stacks. */
  const templatesOf = ({ gate, others }: Form) => [...others, Stack.of(gate)]
    .map((stack) => ({ stack, template: Template.fromStack(stack).toJSON() }));

  const policiesOf = (template: any, roleId: string): Statement[] => Object.values<any>(template.Resources)
    .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && Properties.Roles.some((role: any) => role.Ref === roleId))
    .flatMap(({ Properties }) => resolveIntrinsics(Properties.PolicyDocument.Statement, template));

  test.each(forms)('%s: CodePipeline may start and follow the gate, but no other machine', (_name, form) => {
    const templates = templatesOf(form);
    const [{ roleArn, machineArn }] = templates.flatMap(({ template }) => Object.values<any>(template.Resources)
      .filter(({ Type }) => Type === 'AWS::CodePipeline::Pipeline')
      .flatMap(({ Properties }) => resolveIntrinsics(Properties.Stages, template).flatMap(({ Actions }: any) => Actions))
      .filter(({ ActionTypeId }: any) => ActionTypeId.Provider === 'StepFunctions')
      .map(({ RoleArn, Configuration }: any) => ({ roleArn: RoleArn, machineArn: Configuration.StateMachineArn })));
    expect(machineArn).toBe(`arn:aws:states:eu-west-1:111122223333:stateMachine:${form.subject.gateName}`);
    expect(roleArn).toMatch(/^arn:aws:iam::111122223333:role\/[\w+=,.@-]{1,64}$/);

    const [{ stack, template, id, role }] = templates.flatMap((each) => Object.entries<any>(each.template.Resources)
      .filter(([, { Type, Properties }]) => Type === 'AWS::IAM::Role' && Properties.RoleName === roleArn.split('/')[1])
      .map(([logicalId, { Properties }]) => ({ ...each, id: logicalId, role: Properties })));
    expect(stack.account).toBe(HERE.account);
    expect(resolveIntrinsics(role.AssumeRolePolicyDocument.Statement[0].Principal, template))
      .toEqual({ AWS: expect.stringMatching(/^arn:aws:iam::444455556666:(root|role\/.+)$/) });

    const may = (action: string, resource: string) => allows(policiesOf(template, id), { action, resource, context: {} });
    const executionArn = `${machineArn.replace(':stateMachine:', ':execution:')}:${EXECUTION}`;
    expect(may('states:StartExecution', machineArn)).toBe(true);
    expect(may('states:DescribeStateMachine', machineArn)).toBe(true);
    expect(may('states:DescribeExecution', executionArn)).toBe(true);
    expect(may('states:StartExecution', `${machineArn}X`)).toBe(false);
    expect(may('states:StopExecution', executionArn)).toBe(false);
    expect(may('states:DescribeExecution', `${machineArn.replace(':stateMachine:', ':execution:')}X:${EXECUTION}`)).toBe(false);

    const tools = templates.filter(({ stack: each }) => each.account === TOOLS.account);
    const [pipelineRole] = tools.flatMap(({ template: each }) => Object.entries<any>(each.Resources)
      .filter(([, { Type, Properties }]) => Type === 'AWS::IAM::Role'
        && JSON.stringify(Properties.AssumeRolePolicyDocument).includes('codepipeline.amazonaws.com'))
      .map(([logicalId]) => policiesOf(each, logicalId)));
    expect(allows(pipelineRole, { action: 'sts:AssumeRole', resource: roleArn, context: {} })).toBe(true);
  });

  test.each(forms)('%s: every ARN with the account of the gate is well formed', (_name, form) => {
    const text = templatesOf(form).filter(({ stack }) => stack !== Stack.of(form.gate))
      .map(({ template }) => JSON.stringify(resolveIntrinsics(template.Resources, template))).join();
    const arns = [...text.matchAll(/arn:[^"\\ ]*111122223333[^"\\ ]*/g)].map(([arn]) => arn);
    expect(arns.length).toBeGreaterThan(0);
    expect(arns.filter((arn) => !/^arn:aws:[a-z0-9-]+:([a-z]{2}-[a-z]+-\d)?:111122223333:[\w:/+=,.@*-]+$/.test(arn))).toEqual([]);
    expect(text).not.toContain('undefined');
    expect(text).not.toContain('${Token');
  });
});

test('a retry of the failed stage is another execution, and starts another experiment', async () => {
  const run = new GateRun(STAGE.subject, {
    script: { ends: 'failed', endsAfter: 20 },
    prepare: ({ gateMachine, clock }) => clock.at(clock.now() + 3600 * 1000, () => { gateMachine.start(STAGE.subject.input, 'run-2'); }),
  });
  await run.run();
  expect(run.gateMachine.executions.map(({ status, error }) => [status, error])).toEqual([['FAILED', 'ExperimentFailed'], ['FAILED', 'ExperimentFailed']]);
  expect(run.aws.experiments.map(({ tags }) => tags['cdk-chaos-experiment-stage:execution'])).toEqual([EXECUTION, 'run-2']);
  expect(run.aws.experiments.map(({ tags }) => tags['cdk-chaos-experiment-stage:pipeline-execution'])).toEqual([PIPELINE_EXECUTION, PIPELINE_EXECUTION]);
});

test('a redriven execution starts no experiment', async () => {
  const run = await new GateRun(STAGE.subject, { prepare: ({ gate }) => gate.markRedriven() }).run();
  expect(run.experiments).toEqual([]);
  expect([run.verdict, run.pipeline]).toEqual(['StartFailed', 'Failed']);
});

test('a redriven execution does not pass because of the experiment that it started before', async () => {
  const run = await new GateRun(STAGE.subject, {
    prepare: ({ gate, aws, subject }) => {
      gate.markRedriven();
      aws.fis.startExperiment({
        ClientToken: 'before',
        ExperimentTemplateId: subject.template.id,
        Tags: { 'cdk-chaos-experiment-stage:gate': subject.gateName, 'cdk-chaos-experiment-stage:execution': EXECUTION },
      }, { ends: 'failed', endsAfter: 30 });
    },
  }).run();
  expect(run.experiments).toHaveLength(1);
  expect([run.verdict, run.pipeline]).toEqual(['StartFailed', 'Failed']);
});

test('fails in another stage of the app, and says what to do', () => {
  const stack = new Stack(new App(), 'Tools', { env: HERE });
  const staging = new SomeAppStage(stack, 'Staging', HERE);
  const { staging: stage } = somePipeline(stack);
  expect(() => stage.addAction(staging.gate.action({ actionName: 'Chaos' }))).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Tools/Staging/Web/Gate:
  - Tools/Staging/Web/Gate: the gate and the pipeline Tools/Pipeline are in different stages of the app, and nothing may refer from one to the other; use ChaosExperimentStep, which knows the gate by its name"
`);
});

test('fails if the gate or the pipeline is in China', () => {
  const china: Environment = { account: HERE.account, region: 'cn-northwest-1' };
  expect(() => gateIn(china).action({ actionName: 'Chaos' })).toThrowErrorMatchingInlineSnapshot(`
"1 problem with Web/Gate:
  - Web/Gate: the gate is in cn-northwest-1, where CodePipeline has no Step Functions action; run the gate on a schedule or by hand, see 'stateMachine'"
`);
  expect(() => plainPipeline(china)).toThrow('the pipeline is in cn-northwest-1');
  const stack = new Stack(new App(), 'Web', { env: china });
  const { pipeline } = somePipeline(stack);
  expect(() => new ChaosExperimentStage(stack, 'Stage', { pipeline, experiment: someExperiment(), alarms: [someAlarm(stack)] }))
    .toThrow('the stack is in cn-northwest-1');
  expect(stack.node.tryFindChild('Stage')?.node.children).toEqual([]);
  expect(() => gateIn(china)).not.toThrow();
});

test('fails for a name or an order that CodePipeline does not accept', () => {
  const gate = gateIn(HERE);
  expect(() => gate.action({ actionName: 'no good', runOrder: 1000 })).toThrowErrorMatchingInlineSnapshot(`
"2 problems with Web/Gate:
  - Web/Gate: 'actionName' must have 1 to 100 letters, digits and the characters . @ - _, got 'no good'; choose another
  - Web/Gate: 'runOrder' must be a whole number from 1 to 999, got 1000; choose another"
`);
  for (const runOrder of [0, 1.5]) { expect(() => gate.action({ actionName: 'Chaos', runOrder })).toThrow(`from 1 to 999, got ${runOrder}`); }
  for (const runOrder of [1, 999]) { expect(() => gate.action({ actionName: 'Chaos', runOrder })).not.toThrow(); }
});
