import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { PACKAGE } from './constants';

/** What the library warns of: legal, but risky. The ids are public API: acknowledgements name them. */
export const WARNING_IDS = [
  'unguarded', 'instantFault', 'guardCannotFire', 'terminatesAll', 'instancesStayStopped', 'stoppedInstancesReplaced',
  'ecsNotPrepared', 'lambdaNotPrepared', 'instancesNotManaged', 'roleNotChanged', 'unknownParameter', 'parallelPipeline', 'otherPipeline',
] as const;

export interface Warning {
  readonly id: typeof WARNING_IDS[number];
  readonly text: string;
}

/** Warns at a construct, so that it can be acknowledged there or above. */
export function warn(scope: IConstruct, { id, text }: Warning): void {
  Annotations.of(scope).addWarningV2(`${PACKAGE}:${id}`, text);
}

/**
 * Throws all problems at once, each with the path of the construct that it concerns.
 */
export function throwProblems(scope: IConstruct, problems: string[]): void {
  if (problems.length === 0) { return; }
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  throw new Error([`${count} with ${scope.node.path}:`, ...problems.map((problem) => `${scope.node.path}: ${problem}`)].join('\n  - '));
}

/** One problem if a condition does not hold. */
export function check(holds: boolean, problem: () => string): string[] {
  return holds ? [] : [problem()];
}
