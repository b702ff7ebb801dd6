import type { Catalogue } from './fault-action-source';
import type {
  ActionRecord, DocumentRecord, FullActionRecord, FullDocumentRecord, FullParameterRecord, FullPermissionRecord, FullTargetParameterRecord,
  FullTargetTypeRecord, ParameterRecord, PermissionRecord, TargetParameterRecord, TargetTypeRecord,
} from '../src/private/catalogue/records';

/** The fields that a full record has and the plain one has not. A missing or extra name does not compile. */
type Dropped<Full, Plain> = { readonly [field in Exclude<keyof Full, keyof Plain>]: true };

const ACTION_FIELDS: Dropped<FullActionRecord, ActionRecord> = { summary: true, remarks: true, quota: true, url: true };
const DOCUMENT_FIELDS: Dropped<FullDocumentRecord, DocumentRecord> = { summary: true, remarks: true, url: true };
const PARAMETER_FIELDS: Dropped<FullParameterRecord, ParameterRecord> = {
  summary: true, remarks: true, enum: true, default: true, defaultText: true,
};
const PERMISSION_FIELDS: Dropped<FullPermissionRecord, PermissionRecord> = { why: true };
const TARGET_TYPE_FIELDS: Dropped<FullTargetTypeRecord, TargetTypeRecord> = { summary: true, url: true };
const TARGET_PARAMETER_FIELDS: Dropped<FullTargetParameterRecord, TargetParameterRecord> = { summary: true };

/** The lines of the JSON files that the library imports: one record per line, with only the fields that it reads. */
export function writeRunTimeRecords({ actions, documents, targetTypes }: Catalogue) {
  return {
    actions: writeLines(actions.map((record) => ({ ...without(record, ACTION_FIELDS), ...requirements(record) }))),
    documents: writeLines(documents.map((record) => ({ ...without(record, DOCUMENT_FIELDS), ...requirements(record) }))),
    targetTypes: writeLines(targetTypes.map((record) => ({
      ...without(record, TARGET_TYPE_FIELDS),
      parameters: record.parameters.map((parameter) => without(parameter, TARGET_PARAMETER_FIELDS)),
    }))),
  };
}

function requirements({ parameters, permissions }: FullActionRecord | FullDocumentRecord) {
  return {
    parameters: parameters.map((parameter) => without(parameter, PARAMETER_FIELDS)),
    permissions: permissions.map((permission) => without(permission, PERMISSION_FIELDS)),
  };
}

function without(record: object, fields: object): object {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !Object.hasOwn(fields, field)));
}

function writeLines(records: object[]): string[] {
  return ['[', ...records.map((record, index) => `${JSON.stringify(record)}${index < records.length - 1 ? ',' : ''}`), ']', ''];
}
