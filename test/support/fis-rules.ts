/**
 * The rules of FIS for an experiment template, checked on a synthesized `AWS::FIS::ExperimentTemplate` with plain values.
 *
 * They use the records of the catalogue, but share no code with the factories and checks of the library.
 *
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-fis-experimenttemplate.html
 */
import { CATALOGUE } from './catalogue-samples';
import type { ActionRecord, ParameterRecord, TargetTypeRecord } from '../../src/private/catalogue/records';

type Json = { [key: string]: any };

/** What FIS would reject in the properties of an experiment template, or would fail at when it runs. */
export function fisProblems(properties: Json): string[] {
  return [
    ...keyProblems('template', properties, {
      required: ['Actions', 'Description', 'RoleArn', 'StopConditions', 'Targets'],
      optional: ['ExperimentOptions', 'ExperimentReportConfiguration', 'LogConfiguration', 'Tags'],
    }),
    ...textProblems('Description', properties.Description, 512),
    ...wanted(/^arn:[^:]+:iam:[^:]*:\d{12}:role\/.+$/.test(properties.RoleArn), 'RoleArn is not the ARN of a role'),
    ...countProblems('Actions', Object.keys(properties.Actions ?? {}).length, 1, 20),
    ...Object.entries<Json>(properties.Actions ?? {}).flatMap(([name, action]) => actionProblems(name, action, properties)
      .map((problem) => `action ${name}: ${problem}`)),
    ...Object.entries<Json>(properties.Targets ?? {}).flatMap(([name, target]) => targetProblems(name, target, properties)
      .map((problem) => `target ${name}: ${problem}`)),
    ...orderProblems(properties.Actions ?? {}),
    ...stopConditionProblems(properties.StopConditions ?? []),
    ...optionProblems(properties.ExperimentOptions),
    ...logProblems(properties.LogConfiguration),
    ...reportProblems(properties.ExperimentReportConfiguration),
    ...tagProblems(properties.Tags ?? {}, 0),
    ...Object.keys(properties.Tags ?? {}).filter((key) => /^aws:/i.test(key)).map((key) => `the tag ${key} is reserved`),
  ];
}

function actionProblems(name: string, action: Json, { Actions, Targets }: Json): string[] {
  const record = CATALOGUE.actions.find(({ id }) => id === action.ActionId);
  return [
    ...nameProblems(name),
    ...keyProblems('it', action, { required: ['ActionId'], optional: ['Description', 'Parameters', 'StartAfter', 'Targets'] }),
    ...(action.Description === undefined ? [] : textProblems('Description', action.Description, 512)),
    ...(action.StartAfter ?? []).filter((earlier: string) => !(earlier in Actions)).map((earlier: string) => `starts after ${earlier}, which does not exist`),
    ...(record ? [...actionTargetProblems(record, action.Targets ?? {}, Targets ?? {}), ...parameterProblems(record, action.Parameters ?? {})]
      : [`FIS has no action ${action.ActionId}`]),
  ];
}

function actionTargetProblems({ target }: ActionRecord, given: Json, targets: Json): string[] {
  const [[key, name], ...others] = [...Object.entries<string>(given), [undefined, undefined]];
  if (!target) { return wanted(key === undefined, 'cannot have a target'); }
  if (key === undefined || others.length > 1) { return [`needs one target, got ${Object.keys(given).length}`]; }
  const found = targets[name!];
  return [
    ...wanted(key === target.key, `needs its target as ${target.key}, got ${key}`),
    ...(found ? [
      ...wanted(found.ResourceType === target.resourceType, `needs a target of type ${target.resourceType}, got ${found.ResourceType}`),
      ...wanted(!target.selectedBy || target.selectedBy.includes(wayOf(found)), `cannot have a target chosen by ${wayOf(found)}`),
    ] : [`has the target ${name}, which does not exist`]),
  ];
}

function parameterProblems(record: ActionRecord, given: Json): string[] {
  const text = given[record.runsDocument?.parameters ?? ''];
  const name = String(given[record.runsDocument?.arn ?? '']).split('/').pop();
  const document = CATALOGUE.documents.find((candidate) => candidate.name === name);
  return [
    ...knownParameterProblems(record.parameters.filter(({ permissionOnly }) => !permissionOnly), given),
    ...Object.entries(given).filter(([, value]) => String(value).length > 1024).map(([key]) => `${key} is longer than 1,024 characters`),
    ...(document && (text === undefined || parse(text) !== undefined)
      ? knownParameterProblems(document.parameters, parse(text ?? '{}')!).map((problem) => `in the document: ${problem}`) : []),
  ];
}

function knownParameterProblems(records: readonly ParameterRecord[], given: Json): string[] {
  const missing = records.filter(({ name, required, requiredWhen: when }) =>
    !(name in given) && (required || when?.is.includes(given[when.parameter])));
  return [
    ...missing.map(({ name }) => `${name} is missing`),
    ...Object.entries(given).flatMap(([name, value]) => {
      const record = records.find((candidate) => candidate.name === name);
      if (!record) { return [`there is no parameter ${name}`]; }
      if (typeof value !== 'string') { return [`${name} is not a string`]; }
      const rule = record.allowedWhen?.find(({ parameter, is }) => is.includes(given[parameter]));
      return wanted(isGood(value, rule ? { ...record, allowed: rule.allowed } : record), `${name} is not a documented value of type ${record.type}: ${value}`);
    }),
  ];
}

function isGood(value: string, record: ParameterRecord): boolean {
  const items = value.split(',');
  switch (record.type) {
    case 'duration': return inRange(isoSeconds(value), record, isoSeconds);
    case 'seconds':
    case 'millis':
    case 'integer': return /^\d+$/.test(value) && inRange(Number(value), record, Number);
    case 'percent': return /^\d+$/.test(value) && inRange(Number(value), { min: 0, max: 100, ...record }, Number);
    case 'decimal': return /^\d+(\.\d+)?$/.test(value) && inRange(Number(value), record, Number);
    case 'boolean': return ['true', 'false'].includes(value);
    case 'capital-boolean': return ['True', 'False'].includes(value);
    case 'string':
    case 'path': return value.trim() !== '';
    case 'string-list': return items.every((item) => /^\S+$/.test(item));
    case 'enum': return record.allowed!.includes(value);
    case 'enum-list': return items.every((item) => record.allowed!.includes(item));
    case 'json': return parse(value) !== undefined;
    case 'alarms': return items.length <= (record.maxItems ?? Infinity) && items.every(isAlarm);
    case 'role': return /^arn:[^:]+:iam:/.test(value);
    case 'bucket': return /^arn:[^:]+:s3:::/.test(value);
  }
}

function targetProblems(name: string, target: Json, { Actions }: Json): string[] {
  const record = CATALOGUE.targetTypes.find(({ resourceType }) => resourceType === target.ResourceType);
  const used = Object.values<Json>(Actions ?? {}).some(({ Targets }) => Object.values(Targets ?? {}).includes(name));
  const { ResourceArns: arns, ResourceTags: tags, Filters: filters, Parameters: parameters } = target;
  const ways = [arns, tags].filter((way) => way !== undefined).length;
  return [
    ...nameProblems(name),
    ...keyProblems('it', target, { required: ['ResourceType', 'SelectionMode'], optional: ['Filters', 'Parameters', 'ResourceArns', 'ResourceTags'] }),
    ...wanted(used, 'no action uses it'),
    ...wanted(isSelection(target.SelectionMode), `its selection mode is not ALL, COUNT(n) or PERCENT(n): ${target.SelectionMode}`),
    ...wanted(ways <= 1, 'has both ARNs and tags'),
    ...wanted(ways === 1 || parameters !== undefined, 'has neither ARNs nor tags nor parameters'),
    ...wanted(!arns || !filters, 'has both ARNs and filters'),
    ...(arns ? countProblems('ResourceArns', arns.length, 1, record?.maxArns ?? 5) : []),
    ...(tags ? tagProblems(tags, 1) : []),
    ...(filters ? filterProblems(filters) : []),
    ...(record ? typeProblems(record, target) : [`FIS has no resource type ${target.ResourceType}`]),
  ];
}

function typeProblems(record: TargetTypeRecord, target: Json): string[] {
  const parameters: Json = target.Parameters ?? {};
  const [,, service,,, ...kind] = record.arn.split(':');
  const isOfType = (arn: string) => {
    const [scheme,, ofService,,, ...resource] = arn.split(':');
    return scheme === 'arn' && matches(service, ofService) && matches(kind.join(':').replace(/\$\{\w+\}/g, '*'), resource.join(':')) && !arn.includes('*');
  };
  return [
    ...wanted(record.selectedBy.includes(wayOf(target)), `cannot be chosen by ${wayOf(target)}`),
    ...(target.ResourceArns ?? []).filter((arn: string) => !isOfType(arn)).map((arn: string) => `is of another type than ${arn}`),
    ...record.parameters.filter(({ name, required }) => required && !(name in parameters)).map(({ name }) => `the parameter ${name} is missing`),
    ...Object.entries<string>(parameters).flatMap(([name, value]) => {
      const known = record.parameters.find((candidate) => candidate.name === name);
      if (!known) { return [`there is no parameter ${name}`]; }
      return [...textProblems(`the parameter ${name}`, value, 1024), ...wanted(known.allowed?.includes(value) ?? true, `the parameter ${name} cannot be ${value}`)];
    }),
  ];
}

function filterProblems(filters: Json[]): string[] {
  return filters.flatMap(({ Path, Values, ...others }) => [
    ...wanted(Object.keys(others).length === 0, `a filter has ${Object.keys(others)}`),
    ...textProblems('the path of a filter', Path, 256),
    ...wanted(Array.isArray(Values) && Values.length > 0, `the filter ${Path} has no values`),
    ...[Values ?? []].flat().flatMap((value: unknown) => textProblems(`a value of the filter ${Path}`, value, 128)),
  ]);
}

function orderProblems(actions: Json): string[] {
  const before = (name: string, seen: string[]): string[] => (seen.includes(name) ? seen
    : (actions[name]?.StartAfter ?? []).reduce((all: string[], earlier: string) => before(earlier, all), [...seen, name]));
  return Object.entries<Json>(actions)
    .filter(([name, { StartAfter = [] }]) => StartAfter.flatMap((earlier: string) => before(earlier, [])).includes(name))
    .map(([name]) => `action ${name} waits for itself`);
}

function stopConditionProblems(conditions: Json[]): string[] {
  const none = conditions.filter(({ Source }) => Source === 'none');
  return [
    ...countProblems('StopConditions', conditions.length, 1, 5),
    ...wanted(none.length === 0 || conditions.length === 1, 'the stop condition none is combined with others'),
    ...wanted(new Set(conditions.map(({ Value }) => Value)).size === conditions.length, 'a stop condition is listed twice'),
    ...conditions.flatMap(({ Source, Value, ...others }) => [
      ...wanted(Object.keys(others).length === 0, `a stop condition has ${Object.keys(others)}`),
      ...wanted(Source === 'none' ? Value === undefined : Source === 'aws:cloudwatch:alarm' && isAlarm(String(Value)), `a stop condition is not an alarm: ${Source} ${Value}`),
    ]),
  ];
}

function optionProblems(options: Json = {}): string[] {
  return [
    ...keyProblems('ExperimentOptions', options, { required: [], optional: ['AccountTargeting', 'EmptyTargetResolutionMode'] }),
    ...wanted(['single-account', 'multi-account', undefined].includes(options.AccountTargeting), `AccountTargeting cannot be ${options.AccountTargeting}`),
    ...wanted(['fail', 'skip', undefined].includes(options.EmptyTargetResolutionMode), `EmptyTargetResolutionMode cannot be ${options.EmptyTargetResolutionMode}`),
  ];
}

function logProblems(log: Json | undefined): string[] {
  if (!log) { return []; }
  const { CloudWatchLogsConfiguration: group, S3Configuration: bucket } = log;
  return [
    ...keyProblems('LogConfiguration', log, { required: ['LogSchemaVersion'], optional: ['CloudWatchLogsConfiguration', 'S3Configuration'] }),
    ...wanted([1, 2].includes(log.LogSchemaVersion), `LogSchemaVersion cannot be ${log.LogSchemaVersion}`),
    ...wanted(group !== undefined || bucket !== undefined, 'LogConfiguration has no destination'),
    ...(group ? keyProblems('CloudWatchLogsConfiguration', group, { required: ['LogGroupArn'], optional: [] }) : []),
    ...(bucket ? keyProblems('S3Configuration', bucket, { required: ['BucketName'], optional: ['Prefix'] }) : []),
  ];
}

function reportProblems(report: Json | undefined): string[] {
  if (!report) { return []; }
  const bucket = report.Outputs?.ExperimentReportS3Configuration ?? {};
  return [
    ...keyProblems('ExperimentReportConfiguration', report, {
      required: ['Outputs'], optional: ['DataSources', 'PostExperimentDuration', 'PreExperimentDuration'],
    }),
    ...keyProblems('Outputs', report.Outputs ?? {}, { required: ['ExperimentReportS3Configuration'], optional: [] }),
    ...keyProblems('ExperimentReportS3Configuration', bucket, { required: ['BucketName'], optional: ['Prefix'] }),
    ...['PreExperimentDuration', 'PostExperimentDuration'].filter((key) => key in report && Number.isNaN(isoSeconds(report[key]))).map((key) => `${key} is not a duration`),
    ...(report.DataSources?.CloudWatchDashboards ?? []).flatMap((dashboard: Json) =>
      keyProblems('a dashboard', dashboard, { required: ['DashboardIdentifier'], optional: [] })),
  ];
}

function tagProblems(tags: Json, fewest: number): string[] {
  return [
    ...countProblems('tags', Object.keys(tags).length, fewest, 50),
    ...Object.entries(tags).flatMap(([key, value]) => [
      ...textProblems('the key of a tag', key, 128),
      ...wanted(typeof value === 'string' && value.length <= 256, `the value of the tag ${key} is not a string of at most 256 characters`),
    ]),
  ];
}

function wayOf(target: Json): 'arns' | 'tags' | 'parameters' {
  return target.ResourceArns ? 'arns' : target.ResourceTags ? 'tags' : 'parameters';
}

function isSelection(mode: unknown): boolean {
  const [, kind, number] = /^(COUNT|PERCENT)\(([1-9]\d*)\)$/.exec(String(mode)) ?? [];
  return mode === 'ALL' || kind === 'COUNT' || (kind === 'PERCENT' && Number(number) <= 100);
}

function isAlarm(arn: string): boolean {
  return /^arn:[^:]+:cloudwatch:[^:]+:\d{12}:alarm:.+$/.test(arn);
}

function nameProblems(name: string): string[] {
  return wanted(/^\S{1,64}$/.test(name), 'its name has white space or more than 64 characters');
}

/** CloudFormation rejects unknown properties. Its own are in Pascal case. */
function keyProblems(what: string, value: Json, { required, optional }: { required: string[]; optional: string[] }): string[] {
  return [
    ...required.filter((key) => value[key] === undefined).map((key) => `${what} has no ${key}`),
    ...Object.keys(value).filter((key) => ![...required, ...optional].includes(key)).map((key) => `${what} cannot have ${key}`),
  ];
}

function textProblems(what: string, value: unknown, longest: number): string[] {
  return wanted(typeof value === 'string' && value.length >= 1 && value.length <= longest, `${what} is not a string of 1 to ${longest} characters`);
}

function countProblems(what: string, count: number, least: number, most: number): string[] {
  return wanted(count >= least && count <= most, `there must be ${least} to ${most} ${what}, got ${count}`);
}

function wanted(holds: boolean, problem: string): string[] {
  return holds ? [] : [problem];
}

function inRange(amount: number, { min, max }: Pick<ParameterRecord, 'min' | 'max'>, read: (limit: any) => number): boolean {
  return !Number.isNaN(amount) && (min === undefined || amount >= read(min)) && (max === undefined || amount <= read(max));
}

/** The seconds of an ISO 8601 duration, or NaN for anything else. */
function isoSeconds(text: string): number {
  const [all, ...parts] = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) ?? [];
  if (all === undefined || all === 'P') { return NaN; }
  const [days, hours, minutes, seconds] = parts.map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

function parse(text: string): Json | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.replace(/[.+?^$|()[\]\\{}]/g, '\\$&').replace(/\*/g, '.+')}$`).test(text);
}
