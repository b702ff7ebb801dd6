import { readFileSync } from 'fs';
import { join } from 'path';

/** The assembly that jsii compiled: what users of every language get. */
const assembly = JSON.parse(readFileSync(join(__dirname, '..', '.jsii'), 'utf-8'));
const types: any[] = Object.values(assembly.types);
const members = types.flatMap((type) => [...type.properties ?? [], ...type.methods ?? [], ...type.members ?? []].map((member) => ({ type, member })));
const options = types.filter(({ datatype }) => datatype).flatMap((type) => (type.properties ?? []).map((member: any) => ({ type, member })));

const named = (entries: { type: any; member: any }[]) => entries.map(({ type, member }) => [`${type.name}.${member.name}`, member] as const);

test('the assembly contains the public API', () => {
  expect(types.map(({ name }) => name)).toEqual(expect.arrayContaining([
    'ChaosExperiment', 'ChaosExperimentStage', 'Experiment', 'FaultAction', 'FaultTarget', 'Selection', 'Verdict',
  ]));
});

test.each(types.map((type) => [type.name, type]))('%s is documented', (_name, type) => {
  expect(type.docs?.summary).toBeTruthy();
});

test.each(named(members))('%s is documented', (_name, member) => {
  expect(member.docs?.summary).toBeTruthy();
});

test.each(named(options.filter(({ member }) => member.optional)))('%s documents its default', (_name, member) => {
  expect(member.docs?.default).toBeTruthy();
  expect(member.docs.default).not.toMatch(/^(- )?(undefined|none)$/i);
});

test.each(named(options))('%s is read-only, and has a single type', (_name, member) => {
  expect(member.immutable).toBe(true);
  expect(JSON.stringify(member.type)).not.toContain('"union"');
});

test.each(named(options))('%s is a Duration if it is a time, without a unit in its name', (name, member) => {
  if (member.type.fqn === 'aws-cdk-lib.Duration') {
    expect(name).not.toMatch(/(Millis|Seconds|Minutes|Hours|Ms|Secs)$/);
  } else {
    expect(name).not.toMatch(/(duration|timeout|delay|jitter)$/i);
  }
});

test('nothing has a union type, because other languages have none', () => {
  expect(types.filter((type) => JSON.stringify(type).includes('"union"')).map(({ name }) => name)).toEqual([]);
});

const parameters = types.filter(({ kind }) => kind === 'class')
  .flatMap((type) => (type.methods ?? []).flatMap((method: any) => (method.parameters ?? []).map((parameter: any) => ({ type, method, parameter }))));

test.each(parameters.map(({ type, method, parameter }) => [`${type.name}.${method.name}(${parameter.name})`, parameter] as const))(
  '%s is of a type that every language has', (_name, { type }) => {
    expect(type.fqn ?? type.collection?.elementtype ?? type.primitive).toBeTruthy();
    expect(type.primitive).not.toBe('any');
  });

test.each(['ChaosExperiment', 'ChaosExperimentStage', 'ChaosExperimentStep', 'Experiment', 'FaultAction', 'FaultTarget', 'Selection'])('%s has an example', (name) => {
  expect(types.find((type) => type.name === name).docs.example).toBeTruthy();
});

test('modules and packages have their documented names', () => {
  expect(assembly.targets).toMatchObject({
    python: { module: 'cdk_chaos_experiment_stage', distName: 'cdk-chaos-experiment-stage' },
    java: { package: 'io.github.cdkchaos.experimentstage', maven: { groupId: 'io.github.cdkchaos', artifactId: 'cdk-chaos-experiment-stage' } },
  });
});

test('the only dependencies are the peers', () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf-8'));
  expect(manifest.dependencies ?? {}).toEqual({});
  expect(manifest.bundledDependencies ?? []).toEqual([]);
  expect(Object.keys(manifest.peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
});
