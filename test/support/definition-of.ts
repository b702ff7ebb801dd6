import { CfnElement, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { resolveIntrinsics } from '../../simulator/synthesized';

/** The definition of a state machine as Step Functions gets it. */
export function definitionOf(machine: sfn.IStateMachine): any {
  const stack = Stack.of(machine);
  const template = Template.fromStack(stack).toJSON();
  const logicalId = stack.resolve(stack.getLogicalId(machine.node.defaultChild as CfnElement));
  return JSON.parse(resolveIntrinsics(template.Resources[logicalId].Properties.DefinitionString, template));
}
