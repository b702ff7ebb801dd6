import { App, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ChaosExperiment, Experiment } from '../src';
import { alarms, CATALOGUE, FACTORIES, factoryOf, make, neededOptions, PARAMETERS, sampleTarget, sampleValue, targetOf, withCompanion } from './support/catalogue-samples';
import { someAlarm, someStack } from './support/fixtures';
import {
  ConnectivityScope, FaultAction, KubernetesApiVersion, KubernetesKind, ProcessSignal, TrafficType, TransportProtocol,
} from '../src/fault-action.generated';
import { FaultTarget } from '../src/fault-target';
import { optionName, ParameterRecord } from '../src/private/catalogue/records';
import { writeParameters } from '../src/private/fault/parameters';
import { Selection } from '../src/selection';

const INSTANCES = FaultTarget.taggedWith('aws:ec2:instance', { team: 'shop' }, { selection: Selection.ALL });
const ROLES = FaultTarget.parameters('aws:iam:role', {}, { selection: Selection.ALL });
const RANGED = PARAMETERS.filter(({ parameter }) => parameter.min !== undefined || parameter.max !== undefined);
const DURATIONS = ['duration', 'seconds', 'millis'];

/** A custom document. */
const DOCUMENT = 'arn:aws:ssm:eu-west-1:111122223333:document/own';

describe('every factory', () => {
  test.each(FACTORIES)('$name creates an action from the required options', (factory) => {
    const { actionId, targetKey, target, injects, problems } = make(factory)._data;

    expect({ actionId, targetKey, type: target?.resourceType, problems }).toEqual({
      actionId: factory.id.startsWith('aws:') ? factory.id : 'aws:ssm:send-command',
      targetKey: factory.target?.key,
      type: factory.target?.resourceType,
      problems: [],
    });
    expect(injects).toBe('injects' in factory ? factory.injects : true);
  });

  test.each(FACTORIES)('$name accepts the common options of every action', (factory) => {
    const first = FaultAction.fisWait({ duration: Duration.minutes(1) });

    expect(make(factory, { startAfter: [first], description: 'why' })._data).toMatchObject({ startAfter: [first._data], description: 'why', problems: [] });
    expect(make(factory)._data.startAfter).toEqual([]);
  });

  test('waits for the actions that were in the list at its creation', () => {
    const startAfter = [FaultAction.fisWait({ duration: Duration.minutes(1) })];
    const action = FaultAction.ec2StopInstances(INSTANCES, { startAfter });
    const [first] = startAfter.splice(0, 1, action);

    expect(action._data.startAfter).toEqual([first._data]);
    expect(action._data.startAfter[0]).toBe(first._data);
  });

  test.each(FACTORIES.filter(({ target }) => target))('$name fails without a target', (factory) => {
    const [problem, ...others] = (FaultAction as any)[factory.name](undefined, neededOptions(factory))._data.problems;

    expect(others).toEqual([]);
    expect(problem).toMatch(`expects a target of type ${factory.target!.resourceType}, got nothing; use FaultTarget.`);
  });

  test.each(FACTORIES.filter(({ target }) => target))('$name fails with a target of another type', (factory) => {
    const other = CATALOGUE.targetTypes.map(({ resourceType }) => resourceType).find((type) => type !== factory.target!.resourceType)!;
    const [problem, ...others] = make(factory, {}, sampleTarget(other))._data.problems;

    expect(others).toEqual([]);
    expect(problem).toMatch(`expects a target of type ${factory.target!.resourceType}, got ${other}; use FaultTarget.`);
  });
});

describe('every option', () => {
  test.each(PARAMETERS.filter(({ parameter }) => !parameter.permissionOnly))('$path reaches FIS', ({ factory, parameter }) => {
    const data = make(factory, { [optionName(parameter)]: sampleValue(parameter) })._data;
    const sent = factory.id.startsWith('aws:') ? data.parameters : JSON.parse(data.parameters.documentParameters);

    expect(data.problems).toEqual([]);
    expect(sent).toHaveProperty([parameter.name]);
    expect(typeof sent[parameter.name]).toBe('string');
  });

  test.each(PARAMETERS.filter(({ parameter }) => parameter.permissionOnly))('$path does not reach FIS, only permissions', ({ factory, parameter }) => {
    const data = make(factory, { [optionName(parameter)]: sampleValue(parameter) })._data;

    expect(data.problems).toEqual([]);
    expect(data.parameters).not.toHaveProperty([parameter.name]);
    expect(JSON.stringify(data.permissions)).toContain(`\${${parameter.name}}`);
  });

  test.each(PARAMETERS)('$path can be a token', ({ factory, parameter }) => {
    const commandTimeout = factory.id.startsWith('aws:') ? {} : { commandTimeout: Duration.hours(1) };
    const { problems, parameters } = make(factory, { [optionName(parameter)]: tokenFor(parameter), ...commandTimeout })._data;

    expect(problems).toEqual([]);
    expect(parameter.permissionOnly || JSON.stringify(new Stack(new App(), 'Stack').resolve(parameters)).includes('TheToken')).toBe(true);
  });

  test.each(PARAMETERS.filter(({ parameter }) => !parameter.required))('$path is not sent if it is omitted', ({ factory, parameter }) => {
    const { parameters } = make(factory)._data;
    const sent = factory.id.startsWith('aws:') ? parameters : JSON.parse(parameters.documentParameters);

    expect(sent).not.toHaveProperty([parameter.name]);
  });

  test.each(PARAMETERS.filter(({ parameter }) => parameter.required))('$path fails if it is missing', ({ factory, parameter }) => {
    const { problems } = make(factory, { [optionName(parameter)]: undefined })._data;

    expect(problems).toEqual([expect.stringMatching(`^'${optionName(parameter)}' must be .+, got nothing$`)]);
  });

  test.each(RANGED)('$path accepts both ends of its range', ({ factory, parameter }) => {
    for (const limit of [parameter.min, parameter.max].filter((value) => value !== undefined)) {
      expect(make(factory, { [optionName(parameter)]: amount(parameter, limit) })._data.problems).toEqual([]);
    }
  });

  test.each(RANGED.filter(({ parameter }) => parameter.min !== undefined && !(DURATIONS.includes(parameter.type) && parameter.min === 0)))(
    '$path fails below its range', ({ factory, parameter }) => {
      expectRangeProblem(make(factory, { [optionName(parameter)]: amount(parameter, parameter.min!, -1) }), parameter, -1);
    });

  test.each(RANGED.filter(({ parameter }) => parameter.max !== undefined))('$path fails above its range', ({ factory, parameter }) => {
    expectRangeProblem(make(factory, { [optionName(parameter)]: amount(parameter, parameter.max!, 1) }), parameter, 1);
  });

  test.each(PARAMETERS.filter(({ parameter }) => parameter.allowed))('$path accepts each of its values, and fails with any other', ({ factory, parameter }) => {
    for (const value of parameter.allowed!) {
      expect(make(factory, withCompanion(factory, parameter, value))._data.problems).toEqual([]);
    }
    for (const { allowed } of parameter.allowedWhen ?? [{ allowed: parameter.allowed! }]) {
      const options = withCompanion(factory, parameter, allowed[0]);
      const [problem, ...others] = make(factory, { ...options, [optionName(parameter)]: parameter.type === 'enum-list' ? ['sideways'] : 'sideways' })._data.problems;
      expect(others).toEqual([]);
      expect(problem).toMatch(new RegExp(`^'${optionName(parameter)}' must be .*${allowed.join('.*')}.*, got 'sideways'$`));
    }
  });

  test.each(PARAMETERS)('$path fails with a value of another type', ({ factory, parameter }) => {
    const wrong = ['string', 'path', 'json'].includes(parameter.type) ? 5 : '';
    const { problems } = make(factory, { [optionName(parameter)]: wrong })._data;

    expect(problems).toEqual([expect.stringMatching(new RegExp(`^'${optionName(parameter)}' must be .+, got ${wrong || "''"}$`))]);
  });

  test.each(PARAMETERS.filter(({ parameter }) => parameter.maxItems !== undefined))('$path fails with too many elements', ({ factory, parameter }) => {
    const many = (count: number) => (parameter.type === 'alarms' ? alarms(count) : Array.from({ length: count }, (_, index) => `element${index}`));

    expect(make(factory, { [optionName(parameter)]: many(parameter.maxItems!) })._data.problems).toEqual([]);
    expect(make(factory, { [optionName(parameter)]: many(parameter.maxItems! + 1) })._data.problems)
      .toEqual([expect.stringMatching(new RegExp(`^'${optionName(parameter)}' must be 1 to ${parameter.maxItems} .*, got ${parameter.maxItems! + 1}$`))]);
  });
});

describe('what FIS is sent', () => {
  test('instances are stopped and started again', () => {
    expect(FaultAction.ec2StopInstances(INSTANCES, {
      startInstancesAfterDuration: Duration.minutes(90), completeIfInstancesTerminated: true,
    })._data).toMatchObject({
      parameters: { startInstancesAfterDuration: 'PT1H30M', completeIfInstancesTerminated: 'true' },
      expectedDuration: Duration.parse('PT1H30M'),
      targetKey: 'Instances',
    });
  });

  test('an action without a duration takes no time', () => {
    expect(FaultAction.ec2StopInstances(INSTANCES)._data.expectedDuration?.toSeconds()).toBe(0);
    expect(FaultAction.ec2TerminateInstances(INSTANCES)._data.expectedDuration?.toSeconds()).toBe(0);
  });

  test('alarms are sent as their ARNs', () => {
    const states = [cloudwatch.AlarmState.OK, cloudwatch.AlarmState.INSUFFICIENT_DATA];

    expect(FaultAction.cloudwatchAssertAlarmState({ alarms: alarms(2), alarmStates: states })._data).toMatchObject({
      parameters: {
        alarmArns: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:alarm-0,arn:aws:cloudwatch:eu-west-1:111122223333:alarm:alarm-1',
        alarmStates: 'OK,INSUFFICIENT_DATA',
      },
      injects: false,
      problems: [],
    });
  });

  test('latency is a document of AWS with strings for all its parameters', () => {
    const action = FaultAction.ssmNetworkLatencySources(INSTANCES, {
      duration: Duration.minutes(5),
      delay: Duration.millis(300),
      jitter: Duration.millis(20),
      sources: ['S3', 'example.com'],
      trafficType: TrafficType.EGRESS,
      networkInterfaces: ['ens5', 'ens6'],
      flowsPercent: 50,
      installDependencies: false,
    });

    expect(new Stack(new App(), 'Stack').resolve(action._data.parameters.documentArn)).toEqual({
      'Fn::Join': ['', [
        'arn:', { Ref: 'AWS::Partition' }, ':ssm:', { Ref: 'AWS::Region' }, '::document/AWSFIS-Run-Network-Latency-Sources',
      ]],
    });
    expect(JSON.parse(action._data.parameters.documentParameters)).toEqual({
      DurationSeconds: '300',
      DelayMilliseconds: '300',
      JitterMilliseconds: '20',
      Sources: 'S3,example.com',
      TrafficType: 'egress',
      Interface: 'ens5,ens6',
      FlowsPercent: '50',
      InstallDependencies: 'False',
    });
  });

  test('enums are sent as their values', () => {
    const options = { duration: Duration.minutes(1), protocol: TransportProtocol.UDP, port: 53 };

    expect(JSON.parse(FaultAction.ssmNetworkBlackholePort(INSTANCES, options)._data.parameters.documentParameters))
      .toEqual({ DurationSeconds: '60', Protocol: 'udp', Port: '53' });
    expect(JSON.parse(FaultAction.ssmKillProcess(INSTANCES, { processName: 'nginx', signal: ProcessSignal.SIGKILL })._data.parameters.documentParameters))
      .toEqual({ ProcessName: 'nginx', Signal: 'SIGKILL' });
  });

  test('all problems of an action are reported at once', () => {
    const action = FaultAction.ssmNetworkBlackholePort(INSTANCES, {
      duration: Duration.millis(1500), protocol: 'icmp' as any, port: 70000,
    });

    expect(action._data.problems).toEqual([
      "'duration' must be a Duration of whole seconds from 1 second to 12 hours, got 1 second 500 millis",
      "'protocol' must be tcp or udp, got 'icmp'",
      "'port' must be a whole number from 1 to 65535, got 70000",
    ]);
  });

  test('a target of another type is reported with a fix', () => {
    expect(FaultAction.rdsFailoverDbCluster(INSTANCES)._data.problems).toEqual([
      'expects a target of type aws:rds:cluster, got aws:ec2:instance; use FaultTarget.databaseCluster, FaultTarget.taggedWith or FaultTarget.arns',
    ]);
  });

  test('fails with an invalid list of sources', () => {
    const options = { duration: Duration.minutes(1) };

    expect(FaultAction.ssmNetworkPacketLossSources(INSTANCES, { ...options, sources: ['a,b'] })._data.problems)
      .toEqual(["'sources' must be 1 or more texts without comma or space, got 'a,b'"]);
    expect(FaultAction.ssmNetworkPacketLossSources(INSTANCES, { ...options, sources: [] })._data.problems)
      .toEqual(["'sources' must be 1 or more texts without comma or space, got 0"]);
  });

  test('fails if the document\'s options are too long', () => {
    const sources = Array.from({ length: 100 }, (_, index) => `10.0.${index}.0/24`);

    expect(FaultAction.ssmNetworkPacketLossSources(INSTANCES, { duration: Duration.minutes(1), sources })._data.problems)
      .toEqual([expect.stringMatching(/^the options of the document must have at most 1024 characters together, as JSON, got 1[0-9]{3}$/)]);
  });

  test('fails if a parameter is too long', () => {
    const options = { documentArn: DOCUMENT, duration: Duration.minutes(1) };

    expect(FaultAction.ssmSendCommand(INSTANCES, { ...options, documentParameters: { a: 'x'.repeat(1016) } })._data.problems).toEqual([]);
    expect(FaultAction.ssmSendCommand(INSTANCES, { ...options, documentParameters: { a: 'x'.repeat(1017) } })._data.problems)
      .toEqual(["'documentParameters' must have at most 1024 characters as FIS reads it, got 1025"]);
  });
});

describe('how long FIS watches a command', () => {
  test.each([
    [Duration.seconds(30), 'PT3M'],
    [Duration.minutes(5), 'PT7M'],
    [Duration.seconds(301), 'PT8M'],
    [Duration.hours(12), 'PT12H'],
  ])('is the duration of the fault plus the time to install what it needs: %s', (duration, watched) => {
    const { parameters, expectedDuration, problems } = FaultAction.ssmCpuStress(INSTANCES, { duration })._data;

    expect({ duration: parameters.duration, problems }).toEqual({ duration: watched, problems: [] });
    expect(expectedDuration?.toMilliseconds()).toBe(Duration.parse(watched).toMilliseconds());
  });

  test('is 2 minutes if the fault has no duration', () => {
    expect(FaultAction.ssmKillProcess(INSTANCES, { processName: 'nginx' })._data.parameters.duration).toBe('PT2M');
  });

  test('can be given, down to the fault\'s duration', () => {
    const minutes = Duration.minutes(5);

    expect(FaultAction.ssmCpuStress(INSTANCES, { duration: minutes, commandTimeout: minutes })._data)
      .toMatchObject({ parameters: { duration: 'PT5M' }, problems: [] });
  });

  test('fails if it is shorter than the fault', () => {
    expect(FaultAction.ssmCpuStress(INSTANCES, { duration: Duration.minutes(5), commandTimeout: Duration.seconds(299) })._data.problems)
      .toEqual(["'commandTimeout' must not be shorter than 'duration', 5 minutes, got 4 minutes 59 seconds"]);
  });

  test.each([
    [Duration.seconds(59), '59 seconds'],
    [Duration.hours(13), '13 hours'],
  ])('fails outside the range of FIS: %s', (commandTimeout, got) => {
    expect(FaultAction.ssmKillProcess(INSTANCES, { processName: 'nginx', commandTimeout })._data.problems)
      .toEqual([`'commandTimeout' must be a Duration of whole seconds from 1 minute to 12 hours, got ${got}`]);
  });

  test.each([
    ['a string', { DurationSeconds: '300' }],
    ['a list', { DurationSeconds: ['300'] }],
    ['a number', { DurationSeconds: 300 }],
    ['a string next to a token', { DurationSeconds: '300', Other: Token.asString({ Ref: 'Other' }) }],
  ])('fails in a plain command that is shorter than its document, whose duration is %s', (_, documentParameters) => {
    const options = { documentArn: DOCUMENT, documentParameters };

    expect(FaultAction.ssmSendCommand(INSTANCES, { ...options, duration: Duration.minutes(5) })._data.problems).toEqual([]);
    expect(FaultAction.ssmSendCommand(INSTANCES, { ...options, duration: Duration.minutes(4) })._data.problems)
      .toEqual(["'duration' must not be shorter than the DurationSeconds in 'documentParameters', 5 minutes, got 4 minutes"]);
  });

  test('is not checked in a command whose document has no duration', () => {
    expect(FaultAction.ssmSendCommand(INSTANCES, { documentArn: DOCUMENT, documentParameters: { Key: 'value' }, duration: Duration.minutes(1) })._data.problems)
      .toEqual([]);
  });
});

describe('tokens', () => {
  const number = Token.asNumber({ Ref: 'Number' });
  const text = Token.asString({ Ref: 'Text' });
  const stack = new Stack(new App(), 'Stack');

  test('are not checked, and reach FIS', () => {
    const { parameters, problems } = FaultAction.ssmCpuStress(INSTANCES, { duration: Duration.minutes(1), loadPercent: number })._data;

    expect(problems).toEqual([]);
    expect(stack.resolve(parameters.documentParameters)).toEqual({
      'Fn::Join': ['', ['{"DurationSeconds":"60","LoadPercent":"', { Ref: 'Number' }, '"}']],
    });
  });

  test.each([
    [Duration.seconds(number), 'PT', 'S'],
    [Duration.minutes(number), 'PT', 'M'],
    [Duration.hours(number), 'PT', 'H'],
    [Duration.days(number), 'P', 'D'],
  ])('in a duration are written in their own unit: %#', (duration, prefix, suffix) => {
    const { parameters, problems, expectedDuration } = FaultAction.fisWait({ duration })._data;

    expect(problems).toEqual([]);
    expect(stack.resolve(parameters.duration)).toEqual({ 'Fn::Join': ['', [prefix, { Ref: 'Number' }, suffix]] });
    expect(expectedDuration).toBeUndefined();
  });

  test('fail in a duration that cannot be converted', () => {
    expect(FaultAction.fisWait({ duration: Duration.millis(number) })._data.problems)
      .toEqual(["'duration' must be a Duration of whole seconds from 1 minute to 12 hours, got a token in millis"]);
    expect(FaultAction.ssmCpuStress(INSTANCES, { duration: Duration.minutes(number), commandTimeout: Duration.hours(1) })._data.problems)
      .toEqual(["'duration' must be a Duration of whole seconds from 1 second to 12 hours, got a token in minutes"]);
  });

  test('fail in the duration of a fault without a command timeout', () => {
    const duration = Duration.seconds(number);

    expect(FaultAction.ssmCpuStress(INSTANCES, { duration, commandTimeout: Duration.hours(1) })._data.problems).toEqual([]);
    expect(FaultAction.ssmCpuStress(INSTANCES, { duration })._data.problems)
      .toEqual(["'commandTimeout' must be given if 'duration' is a token, got nothing"]);
  });

  test('in lists and objects reach FIS', () => {
    const sources = Token.asList({ Ref: 'Sources' });
    const latency = FaultAction.ssmNetworkLatencySources(INSTANCES, { duration: Duration.minutes(1), sources })._data;
    const command = FaultAction.ssmSendCommand(INSTANCES, {
      documentArn: text, documentParameters: { Count: number, Text: Lazy.string({ produce: () => 'late' }) }, duration: Duration.minutes(1),
    })._data;

    expect([...latency.problems, ...command.problems]).toEqual([]);
    expect(stack.resolve(latency.parameters.documentParameters)).toEqual({
      'Fn::Join': ['', ['{"DurationSeconds":"60","Sources":"', { 'Fn::Join': [',', { Ref: 'Sources' }] }, '"}']],
    });
    expect(stack.resolve(command.parameters)).toEqual({
      documentArn: { Ref: 'Text' },
      documentParameters: { 'Fn::Join': ['', ['{"Count":', { Ref: 'Number' }, ',"Text":"late"}']] },
      duration: 'PT1M',
    });
  });
});

describe('types of parameters for future actions', () => {
  test.each<[ParameterRecord['type'], unknown, string]>([
    ['decimal', 0.1, '0.1'],
    ['role', { roleArn: 'arn:role' }, 'arn:role'],
    ['bucket', { bucketArn: 'arn:bucket' }, 'arn:bucket'],
    ['path', 'folder/inner', 'folder/inner'],
  ])('%s is written as FIS expects it', (type, value, written) => {
    const record = { name: 'value', type };

    expect(writeParameters([record], { value })).toEqual({ values: { value: written }, lists: { value: [written] }, problems: [] });
    expect(writeParameters([record], { value: '/wrong' }).problems).toEqual([expect.stringMatching(/^'value' must be a [\w ]+, got '\/wrong'$/)]);
  });

  test('a value that only a permission uses is not sent', () => {
    const record: ParameterRecord = { name: 'bucket', type: 'bucket', permissionOnly: true };

    expect(writeParameters([record], { bucket: { bucketArn: 'arn:bucket' } })).toEqual({ values: {}, lists: { bucket: ['arn:bucket'] }, problems: [] });
  });

  test('fails without a parameter that another one requires', () => {
    const records: ParameterRecord[] = [
      { name: 'scope', type: 'enum', allowed: ['all', 'prefix-list'], required: true },
      { name: 'list', type: 'string', requiredWhen: { parameter: 'scope', is: ['prefix-list'] } },
    ];

    expect(writeParameters(records, { scope: 'all' }).problems).toEqual([]);
    expect(writeParameters(records, { scope: 'prefix-list' }).problems).toEqual(["'list' must be a text that is not empty because 'scope' is prefix-list, got nothing"]);
  });

  test.each<[Pick<ParameterRecord, 'min' | 'max'>, string]>([
    [{ min: 3 }, 'a whole number of 3 or more'],
    [{ max: 1 }, 'a whole number of 1 or less'],
  ])('fails outside a range with one end: %j', (limits, wanted) => {
    expect(writeParameters([{ name: 'value', type: 'integer', ...limits }], { value: 2 }).problems)
      .toEqual([`'value' must be ${wanted}, got 2`]);
  });
});

describe('a custom action', () => {
  const statement = new iam.PolicyStatement({ actions: ['new:Break'], resources: ['*'] });

  test('that the library does not know is created as given', () => {
    const target = FaultTarget.arns('aws:new:thing', ['arn:aws:new:eu-west-1:111122223333:thing/1']);
    const { statements, ...data } = FaultAction.custom({
      actionId: 'aws:new:break-things', target, targetKey: 'Things', parameters: { duration: 'PT5M' }, permissions: [statement],
    })._data;

    expect(data).toEqual({
      actionId: 'aws:new:break-things',
      targetKey: 'Things',
      target: target._data,
      parameters: { duration: 'PT5M' },
      startAfter: [],
      description: undefined,
      injects: true,
      expectedDuration: Duration.parse('PT5M'),
      problems: [],
      warnings: [],
      permissions: [],
      permissionValues: { duration: ['PT5M'] },
    });
    expect(statements).toEqual([statement]);
  });

  test.each(FACTORIES.filter(({ id }) => id.startsWith('aws:')))('$id is the same as the one of its factory', (factory) => {
    const own = factory.parameters.filter(({ permissionOnly }) => permissionOnly).map(({ name }) => name);
    const target = targetOf(factory);
    const made = make(factory, {}, target)._data;
    const { actionId, parameters } = made;

    const { permissionValues, ...custom } = FaultAction.custom({ actionId, target, parameters, permissions: [] })._data;

    expect(custom).toEqual({
      ...made,
      permissionValues: undefined,
      permissions: made.permissions.filter((permission) => !own.some((name) => JSON.stringify(permission).includes(`\${${name}}`))),
    });
    expect(Object.keys(permissionValues)).toEqual(Object.keys(made.permissionValues).filter((name) => !own.includes(name)));
  });

  test.each(FACTORIES.filter(({ parameters }) => parameters.some(({ permissionOnly, required }) => permissionOnly && required)))(
    '$id fails without permissions, because those that the library knows depend on options', (factory) => {
      const target = targetOf(factory);
      const { actionId, parameters } = make(factory, {}, target)._data;

      expect(FaultAction.custom({ actionId, target, parameters })._data.problems)
        .toEqual([expect.stringMatching(`^'permissions' must be given for ${actionId}, whose permissions depend on '.+' and '.+', got nothing; or use its factory$`)]);
    });

  test('warns about a parameter that the library does not know', () => {
    const known = FaultAction.custom({ actionId: 'aws:fis:wait', parameters: { duration: 'PT5M', speed: '2' } });
    const unknown = FaultAction.custom({ actionId: 'aws:new:break-things', parameters: { speed: '2' }, permissions: [] });
    const stack = someStack();
    new ChaosExperiment(stack, 'Gate', { experiment: Experiment.define({ actions: { pause: known, unknown } }), alarms: [someAlarm(stack)] });
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('unknownParameter'));

    expect([known._data.problems, unknown._data.warnings]).toEqual([[], []]);
    expect(warnings.map(({ id, entry }) => `${id}: ${entry.data}`)).toMatchInlineSnapshot(`
      [
        "/Stack/Gate: action 'pause': the library knows only duration of aws:fis:wait, got 'speed'; check its name [ack: cdk-chaos-experiment-stage:unknownParameter]",
      ]
    `);
  });

  test('can override what the library knows from its records', () => {
    expect(FaultAction.custom({
      actionId: 'aws:ec2:reboot-instances', target: INSTANCES, targetKey: 'Others', expectedDuration: Duration.minutes(9), injectsFault: false,
    })._data).toMatchObject({ targetKey: 'Others', expectedDuration: Duration.minutes(9), injects: false, problems: [] });
  });

  test('without a known duration ends immediately', () => {
    expect(FaultAction.custom({ actionId: 'aws:new:break-things', permissions: [] })._data.expectedDuration?.toSeconds()).toBe(0);
  });

  test('whose duration is a token may take as long as FIS allows', () => {
    const token = Token.asNumber({ Ref: 'Number' });

    expect(FaultAction.custom({ actionId: 'aws:fis:wait', parameters: { duration: Token.asString({ Ref: 'Text' }) } })._data)
      .toMatchObject({ expectedDuration: undefined, problems: [] });
    expect(FaultAction.custom({ actionId: 'aws:new:break', expectedDuration: Duration.minutes(token), permissions: [] })._data)
      .toMatchObject({ expectedDuration: undefined, problems: [] });
  });

  test.each([
    ['an invalid id', { actionId: 'stop-instances', permissions: [] }, "'actionId' must look like aws:ec2:stop-instances, got 'stop-instances'"],
    ['an invalid duration', { actionId: 'aws:fis:wait', parameters: { duration: '5 minutes' } },
      "parameter 'duration' must be a duration in ISO 8601, for example PT5M, got '5 minutes'"],
    ['a value that is too long', { actionId: 'aws:new:break', parameters: { what: 'x'.repeat(1025) }, permissions: [] },
      "'what' must have at most 1024 characters as FIS reads it, got 1025"],
    ['an empty value', { actionId: 'aws:new:break', parameters: { what: '' }, permissions: [] }, "parameter 'what' must be a text that is not empty, got ''"],
    ['a number', { actionId: 'aws:new:break', parameters: { what: 5 as any }, permissions: [] }, "parameter 'what' must be a text that is not empty, got 5"],
    ['a missing parameter of a known action', { actionId: 'aws:fis:wait', parameters: { duration: undefined as any } },
      "parameter 'duration' must be given, as aws:fis:wait needs it, got nothing"],
    ['the name of a document', {
      actionId: 'aws:ssm:send-command', target: INSTANCES, parameters: { documentArn: 'AWSFIS-Run-CPU-Stress', duration: 'PT2M', documentParameters: '{"DurationSeconds":"90"}' },
    }, "'documentArn' must be the ARN of a document, like arn:aws:ssm:eu-west-1:111122223333:document/name, got 'AWSFIS-Run-CPU-Stress'"],
    ['a parameter that the document does not have', {
      actionId: 'aws:ssm:send-command',
      target: INSTANCES,
      parameters: {
        documentArn: 'arn:aws:ssm:eu-west-1::document/AWSFIS-Run-Kill-Process', duration: 'PT1M', documentParameters: '{"ProcessName":"web","Name":"web"}',
      },
    }, "'documentParameters' must have no parameters but ProcessName, Signal, InstallDependencies, which the document has, got 'Name'"],
    ['no permissions', { actionId: 'aws:new:break' },
      "'permissions' must be given for an action that the library does not know, got nothing; an empty list says that it needs none"],
    ['a target without a key', { actionId: 'aws:new:break', target: INSTANCES, permissions: [] },
      "'targetKey' must be given with the target of an action that the library does not know, got nothing; 'aws fis get-action --id aws:new:break' shows it"],
    ['a target for an action without one', { actionId: 'aws:fis:wait', target: INSTANCES, parameters: { duration: 'PT1M' } },
      'aws:fis:wait takes no target, got aws:ec2:instance; leave the target out'],
    ['no target for an action that needs one', { actionId: 'aws:rds:reboot-db-instances' },
      'expects a target of type aws:rds:db, got nothing; use FaultTarget.databaseInstances, FaultTarget.taggedWith or FaultTarget.arns'],
    ['a command that is shorter than its document', {
      actionId: 'aws:ssm:send-command', target: INSTANCES, parameters: { documentArn: DOCUMENT, duration: 'PT1M', documentParameters: '{"DurationSeconds":"90"}' },
    }, "'duration' must not be shorter than the DurationSeconds in 'documentParameters', 1 minute 30 seconds, got 1 minute"],
    ['a command without a parameter of its document', {
      actionId: 'aws:ssm:send-command', target: INSTANCES, parameters: { documentArn: 'arn:aws:ssm:eu-west-1::document/AWSFIS-Run-Kill-Process', duration: 'PT1M' },
    }, "'documentParameters' must have 'ProcessName', a text that is not empty, which the document needs, got nothing"],
    ['a target that is chosen in a different way', {
      actionId: 'aws:ec2:api-insufficient-instance-capacity-error',
      target: ROLES,
      parameters: { duration: 'PT1M', availabilityZoneIdentifiers: 'eu-west-1a', percentage: '50' },
    }, 'aws:ec2:api-insufficient-instance-capacity-error takes a target chosen by arns, got parameters'],
  ])('fails with %s', (_, options, problem) => {
    expect(FaultAction.custom(options)._data.problems).toEqual([problem]);
  });

  test('with parameters that are not JSON is not checked', () => {
    const parameters = { documentArn: DOCUMENT, duration: 'PT1M', documentParameters: '{DurationSeconds' };

    expect(FaultAction.custom({ actionId: 'aws:ssm:send-command', target: INSTANCES, parameters })._data.problems).toEqual([]);
  });
});

/** A valid value that is a token. */
function tokenFor(parameter: ParameterRecord): unknown {
  const token = { Ref: 'TheToken' };
  switch (parameter.type) {
    case 'duration':
    case 'seconds': return Duration.seconds(Token.asNumber(token));
    case 'millis': return Duration.millis(Token.asNumber(token));
    case 'integer':
    case 'percent':
    case 'decimal': return Token.asNumber(token);
    case 'string-list':
    case 'enum-list': return Token.asList(token);
    case 'json': return { key: Token.asString(token) };
    case 'boolean':
    case 'capital-boolean': return Token.asAny(token);
    case 'alarms': return [{ alarmArn: Token.asString(token) }];
    case 'role': return { roleArn: Token.asString(token) };
    case 'bucket': return { bucketArn: Token.asString(token) };
    default: return Token.asString(token);
  }
}

/** A value at this distance from a limit, in seconds or milliseconds for durations. */
function amount(parameter: ParameterRecord, limit: number | string, offset = 0): unknown {
  switch (parameter.type) {
    case 'duration': return Duration.seconds(Duration.parse(String(limit)).toSeconds() + offset);
    case 'seconds': return Duration.seconds(Number(limit) + offset);
    case 'millis': return Duration.millis(Number(limit) + offset);
    default: return Number(limit) + offset;
  }
}

function expectRangeProblem(action: FaultAction, parameter: ParameterRecord, offset: -1 | 1) {
  const words = (value: unknown) => (value instanceof Duration ? value.toHumanString() : String(value));
  const limit = offset < 0 ? parameter.min! : parameter.max!;
  const [problem, ...others] = action._data.problems;
  expect(others).toEqual([]);
  expect(problem).toMatch(new RegExp(`^'${optionName(parameter)}' must be .+, got ${words(amount(parameter, limit, offset))}$`));
  expect(problem).toContain(words(amount(parameter, limit)));
}

test('the samples cover every target type', () => {
  expect(FACTORIES.filter(({ target }) => target).map((factory) => targetOf(factory)!._data.problems).flat()).toEqual([]);
  expect(factoryOf('aws:fis:wait').target).toBeUndefined();
});

describe('parameters that depend on each other', () => {
  test('fails with a scope that needs a prefix list, without one', () => {
    const subnets = sampleTarget('aws:ec2:subnet');
    const options = { duration: Duration.minutes(5) };

    expect(FaultAction.networkDisruptConnectivity(subnets, { ...options, scope: ConnectivityScope.S3 })._data.problems).toEqual([]);
    expect(FaultAction.networkDisruptConnectivity(subnets, { ...options, scope: ConnectivityScope.PREFIX_LIST })._data.problems)
      .toEqual(["'prefixListIdentifier' must be a text that is not empty because 'scope' is prefix-list, got nothing"]);
  });

  test('fails with a kind that the API version does not have', () => {
    const options = { kubernetesNamespace: 'default', kubernetesSpec: { mode: 'one' }, maxDuration: Duration.minutes(5) };
    const problems = (kubernetesApiVersion: KubernetesApiVersion, kubernetesKind: KubernetesKind) =>
      FaultAction.eksInjectKubernetesCustomResource(sampleTarget('aws:eks:cluster'), { ...options, kubernetesApiVersion, kubernetesKind })._data.problems;

    expect(problems(KubernetesApiVersion.CHAOS_MESH_ORG_V1ALPHA1, KubernetesKind.POD_IO_CHAOS)).toEqual([]);
    expect(problems(KubernetesApiVersion.LITMUSCHAOS_IO_V1ALPHA1, KubernetesKind.POD_IO_CHAOS)).toEqual(["'kubernetesKind' must be ChaosEngine, got 'PodIOChaos'"]);
  });

  test('JSON is sent without spaces', () => {
    const { parameters } = FaultAction.ssmSendCommand(INSTANCES, {
      documentArn: DOCUMENT, documentParameters: { one: ['1', '2'], two: { three: '3' } }, duration: Duration.minutes(1),
    })._data;

    expect(parameters.documentParameters).toBe('{"one":["1","2"],"two":{"three":"3"}}');
  });

  test('white space within a string is not checked', () => {
    const options = { duration: Duration.minutes(5), preventExecution: true, statusCode: 503, configurationPrefix: 'faults' };
    const bucket = s3.Bucket.fromBucketName(new Stack(new App(), 'Stack'), 'Bucket', 'faults');
    const answer = FaultAction.lambdaInvocationHttpIntegrationResponse(
      sampleTarget('aws:lambda:function'), { ...options, configurationBucket: bucket, contentTypeHeader: 'text/html; charset=utf-8' },
    );

    expect(answer._data).toMatchObject({ problems: [], parameters: { contentTypeHeader: 'text/html; charset=utf-8', preventExecution: 'true' } });
  });
});
