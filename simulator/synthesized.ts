/** Where simulated templates are deployed. */
export const ENVIRONMENT = { account: '111122223333', region: 'eu-west-1', partition: 'aws' };

/**
 * Resolves the intrinsic functions of a template like CloudFormation, to read an embedded document (the definition of a state machine, a
 * policy). An unsupported function is an error.
 */
export function resolveIntrinsics(value: any, template: { Resources?: any; Parameters?: any; Imports?: any } = {}): any {
  const resolve = (part: any): any => {
    if (Array.isArray(part)) { return part.map(resolve); }
    if (part === null || typeof part !== 'object') { return part; }

    const [[name, argument], ...others] = Object.entries<any>(part).length > 0 ? Object.entries<any>(part) : [['', undefined]];
    if (others.length === 0 && name === 'Ref') { return reference(argument, template); }
    if (others.length === 0 && name === 'Fn::GetAtt') { return attribute(argument[0], argument[1], template); }
    if (others.length === 0 && name === 'Fn::Join') { return argument[1].map(resolve).join(argument[0]); }
    if (others.length === 0 && name === 'Fn::Select') { return resolve(argument[1])[argument[0]]; }
    if (others.length === 0 && name === 'Fn::Split') { return resolve(argument[1]).split(argument[0]); }
    if (others.length === 0 && name === 'Fn::ImportValue' && argument in (template.Imports ?? {})) { return template.Imports[argument]; }
    if (others.length === 0 && name.startsWith('Fn::')) { throw new Error(`intrinsic function '${name}' is not supported`); }
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, resolve(member)]));
  };
  return resolve(value);
}

/** The exports of a template by name, for templates that import them. */
export function exportsOf(template: any): { [name: string]: string } {
  return Object.fromEntries(Object.values<any>(template.Outputs ?? {}).filter(({ Export }) => Export)
    .map(({ Export, Value }) => [Export.Name, resolveIntrinsics(Value, template)]));
}

function reference(name: string, template: any): string {
  switch (name) {
    case 'AWS::AccountId': return ENVIRONMENT.account;
    case 'AWS::Region': return ENVIRONMENT.region;
    case 'AWS::Partition': return ENVIRONMENT.partition;
    case 'AWS::URLSuffix': return 'amazonaws.com';
    case 'AWS::StackName': return 'Stack';
  }
  const parameter = template.Parameters?.[name];
  if (parameter) { return String(parameter.Default); }
  const resource = template.Resources?.[name];
  if (resource?.Type === 'AWS::CloudWatch::Alarm' || resource?.Type === 'AWS::CloudWatch::CompositeAlarm') {
    return resource.Properties.AlarmName ?? name;
  }
  if (resource?.Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer') {
    return `arn:${ENVIRONMENT.partition}:elasticloadbalancing:${ENVIRONMENT.region}:${ENVIRONMENT.account}:loadbalancer/${name}`;
  }
  if (resource?.Type === 'AWS::StepFunctions::StateMachine') {
    return `arn:${ENVIRONMENT.partition}:states:${ENVIRONMENT.region}:${ENVIRONMENT.account}:stateMachine:${resource.Properties.StateMachineName ?? name}`;
  }
  return name;
}

function attribute(logicalId: string, name: string, template: any): string {
  if (name === 'Arn') {
    const type: string = template.Resources?.[logicalId]?.Type ?? 'AWS::Unknown::Unknown';
    const [, service, kind] = type.toLowerCase().split('::');
    const id = reference(logicalId, template);
    if (service === 'lambda') { return `arn:aws:lambda:${ENVIRONMENT.region}:${ENVIRONMENT.account}:function:${id}`; }
    if (service === 'cloudwatch') { return `arn:aws:cloudwatch:${ENVIRONMENT.region}:${ENVIRONMENT.account}:alarm:${id}`; }
    return `arn:aws:${service}:${ENVIRONMENT.region}:${ENVIRONMENT.account}:${kind === 'globaltable' ? 'table' : kind}/${id}`;
  }
  if (name === 'TransitGatewayArn') { return `arn:aws:ec2:${ENVIRONMENT.region}:${ENVIRONMENT.account}:transit-gateway/${logicalId}`; }
  if (name === 'Id') { return `EXT${logicalId}`; }
  return `${logicalId}.${name}`;
}
