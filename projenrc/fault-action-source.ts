import { Duration } from 'aws-cdk-lib';
import {
  type EnumRecord, type FullActionRecord, type FullDocumentRecord, type FullParameterRecord, type FullTargetTypeRecord, optionName,
  type ParameterType,
} from '../src/private/catalogue/records';
import { wantedValue } from '../src/private/fault/parameters';

/** All records of the catalogue. */
export interface Catalogue {
  readonly actions: FullActionRecord[];
  readonly documents: FullDocumentRecord[];
  readonly enums: EnumRecord[];
  readonly targetTypes: FullTargetTypeRecord[];
}

/** `aws:ec2:stop-instances` is `ec2StopInstances`, `AWSFIS-Run-CPU-Stress` is `ssmCpuStress`. */
export function factoryName(idOrDocument: string): string {
  const [first, ...others] = words(idOrDocument);
  return first + others.map(capitalize).join('');
}

/** `aws:ec2:stop-instances` has `Ec2StopInstancesOptions`. */
export function optionsName(idOrDocument: string): string {
  return `${words(idOrDocument).map(capitalize).join('')}Options`;
}

/** The name of the enum member for a value: `prefix-list` is `PREFIX_LIST`, `PodIOChaos` is `POD_IO_CHAOS`. */
export function memberName(value: string): string {
  return value.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, (_, last, first, single) => (last ? `${last}_${first}` : `${single}_`))
    .toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

/** The lines of `FaultAction` with a factory for each action and document, of the factories' options, and of their enums. */
export function writeFaultActionClass({ actions, documents, enums }: Catalogue): string[] {
  const factories = [...actions.map(actionFactory), ...documents.map(documentFactory)].sort((a, b) => a.name.localeCompare(b.name));
  const body = [
    ...enums.filter(({ name }) => !isCdkEnum(name)).flatMap(writeEnum),
    ...factories.flatMap(writeOptions),
    ...writeClass(factories),
  ];
  return [...writeImports(body.join('\n')), ...body, ''];
}

/** The parameter types whose docs list the accepted values. For all others, the type of the option says enough. */
const RANGED: ParameterType[] = ['duration', 'seconds', 'millis', 'integer', 'percent', 'decimal', 'string-list', 'path', 'alarms'];

/** What is generated for one action or document. */
interface Factory {
  readonly name: string;
  readonly options: string;
  readonly parents: string;
  readonly summary: string;
  readonly remarks: readonly string[];
  readonly parameters: readonly FullParameterRecord[];
  readonly resourceType?: string;
  readonly url: string;
  /** The call that creates the data of the action. */
  readonly data: string;
}

function actionFactory(record: FullActionRecord): Factory {
  return {
    name: factoryName(record.id),
    options: optionsName(record.id),
    parents: 'FaultActionOptions',
    summary: record.summary,
    remarks: [...record.remarks ?? [], ...quotaText(record), `FIS action: \`${record.id}\`.`],
    parameters: record.parameters,
    resourceType: record.target?.resourceType,
    url: record.url,
    data: `actionData('${record.id}', plain(options)${record.target ? ', target?._data' : ''})`,
  };
}

function documentFactory(record: FullDocumentRecord): Factory {
  return {
    name: factoryName(record.name),
    options: optionsName(record.name),
    parents: 'SsmDocumentActionOptions',
    summary: record.summary,
    remarks: [...record.remarks ?? [], `FIS action: \`aws:ssm:send-command\` with the document \`${record.name}\`, for Linux only.`],
    parameters: record.parameters,
    resourceType: 'aws:ec2:instance',
    url: record.url,
    data: `documentActionData('${record.name}', plain(options), target?._data)`,
  };
}

/** A quota that FIS enforces at run time and that synthesis cannot check. */
export function quotaText({ quota }: FullActionRecord): string[] {
  return quota === undefined ? [] : [`FIS can target at most ${quota} resources found by tags, unless you have this quota raised (as of 2024).`];
}

function writeImports(body: string): string[] {
  const cdk = ['aws-cloudwatch', 'aws-iam', 'aws-s3']
    .map((module) => [module.slice('aws-'.length), `aws-cdk-lib/${module}`])
    .filter(([name]) => body.includes(`: ${name}.`));
  return [
    ...(body.includes(': Duration;') ? ["import { Duration } from 'aws-cdk-lib';"] : []),
    ...cdk.map(([name, path]) => `import * as ${name} from '${path}';`),
    "import type { CustomFaultActionOptions, FaultActionOptions, SsmDocumentActionOptions } from './fault-action';",
    "import type { FaultTarget } from './fault-target';",
    "import type { FaultActionData } from './private/fault/data';",
    "import { actionData, customActionData, documentActionData } from './private/fault/actions';",
  ];
}

function writeEnum(record: EnumRecord): string[] {
  return [
    '',
    ...docs('', [record.summary]),
    `export enum ${record.name} {`,
    ...separated(record.members.map(({ value, summary }) => [...docs('  ', [summary]), `  ${memberName(value)} = '${value}',`])),
    '}',
  ];
}

function writeOptions(factory: Factory): string[] {
  return [
    '',
    ...docs('', [`Options of \`FaultAction.${factory.name}\`.`]),
    `export interface ${factory.options} extends ${factory.parents} {`,
    ...separated(factory.parameters.map((parameter) => [
      ...docs('  ', [parameter.summary, ...parameter.remarks ?? [], ...rangeText(parameter)], [
        ...(parameter.required ? [] : [`@default ${defaultText(parameter)}`]),
        `@see ${factory.url}`,
      ]),
      `  readonly ${optionName(parameter)}${parameter.required ? '' : '?'}: ${optionType(parameter)};`,
    ])),
    '}',
  ];
}

function writeClass(factories: Factory[]): string[] {
  return [
    '',
    ...docs('', [
      'A fault to inject, or a pause between faults: one action of an experiment.',
      'Each FIS action and each SSM document for FIS has a factory that is named after it: '
      + '`aws:ec2:stop-instances` is `ec2StopInstances`, `AWSFIS-Run-Network-Latency` is `ssmNetworkLatency`.',
      'All actions start when the experiment starts, except those that wait for other actions with `startAfter`.',
    ], ['@see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html'], [
      'declare const asg: autoscaling.AutoScalingGroup;',
      'declare const database: rds.DatabaseCluster;',
      '',
      'const latency = FaultAction.ssmNetworkLatency(',
      '  FaultTarget.instancesOf(asg, { selection: Selection.percent(50) }),',
      "  { duration: Duration.minutes(5), delay: Duration.millis(200), networkInterface: 'ens5' },",
      ');',
      'const failover = FaultAction.rdsFailoverDbCluster(FaultTarget.databaseCluster(database), { startAfter: [latency] });',
      'const aftermath = FaultAction.fisWait({ duration: Duration.minutes(3), startAfter: [failover] });',
    ]),
    'export class FaultAction {',
    ...docs('  ', [
      'An action that this library does not know yet, or a known action with parameters that it does not know.',
      'For a known action, the library adds the target key and the permissions of the experiment role.',
    ], ['@param options The action as FIS expects it']),
    '  public static custom(options: CustomFaultActionOptions): FaultAction {',
    '    return new FaultAction(customActionData({ ...plain(options), target: options.target?._data }));',
    '  }',
    ...factories.flatMap((factory) => ['', ...writeFactory(factory)]),
    '',
    '  /** @internal */',
    '  public readonly _data: FaultActionData;',
    '',
    '  private constructor(data: FaultActionData) {',
    '    this._data = data;',
    '  }',
    '}',
    '',
    '/** The options as plain data. */',
    'function plain<O extends FaultActionOptions>(options: O) {',
    '  return { ...options, startAfter: options.startAfter?.map(({ _data }) => _data) };',
    '}',
  ];
}

function writeFactory(factory: Factory): string[] {
  const isOptional = factory.parameters.every((parameter) => !parameter.required);
  const parameters = [
    ...(factory.resourceType ? ['target: FaultTarget'] : []),
    `options: ${factory.options}${isOptional ? ' = {}' : ''}`,
  ];
  return [
    ...docs('  ', [factory.summary, ...factory.remarks], [
      ...(factory.resourceType ? [`@param target The resources to target, of type \`${factory.resourceType}\``] : []),
      `@param options ${factory.parameters.length > 0 ? 'The parameters of the action, and when it starts' : 'When the action starts'}`,
      `@see ${factory.url}`,
    ]),
    `  public static ${factory.name}(${parameters.join(', ')}): FaultAction {`,
    `    return new FaultAction(${factory.data});`,
    '  }',
  ];
}

function optionType(parameter: FullParameterRecord): string {
  switch (parameter.type) {
    case 'duration':
    case 'seconds':
    case 'millis':
      return 'Duration';
    case 'integer':
    case 'percent':
    case 'decimal':
      return 'number';
    case 'boolean':
    case 'capital-boolean':
      return 'boolean';
    case 'string':
    case 'path':
      return 'string';
    case 'string-list':
      return 'string[]';
    case 'enum':
      return parameter.enum!;
    case 'enum-list':
      return `${parameter.enum}[]`;
    case 'json':
      return '{ [name: string]: any }';
    case 'alarms':
      return 'cloudwatch.IAlarm[]';
    case 'role':
      return 'iam.IRole';
    case 'bucket':
      return 's3.IBucket';
  }
}

/** The accepted values, if the type of the option does not say enough. */
function rangeText(parameter: FullParameterRecord): string[] {
  return RANGED.includes(parameter.type) ? [`${capitalize(wantedValue(parameter))}.`] : [];
}

/** The text after `@default`: an expression where there is one, otherwise words. */
function defaultText(parameter: FullParameterRecord): string {
  const value = parameter.default;
  if (value === undefined) {
    return `- ${parameter.defaultText}`;
  }
  switch (parameter.type) {
    case 'duration':
      return durationText(Duration.parse(String(value)).toSeconds());
    case 'seconds':
      return durationText(Number(value));
    case 'millis':
      return Number(value) % 1000 === 0 ? durationText(Number(value) / 1000) : `Duration.millis(${value})`;
    case 'enum':
      return `${parameter.enum}.${memberName(String(value))}`;
    case 'enum-list':
      return `[${[value].flat().map((element) => `${parameter.enum}.${memberName(String(element))}`).join(', ')}]`;
    default:
      return JSON.stringify(value).replace(/"/g, "'");
  }
}

function durationText(seconds: number): string {
  const [unit, size] = ([['hours', 3600], ['minutes', 60], ['seconds', 1]] as const).find(([, length]) => seconds % length === 0)!;
  return `Duration.${unit}(${seconds / size})`;
}

/** A doc comment: paragraphs, then the example, then the tags. */
function docs(indent: string, paragraphs: string[], tags: string[] = [], example: string[] = []): string[] {
  const lines = separated(paragraphs.map((paragraph) => wrap(paragraph, 140 - indent.length)));
  const all = [
    ...lines,
    ...(example.length > 0 ? ['', '@example', ...example] : []),
    ...(tags.length > 0 ? ['', ...tags] : []),
  ];
  return all.length === 1
    ? [`${indent}/** ${all[0]} */`]
    : [`${indent}/**`, ...all.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && longer.length <= width) {
      lines[lines.length - 1] = longer;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** Joins blocks of lines with an empty line between them. */
function separated(blocks: string[][]): string[] {
  return blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

function words(idOrDocument: string): string[] {
  return idOrDocument.replace(/^aws:/, '').replace(/^AWSFIS-Run-/, 'ssm-').toLowerCase().split(/[:-]/);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isCdkEnum(name: string): boolean {
  return name.includes('.');
}
