import { Stack, Token } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { IConstruct } from 'constructs';

/** Whether the CDK lets a construct refer to another one by what CloudFormation chooses. */
export function isSameEnvironment(one: IConstruct, other: IConstruct): boolean {
  return Stack.of(one).environment === Stack.of(other).environment;
}

/** The fixed name of a pipeline; none if CloudFormation or somebody else chooses it. */
export function nameOf(pipeline: codepipeline.IPipeline): string | undefined {
  const { defaultChild } = pipeline.node;
  const name = defaultChild instanceof codepipeline.CfnPipeline ? defaultChild.name : undefined;
  return name === undefined || Token.isUnresolved(name) ? undefined : name;
}
