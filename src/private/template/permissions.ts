import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { findTargetType } from '../catalogue/lookup';
import { fillPlaceholders } from '../catalogue/records';
import type { FaultActionData, PermissionData } from '../fault/data';

type Values = { readonly [name: string]: readonly string[] };
type Conditions = { [operator: string]: { [key: string]: string | string[] } };

/** What the experiment's role must be allowed to do for one fault: a statement for each permission of its record, on the narrowest resource. */
export function faultPermissions(scope: Construct, fault: FaultActionData): iam.PolicyStatement[] {
  const values = placeholders(Stack.of(scope), fault);
  return [
    ...fault.permissions.map((permission) => new iam.PolicyStatement({
      actions: [...permission.actions],
      resources: resources(permission, values),
      conditions: conditions(permission, fault, values),
    })),
    ...fault.statements.map((statement) => statement.copy()),
  ];
}

function placeholders(stack: Stack, fault: FaultActionData): Values {
  const { target } = fault;
  const parameters = Object.entries(target?.parameters ?? {}).map(([name, value]) => [name, [value]]);
  const values = {
    ...Object.fromEntries(parameters),
    ...fault.permissionValues,
    Partition: [stack.partition],
    Region: [stack.region],
    Account: [stack.account],
  };
  const pattern = findTargetType(target?.resourceType ?? '')?.arn ?? '*';
  return { ...values, TargetArns: target?.arns ?? fill(pattern, values), TypeArns: fill(pattern, values) };
}

function resources(permission: PermissionData, values: Values): string[] {
  const patterns = permission.on === 'target' ? ['${TargetArns}'] : [permission.on].flat();
  return patterns.flatMap((pattern) => fill(pattern, values));
}

function conditions(permission: PermissionData, fault: FaultActionData, values: Values): Conditions {
  const result: Conditions = {};
  for (const [operator, keys] of Object.entries(permission.conditions ?? {})) {
    for (const [key, wanted] of Object.entries(keys)) {
      const filled = [wanted].flat().flatMap((value) => fill(value, values));
      result[operator] = { ...result[operator], [key]: filled.length === 1 && !Token.isUnresolved(filled) ? filled[0] : filled };
    }
  }
  if (permission.tagCondition) {
    for (const [tag, value] of Object.entries(fault.target?.tags ?? {})) {
      result.StringEquals = { ...result.StringEquals, [`${permission.tagCondition}/${tag}`]: value };
    }
  }
  return result;
}

/** What nobody gave may be anything. A token that stands for the whole list of ARNs cannot be extended. */
function fill(pattern: string, values: Values): string[] {
  const extended = pattern !== '${TargetArns}' && Token.isUnresolved(values.TargetArns) ? { ...values, TargetArns: values.TypeArns } : values;
  return fillPlaceholders(pattern, extended).map((text) => text.replace(/\$\{\w+\}/g, '*'));
}
