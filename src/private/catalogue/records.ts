/*
 * The records of the catalogue. Each kind has two types: the plain one holds the fields that the library reads at run time, and the full one
 * adds those that only the generator needs, for docstrings and pages. The files in `catalogue/` hold full records.
 */

/**
 * How an option gives a value and what text FIS expects for it. Each type has one row in `parameters.ts`.
 *
 * - `duration`: `Duration`, as ISO 8601 text; `seconds` and `millis`: `Duration`, as a whole number of that unit
 * - `integer`, `percent` (a whole number), `decimal`: `number`
 * - `boolean`: `true` or `false`; `capital-boolean`: `True` or `False`, as SSM documents expect it
 * - `string`; `string-list`: separated by commas; `path`: a folder in a bucket
 * - `enum`, `enum-list`: members of the enum named by `enum`
 * - `json`: an object, as JSON text
 * - `alarms`: `cloudwatch.IAlarm[]`, as ARNs separated by commas; `role`, `bucket`: `iam.IRole`, `s3.IBucket`, as ARN
 */
export type ParameterType =
  'duration' | 'seconds' | 'millis' | 'integer' | 'percent' | 'decimal' | 'boolean' | 'capital-boolean' | 'string' | 'string-list' | 'path' |
  'enum' | 'enum-list' | 'json' | 'alarms' | 'role' | 'bucket';

/** One parameter of an action or of an SSM document. */
export interface ParameterRecord {
  /** As FIS (or the document) spells it. */
  readonly name: string;
  /** The name of the option, if the parameter's own does not fit: a reserved word, a unit in the name, a capital letter. */
  readonly option?: string;
  readonly type: ParameterType;
  readonly required?: boolean;
  /** The parameter is required if another parameter has one of these values. */
  readonly requiredWhen?: { readonly parameter: string; readonly is: readonly string[] };
  /** The values that this parameter accepts. A file of the catalogue lists them only if they are not all values of the enum. */
  readonly allowed?: readonly string[];
  /** The values that it accepts if another parameter has one of these values: fewer than `allowed`. */
  readonly allowedWhen?: readonly { readonly parameter: string; readonly is: readonly string[]; readonly allowed: readonly string[] }[];
  /** Inclusive range: ISO 8601 for `duration`, otherwise a number, for `seconds` and `millis` in that unit. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** How many elements a list may have. */
  readonly maxItems?: number;
  /** Not a parameter of FIS: the value is only used in permissions, as `${name}`. */
  readonly permissionOnly?: boolean;
}

/** A parameter with the fields for its documentation. */
export interface FullParameterRecord extends ParameterRecord {
  readonly summary: string;
  readonly remarks?: readonly string[];
  /** The name of the enum in `catalogue/enums.json`, for `enum` and `enum-list`. */
  readonly enum?: string;
  /** The value that AWS uses if the parameter is not sent, written like a value of the option. */
  readonly default?: number | string | boolean | readonly string[];
  /** A description of the default, if there is no such value. */
  readonly defaultText?: string;
}

/** When a permission is needed: all given conditions must hold. */
export interface PermissionWhen {
  /** This parameter is given, and is not false. */
  readonly parameter?: string;
  /** That parameter has one of these values. */
  readonly is?: readonly string[];
  /** How the target is chosen. */
  readonly selectedBy?: TargetSelection;
  /** At least one of these parameters of the target is given. */
  readonly targetParameters?: readonly string[];
}

/** IAM actions on a resource. */
export interface PermissionRecord {
  readonly actions: readonly string[];
  /**
   * `target`: the target's ARNs if they are known, otherwise the ARN pattern of its type, narrowed by `tagCondition`; `*`; or ARN patterns with
   * `${Partition}`, `${Region}`, `${Account}`, `${TargetArns}`, `${DocumentName}` (at the end of the ARN of the document that the action runs)
   * and the parameters of the action and of its target.
   */
  readonly on: 'target' | '*' | readonly string[];
  /** The condition key (without `/<tag>`) by which IAM narrows these actions to the target's tags. */
  readonly tagCondition?: 'aws:ResourceTag' | 'ec2:ResourceTag' | 'ssm:resourceTag';
  readonly conditions?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };
  readonly when?: PermissionWhen;
}

/** A permission with its explanation. */
export interface FullPermissionRecord extends PermissionRecord {
  /** Why it is not narrower. */
  readonly why?: string;
}

/** How the resources of a target can be chosen. */
export type TargetSelection = 'arns' | 'tags' | 'parameters';

/** What AWS documents about one FIS action. */
export interface ActionRecord {
  readonly id: string;
  /** The key and the resource type of the action's target. `selectedBy` lists how it can be chosen, if not in all ways that the type allows. */
  readonly target?: { readonly key: string; readonly resourceType: string; readonly selectedBy?: readonly TargetSelection[] };
  readonly parameters: readonly ParameterRecord[];
  /** False if the action injects no fault: it waits, checks or recovers. */
  readonly injects?: boolean;
  /** The parameter with the duration of the action. Without it, the action completes immediately. */
  readonly duration?: { readonly parameter: string };
  /** The action runs an SSM document, which may have a duration of its own. */
  readonly runsDocument?: {
    readonly arn: string;
    readonly parameters: string;
    /** The document's parameter with its duration. */
    readonly durationSeconds?: string;
    /** The ARN of the AWS-owned documents that the action can run; `${Name}` is the name of the document. */
    readonly awsOwned?: string;
  };
  readonly permissions: readonly PermissionRecord[];
}

/** An action as its file in `catalogue/actions/` describes it. */
export interface FullActionRecord extends ActionRecord {
  readonly summary: string;
  readonly remarks?: readonly string[];
  readonly parameters: readonly FullParameterRecord[];
  readonly permissions: readonly FullPermissionRecord[];
  /** The most resources that FIS targets if it finds them by tags. The quota is adjustable; the value is from 2024. */
  readonly quota?: number;
  readonly url: string;
}

/** What AWS documents about one of its SSM documents for FIS. */
export interface DocumentRecord {
  readonly name: string;
  readonly parameters: readonly ParameterRecord[];
  /** What the experiment role needs in addition to the permissions of the action that runs the document. */
  readonly permissions: readonly PermissionRecord[];
}

/** An SSM document as `catalogue/documents.json` describes it. */
export interface FullDocumentRecord extends DocumentRecord {
  readonly summary: string;
  readonly remarks?: readonly string[];
  readonly parameters: readonly FullParameterRecord[];
  readonly permissions: readonly FullPermissionRecord[];
  readonly url: string;
}

/** What AWS documents about one type of target. */
export interface TargetTypeRecord {
  readonly resourceType: string;
  /**
   * ARN pattern. A placeholder other than partition, Region and account is a target parameter, or `*` if that is not given.
   * Pods have no ARN: they have the pattern of their cluster, the only resource that IAM sees.
   */
  readonly arn: string;
  readonly selectedBy: readonly TargetSelection[];
  /** The most ARNs in a target, if FIS allows fewer than usual. */
  readonly maxArns?: number;
  /** Filters of a target chosen by tags, unless the user sets a filter for the same path. */
  readonly defaultFilters?: { readonly [path: string]: readonly string[] };
  /** The factories of `FaultTarget` that create such a target from constructs. */
  readonly factories: readonly string[];
  readonly parameters: readonly TargetParameterRecord[];
}

/** One parameter of a target type. */
export interface TargetParameterRecord {
  readonly name: string;
  readonly required?: boolean;
  readonly allowed?: readonly string[];
  /** FIS accepts a name, or an ARN that has the name after this text. The template gets the name, because the ARN patterns need it. */
  readonly nameInArn?: string;
  /** Characters that the user guide documents but the API model forbids. It is not verified whether FIS accepts them. */
  readonly alsoTakes?: string;
}

/** A target type as `catalogue/target-types.json` describes it. */
export interface FullTargetTypeRecord extends TargetTypeRecord {
  readonly summary: string;
  readonly parameters: readonly FullTargetParameterRecord[];
  readonly url: string;
}

/** A parameter of a target type with its summary. */
export interface FullTargetParameterRecord extends TargetParameterRecord {
  readonly summary: string;
}

/** A closed set of values. A name with a dot is an enum of the AWS CDK. */
export interface EnumRecord {
  readonly name: string;
  readonly summary: string;
  readonly members: readonly { readonly value: string; readonly summary: string }[];
}

/** The name of the option for a parameter: the parameter's name with a lowercase first letter, unless the record has an `option`. */
export function optionName(record: ParameterRecord): string {
  return record.option ?? record.name.charAt(0).toLowerCase() + record.name.slice(1);
}

/** Replaces each `${name}` with its values and returns one text for each value. A name without values stays as it is. */
export function fillPlaceholders(pattern: string, values: { readonly [name: string]: readonly string[] | undefined }): string[] {
  const name = /\$\{(\w+)\}/g;
  let texts = [''];
  let end = 0;
  for (const match of pattern.matchAll(name)) {
    const literal = pattern.slice(end, match.index);
    const replacements = Object.hasOwn(values, match[1]) ? values[match[1]] : undefined;
    texts = texts.flatMap((text) => (replacements ?? [match[0]]).map((value) => text + literal + value));
    end = match.index + match[0].length;
  }
  return texts.map((text) => text + pattern.slice(end));
}
