import { Duration, Fn, Lazy, Stack, Token, Tokenization } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { optionName, type ParameterRecord, type ParameterType } from '../catalogue/records';
import { LONGEST_ACTION_PARAMETER } from '../limits';
import { check } from '../problems';

/** Options as a factory gets them: the struct of one action, whatever it is. */
export interface Options {
  readonly [name: string]: any;
}

/** The parameters of an action, made from its options. */
export interface Parameters {
  /** What FIS is sent. */
  readonly values: { [name: string]: string };
  /** All values, with those that only a permission uses; a list has many. */
  readonly lists: { [name: string]: readonly string[] };
  readonly problems: string[];
}

/** How one type of parameter is checked and written. */
interface Kind {
  /** What the option must be, for a sentence that goes on with ", got …". */
  wanted(record: ParameterRecord): string;
  /** Whether a value without tokens is good. */
  accepts(value: any, record: ParameterRecord): boolean;
  /** The value as FIS wants it; a list as its elements. */
  write(value: any): string | readonly string[];
}

/** Checks and writes the options of all parameters. */
export function writeParameters(records: readonly ParameterRecord[], options: Options): Parameters {
  const result: Parameters = { values: {}, lists: {}, problems: [] };
  for (const record of records) {
    const value = options[optionName(record)];
    const problems = checkParameter(narrowed(record, records, options), value, neededBecause(record, records, options));
    result.problems.push(...problems);
    if (problems.length === 0 && isGiven(value)) {
      const written = KINDS[record.type].write(value);
      result.lists[record.name] = typeof written === 'string' ? [written] : written;
      if (!record.permissionOnly) { result.values[record.name] = typeof written === 'string' ? written : join(written); }
    }
  }
  return result;
}

/** What a parameter takes, in words, for example "a whole number from 0 to 100". */
export function wantedValue(record: ParameterRecord): string {
  return KINDS[record.type].wanted(record);
}

/** What is wrong with the lengths of the values that FIS is sent. */
export function checkLengths(values: { readonly [name: string]: string }): string[] {
  return Object.entries(values)
    .filter(([, value]) => !Token.isUnresolved(value) && value.length > LONGEST_ACTION_PARAMETER)
    .map(([name, value]) => `'${name}' must have at most ${LONGEST_ACTION_PARAMETER} characters as FIS reads it, got ${value.length}`);
}

/** An object as JSON text, tokens in it included. */
export function jsonText(value: object): string {
  let hasTokens = false;
  const text = JSON.stringify(value, (_, part) => {
    hasTokens ||= Token.isUnresolved(part);
    return part;
  });
  return hasTokens ? Lazy.uncachedString({ produce: (context) => Stack.of(context.scope).toJsonString(value) }) : text;
}

/** A JSON object, given as such or as text; undefined if it is neither. */
export function parseObject(value: unknown): { [key: string]: unknown } | undefined {
  if (typeof value !== 'string') {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as { [key: string]: unknown } : undefined;
  }
  try {
    const parsed = JSON.parse(value);
    return typeof parsed === 'string' ? undefined : parseObject(parsed);
  } catch {
    return undefined;
  }
}

/** A duration in ISO 8601, also if it is a token. */
export function isoText(duration: Duration): string {
  if (!duration.isUnresolved()) { return duration.toIsoString(); }

  const [prefix, suffix] = ISO_UNITS[duration.unitLabel()];
  // the token's text is a number and the name of the unit: `Duration` gives it in its own unit only
  return prefix + duration.formatTokenToNumber().split(' ')[0] + suffix;
}

/** A value as an error message shows it. */
export function show(value: unknown): string {
  if (!isGiven(value)) { return 'nothing'; }
  if (isDuration(value)) { return value.isUnresolved() ? `a token in ${value.unitLabel()}` : value.toHumanString(); }
  if (Array.isArray(value)) {
    return value.length === 0 || value.some((element) => typeof element === 'object') ? String(value.length) : value.map(show).join(', ');
  }
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** Names as alternatives: "a, b or c". */
export function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}

/** A `Duration`, also one from another copy of the CDK. */
export function isDuration(value: unknown): value is Duration {
  return typeof (value as Duration | undefined)?.toMilliseconds === 'function';
}

const ISO_UNITS: { [unit: string]: [string, string] } = {
  seconds: ['PT', 'S'],
  minutes: ['PT', 'M'],
  hours: ['PT', 'H'],
  days: ['P', 'D'],
};

const KINDS: { readonly [type in ParameterType]: Kind } = {
  'duration': {
    wanted: (record) => `a Duration of whole seconds${range(record, (iso) => Duration.parse(String(iso)).toHumanString())}`,
    accepts: (value, record) => isDuration(value)
      && (value.isUnresolved() ? value.unitLabel() in ISO_UNITS : isWholeSeconds(value) && isWithin(millis(value), record, isoMillis)),
    write: isoText,
  },
  'seconds': durationKind('seconds', (duration) => duration.toSeconds({ integral: false }), (amount) => Duration.seconds(amount)),
  'millis': durationKind('millis', millis, (amount) => Duration.millis(amount)),
  'integer': numberKind('a whole number', Number.isInteger),
  'percent': numberKind('a whole number', Number.isInteger, { min: 0, max: 100 }),
  'decimal': numberKind('a number', Number.isFinite),
  'boolean': booleanKind('true', 'false'),
  'capital-boolean': booleanKind('True', 'False'),
  'string': {
    wanted: () => 'a text that is not empty',
    // The API has the pattern [\S]+ for values, and it is not documented whether that forbids white space in them or only values of nothing else:
    // templates that are in use hold JSON with spaces. So white space is let through, but not alone.
    accepts: (value) => typeof value === 'string' && value.trim() !== '',
    write: (value: string) => value,
  },
  'path': {
    wanted: () => 'a path without a slash at its ends',
    accepts: (value) => typeof value === 'string' && /^[^/\s]+(\/[^/\s]+)*$/.test(value),
    write: (value: string) => value,
  },
  'string-list': {
    wanted: (record) => `${howMany(record)} texts without comma or space`,
    accepts: (value, record) => isList(value, record, (element) => typeof element === 'string' && /^[^,\s]+$/.test(element)),
    write: (value: string[]) => value,
  },
  'enum': {
    wanted: (record) => oneOf(record.allowed!),
    accepts: (value, record) => record.allowed!.includes(value),
    write: (value: string) => value,
  },
  'enum-list': {
    wanted: (record) => `a list of ${oneOf(record.allowed!)}`,
    accepts: (value, record) => isList(value, record, (element) => record.allowed!.includes(element)),
    write: (value: string[]) => value,
  },
  'json': {
    wanted: () => 'an object',
    accepts: (value) => parseObject(value) !== undefined,
    write: (value: string | object) => (typeof value === 'string' ? value : jsonText(value)),
  },
  'alarms': {
    wanted: (record) => `${howMany(record)} alarms`,
    accepts: (value, record) => isList(value, record, (element) => typeof element?.alarmArn === 'string'),
    write: (value: cloudwatch.IAlarm[]) => value.map((alarm) => alarm.alarmArn),
  },
  'role': {
    wanted: () => 'a role',
    accepts: (value) => typeof value.roleArn === 'string',
    write: (value: iam.IRole) => value.roleArn,
  },
  'bucket': {
    wanted: () => 'a bucket',
    accepts: (value) => typeof value.bucketArn === 'string',
    write: (value: s3.IBucket) => value.bucketArn,
  },
};

/** A duration which FIS wants as a whole number of a unit; a token must be in that unit, because it cannot be converted. */
function durationKind(unit: string, amount: (duration: Duration) => number, duration: (amount: number) => Duration): Kind {
  return {
    wanted: (record) => `a Duration of whole ${unit}${range(record, (limit) => duration(Number(limit)).toHumanString())}`,
    accepts: (value, record) => isDuration(value)
      && (value.isUnresolved() ? value.unitLabel() === unit : Number.isInteger(amount(value)) && isWithin(amount(value), record, Number)),
    write: (value: Duration) => Tokenization.stringifyNumber(amount(value)),
  };
}

/** A token must stand for the text that FIS wants, because it cannot be converted. */
function booleanKind(yes: string, no: string): Kind {
  return {
    wanted: () => 'true or false',
    accepts: (value) => typeof value === 'boolean',
    write: (value: unknown) => (Token.isUnresolved(value) ? Token.asString(value) : value ? yes : no),
  };
}

function numberKind(noun: string, test: (value: number) => boolean, limits: { min?: number; max?: number } = {}): Kind {
  return {
    wanted: (record) => noun + range({ ...limits, ...record }, String),
    accepts: (value, record) => typeof value === 'number' && test(value) && isWithin(value, { ...limits, ...record }, Number),
    write: (value: number) => Tokenization.stringifyNumber(value),
  };
}

/** What is wrong with a value. It may be left out if there is no reason to need it. */
function checkParameter(record: ParameterRecord, value: unknown, reason: string | undefined): string[] {
  const good = isGiven(value)
    ? (!isDuration(value) && Token.isUnresolved(value)) || KINDS[record.type].accepts(value, record)
    : reason === undefined;
  return check(good, () => `'${optionName(record)}' must be ${wantedValue(record)}${reason ?? ''}, got ${show(value)}`);
}

/** Why a parameter is needed, as the end of a sentence; it goes without saying for one that always is. */
function neededBecause(record: ParameterRecord, records: readonly ParameterRecord[], options: Options): string | undefined {
  return record.required ? '' : record.requiredWhen && because(record.requiredWhen, records, options);
}

/** The record with the values that it takes beside the other options. */
function narrowed(record: ParameterRecord, records: readonly ParameterRecord[], options: Options): ParameterRecord {
  const rule = record.allowedWhen?.find((candidate) => because(candidate, records, options) !== undefined);
  return rule ? { ...record, allowed: rule.allowed } : record;
}

/** The condition in words, if it holds. */
function because(condition: { parameter: string; is: readonly string[] }, records: readonly ParameterRecord[], options: Options): string | undefined {
  const option = optionName(records.find(({ name }) => name === condition.parameter)!);
  return condition.is.includes(options[option]) ? ` because '${option}' is ${options[option]}` : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isList(value: unknown, record: ParameterRecord, test: (element: any) => boolean): boolean {
  return Array.isArray(value)
    && value.length >= 1
    && value.length <= (record.maxItems ?? Infinity)
    && value.every((element) => Token.isUnresolved(element) || test(element));
}

type Limits = Pick<ParameterRecord, 'min' | 'max'>;

function isWithin(amount: number, limits: Limits, parse: (limit: number | string) => number): boolean {
  return (limits.min === undefined || amount >= parse(limits.min)) && (limits.max === undefined || amount <= parse(limits.max));
}

function range(limits: Limits, write: (limit: number | string) => string): string {
  if (limits.min !== undefined && limits.max !== undefined) { return ` from ${write(limits.min)} to ${write(limits.max)}`; }
  if (limits.min !== undefined) { return ` of ${write(limits.min)} or more`; }
  return limits.max === undefined ? '' : ` of ${write(limits.max)} or less`;
}

function howMany(record: ParameterRecord): string {
  return record.maxItems === undefined ? '1 or more' : `1 to ${record.maxItems}`;
}

function join(values: readonly string[]): string {
  return Token.isUnresolved(values) ? Fn.join(',', [...values]) : values.join(',');
}

function millis(duration: Duration): number {
  return duration.toMilliseconds({ integral: false });
}

function isoMillis(iso: number | string): number {
  return millis(Duration.parse(String(iso)));
}

function isWholeSeconds(duration: Duration): boolean {
  return Number.isInteger(duration.toSeconds({ integral: false }));
}
