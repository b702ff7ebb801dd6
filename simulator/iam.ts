/**
 * IAM permissions: which requests a call makes, and whether the policies of a role allow them.
 *
 * It supports only some policy elements, condition operators and calls. Any other is an error.
 */
import { SimulatedAws } from './aws';
import { Rule, ServiceCall } from './faults';
import { RunOptions, Subject } from './gate-run';
import { ENVIRONMENT, resolveIntrinsics } from './synthesized';

/** The condition keys of a request, and their values; a list only if the key has several values. */
export interface Context {
  readonly [key: string]: string | readonly string[];
}

/** A request to IAM: may this action be done to this resource? */
export interface IamRequest {
  readonly action: string;
  /** An ARN, or `*` for an action without resource types. */
  readonly resource: string;
  readonly context: Context;
}

/** A statement of a template, with its intrinsic functions resolved. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: { readonly Service: string | readonly string[] };
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };
}

/** The role of a machine. */
export interface Role {
  readonly statements: readonly Statement[];
  readonly trust: readonly Statement[];
}

export interface RunRoles {
  readonly gate: Role;
  readonly watchdog: Role;
}

/** An action and a resource of a statement that allow a request. */
export interface Grant {
  readonly statement: Statement;
  readonly action: string;
  readonly resource: string;
}

/** Whether the statements of an identity allow a request: at least one must allow it, and none may deny it. */
export function allows(statements: readonly Statement[], request: IamRequest): boolean {
  return grantsOf(statements, request).length > 0;
}

/** Everything that allows a request; empty if it is denied. */
export function grantsOf(statements: readonly Statement[], request: IamRequest): Grant[] {
  const matching = (effect: string) => statements.flatMap((statement) => {
    check(statement, ['Sid', 'Effect', 'Action', 'Resource', 'Condition']);
    return statement.Effect === effect && holds(statement, request.context) ? matches(statement, request) : [];
  });
  return matching('Deny').length > 0 ? [] : matching('Allow');
}

/** Whether a trust policy lets a service assume the role. */
export function trusts(trust: readonly Statement[], service: string, context: Context): boolean {
  const matching = (effect: string) => trust.some((statement) => {
    check(statement, ['Sid', 'Effect', 'Action', 'Principal', 'Condition']);
    const { Principal = { Service: [] } } = statement;
    if (Object.keys(Principal).join() !== 'Service') { throw new Error(`unsupported principal: ${JSON.stringify(Principal)}`); }
    return statement.Effect === effect
      && listOf(statement.Action).some((action) => like(action.toLowerCase(), 'sts:assumerole'))
      && listOf(Principal.Service).includes(service)
      && holds(statement, context);
  });
  return matching('Allow') && !matching('Deny');
}

/** The requests that a call of a machine makes. */
export function requestsOf({ operation, arguments: args }: Pick<ServiceCall, 'operation' | 'arguments'>, aws: SimulatedAws): IamRequest[] {
  const request = (action: string, resource: string, context: Context = {}): IamRequest => ({ action, resource, context });
  const experiment = (id: string, action: string) => {
    // An experiment that does not exist has no tags.
    const tags = aws.experiments.find((each) => each.id === id)?.tags ?? {};
    return [request(action, arnOf('fis', `experiment/${id}`), tagContext('aws:ResourceTag', tags))];
  };
  switch (operation) {
    case 'fis:startExperiment': {
      const tags = args.Tags ?? {};
      const context = { ...tagContext('aws:RequestTag', tags), ...(Object.keys(tags).length > 0 && { 'aws:TagKeys': Object.keys(tags) }) };
      return [
        // The template, and the experiment, which has no id yet.
        request('fis:StartExperiment', arnOf('fis', `experiment-template/${args.ExperimentTemplateId}`), context),
        request('fis:StartExperiment', arnOf('fis', 'experiment/*'), context),
        ...(Object.keys(tags).length > 0 ? [request('fis:TagResource', arnOf('fis', 'experiment/*'), context)] : []),
      ];
    }
    case 'fis:getExperiment': return experiment(args.Id, 'fis:GetExperiment');
    case 'fis:stopExperiment': return experiment(args.Id, 'fis:StopExperiment');
    case 'fis:getExperimentTemplate': return [request('fis:GetExperimentTemplate', arnOf('fis', `experiment-template/${args.Id}`))];
    case 'fis:listExperiments': return [request('fis:ListExperiments', '*')];
    case 'fis:getSafetyLever': return [request('fis:GetSafetyLever', arnOf('fis', `safety-lever/${args.Id}`))];
    // Without access to all alarms, CloudWatch answers without composite alarms, as if there were none.
    case 'cloudwatch:describeAlarms': return [request('cloudwatch:DescribeAlarms', '*'), request('cloudwatch:DescribeAlarms', arnOf('cloudwatch', 'alarm:*'))];
    case 'cloudwatch:describeAlarmHistory':
      return [request('cloudwatch:DescribeAlarmHistory', '*'), request('cloudwatch:DescribeAlarmHistory', arnOf('cloudwatch', `alarm:${args.AlarmName}`))];
    case 'sfn:startExecution': return [request('states:StartExecution', args.StateMachineArn)];
    case 'sfn:describeExecution': return [request('states:DescribeExecution', args.ExecutionArn)];
    case 'sfn:stopExecution': return [request('states:StopExecution', args.ExecutionArn)];
    case 'codepipeline:getPipelineExecution': return [request('codepipeline:GetPipelineExecution', arnOf('codepipeline', args.PipelineName))];
    default: throw new Error(`the simulator does not know which permissions '${operation}' needs`);
  }
}

/** The roles of the two machines of a gate, from its template. */
export function rolesOf(template: any, subject: Subject): RunRoles {
  return { gate: roleOf(template, subject.gateName), watchdog: roleOf(template, subject.watchdogName) };
}

/** The options of the same run, in which a call that the role of its machine does not allow fails as in AWS. */
export function enforcing(roles: RunRoles, options: RunOptions = {}, onAllowed: (grants: readonly Grant[]) => void = () => undefined): RunOptions {
  return {
    ...options,
    prepare: (run) => {
      options.prepare?.(run);
      run.aws.addFault(denyingRule(run.aws, ({ execution }) => (run.watchdogs.includes(execution) ? roles.watchdog : roles.gate), onAllowed));
    },
  };
}

function denyingRule(aws: SimulatedAws, roleOfCaller: (call: ServiceCall) => Role, onAllowed: (grants: readonly Grant[]) => void): Rule {
  return (call) => {
    for (const request of requestsOf(call, aws)) {
      const grants = grantsOf(roleOfCaller(call).statements, request);
      if (grants.length === 0) { return denied(call.operation, request); }
      onAllowed(grants);
    }
    return 'pass';
  };
}

/** Step Functions reports an error that the API model does not name under one name per service. */
function denied(operation: string, { action, resource }: IamRequest) {
  const cause = `User is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  const service = { fis: 'Fis', cloudwatch: 'CloudWatch', sfn: 'Sfn', codepipeline: 'CodePipeline' }[operation.split(':')[0]];
  return { error: `${service}.${service}Exception`, cause };
}

function roleOf(template: any, machineName: string): Role {
  const resources: { [id: string]: { Type: string; Properties: any } } = template.Resources;
  const machine = Object.values(resources).find(({ Type, Properties }) => Type === 'AWS::StepFunctions::StateMachine'
    && Properties.StateMachineName === machineName);
  const roleId = machine?.Properties.RoleArn['Fn::GetAtt'][0];
  const role = resources[roleId];
  if (role?.Type !== 'AWS::IAM::Role') { throw new Error(`machine '${machineName}' has no role in the template`); }
  if (role.Properties.ManagedPolicyArns || role.Properties.PermissionsBoundary) { throw new Error(`role '${roleId}' has unsupported policies`); }
  const attached = Object.values(resources).filter(({ Type, Properties }) => /^AWS::IAM::(Managed)?Policy$/.test(Type)
    && Properties.Roles?.some((each: any) => each.Ref === roleId));
  const documents = [...attached.map(({ Properties }) => Properties), ...role.Properties.Policies ?? []].map(({ PolicyDocument }) => PolicyDocument);
  const statementsOf = (document: any): Statement[] => resolveIntrinsics(document, template).Statement;
  return { statements: documents.flatMap(statementsOf), trust: statementsOf(role.Properties.AssumeRolePolicyDocument) };
}

function arnOf(service: string, resource: string): string {
  return `arn:${ENVIRONMENT.partition}:${service}:${ENVIRONMENT.region}:${ENVIRONMENT.account}:${resource}`;
}

function tagContext(key: 'aws:ResourceTag' | 'aws:RequestTag', tags: { readonly [key: string]: string }): Context {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${key}/${name}`, value]));
}

function check(statement: Statement, elements: readonly string[]) {
  const unknown = Object.keys(statement).filter((element) => !elements.includes(element));
  if (unknown.length > 0) { throw new Error(`unsupported policy element: ${unknown.join(', ')}`); }
  if (!['Allow', 'Deny'].includes(statement.Effect)) { throw new Error(`Effect must be Allow or Deny, got '${statement.Effect}'`); }
}

function matches(statement: Statement, { action, resource }: IamRequest): Grant[] {
  const actions = listOf(statement.Action).filter((pattern) => like(pattern.toLowerCase(), action.toLowerCase()));
  const resources = listOf(statement.Resource ?? []).filter((pattern) => pattern === '*' || arnLike(pattern, resource));
  return actions.flatMap((each) => resources.map((arn) => ({ statement, action: each, resource: arn })));
}

const OPERATORS: { readonly [name: string]: (pattern: string, value: string) => boolean } = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: (pattern, value) => like(pattern, value),
  ArnEquals: (pattern, value) => arnLike(pattern, value),
  ArnLike: (pattern, value) => arnLike(pattern, value),
  Bool: (pattern, value) => pattern.toLowerCase() === value.toLowerCase(),
};

/** All operators must hold, and all keys of each operator. */
function holds({ Condition = {} }: Statement, context: Context): boolean {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(Condition).every(([operator, keys]) => Object.entries(keys)
    .every(([key, patterns]) => holdsFor(operator, listOf(patterns), values.get(key.toLowerCase()))));
}

function holdsFor(operator: string, patterns: readonly string[], actual: string | readonly string[] | undefined): boolean {
  if (patterns.some((pattern) => pattern.includes('${'))) { throw new Error(`policy variables are not supported: ${patterns.join(', ')}`); }
  if (operator === 'Null') { return patterns.some((pattern) => pattern === String(actual === undefined)); }

  const [, set, name, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const test = OPERATORS[name];
  if (!test) { throw new Error(`unsupported condition operator: '${operator}'`); }
  if (actual === undefined) { return set === 'ForAllValues' || ifExists !== undefined; }
  if (set === undefined && typeof actual !== 'string') { throw new Error(`'${operator}' cannot be used for a key with several values`); }
  const fits = (value: string) => patterns.some((pattern) => test(pattern, value));
  return set === 'ForAllValues' ? listOf(actual).every(fits) : listOf(actual).some(fits);
}

/** `*` is any number of characters, `?` is one. */
function like(pattern: string, value: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`, 's').test(value);
}

/** Compares each of the six parts of an ARN separately. A `*` does not match a colon, except in the last part, which may contain colons. */
function arnLike(pattern: string, arn: string): boolean {
  const parts = (text: string) => {
    const [prefix, partition, service, region, account, ...resource] = text.split(':');
    return [prefix, partition, service, region, account, resource.join(':')];
  };
  const [wanted, actual] = [parts(pattern), parts(arn)];
  return wanted.every((part, i) => like(part, actual[i] ?? ''));
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
