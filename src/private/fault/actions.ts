import { Aws, Duration, Fn, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { FaultActionData, FaultTargetData, PermissionData } from './data';
import { checkLengths, isDuration, jsonText, oneOf, type Options, parseObject, show, wantedValue, writeParameters } from './parameters';
import { FACTORIES, factoriesOf, FIS_ID, GROUP_TAG, selectedBy } from './targets';
import { findAction, findDocument, findDocumentRunner, findTargetType } from '../catalogue/lookup';
import { type ActionRecord, fillPlaceholders, optionName, type PermissionWhen, type TargetSelection } from '../catalogue/records';
import { LONGEST_ACTION_PARAMETER, LONGEST_EXPERIMENT, LONGEST_INSTALLATION } from '../limits';
import { check, type Warning } from '../problems';

/** IAM refuses a policy with anything else. */
const DOCUMENT_ARN = /^arn:[^:]+:ssm:[^:]*:[^:]*:[a-z-]+\/[^/]+$/;

type Lists = FaultActionData['permissionValues'];

/** The options that every action has. Those of its parameters stand beside them. */
export interface ActionOptions {
  readonly startAfter?: readonly FaultActionData[];
  readonly description?: string;
}

/** The options that every action has which runs one of the SSM documents of FIS. */
export interface DocumentActionOptions extends ActionOptions {
  readonly commandTimeout?: Duration;
}

/** The options of an action for which there is no factory. */
export interface CustomActionOptions extends ActionOptions {
  readonly actionId: string;
  readonly parameters?: { readonly [name: string]: string };
  readonly target?: FaultTargetData;
  readonly targetKey?: string;
  readonly permissions?: iam.PolicyStatement[];
  readonly expectedDuration?: Duration;
  readonly injectsFault?: boolean;
}

/** The data of an action of the catalogue, made from the options of its factory. */
export function actionData(id: string, options: ActionOptions, target?: FaultTargetData): FaultActionData {
  const record = findAction(id)!;
  const { values, lists, problems } = writeParameters(record.parameters, { ...options, ...defaultOptions(options, target) });
  const document = (options as Options)[record.runsDocument?.parameters ?? ''];
  return {
    ...commonData(record, options, target),
    parameters: values,
    expectedDuration: expectedDuration(record, values),
    problems: [
      ...problems,
      ...checkLengths(values),
      ...checkDocument(record, values, document),
      ...checkTargetOf(record, target),
    ],
    permissions: neededPermissions(record, lists, target),
    permissionValues: permissionValues(record, lists),
  };
}

/** A group terminates its stopped instances: to start them again is then no failure if they are gone. */
function defaultOptions(options: Options, target: FaultTargetData | undefined): Options {
  return options.startInstancesAfterDuration && options.completeIfInstancesTerminated === undefined && target?.tags?.[GROUP_TAG]
    ? { completeIfInstancesTerminated: true } : {};
}

/** The data of an action that runs one of the SSM documents of the catalogue, made from the options of the document's factory. */
export function documentActionData(name: string, options: DocumentActionOptions, target: FaultTargetData): FaultActionData {
  const document = findDocument(name)!;
  const record = findDocumentRunner();
  const runs = record.runsDocument!;
  const inside = writeParameters(document.parameters, options);
  const timeout = commandTimeout(record, options, document.parameters.some((parameter) => parameter.name === runs.durationSeconds));
  const [arn] = fillPlaceholders(runs.awsOwned!, { Partition: [Aws.PARTITION], Region: [Aws.REGION], Name: [name] });
  const text = jsonText(inside.values);
  const values = { [runs.arn]: arn, [runs.parameters]: text, ...timeout.values };
  const lists = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [value]]));
  return {
    ...commonData(record, options, target),
    parameters: values,
    expectedDuration: expectedDuration(record, values),
    problems: [
      ...inside.problems,
      ...timeout.problems,
      ...check(Token.isUnresolved(text) || text.length <= LONGEST_ACTION_PARAMETER,
        () => `the options of the document must have at most ${LONGEST_ACTION_PARAMETER} characters together, as JSON, got ${text.length}`),
      ...checkTargetOf(record, target),
    ],
    permissions: neededPermissions(record, lists, target),
    permissionValues: permissionValues(record, lists),
  };
}

/** The data of an action which the user spells out. */
export function customActionData(options: CustomActionOptions): FaultActionData {
  const record = findAction(options.actionId);
  const values = Object.fromEntries(Object.entries(options.parameters ?? {}).filter(([, value]) => value !== undefined));
  const lists = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  const common = record ? commonData(record, options, options.target) : {
    actionId: options.actionId,
    target: options.target,
    startAfter: options.startAfter ?? [],
    description: options.description,
    injects: true,
    warnings: [],
  };
  return {
    ...common,
    targetKey: options.target && (options.targetKey ?? record?.target?.key),
    injects: common.injects && (options.injectsFault ?? true),
    parameters: values,
    expectedDuration: options.expectedDuration ? resolved(options.expectedDuration) : expectedDuration(record, values),
    problems: [
      ...checkCustom(record, options),
      ...checkLengths(values),
      ...(record ? checkDocument(record, values, values[record.runsDocument?.parameters ?? '']) : []),
      ...(record ? checkTargetOf(record, options.target) : []),
    ],
    warnings: record ? lintParameters(record, values) : [],
    permissions: record ? neededPermissions(record, lists, options.target) : [],
    permissionValues: record ? permissionValues(record, lists) : lists,
    statements: options.permissions ?? [],
  };
}

function commonData(record: ActionRecord, options: ActionOptions, target: FaultTargetData | undefined) {
  return {
    actionId: record.id,
    targetKey: record.target?.key,
    target,
    startAfter: options.startAfter ?? [],
    description: options.description,
    injects: record.injects ?? true,
    warnings: [],
    statements: [],
  };
}

function checkTargetOf(record: ActionRecord, target: FaultTargetData | undefined): string[] {
  if (!record.target) { return target ? [`${record.id} takes no target, got ${target.resourceType}; leave the target out`] : []; }

  const { resourceType } = record.target;
  const ways = record.target.selectedBy;
  if (target && (Token.isUnresolved(target.resourceType) || target.resourceType === resourceType)) {
    return !ways || ways.includes(selectedBy(target)) ? [] : [`${record.id} takes a target chosen by ${ways.join(' or ')}, got ${selectedBy(target)}`];
  }
  const type = findTargetType(resourceType)!;
  const general = Object.entries(FACTORIES)
    .filter(([way]) => (ways ?? type.selectedBy).includes(way as TargetSelection))
    .map(([, factory]) => factory);
  return [`expects a target of type ${resourceType}, got ${target?.resourceType ?? 'nothing'}; use ${oneOf([...factoriesOf(type), ...general])}`];
}

function checkCustom(record: ActionRecord | undefined, options: CustomActionOptions): string[] {
  const name = durationParameter(record);
  const length = options.parameters?.[name ?? ''];
  const lost = (record?.parameters ?? []).filter(({ permissionOnly, required }) => permissionOnly && required).map((parameter) => `'${optionName(parameter)}'`);
  return [
    ...(Token.isUnresolved(options.actionId) || FIS_ID.test(options.actionId)
      ? [] : [`'actionId' must look like aws:ec2:stop-instances, got ${show(options.actionId)}`]),
    ...(!record && options.target && !options.targetKey
      ? [`'targetKey' must be given with the target of an action that the library does not know, got nothing; 'aws fis get-action --id ${options.actionId}' shows it`]
      : []),
    ...(!record && !options.permissions
      ? ["'permissions' must be given for an action that the library does not know, got nothing; an empty list says that it needs none"] : []),
    ...(lost.length > 0 && !options.permissions
      ? [`'permissions' must be given for ${record!.id}, whose permissions depend on ${lost.join(' and ')}, got nothing; or use its factory`] : []),
    ...checkValues(record, options.parameters ?? {}),
    ...(typeof length === 'string' && !Token.isUnresolved(length) && !parseIso(length)
      ? [`parameter '${name}' must be a duration in ISO 8601, for example PT5M, got ${show(length)}`] : []),
  ];
}

/** What no action takes, and what a known one needs: its other parameters are left to FIS, which may take more than the library knows. */
function checkValues(record: ActionRecord | undefined, values: { readonly [name: string]: unknown }): string[] {
  const given = Object.entries(values);
  const needed = given.some(([name]) => Token.isUnresolved(name)) ? []
    : (record?.parameters ?? []).filter(({ name, required, permissionOnly }) => required && !permissionOnly && values[name] === undefined);
  return [
    ...needed.map((parameter) => `parameter '${parameter.name}' must be given, as ${record!.id} needs it, got nothing`),
    ...given
      .filter(([name, value]) => value !== undefined && !Token.isUnresolved(value) && !(typeof value === 'string' && value.trim() !== '')
        && !needed.some((parameter) => parameter.name === name))
      .map(([name, value]) => `parameter '${name}' must be a text that is not empty, got ${show(value)}`),
  ];
}

/** What the document of an action needs. FIS stops watching a command after the action's duration, whatever the document still does. */
function checkDocument(record: ActionRecord, values: FaultActionData['parameters'], document: unknown): string[] {
  if (!record.runsDocument) { return []; }

  const { arn, durationSeconds, parameters } = record.runsDocument;
  const named = values[arn] === undefined || Token.isUnresolved(values[arn]) || DOCUMENT_ARN.test(values[arn])
    ? [] : [`'${arn}' must be the ARN of a document, like arn:aws:ssm:eu-west-1:111122223333:document/name, got ${show(values[arn])}`];
  const given = Token.isUnresolved(document) ? undefined : parseObject(document ?? {});
  const missing = (findDocument(values[arn] ?? '')?.parameters ?? [])
    .filter((parameter) => parameter.required && given && given[parameter.name] === undefined)
    .map((parameter) => `'${parameters}' must have '${parameter.name}', ${wantedValue(parameter)}, which the document needs, got nothing`);
  const known = findDocument(values[arn] ?? '')?.parameters.map((parameter) => parameter.name);
  const unknown = Object.keys(given ?? {})
    .filter((key) => known && !known.includes(key) && !Token.isUnresolved(key))
    .map((key) => `'${parameters}' must have no parameters but ${known!.join(', ')}, which the document has, got '${key}'`);
  const problems = [...named, ...missing, ...unknown];
  const seconds = Number(given?.[durationSeconds ?? '']);
  const name = durationParameter(record)!;
  const watched = parseIso(values[name] ?? '');
  if (!Number.isInteger(seconds) || !watched || watched.toSeconds() >= seconds) { return problems; }

  const inside = Duration.seconds(seconds).toHumanString();
  return [...problems, `'${name}' must not be shorter than the ${durationSeconds} in '${parameters}', ${inside}, got ${watched.toHumanString()}`];
}

/** FIS may know a parameter that the catalogue does not, but a slip of the pen is likelier. */
function lintParameters(record: ActionRecord, values: FaultActionData['parameters']): Warning[] {
  const known = record.parameters.filter(({ permissionOnly }) => !permissionOnly).map(({ name }) => name);
  return Object.keys(values)
    .filter((name) => !Token.isUnresolved(name) && !known.includes(name))
    .map((name) => ({
      id: 'unknownParameter',
      text: `the library knows ${known.length > 0 ? `only ${known.join(', ')}` : 'no parameters'} of ${record.id}, got '${name}'; check its name`,
    }));
}

/** The duration of the action that runs a document, under the name which it has among the document's options. */
function commandTimeout(record: ActionRecord, options: DocumentActionOptions, hasLength: boolean) {
  const parameter = record.parameters.find(({ name }) => name === record.duration!.parameter)!;
  const option = (options as Options).duration;
  const length = hasLength && isDuration(option) ? option : Duration.seconds(0);
  if (!options.commandTimeout && length.isUnresolved()) {
    return { values: {}, problems: ["'commandTimeout' must be given if 'duration' is a token, got nothing"] };
  }
  const timeout = options.commandTimeout ?? withInstallation(length);
  const { values, problems } = writeParameters([{ ...parameter, option: 'commandTimeout' }], { commandTimeout: timeout });
  const comparable = options.commandTimeout && problems.length === 0 && !timeout.isUnresolved() && !length.isUnresolved();
  if (comparable && timeout.toMilliseconds({ integral: false }) < length.toMilliseconds({ integral: false })) {
    problems.push(`'commandTimeout' must not be shorter than 'duration', ${length.toHumanString()}, got ${timeout.toHumanString()}`);
  }
  return { values, problems };
}

function withInstallation(length: Duration): Duration {
  const minutes = Math.ceil((length.toSeconds({ integral: false }) + LONGEST_INSTALLATION) / 60);
  return Duration.minutes(Math.min(minutes, Math.floor(LONGEST_EXPERIMENT / 60)));
}

/** How long an action takes; undefined if a token hides it. */
function expectedDuration(record: ActionRecord | undefined, values: FaultActionData['parameters']): Duration | undefined {
  const text = values[durationParameter(record) ?? ''];
  if (text === undefined) { return Duration.seconds(0); }
  return Token.isUnresolved(text) ? undefined : parseIso(text) ?? Duration.seconds(0);
}

function resolved(length: Duration): Duration | undefined {
  return length.isUnresolved() ? undefined : length;
}

function durationParameter(record: ActionRecord | undefined): string | undefined {
  return record ? record.duration?.parameter : 'duration';
}

function parseIso(text: string): Duration | undefined {
  try {
    return Token.isUnresolved(text) ? undefined : Duration.parse(text);
  } catch {
    return undefined;
  }
}

function neededPermissions(record: ActionRecord, lists: Lists, target: FaultTargetData | undefined): PermissionData[] {
  const document = findDocument(lists[record.runsDocument?.arn ?? '']?.[0] ?? '');
  return [...record.permissions, ...document?.permissions ?? []].filter(({ when }) => !when || holds(when, lists, target));
}

function holds(when: PermissionWhen, lists: Lists, target: FaultTargetData | undefined): boolean {
  const values = lists[when.parameter ?? ''] ?? [];
  const isOn = values.some((value) => value.toLowerCase() !== 'false');
  return (when.parameter === undefined || isOn)
    && (when.is === undefined || values.some((value) => when.is!.includes(value)))
    && (when.selectedBy === undefined || when.selectedBy === selectedBy(target))
    && (when.targetParameters === undefined || when.targetParameters.some((name) => target?.parameters?.[name] !== undefined));
}

/** The values for the placeholders of an action's permissions. */
function permissionValues(record: ActionRecord, lists: Lists): Lists {
  const arn = lists[record.runsDocument?.arn ?? '']?.[0];
  return arn === undefined ? lists : { ...lists, DocumentName: [documentName(arn)] };
}

/** What stands behind the slash in the ARN of a document, which may be a token; documents have no slash in their names. */
function documentName(arn: string): string {
  const [, ...names] = arn.split('/');
  return names.pop() ?? (Token.isUnresolved(arn) ? Fn.select(1, Fn.split('/', arn)) : arn);
}
