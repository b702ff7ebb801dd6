/**
 * Each quota and bound at its edge: what it allows at most, and one more. The numbers are written out here, so changing a limit fails a test.
 */
import { Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  ChaosExperiment, ChaosExperimentProps, ChaosExperimentStage, Experiment, ExperimentDefinition, ExperimentLogging, ExperimentReport, FaultAction,
  FaultTarget, InsufficientData, Selection,
} from '../../src';
import { checkGate } from '../../src/private/checks/gate';
import { lint } from '../../src/private/checks/lints';
import { checkAction } from '../../src/private/pipeline/action';
import { limitTags } from '../../src/private/template/policy-size';
import { watchdogDefinition } from '../../src/private/watchdog/definition';
import { definitionOf } from '../support/definition-of';
import { someAlarm, someExperiment, someFault, someInstances, somePipeline, someStack } from '../support/fixtures';

const INSTANCE = 'aws:ec2:instance';

/** Creates something of a size, and returns its problems. */
type Check = (size: number) => string[];

/** A limit, what is measured, the edge of what is allowed, and the message just beyond it. */
type Row = [limit: string, what: string, edge: number, beyond: number, check: Check, message: string];

test.each<Row>([
  ['LONGEST_EXPERIMENT', 'the seconds of an experiment', 43_200, 43_201,
    (seconds) => definition({ actions: { fault: custom({ expectedDuration: Duration.seconds(seconds) }) } }), 'FIS ends every experiment after 12 hours'],
  ['MOST_ACTIONS', 'the actions of an experiment', 20, 21,
    (count) => definition({ actions: named(count, () => someFault()) }), 'the experiment has 21 actions, FIS allows at most 20'],
  ['MOST_STOP_CONDITIONS', 'the alarms of a gate', 5, 6,
    (count) => gate((stack) => ({ alarms: list(count, (i) => someAlarm(stack, `Alarm${i}`)) })), '\'alarms\' has 6 alarms, FIS allows at most 5'],
  ['LONGEST_TEMPLATE_ID', 'the id of an existing template', 64, 65,
    (length) => gate(() => ({ experiment: Experiment.fromTemplateId(text(length)) })), 'must have 1 to 64 letters and digits'],
  ['LONGEST_ACTION_NAME', 'the name of an action', 64, 65,
    (length) => definition({ actions: { [text(length)]: someFault() } }), 'its name must have 1 to 64 characters'],
  ['LONGEST_DESCRIPTION', 'the description of an experiment', 512, 513,
    (length) => definition({ description: text(length) }), '\'description\' must have 1 to 512 characters, got 513'],
  ['LONGEST_DESCRIPTION', 'the description of an action', 512, 513,
    (length) => definition({ actions: { fault: custom({ description: text(length) }) } }), 'action \'fault\': \'description\' must have 1 to 512 characters, got 513'],
  ['LONGEST_ACTION_PARAMETER', 'a parameter', 1024, 1025,
    (length) => custom({ parameters: { key: text(length) } })._data.problems, '\'key\' must have at most 1024 characters as FIS reads it, got 1025'],
  ['LONGEST_ACTION_PARAMETER', 'the options of a document', 1024, 1025,
    killProcess, 'the options of the document must have at most 1024 characters together, as JSON, got 1025'],
  ['MOST_TAGS', 'the tags of a template', 50, 51,
    (count) => definition({ tags: named(count, () => 'x') }), '\'tags\' has 51 tags, FIS allows at most 50'],
  ['MOST_TAGS', 'the tags of a target', 50, 51,
    (count) => tagged(named(count, () => 'x')), 'a target found by tags must have 1 to 50 tags, got 51'],
  ['LONGEST_TAG_KEY', 'the key of a tag of a template', 128, 129,
    (length) => definition({ tags: { [text(length)]: 'x' } }), 'a key must have 1 to 128 characters'],
  ['LONGEST_TAG_KEY', 'the key of a tag of a target', 128, 129,
    (length) => tagged({ [text(length)]: 'x' }), 'the key of a tag must have 1 to 128 characters, got 129'],
  ['LONGEST_TAG_VALUE', 'the value of a tag of a template', 256, 257,
    (length) => definition({ tags: { key: text(length) } }), 'the value of \'key\' must have at most 256 characters, got 257'],
  ['LONGEST_TAG_VALUE', 'the value of a tag of a target', 256, 257,
    (length) => tagged({ key: text(length) }), 'the value of tag \'key\' must have at most 256 characters, got 257'],
  ['LONGEST_LOG_PREFIX', 'the prefix of logs', 700, 701,
    (length) => definition({ logging: ExperimentLogging.s3(someBucket(), { prefix: text(length) }) }), '\'logging\': \'prefix\' must have 1 to 700 characters'],
  ['LONGEST_REPORT_PREFIX', 'the prefix of reports', 256, 257,
    (length) => definition({ report: ExperimentReport.s3(someBucket(), { prefix: text(length) }) }), '\'report\': \'prefix\' must have 1 to 256 characters'],
  ['MOST_TARGET_ARNS', 'the ARNs of a target', 5, 6,
    (count) => FaultTarget.arns('aws:new:thing', list(count, (i) => `arn:aws:new:::thing/${i}`))._data.problems, 'a target must name 1 to 5 resources, got 6'],
  ['LONGEST_TARGET_PARAMETER', 'a parameter of a target', 1024, 1025,
    (length) => FaultTarget.parameters('aws:new:thing', { key: text(length) }, { selection: Selection.ALL })._data.problems,
    'the target parameter \'key\' must have 1 to 1024 characters, got 1025'],
  ['LONGEST_FILTER_PATH', 'the path of a filter', 256, 257,
    (length) => filtered({ [`P${text(length - 1)}`]: ['x'] }), 'the path of a filter must have 1 to 256 characters, got 257'],
  ['LONGEST_FILTER_VALUE', 'a value of a filter', 128, 129,
    (length) => filtered({ Path: [text(length)] }), 'a value of filter \'Path\' must have 1 to 128 characters, got 129'],
  ['MOST_ACTIONS_IN_STAGE', 'the actions of a stage', 50, 51, stageWithActions, 'the stage has 50 actions, CodePipeline allows at most 50'],
  ['LONGEST_PIPELINE_NAME', 'the name of an action in a stage', 100, 101,
    (length) => checkAction(someStack(), { actionName: text(length) }), '\'actionName\' must have 1 to 100 letters'],
  ['LONGEST_PIPELINE_NAME', 'the name of a stage', 100, 101, (length) => stage(text(length)), '\'stageName\' must have 1 to 100 letters'],
  ['LONGEST_PIPELINE_NAME', 'the name of a pipeline', 100, 101,
    (length) => gate(() => ({ pipelineName: text(length) })), '\'pipelineName\' must have 1 to 100 letters'],
  ['HIGHEST_RUN_ORDER', 'the place of an action in a stage', 999, 1000,
    (runOrder) => checkAction(someStack(), { actionName: 'Chaos', runOrder }), '\'runOrder\' must be a whole number from 1 to 999, got 1000'],
  ['MOST_EXPERIMENT_BYTES', 'the bytes of actions and targets', 150_000, 150_001, experimentOfSize,
    'have 150001 bytes together, Step Functions can read at most 150000'],
  ['LONGEST_STEADY_STATE_TIMEOUT', 'seconds', 3600, 3601,
    (seconds) => gate(() => ({ steadyStateTimeout: Duration.seconds(seconds) })), '\'steadyStateTimeout\' must be whole seconds from 0 seconds to 1 hour'],
  ['LONGEST_OBSERVATION_TIME', 'seconds', 21_600, 21_601,
    (seconds) => gate(() => ({ observationTime: Duration.seconds(seconds) })), '\'observationTime\' must be whole seconds from 0 seconds to 6 hours'],
  ['LONGEST_RECOVERY_TIMEOUT', 'seconds', 21_600, 21_601,
    (seconds) => gate(() => ({ recoveryTimeout: Duration.seconds(seconds) })), '\'recoveryTimeout\' must be whole seconds from 0 seconds to 6 hours'],
  ['SHORTEST_TIMEOUT', 'seconds', 60, 59,
    (seconds) => gate(() => ({ experiment: instant(), timeout: Duration.seconds(seconds) })), '\'timeout\' must be whole seconds from 1 minute to 13 hours'],
  ['LONGEST_TIMEOUT', 'seconds', 46_800, 46_801,
    (seconds) => gate(() => ({ timeout: Duration.seconds(seconds) })), 'to 13 hours, got 13 hours 1 second'],
])('%s, %s: %d is allowed, %d is not', (_limit, _what, edge, beyond, check, message) => {
  expect(check(edge)).toEqual([]);
  expect(check(beyond)).toEqual([expect.stringContaining(message)]);
});

describe('LONGEST_EXPERIMENT', () => {
  test('is expected of an action whose duration is a token', () => {
    const unknown = custom({ expectedDuration: Duration.seconds(Token.asNumber({ Ref: 'Seconds' })) });
    expect(Experiment.define({ actions: { unknown } }).expectedDuration?.toSeconds()).toBe(43_200);
  });

  test.each([[43_020, 'PT11H59M'], [43_080, 'PT12H'], [43_081, 'PT12H']])('bounds the time that FIS watches a document of %d seconds: %s', (seconds, timeout) => {
    const { duration } = FaultAction.ssmCpuStress(someInstances(), { duration: Duration.seconds(seconds) })._data.parameters;
    expect(duration).toBe(timeout);
  });
});

test('LONGEST_DESCRIPTION: that of a template without one is cut', () => {
  const [{ Properties }] = Object.values(templateAt(list(10, (index) => `${text(60)}${index}`)).findResources('AWS::FIS::ExperimentTemplate'));
  expect(Properties.Description).toHaveLength(512);
});

test.each([[53, 79], [54, 80], [55, 80]])('LONGEST_LOG_GROUP_ID: a path with %d more characters gives %d to the name of the log group', (more, length) => {
  templateAt([text(more)]).hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: Match.stringLikeRegexp(`^/aws/vendedlogs/fis/[^/]{${length}}$`),
  });
});

test.each([[1377, true], [1378, false]])('MOST_TAG_CHARACTERS: a tag with a value of %d characters stays in a statement: %s', (length, stays) => {
  const statement = new iam.PolicyStatement({
    actions: ['ec2:StopInstances'], resources: ['*'], conditions: { StringEquals: { 'aws:ResourceTag/k': text(length) } },
  });
  expect('aws:ResourceTag/k' in limitTags(statement).conditions.StringEquals).toBe(stays);
});

test.each([[60, 'PT3M'], [61, 'PT4M']])('LONGEST_INSTALLATION: FIS watches a document of %d seconds for two minutes more, in whole minutes: %s', (seconds, timeout) => {
  const { duration } = FaultAction.ssmCpuStress(someInstances(), { duration: Duration.seconds(seconds) })._data.parameters;
  expect(duration).toBe(timeout);
});

test.each([
  ['DEFAULT_STEADY_STATE_TIMEOUT', { steadyStateTimeout: Duration.seconds(300) }],
  ['DEFAULT_RECOVERY_TIMEOUT', { recoveryTimeout: Duration.seconds(300) }],
])('%s is the default of its option', (_limit, props) => {
  expect(gateDefinition(props)).toEqual(gateDefinition({}));
});

describe('LONGEST_DEFAULT_OBSERVATION', () => {
  test('is as long as the gate may observe without observationTime', () => {
    expect(gateDefinition({}).TimeoutSeconds).toBe(gateDefinition({ observationTime: Duration.seconds(3600) }).TimeoutSeconds);
  });

  // needs 61 whole minutes after the first breaching period
  test.each([[60, ['guardCannotFire']], [61, []]])('tells whether an alarm can fire in an experiment of %d seconds', (seconds, warnings) => {
    const alarm = new cloudwatch.Alarm(someStack(), 'Slow', {
      metric: new cloudwatch.Metric({ namespace: 'Test', metricName: 'Errors', period: Duration.minutes(1) }), threshold: 1, evaluationPeriods: 62,
    });
    const experiment = Experiment.define({ actions: { fault: custom({ expectedDuration: Duration.seconds(seconds) }) } });
    expect(lint({ experiment: experiment._data, alarms: [alarm] }).map(({ id }) => id)).toEqual(warnings);
  });
});

function text(length: number): string {
  return 'x'.repeat(length);
}

function list<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function named<T>(count: number, make: () => T): { [name: string]: T } {
  return Object.fromEntries(list(count, (index) => [`n${index}`, make()]));
}

function someBucket(): s3.IBucket {
  return new s3.Bucket(someStack(), 'Bucket');
}

/** A fault that the library does not know. */
function custom(options: Partial<Parameters<typeof FaultAction.custom>[0]>): FaultAction {
  return FaultAction.custom({ actionId: 'aws:new:break-things', permissions: [], ...options });
}

function instant(): Experiment {
  return Experiment.define({ actions: { fault: custom({}) } });
}

/** The problems of a gate that is valid except for these props. */
function gate(props: (stack: Stack) => Partial<ChaosExperimentProps>): string[] {
  const stack = someStack();
  const { experiment = someExperiment(), ...others } = props(stack);
  return checkGate(stack, { alarms: [someAlarm(stack)], ...others, experiment: experiment._data });
}

/** The problems of an experiment that is valid except for this. */
function definition(props: Partial<ExperimentDefinition>): string[] {
  return gate(() => ({ experiment: Experiment.define({ actions: { fault: someFault() }, ...props }) }));
}

function tagged(tags: { [key: string]: string }): string[] {
  return FaultTarget.taggedWith(INSTANCE, tags, { selection: Selection.ALL })._data.problems;
}

function filtered(filters: { [path: string]: string[] }): string[] {
  return FaultTarget.taggedWith(INSTANCE, { team: 'shop' }, { selection: Selection.ALL, filters })._data.problems;
}

/** The problems of an action whose document gets so many characters of JSON. */
function killProcess(length: number): string[] {
  const kill = (processName: string) => FaultAction.ssmKillProcess(someInstances(), { processName })._data;
  const others = kill('x').parameters.documentParameters.length - 1;
  return kill(text(length - others)).problems;
}

/** The problems of an experiment whose actions and targets have so many bytes of JSON. */
function experimentOfSize(bytes: number): string[] {
  const problems = (characters: number) => definition({
    actions: Object.fromEntries(list(20, (action) => [`a${action}`, custom({
      parameters: Object.fromEntries(list(8, (index) => {
        const before = (action * 8 + index) * 1000;
        return [`p${index}`, text(Math.max(1, Math.min(1000, characters - before)))];
      })),
    })])),
  });
  const others = Number(/have (\d+) bytes/.exec(problems(160_000)[0])![1]) - 160_000;
  // each value that is not used up still has one character
  const whole = Math.floor((bytes - others) / 1000);
  const unused = 160 - whole - 1;
  return problems(bytes - others - unused);
}

/** The problems of a stage with this name. */
function stage(stageName: string): string[] {
  const stack = someStack();
  const props = { pipeline: somePipeline(stack).pipeline, stageName, experiment: someExperiment(), alarms: [someAlarm(stack)] };
  return problemsOf(() => new ChaosExperimentStage(stack, 'Chaos', props));
}

/** The problems of a stage with so many actions, the last of which is an experiment. */
function stageWithActions(count: number): string[] {
  const stack = someStack();
  const props = { experiment: someExperiment(), alarms: [someAlarm(stack)] };
  const chaos = new ChaosExperimentStage(stack, 'Chaos', { ...props, pipeline: somePipeline(stack).pipeline });
  list(count - 2, (index) => chaos.stage.addAction(new actions.ManualApprovalAction({ actionName: `Approve${index}` })));
  return problemsOf(() => chaos.addExperiment('Last', props));
}

function problemsOf(make: () => unknown): string[] {
  try {
    make();
    return [];
  } catch (error) {
    const [count, ...problems] = (error as Error).message.split('\n');
    if (!/^\d+ problems? with /.test(count)) { throw error; }
    return problems;
  }
}

// The other numbers of the two state machines are in the definitions of the sample app: its snapshot shows each change.
describe('what the state machines of the sample app do not show', () => {
  test.each([[19_200, 80], [19_201, 81]])('MOST_RECOVERY_POLLS: a recovery of %d s is checked every %d s', (recovery, interval) => {
    expect(gateDefinition({ recoveryTimeout: Duration.seconds(recovery) }).States.WaitForRecovery.Seconds).toBe(interval);
  });

  test('MOST_HISTORY_ITEMS: 30 changes of an alarm are read', () => {
    expect(gateDefinition({ insufficientData: InsufficientData.ACCEPT }).States.ReadHistory.Arguments.MaxRecords).toBe(30);
  });

  test('LONG_GATE, LOOKS_PER_PIPELINE_CHECK: beside a gate of more than ten hours, every fifth look checks the pipeline', () => {
    const lookOf = (gateBound: number): any =>
      watchdogDefinition({ gateName: 'gate', pipelines: Lazy.any({ produce: () => [] }), gateBound }).States.CheckGate;
    expect(lookOf(36_000).Assign.looksSinceCheck).toBeUndefined();
    expect(lookOf(36_001).Assign.looksSinceCheck).toBe('{% ($looksSinceCheck + 1) % 5 %}');
  });
});

function gateDefinition(props: Partial<ChaosExperimentProps>): any {
  const stack = someStack();
  return definitionOf(new ChaosExperiment(stack, 'Chaos', { experiment: someExperiment(), alarms: [someAlarm(stack)], ...props }).stateMachine);
}

/** The template of a gate at a path below a stack. */
function templateAt(path: string[]): Template {
  const stack = someStack();
  const scope = path.reduce((parent: Construct, id) => new Construct(parent, id), stack);
  new ChaosExperiment(scope, 'Chaos', { experiment: someExperiment(), alarms: [someAlarm(stack)] });
  return Template.fromStack(stack);
}
