import { Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { findTargetType } from './private/catalogue';
import type { FaultTargetData } from './private/fault-data';
import { sortedByName } from './private/sorted';
import { targetProblems } from './private/target-checks';
import { Selection } from './selection';

/**
 * Options of a target whose resources are found when the experiment starts: everything that belongs to a group or carries tags.
 */
export interface GroupTargetOptions {
  /**
   * How many of the matching resources are hit.
   *
   * There is no default: how much of a system may break is a decision.
   */
  readonly selection: Selection;

  /**
   * Which of the matching resources may be hit: the path of a field in the answer of the resource type's Describe call, and the values it may have.
   *
   * All paths must match; of the values of a path one is enough. Paths are in Pascal case and at most 256 characters long, values at most 128,
   * for example `{ 'Placement.AvailabilityZone': ['eu-west-1a', 'eu-west-1b'] }`.
   * EC2 instances are filtered by `State.Name: ['running']` unless a filter for `State.Name` is given here:
   * FIS would otherwise choose stopped and even terminated instances too.
   *
   * @default - running instances only, where the target is EC2 instances; otherwise all that match
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-filters
   */
  readonly filters?: { [path: string]: string[] };
}

/**
 * Options of a target whose resources are listed one by one.
 *
 * It has no filters, because FIS refuses filters on listed resources.
 */
export interface ArnTargetOptions {
  /**
   * How many of the listed resources are hit.
   *
   * @default Selection.ALL
   */
  readonly selection?: Selection;
}

/**
 * The resources which a fault hits.
 *
 * Prefer targets made from constructs to `taggedWith`: whoever may tag resources can widen a target that is found by tags.
 * FIS chooses the resources once, when the experiment starts, and the experiment fails if there are none.
 *
 * @example
 * declare const asg: autoscaling.AutoScalingGroup;
 * declare const database: rds.DatabaseCluster;
 *
 * const webServers = FaultTarget.instancesOf(asg, { selection: Selection.percent(50) });
 * const cluster = FaultTarget.databaseCluster(database);
 * const workers = FaultTarget.taggedWith('aws:ec2:instance', { role: 'worker' }, { selection: Selection.count(1) });
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html
 */
export class FaultTarget {
  /**
   * The running instances of an Auto Scaling group.
   *
   * They are found by the tag that the group puts on its instances, so the target follows the group as it scales.
   *
   * @param group The group
   * @param options How many of its instances are hit, and which
   */
  public static instancesOf(group: autoscaling.IAutoScalingGroup, options: GroupTargetOptions): FaultTarget {
    return FaultTarget.taggedWith('aws:ec2:instance', { 'aws:autoscaling:groupName': group.autoScalingGroupName }, options);
  }

  /**
   * Certain EC2 instances, whatever their state.
   *
   * @param instances The instances, 1 to 5
   * @param options How many of them are hit
   */
  public static instances(instances: ec2.IInstance[], options: ArnTargetOptions = {}): FaultTarget {
    const arns = instances.map((instance) => Stack.of(instance).formatArn({
      service: 'ec2',
      region: instance.env.region,
      account: instance.env.account,
      resource: 'instance',
      resourceName: instance.instanceId,
    }));
    return FaultTarget.arns('aws:ec2:instance', arns, options);
  }

  /**
   * An Aurora cluster or a Multi-AZ DB cluster.
   *
   * For another kind of cluster that fails over like one, for example DocumentDB, use `FaultTarget.arns('aws:rds:cluster', …)`.
   *
   * @param cluster The cluster
   */
  public static databaseCluster(cluster: rds.IDatabaseCluster): FaultTarget {
    return FaultTarget.arns('aws:rds:cluster', [cluster.clusterArn]);
  }

  /**
   * RDS database instances.
   *
   * @param instances The instances, 1 to 5
   * @param options How many of them are hit
   */
  public static databaseInstances(instances: rds.IDatabaseInstance[], options: ArnTargetOptions = {}): FaultTarget {
    return FaultTarget.arns('aws:rds:db', instances.map((instance) => instance.instanceArn), options);
  }

  /**
   * All resources of a type that carry all of these tags when the experiment starts.
   *
   * An empty value matches only an empty value, not every value.
   *
   * @param resourceType The type as FIS names it, for example `aws:ec2:instance`
   * @param tags Key and value of each tag, 1 to 50
   * @param options How many of the resources are hit, and which
   */
  public static taggedWith(resourceType: string, tags: { [key: string]: string }, options: GroupTargetOptions): FaultTarget {
    return new FaultTarget(resourceType, options.selection, { tags, filters: { ...defaultFilters(resourceType), ...options.filters } });
  }

  /**
   * Certain resources of any type that FIS knows.
   *
   * @param resourceType The type as FIS names it, for example `aws:rds:db`
   * @param arns The ARNs of the resources, 1 to 5
   * @param options How many of them are hit
   */
  public static arns(resourceType: string, arns: string[], options: ArnTargetOptions = {}): FaultTarget {
    return new FaultTarget(resourceType, options.selection ?? Selection.ALL, { arns });
  }

  /** @internal */
  public readonly _data: FaultTargetData;

  private constructor(resourceType: string, selection: Selection | undefined, choice: Pick<FaultTargetData, 'arns' | 'tags' | 'filters'>) {
    const data = {
      resourceType,
      ...choice,
      filters: Object.keys(choice.filters ?? {}).length > 0 ? sortedByName(choice.filters!) : undefined,
      selectionMode: selection?._data.mode ?? 'ALL',
    };
    const selectionProblems = selection?._data.problems ?? ["'selection' must be a Selection, for example Selection.percent(50), got nothing"];
    this._data = { ...data, problems: [...selectionProblems, ...targetProblems(data, findTargetType(resourceType))] };
  }
}

function defaultFilters(resourceType: string): { [path: string]: string[] } {
  const filters = findTargetType(resourceType)?.defaultFilters ?? {};
  return Object.fromEntries(Object.entries(filters).map(([path, values]) => [path, [...values]]));
}
