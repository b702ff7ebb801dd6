import { CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import { IConstruct } from 'constructs';

/** Something that cdk-nag objects to. */
export interface Finding {
  /** Path of the resource. */
  readonly at: string;
  /** The rule, and what it found if it tells: `AwsSolutions-IAM5[Resource::*]`. */
  readonly finding: string;
}

/**
 * All findings below a construct.
 *
 * Of an IAM policy, cdk-nag says only which wildcards are in it. In roles of the library a wildcard resource is a finding for each action
 * on it, with the condition under which it is allowed: one more permission is one more finding.
 */
export function findingsBelow(scope: IConstruct, ofLibrary: (construct: IConstruct) => boolean): Finding[] {
  return new AwsSolutionsChecks().validateScope(scope).violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.flatMap(({ constructPath: at }) => {
      const resource = scope.node.findAll().find(({ node }) => node.path === at)!;
      return (ofLibrary(resource) ? permissions(resource, ruleName) : [ruleName]).map((finding) => ({ at: at!, finding }));
    }));
}

/** The permissions that make a finding, if it is about a wildcard resource of a policy. */
function permissions(resource: IConstruct, finding: string): string[] {
  const wildcard = /^AwsSolutions-IAM5\[Resource::(.*)\]$/.exec(finding)?.[1];
  if (wildcard === undefined || !CfnResource.isCfnResource(resource) || !(resource instanceof iam.CfnPolicy)) { return [finding]; }

  const document = Stack.of(resource).resolve(resource.policyDocument);
  const statements = list(document.Statement).filter(({ Resource }) => list(Resource).map(flattenCfnReference).includes(wildcard));
  return statements.flatMap(({ Action, Condition = {} }) => {
    const conditions = Object.entries<object>(Condition).flatMap(([operator, keys]) => Object.keys(keys).map((key) => ` if ${operator} ${key}`));
    return list(Action).map((action) => `${finding} ${action}${conditions.join('')}`);
  });
}

function list(value: any): any[] {
  return Array.isArray(value) ? value : [value];
}
