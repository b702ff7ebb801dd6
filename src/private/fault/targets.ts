import { Token } from 'aws-cdk-lib';
import type { FaultTargetData } from './data';
import { oneOf } from './parameters';
import type { TargetSelection, TargetTypeRecord } from '../catalogue/records';
import {
  LONGEST_FILTER_PATH, LONGEST_FILTER_VALUE, LONGEST_TAG_KEY, LONGEST_TAG_VALUE, LONGEST_TARGET_PARAMETER, MOST_TAGS, MOST_TARGET_ARNS,
} from '../limits';

/** How FIS names its actions and the types of its targets. */
export const FIS_ID = /^aws:[a-z0-9-]+:[a-z0-9-]+$/;

/** EC2 Auto Scaling puts it on the instances of a group: its name. */
export const GROUP_TAG = 'aws:autoscaling:groupName';

/** The factory for any type, by the way its resources are chosen. */
export const FACTORIES: { readonly [way in TargetSelection]: string } = {
  tags: 'FaultTarget.taggedWith',
  arns: 'FaultTarget.arns',
  parameters: 'FaultTarget.parameters',
};

/** What the model of the API allows in the value of a target parameter. */
const PARAMETER_CHARACTER = /[\p{L}\p{Z}\p{N}_.:/=+\-@]/u;

type Choice = Omit<FaultTargetData, 'constructs' | 'problems'>;

/** What is wrong with a target. The record of its type is undefined if the catalogue does not have it. */
export function checkTarget(target: Choice, record: TargetTypeRecord | undefined): string[] {
  return [
    ...checkChoice(target, record),
    ...checkArns(target.arns, record),
    ...checkShare(target),
    ...checkTags(target.tags),
    ...checkFilters(target.filters ?? {}),
    ...checkParameters(target, record),
  ];
}

/** How the resources of a target are chosen. */
export function selectedBy(target: Choice | undefined): TargetSelection {
  if (target?.arns) { return 'arns'; }
  return target?.tags ? 'tags' : 'parameters';
}

/** The factories that make a target of a type from constructs. */
export function factoriesOf(record: TargetTypeRecord | undefined): string[] {
  return (record?.factories ?? []).map((name) => `FaultTarget.${name}`);
}

/** The type decides how its resources can be chosen. */
function checkChoice(target: Choice, record: TargetTypeRecord | undefined): string[] {
  const way = selectedBy(target);
  if (!record && !Token.isUnresolved(target.resourceType) && !FIS_ID.test(target.resourceType)) {
    return [`the type of a target must look like aws:ec2:instance, got '${target.resourceType}'`];
  }
  if (!record || !target[way] || record.selectedBy.includes(way)) { return []; }

  const factories = [...factoriesOf(record), ...record.selectedBy.map((other) => FACTORIES[other])];
  return [`a target of type ${record.resourceType} must be chosen by ${oneOf(record.selectedBy)}, got ${way}; use ${oneOf(factories)}`];
}

function checkArns(arns: string[] | undefined, record: TargetTypeRecord | undefined): string[] {
  if (!arns || Token.isUnresolved(arns) || (record && !record.selectedBy.includes('arns'))) { return []; }

  const most = record?.maxArns ?? MOST_TARGET_ARNS;
  const wanted = most === 1 ? '1 resource' : `1 to ${most} resources`;
  const others = (record?.selectedBy ?? ['tags']).filter((way) => way !== 'arns').map((way) => FACTORIES[way]);
  const wayOut = others.length > 0 ? `; find others with ${oneOf(others)}` : '';
  const duplicates = new Set(arns.filter((arn, index) => arns.indexOf(arn) !== index));
  // The CDK does not know the ARN of an Auto Scaling group, and writes a wildcard for its ID.
  const wildcards = arns.filter((arn) => arn.includes('*'));
  const strangers = arns.filter((arn) => record && !Token.isUnresolved(arn) && !arnPattern(record.arn).test(arn));
  return [
    ...(arns.length < 1 || arns.length > most ? [`a target must name ${wanted}, got ${arns.length}${wayOut}`] : []),
    ...[...duplicates].map((arn) => `a target must name each resource once, got ${arn} more than once`),
    ...wildcards.map((arn) => `an ARN of a target must have no wildcard, got '${arn}'; use ${oneOf([...factoriesOf(record), ...others])}`),
    ...strangers.map((arn) => `the ARN of a target of type ${record!.resourceType} must look like ${record!.arn}, got '${arn}'`),
  ];
}

/** FIS rounds down, and an experiment with a target of nothing fails. */
function checkShare({ arns, selectionMode }: Choice): string[] {
  const percent = Number(/^PERCENT\((\d+)\)$/.exec(selectionMode)?.[1]);
  return arns && !Token.isUnresolved(arns) && arns.length > 0 && Math.floor(arns.length * percent / 100) === 0
    ? [`'selection' must leave at least 1 of the resources that a target names, got ${percent} percent of ${arns.length}, which FIS rounds down to none`] : [];
}

function checkTags(tags: FaultTargetData['tags']): string[] {
  const entries = Object.entries(tags ?? {});
  return [
    ...(tags && (entries.length < 1 || entries.length > MOST_TAGS)
      ? [`a target found by tags must have 1 to ${MOST_TAGS} tags, got ${entries.length}`] : []),
    ...entries
      .filter(([key]) => !Token.isUnresolved(key) && (key.length < 1 || key.length > LONGEST_TAG_KEY))
      .map(([key]) => `the key of a tag must have 1 to ${LONGEST_TAG_KEY} characters, got ${key.length}`),
    ...entries
      .filter(([, value]) => !Token.isUnresolved(value) && typeof value !== 'string')
      .map(([key, value]) => `the value of tag '${key}' must be text, got ${value}`),
    ...entries
      .filter(([, value]) => !Token.isUnresolved(value) && value?.length > LONGEST_TAG_VALUE)
      .map(([key, value]) => `the value of tag '${key}' must have at most ${LONGEST_TAG_VALUE} characters, got ${value.length}`),
  ];
}

function checkFilters(filters: { readonly [path: string]: string[] }): string[] {
  return Object.entries(filters).flatMap(([path, values]) => [
    ...(path.length < 1 || path.length > LONGEST_FILTER_PATH
      ? [`the path of a filter must have 1 to ${LONGEST_FILTER_PATH} characters, got ${path.length}`] : []),
    ...(path.length > 0 && !Token.isUnresolved(path) && !/^[A-Z]/.test(path)
      ? [`the path of a filter must be in Pascal case, for example Placement.AvailabilityZone, got '${path}'`] : []),
    ...(values.length === 0 ? [`filter '${path}' must have at least one value, got none`] : []),
    ...values
      .filter((value) => !Token.isUnresolved(value) && (value.length < 1 || value.length > LONGEST_FILTER_VALUE))
      .map((value) => `a value of filter '${path}' must have 1 to ${LONGEST_FILTER_VALUE} characters, got ${value.length}`),
  ]);
}

/** A misspelt parameter must not widen a target, so a known type takes only its own ones. */
function checkParameters(target: Choice, record: TargetTypeRecord | undefined): string[] {
  const given = target.parameters ?? {};
  const known = record?.parameters ?? [];
  const choosable = !record || record.selectedBy.includes('parameters');
  const isEmpty = target.parameters && choosable && Object.keys(given).length === 0 && !known.some(({ required }) => required);
  return [
    ...(isEmpty ? ['a target found by parameters must have at least one, got none'] : []),
    ...known
      .filter(({ name, required }) => required && !Object.hasOwn(given, name))
      .map(({ name }) => `the target parameter '${name}' must be given, got nothing; add it to 'parameters'`),
    ...Object.entries(given).flatMap(([name, value]) => checkParameter(name, value, record)),
  ];
}

function checkParameter(name: string, value: string, record: TargetTypeRecord | undefined): string[] {
  const parameter = record?.parameters.find((known) => known.name === name);
  if (record && !parameter && !Token.isUnresolved(name)) {
    const names = record.parameters.map((known) => `'${known.name}'`);
    return [`a target of type ${record.resourceType} must have ${names.length > 0 ? `no parameters but ${names.join(', ')}` : 'no parameters'}, got '${name}'`];
  }
  if (Token.isUnresolved(value)) { return []; }
  if (typeof value !== 'string') { return [`the target parameter '${name}' must be text, got ${value}`]; }
  if (value.length < 1 || value.length > LONGEST_TARGET_PARAMETER) {
    return [`the target parameter '${name}' must have 1 to ${LONGEST_TARGET_PARAMETER} characters, got ${value.length}`];
  }
  if (parameter?.allowed && !parameter.allowed.includes(value)) {
    return [`the target parameter '${name}' must be ${oneOf(parameter.allowed)}, got '${value}'`];
  }
  const strange = [...new Set(value)].filter((character) => !PARAMETER_CHARACTER.test(character) && !parameter?.alsoTakes?.includes(character));
  return record && strange.length > 0
    ? [`the target parameter '${name}' must have letters, digits, spaces and _.:/=+-@${parameter?.alsoTakes ?? ''} only, got '${value}'`] : [];
}

/** The pattern `arn:${Partition}:ec2:${Region}:${Account}:instance/*` as a regular expression. */
function arnPattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+?^|()[\]\\]/g, '\\$&')
    .replace(/\$\{Partition\}/g, '[^:]+')
    .replace(/\$\{(Region|Account)\}/g, '[^:]*')
    .replace(/\$\{\w+\}|\*/g, '.+');
  return new RegExp(`^${source}$`);
}
