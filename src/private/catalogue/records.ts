/*
 * The records of the catalogue. Each kind has two types: the plain one holds the fields that the library reads at run time, and the full one
 * adds those that only the generator needs, for docstrings and pages. The files in `catalogue/` hold full records.
 */

/**
 * How a value is given in the options and what text FIS wants for it. One row in `parameters.ts` belongs to each.
 *
 * - `duration`: `Duration`, as ISO 8601 text; `seconds` and `millis`: `Duration`, as a whole number of that unit
 * - `integer`, `percent` (a whole number), `decimal`: `number`
 * - `boolean`: `true` or `false`; `capital-boolean`: `True` or `False`, as SSM documents want it
 * - `string`; `string-list`: comma separated; `path`: a folder in a bucket
 * - `enum`, `enum-list`: members of the enum named by `enum`
 * - `json`: an object, as JSON text
 * - `alarms`: `cloudwatch.IAlarm[]`, as comma separated ARNs; `role`, `bucket`: `iam.IRole`, `s3.IBucket`, as ARN
 */
export type ParameterType =
  'duration' | 'seconds' | 'millis' | 'integer' | 'percent' | 'decimal' | 'boolean' | 'capital-boolean' | 'string' | 'string-list' | 'path' |
  'enum' | 'enum-list' | 'json' | 'alarms' | 'role' | 'bucket';

/** One parameter of an action or of an SSM document. */
export interface ParameterRecord {
  /** As FIS (or the document) spells it. */
  readonly name: string;
  /** The option's name, where it is not the parameter's own: a reserved word, a unit in the name, a capital letter. */
  readonly option?: string;
  readonly type: ParameterType;
  readonly required?: boolean;
  /** It must be given if another parameter has one of these values. */
  readonly requiredWhen?: { readonly parameter: string; readonly is: readonly string[] };
  /** The values this parameter takes; in the catalogue's files only where they are not all of the enum. */
  readonly allowed?: readonly string[];
  /** The fewer values that it takes if another parameter has one of these values. */
  readonly allowedWhen?: readonly { readonly parameter: string; readonly is: readonly string[]; readonly allowed: readonly string[] }[];
  /** Range, inclusive: ISO 8601 for `duration`, in their own unit for `seconds` and `millis`, else a number. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** How many elements a list may have. */
  readonly maxItems?: number;
  /** FIS does not know it: the value is only used by a permission, as `${name}`. */
  readonly permissionOnly?: boolean;
}

/** A parameter with what only its documentation needs. */
export interface FullParameterRecord extends ParameterRecord {
  readonly summary: string;
  readonly remarks?: readonly string[];
  /** The name of the enum in `catalogue/enums.json`, for `enum` and `enum-list`. */
  readonly enum?: string;
  /** The value that AWS uses if the parameter is not sent, written like a value of the option. */
  readonly default?: number | string | boolean | readonly string[];
  /** The same in words, where there is no such value. */
  readonly defaultText?: string;
}

/** When a permission is needed; all that is given must hold. */
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
   * `target`: the target's ARNs where they are known, else the ARN pattern of its type, narrowed by `tagCondition`; `*`; or ARN patterns with
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
  /** Why it is as wide as it is. */
  readonly why?: string;
}

/** How the resources of a target can be chosen. */
export type TargetSelection = 'arns' | 'tags' | 'parameters';

/** What AWS documents about one FIS action. */
export interface ActionRecord {
  readonly id: string;
  /** The key of the action's target and the type of resource it wants; and how it can be chosen, if that is fewer ways than the type has. */
  readonly target?: { readonly key: string; readonly resourceType: string; readonly selectedBy?: readonly TargetSelection[] };
  readonly parameters: readonly ParameterRecord[];
  /** False if it injects no fault: it waits, checks or repairs. */
  readonly injects?: boolean;
  /** The parameter that says how long the action takes. Without it the action takes no time. */
  readonly duration?: { readonly parameter: string };
  /** It runs an SSM document which may have a length of its own, apart from the action's. */
  readonly runsDocument?: {
    readonly arn: string;
    readonly parameters: string;
    /** The document's parameter which says how long it takes. */
    readonly durationSeconds?: string;
    /** The ARN of a document that AWS owns and that the action can run; `${Name}` is its name. */
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
  /** How many resources that it found by tags FIS hits at most. The quota is adjustable, and as of 2024. */
  readonly quota?: number;
  readonly url: string;
}

/** What AWS documents about one of its SSM documents for FIS. */
export interface DocumentRecord {
  readonly name: string;
  readonly parameters: readonly ParameterRecord[];
  /** What the experiment role needs beside the permissions of the action that runs the document. */
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
   * ARN pattern; a placeholder other than partition, Region and account is a target parameter, or `*` if that is not given.
   * Pods have no ARN: theirs is that of their cluster, which is all that IAM sees of them.
   */
  readonly arn: string;
  readonly selectedBy: readonly TargetSelection[];
  /** How many ARNs a target may name, if fewer than FIS generally allows. */
  readonly maxArns?: number;
  /** Filters of a target chosen by tags, unless the user gives other ones for the same path. */
  readonly defaultFilters?: { readonly [path: string]: readonly string[] };
  /** The factories of `FaultTarget` that make such a target from constructs. */
  readonly factories: readonly string[];
  readonly parameters: readonly TargetParameterRecord[];
}

/** One parameter of a target type. */
export interface TargetParameterRecord {
  readonly name: string;
  readonly required?: boolean;
  readonly allowed?: readonly string[];
  /** FIS takes a name or an ARN, in which the name stands behind this. It gets the name, because the ARN patterns are made with it. */
  readonly nameInArn?: string;
  /** Characters that the user guide documents for it, though the model of the API forbids them: whether FIS takes them is unverified. */
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

/** A closed set of values. A dotted name is an enum of the AWS CDK. */
export interface EnumRecord {
  readonly name: string;
  readonly summary: string;
  readonly members: readonly { readonly value: string; readonly summary: string }[];
}

/** The name under which a parameter is an option: its own with a small first letter, unless the record has a better one. */
export function optionName(record: ParameterRecord): string {
  return record.option ?? record.name.charAt(0).toLowerCase() + record.name.slice(1);
}

/** Replaces each `${name}` by its values, one text for each value; a name without values is left as it is. */
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
