import { Duration } from 'aws-cdk-lib';
import { type Catalogue, factoryName, memberName, quotaText } from './fault-action-source';
import {
  type FullActionRecord, type FullDocumentRecord, type FullParameterRecord, type FullPermissionRecord, optionName, type PermissionWhen,
} from '../src/private/catalogue/records';
import { wantedValue } from '../src/private/fault/parameters';

/** The lines of the page that lists all actions and documents, with what they take and what they need. */
export function writeFaultPage({ actions, documents }: Catalogue): string[] {
  const sections = [...actions].sort((a, b) => a.id.localeCompare(b.id)).reduce(
    (map, record) => map.set(service(record), [...map.get(service(record)) ?? [], record]), new Map<string, FullActionRecord[]>(),
  );
  return [
    '',
    '# Faults',
    '',
    `All ${actions.length} actions of AWS FIS and its ${documents.length} SSM documents, each with its factory on \`FaultAction\`.`,
    'Actions that the table does not have are for `FaultAction.custom`.',
    '',
    '| action | factory | target | takes |',
    '|---|---|---|---|',
    ...[...sections.values()].flat().map((record) => row(record.id, factoryName(record.id), record.target?.resourceType, expectedDuration(record))),
    ...documents.map(({ name, parameters }) => row(name, factoryName(name), 'aws:ec2:instance', documentDuration(parameters))),
    '',
    '"Takes" is how long the gate expects the action to run, at least. An action that ends at once may have consequences that last: start a `fisWait` after it.',
    '',
    'Permissions are those of the experiment\'s role. *the target* stands for the ARNs of the target\'s resources where they are known,',
    'otherwise for all resources of its type, under a condition on its tags where IAM supports one.',
    ...[...sections].flatMap(([name, records]) => ['', `## ${name}`, ...records.flatMap(actionSection)]),
    '',
    '## SSM documents',
    '',
    'They run on EC2 instances with Linux, by the action `aws:ssm:send-command`, and need its permissions on the document, and those named here.',
    'All of them also take `commandTimeout`: how long FIS watches the command.',
    ...documents.flatMap(documentSection),
    '',
  ];
}

function row(id: string, factory: string, resourceType: string | undefined, takes: string): string {
  return `| [\`${id}\`](#${id.toLowerCase().replace(/:/g, '')}) | \`${factory}\` | ${resourceType ? `\`${resourceType}\`` : 'none'} | ${takes} |`;
}

function actionSection(record: FullActionRecord): string[] {
  const ways = record.target?.selectedBy ? ` (chosen by ${record.target.selectedBy.join(' or ')})` : '';
  return section(record, record.id, quotaText(record), [
    `Target: ${record.target ? `\`${record.target.resourceType}\`${ways}, as \`${record.target.key}\`` : 'none'}.`,
    `Takes: ${expectedDuration(record)}.`,
    ...(record.injects === false ? ['Injects no fault.'] : []),
  ]);
}

function documentSection(record: FullDocumentRecord): string[] {
  return section(record, record.name, [], ['Target: `aws:ec2:instance`.', `Takes: ${documentDuration(record.parameters)}.`]);
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
    ...(record.parameters.length === 0 ? ['- Options: only those of every action.'] : [
      '',
      '| option | value | default |',
      '|---|---|---|',
      ...record.parameters.map((parameter) => `| \`${optionName(parameter)}\` | ${cell(valueText(parameter))} | ${cell(defaultText(parameter))} |`),
    ]),
    ...(record.permissions.length === 0 ? ['', `Permissions: ${'id' in record ? 'none' : 'no others'}.`] : [
      '',
      '| permission | on | when |',
      '|---|---|---|',
      ...record.permissions.map((permission) =>
        `| ${code(permission.actions)} | ${cell(resourceText(permission))} | ${whenText(permission.when, record.parameters)} |`),
    ]),
  ];
}

/** How long the gate expects an action to take. */
function expectedDuration(record: FullActionRecord): string {
  const parameter = record.parameters.find(({ name }) => name === record.duration?.parameter);
  if (!parameter) {
    return 'ends at once';
  }
  return parameter.required ? `\`${optionName(parameter)}\`` : `\`${optionName(parameter)}\`, or ends at once without it`;
}

function documentDuration(parameters: readonly FullParameterRecord[]): string {
  return parameters.some((parameter) => optionName(parameter) === 'duration')
    ? '`commandTimeout`, else `duration` and 2 minutes in whole minutes' : '`commandTimeout`, else 2 minutes';
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
  return [
    `${resources.join(', ')}${permission.tagCondition ? ` (\`${permission.tagCondition}\`)` : ''}`,
    ...conditions.map((condition) => `if ${condition}`),
    ...(permission.why ? [permission.why] : []),
  ].join('; ');
}

function whenText(when: PermissionWhen | undefined, parameters: readonly FullParameterRecord[]): string {
  const parameter = parameters.find(({ name }) => name === when?.parameter);
  const parts = [
    ...(parameter ? [`\`${optionName(parameter)}\` is ${when!.is ? code(when!.is) : 'given'}`] : []),
    ...(when?.selectedBy ? [`the target is chosen by ${when.selectedBy}`] : []),
    ...(when?.targetParameters ? [`the target has ${when.targetParameters.map((name) => `\`${name}\``).join(' or ')}`] : []),
  ];
  return parts.length > 0 ? parts.join(' and ') : 'always';
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
