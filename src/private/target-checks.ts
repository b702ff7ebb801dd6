import { Token } from 'aws-cdk-lib';
import type { FaultTargetData } from './fault-data';
import type { TargetTypeRecord } from './records';

const MAX_ARNS = 5;
const MAX_TAGS = 50;
const MAX_PATH_LENGTH = 256;
const MAX_VALUE_LENGTH = 128;

type Choice = Omit<FaultTargetData, 'constructs' | 'problems'>;

/** What is wrong with a target. The record of its type is undefined if the catalogue does not have it. */
export function targetProblems(target: Choice, record: TargetTypeRecord | undefined): string[] {
  return [
    ...choiceProblems(target, record),
    ...arnProblems(target.arns, record),
    ...tagProblems(target.tags),
    ...filterProblems(target.filters ?? {}),
  ];
}

/** The type decides how its resources can be chosen. */
function choiceProblems(target: Choice, record: TargetTypeRecord | undefined): string[] {
  if (!record) {
    return [];
  }
  const ways = record.selectedBy.join(' or ');
  return [
    ...(target.arns && !record.selectedBy.includes('arns') ? [`a target of type ${record.resourceType} must be chosen by ${ways}, got arns`] : []),
    ...(target.tags && !record.selectedBy.includes('tags') ? [`a target of type ${record.resourceType} must be chosen by ${ways}, got tags`] : []),
  ];
}

function arnProblems(arns: string[] | undefined, record: TargetTypeRecord | undefined): string[] {
  if (!arns || Token.isUnresolved(arns)) {
    return [];
  }
  const max = record?.maxArns ?? MAX_ARNS;
  const wanted = max === 1 ? '1 resource' : `1 to ${max} resources`;
  const wayOut = !record || record.selectedBy.includes('tags') ? '; find others with FaultTarget.taggedWith' : '';
  const duplicates = new Set(arns.filter((arn, index) => arns.indexOf(arn) !== index));
  const strangers = arns.filter((arn) => record && !Token.isUnresolved(arn) && !arnPattern(record.arn).test(arn));
  return [
    ...(arns.length < 1 || arns.length > max ? [`a target must name ${wanted}, got ${arns.length}${wayOut}`] : []),
    ...[...duplicates].map((arn) => `a target must name each resource once, got ${arn} more than once`),
    ...strangers.map((arn) => `the ARN of a target of type ${record!.resourceType} must look like ${record!.arn}, got '${arn}'`),
  ];
}

function tagProblems(tags: FaultTargetData['tags']): string[] {
  const count = Object.keys(tags ?? {}).length;
  return tags && (count < 1 || count > MAX_TAGS) ? [`a target found by tags must have 1 to ${MAX_TAGS} tags, got ${count}`] : [];
}

function filterProblems(filters: { readonly [path: string]: string[] }): string[] {
  return Object.entries(filters).flatMap(([path, values]) => [
    ...(path.length < 1 || path.length > MAX_PATH_LENGTH
      ? [`the path of a filter must have 1 to ${MAX_PATH_LENGTH} characters, got ${path.length}`] : []),
    ...(values.length === 0 ? [`filter '${path}' must have at least one value, got none`] : []),
    ...values
      .filter((value) => !Token.isUnresolved(value) && value.length > MAX_VALUE_LENGTH)
      .map((value) => `a value of filter '${path}' must have at most ${MAX_VALUE_LENGTH} characters, got ${value.length}`),
  ]);
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
