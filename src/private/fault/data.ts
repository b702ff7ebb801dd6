import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import type { PermissionRecord } from '../catalogue/records';
import type { Warning } from '../problems';

/** A permission that an action needs, not yet bound to ARNs. */
export type PermissionData = Omit<PermissionRecord, 'when'>;

/** What a `FaultAction` holds: plain, checked data. Each action has one such object, by which the others refer to it. */
export interface FaultActionData {
  /** For example `aws:ec2:stop-instances`. */
  readonly actionId: string;
  /** The key in the `targets` map of the template's action, for example `Instances`. */
  readonly targetKey?: string;
  readonly target?: FaultTargetData;
  /** As the FIS API wants them; values may hold tokens. */
  readonly parameters: { readonly [name: string]: string };
  readonly startAfter: readonly FaultActionData[];
  readonly description?: string;
  /** False for actions that wait or check: they inject no fault. */
  readonly injects: boolean;
  /** Zero for instant actions; undefined if a token hides it. */
  readonly expectedDuration?: Duration;
  /** What is wrong with the options, without the action's name; the problems of the target are the target's. */
  readonly problems: string[];
  /** What is legal but risky, without the action's name. */
  readonly warnings: readonly Warning[];
  /** The permissions of the record that these options need. */
  readonly permissions: readonly PermissionData[];
  /** Values for the placeholders of the permissions: the parameters, and options which FIS does not know; a list has many. */
  readonly permissionValues: { readonly [name: string]: readonly string[] };
  /** Statements that the user of `FaultAction.custom` gave. */
  readonly statements: iam.PolicyStatement[];
}

/** What a `FaultTarget` holds: plain, checked data. Actions that share a target share this object. */
export interface FaultTargetData {
  /** For example `aws:ec2:instance`. */
  readonly resourceType: string;
  readonly arns?: string[];
  readonly tags?: { readonly [key: string]: string };
  readonly filters?: { readonly [path: string]: string[] };
  readonly parameters?: { readonly [name: string]: string };
  /** `ALL`, `COUNT(n)` or `PERCENT(n)`. */
  readonly selectionMode: string;
  /** The constructs from which the target was made; empty if it was made from text. */
  readonly constructs: IConstruct[];
  readonly problems: string[];
}
