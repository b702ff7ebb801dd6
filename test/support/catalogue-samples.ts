import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { factoryName } from '../../projenrc/fault-action-source';
import { readCatalogue } from '../../projenrc/generate-fault-actions';
import { FaultAction } from '../../src/fault-action.generated';
import { FaultTarget } from '../../src/fault-target';
import { optionName, ParameterRecord, TargetSelection } from '../../src/private/catalogue/records';
import { Selection } from '../../src/selection';

/** The records of the catalogue's own files. */
export const CATALOGUE = readCatalogue(`${__dirname}/../..`);

/** Everything that has a factory: the actions, and the documents with the target of the action that runs them. */
export const FACTORIES = [
  ...CATALOGUE.actions.map((record) => ({ ...record, id: record.id, name: factoryName(record.id) })),
  ...CATALOGUE.documents.map((record) => ({
    ...record,
    id: record.name,
    name: factoryName(record.name),
    target: CATALOGUE.actions.find(({ runsDocument }) => runsDocument)!.target,
  })),
];

export type Factory = typeof FACTORIES[number];

/** Every parameter of every factory. */
export const PARAMETERS = FACTORIES.flatMap((factory) => factory.parameters.map((parameter) => ({
  factory,
  parameter: parameter.type === 'percent' ? { min: 0, max: 100, ...parameter } : parameter,
  path: `${factory.name}.${optionName(parameter)}`,
})));

/** An action created by its factory from the required and the given options. An option that is undefined is omitted. */
export function make(factory: Factory, options: Options = {}, target = targetOf(factory)): FaultAction {
  const all = neededOptions(factory, options);
  const create = (FaultAction as any)[factory.name];
  return factory.target ? create(target, all) : create(all);
}

/** The given options, and a valid value for each other option that is required. */
export function neededOptions(factory: Factory, given: Options = {}): Options {
  const all: { [name: string]: unknown } = { ...given };
  const holds = ({ parameter, is }: { parameter: string; is: readonly string[] }) => is.includes(all[optionOf(factory, parameter)] as string);
  const first = factory.parameters.filter((parameter) => parameter.required && !parameter.allowedWhen);
  const then = factory.parameters.filter((parameter) => parameter.allowedWhen || parameter.requiredWhen);
  for (const parameter of [...first, ...then]) {
    if (!(optionName(parameter) in all) && (parameter.required || holds(parameter.requiredWhen!))) {
      all[optionName(parameter)] = parameter.allowedWhen?.find(holds)?.allowed[0] ?? sampleValue(parameter);
    }
  }
  return all;
}

/** A valid value for every option that can be combined with the others. */
export function allOptions(factory: Factory): Options {
  const optional = factory.parameters.filter((parameter) => !parameter.required);
  return neededOptions(factory, Object.fromEntries(optional.map((parameter) => [optionName(parameter), sampleValue(parameter)])));
}

/** A value of a parameter, together with the parameter that it requires. */
export function withCompanion(factory: Factory, parameter: ParameterRecord, value: string): Options {
  const rule = parameter.allowedWhen?.find(({ allowed }) => allowed.includes(value));
  return { [optionName(parameter)]: parameter.type === 'enum-list' ? [value] : value, ...(rule && { [optionOf(factory, rule.parameter)]: rule.is[0] }) };
}

export interface Options {
  readonly [name: string]: unknown;
}

function optionOf(factory: Factory, name: string): string {
  return optionName(factory.parameters.find((parameter) => parameter.name === name)!);
}

/** The factory of an action or a document. */
export function factoryOf(id: string): Factory {
  return FACTORIES.find((factory) => factory.id === id)!;
}

export const TAGS = { team: 'shop', stage: 'staging' };

/** How a factory's target can be chosen. */
export function waysOf(factory: Factory): readonly TargetSelection[] {
  return factory.target ? factory.target.selectedBy ?? targetType(factory.target.resourceType).selectedBy : [];
}

/** A target of the type that a factory needs, chosen in one of the possible ways. */
export function targetOf(factory: Factory, way = waysOf(factory)[0], parameters?: { [name: string]: string }): FaultTarget | undefined {
  return factory.target && sampleTarget(factory.target.resourceType, way, parameters);
}

/** A target of a type, chosen by default in the first way that the type supports, with the required or the given target parameters. */
export function sampleTarget(
  resourceType: string, way = targetType(resourceType).selectedBy[0], parameters = sampleParameters(resourceType),
): FaultTarget {
  const options = { selection: Selection.ALL };
  switch (way) {
    case 'arns': return FaultTarget.arns(resourceType, [sampleArn(resourceType)], { ...options, parameters });
    case 'tags': return FaultTarget.taggedWith(resourceType, TAGS, { ...options, parameters });
    case 'parameters': return FaultTarget.parameters(resourceType, parameters ?? sampleParameters(resourceType, true) ?? {}, options);
  }
}

/** Values of the required parameters of a type, or of all. */
export function sampleParameters(resourceType: string, all = false): { [name: string]: string } | undefined {
  const { parameters } = targetType(resourceType);
  const entries = parameters.filter(({ required }) => required || all).map(({ name, allowed }) => [name, allowed?.[0] ?? 'sample']);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** An ARN of a resource of a type. */
export function sampleArn(resourceType: string): string {
  const values: { [name: string]: string } = { Partition: 'aws', Region: 'eu-west-1', Account: '111122223333' };
  return targetType(resourceType).arn
    .replace(/\$\{(\w+)\}/g, (_, name) => values[name] ?? 'name')
    .replace(/\*/g, 'sample-1');
}

function targetType(resourceType: string) {
  return CATALOGUE.targetTypes.find((record) => record.resourceType === resourceType)!;
}

/** A valid value of a parameter. */
export function sampleValue(parameter: ParameterRecord): unknown {
  switch (parameter.type) {
    case 'duration': return Duration.parse(String(parameter.min ?? 'PT5M'));
    case 'seconds': return Duration.seconds(Number(parameter.min ?? 60));
    case 'millis': return Duration.millis(Number(parameter.min ?? 100));
    case 'integer':
    case 'percent':
    case 'decimal': return Number(parameter.min ?? 1);
    case 'boolean':
    case 'capital-boolean': return true;
    case 'string': return parameter.name === 'documentArn' ? 'arn:aws:ssm:eu-west-1:111122223333:document/Sample' : 'text';
    case 'path': return 'folder/inner';
    case 'string-list': return ['one', 'two'];
    case 'enum': return parameter.allowed![0];
    case 'enum-list': return [parameter.allowed![0]];
    case 'json': return { Key: 'value' };
    case 'alarms': return alarms(1);
    case 'role': return { roleArn: 'arn:aws:iam::111122223333:role/sample' };
    case 'bucket': return { bucketArn: 'arn:aws:s3:::sample' };
  }
}

/** Some alarms. */
export function alarms(count: number): cloudwatch.IAlarm[] {
  const stack = new Stack(new App(), 'Stack');
  return Array.from({ length: count }, (_, index) =>
    cloudwatch.Alarm.fromAlarmArn(stack, `Alarm${index}`, `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:alarm-${index}`));
}
