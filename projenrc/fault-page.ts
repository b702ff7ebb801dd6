import { Duration } from 'aws-cdk-lib';
import { type Catalogue, factoryName, memberName, quotaText } from './fault-action-source';
import {
  type FullActionRecord, type FullDocumentRecord, type FullParameterRecord, type FullPermissionRecord, optionName, type PermissionWhen,
  type TargetSelection,
} from '../src/private/catalogue/records';
import { wantedValue } from '../src/private/fault/parameters';

/** The lines of the page that lists all actions and documents with their options and permissions. */
export function writeFaultPage({ actions, documents }: Catalogue): string[] {
  const sections = [...actions].sort((a, b) => a.id.localeCompare(b.id)).reduce(
    (map, record) => map.set(service(record), [...map.get(service(record)) ?? [], record]), new Map<string, FullActionRecord[]>(),
  );
  return [
    '',
    '# Faults',
    '',
    `All ${actions.length} AWS FIS actions and the ${documents.length} SSM documents that AWS provides for FIS, each with its \`FaultAction\` factory.`,
    'For any other action, use `FaultAction.custom`.',
    '',
    '| action | factory | target | duration |',
    '|---|---|---|---|',
    ...[...sections.values()].flat().map((record) => row(record.id, factoryName(record.id), record.target?.resourceType, expectedDuration(record))),
    ...documents.map(({ name, parameters }) => row(name, factoryName(name), 'aws:ec2:instance', documentDuration(parameters))),
    '',
    'The duration is the shortest time for which the gate expects the action to run.',
    'The effects of an action that completes immediately can last longer: follow it with `fisWait`.',
    '',
    'The experiment role needs the listed permissions. *The target* means the ARNs of the targeted resources if synthesis knows them,',
    'otherwise all resources of the type, with a condition on the tags of the target if IAM supports one.',
    ...[...sections].flatMap(([name, records]) => ['', `## ${name}`, ...records.flatMap(actionSection)]),
    '',
    '## SSM documents',
    '',
    'These documents run on Linux EC2 instances through the action `aws:ssm:send-command`. They need the permissions of that action on the document,',
    'and those listed here.',
    'Each of them also has the option `commandTimeout`: how long FIS watches the command.',
    ...documents.flatMap(documentSection),
    '',
  ];
}

function row(id: string, factory: string, resourceType: string | undefined, duration: string): string {
  return `| [\`${id}\`](#${id.toLowerCase().replace(/:/g, '')}) | \`${factory}\` | ${resourceType ? `\`${resourceType}\`` : 'none'} | ${duration} |`;
}

function actionSection(record: FullActionRecord): string[] {
  const ways = record.target?.selectedBy ? ` (chosen by ${record.target.selectedBy.map(wayText).join(' or ')})` : '';
  return section(record, record.id, quotaText(record), [
    `Target: ${record.target ? `\`${record.target.resourceType}\`${ways}, with the key \`${record.target.key}\`` : 'none'}.`,
    `Duration: ${expectedDuration(record)}.`,
    ...(record.injects === false ? ['Injects no fault.'] : []),
  ]);
}

function documentSection(record: FullDocumentRecord): string[] {
  return section(record, record.name, [], ['Target: `aws:ec2:instance`.', `Duration: ${documentDuration(record.parameters)}.`]);
}

function section(record: FullActionRecord | FullDocumentRecord, id: string, remarks: string[], facts: string[]): string[] {
  return [
    '',
    `### ${id}`,
    '',
    `${record.summary} \`FaultAction.${factoryName(id)}\`; [AWS documentation](${record.url}).`,
    ...[...record.remarks ?? [], ...remarks].flatMap((remark) => ['', remark]),
    '',
    ...facts.map((fact) => `- ${fact}`),
    ...(record.parameters.length === 0 ? ['- Options: only those that every action has.'] : [
      '',
      '| option | value | default |',
      '|---|---|---|',
      ...record.parameters.map((parameter) => `| \`${optionName(parameter)}\` | ${cell(valueText(parameter))} | ${cell(defaultText(parameter))} |`),
    ]),
    ...(record.permissions.length === 0 ? ['', `Permissions: ${'id' in record ? 'none' : 'none besides those of `aws:ssm:send-command`'}.`] : [
      '',
      '| permission | resource | when |',
      '|---|---|---|',
      ...record.permissions.map((permission) =>
        `| ${code(permission.actions)} | ${cell(resourceText(permission))} | ${whenText(permission.when, record.parameters)} |`),
    ]),
  ];
}

/** How long the gate expects an action to run. */
function expectedDuration(record: FullActionRecord): string {
  const parameter = record.parameters.find(({ name }) => name === record.duration?.parameter);
  if (!parameter) {
    return 'completes immediately';
  }
  return parameter.required ? `\`${optionName(parameter)}\`` : `\`${optionName(parameter)}\`; completes immediately without it`;
}

function documentDuration(parameters: readonly FullParameterRecord[]): string {
  return parameters.some((parameter) => optionName(parameter) === 'duration')
    ? '`commandTimeout`, by default `duration` plus 2 minutes, rounded up to whole minutes' : '`commandTimeout`, by default 2 minutes';
}

function valueText(parameter: FullParameterRecord): string {
  const values = parameter.allowed ? `: ${parameter.allowed.map((value) => `\`${value}\``).join(', ')}` : '';
  const wanted = parameter.enum ? `${parameter.type === 'enum' ? '' : 'list of '}\`${parameter.enum}\`${values}` : wantedValue(parameter);
  return [parameter.summary, ...parameter.remarks ?? [], `${wanted.charAt(0).toUpperCase()}${wanted.slice(1)}.`].join(' ');
}

function defaultText(parameter: FullParameterRecord): string {
  if (parameter.required) {
    return '(required)';
  }
  if (parameter.default === undefined) {
    return parameter.defaultText!;
  }
  switch (parameter.type) {
    case 'duration': return Duration.parse(String(parameter.default)).toHumanString();
    case 'seconds': return Duration.seconds(Number(parameter.default)).toHumanString();
    case 'millis': return Duration.millis(Number(parameter.default)).toHumanString();
    case 'enum': return `\`${memberName(String(parameter.default))}\``;
    default: return code([parameter.default].flat().map(String));
  }
}

function resourceText(permission: FullPermissionRecord): string {
  const resources = permission.on === 'target' ? ['the target'] : [permission.on].flat().map((pattern) => `\`${pattern}\``);
  const conditions = Object.entries(permission.conditions ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `\`${operator}\` \`${key}\` ${code([value].flat())}`));
  const tag = permission.tagCondition ? ` (\`${permission.tagCondition}\`)` : '';
  const text = `${resources.join(', ')}${tag}${conditions.map((condition) => `, if ${condition}`).join('')}`;
  return permission.why ? `${text}. ${permission.why}` : text;
}

function whenText(when: PermissionWhen | undefined, parameters: readonly FullParameterRecord[]): string {
  const parameter = parameters.find(({ name }) => name === when?.parameter);
  const parts = [
    ...(parameter ? [`\`${optionName(parameter)}\` is ${when!.is ? code(when!.is) : 'given'}`] : []),
    ...(when?.selectedBy ? [`the target is chosen by ${wayText(when.selectedBy)}`] : []),
    ...(when?.targetParameters ? [`the target has ${when.targetParameters.map((name) => `\`${name}\``).join(' or ')}`] : []),
  ];
  return parts.length > 0 ? parts.join(' and ') : 'always';
}

/** A way to choose the resources of a target. */
function wayText(way: TargetSelection): string {
  return way === 'arns' ? 'ARNs' : way;
}

function service({ id }: FullActionRecord): string {
  return id.split(':')[1];
}

function code(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(', ');
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|');
}
