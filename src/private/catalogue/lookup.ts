import actions from './actions.generated.json';
import documents from './documents.generated.json';
import type { ActionRecord, DocumentRecord, TargetTypeRecord } from './records';
import targetTypes from './target-types.generated.json';

// the generator writes records of these types, but the compiler infers wider types from JSON
export const ACTIONS = actions as unknown as readonly ActionRecord[];
const DOCUMENTS = documents as unknown as readonly DocumentRecord[];
const TARGET_TYPES = targetTypes as unknown as readonly TargetTypeRecord[];

/** The record of an action, if the catalogue has it. */
export function findAction(id: string): ActionRecord | undefined {
  return ACTIONS.find((record) => record.id === id);
}

/** The record of the action that runs AWS-owned documents. */
export function findDocumentRunner(): ActionRecord {
  return ACTIONS.find((record) => record.runsDocument?.awsOwned)!;
}

/** The record of an SSM document, by its name or ARN. */
export function findDocument(nameOrArn: string): DocumentRecord | undefined {
  return DOCUMENTS.find((record) => record.name === nameOrArn.split('/').pop());
}

/** The record of a target type, if the catalogue has it. */
export function findTargetType(resourceType: string): TargetTypeRecord | undefined {
  return TARGET_TYPES.find((record) => record.resourceType === resourceType);
}

/** The ids of the actions that inject no fault: they wait, check or recover. */
export const HARMLESS_ACTIONS = ACTIONS.filter(({ injects }) => injects === false).map(({ id }) => id);

/** The names of the parameters by which actions say how long they take. */
export const DURATION_PARAMETERS = [...new Set(ACTIONS.flatMap(({ duration }) => duration?.parameter ?? []))];
