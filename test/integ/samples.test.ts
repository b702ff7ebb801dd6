import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { APPS, synthesize } from '../../checks/templates/synthesize';
import { GateRun, subjectOf } from '../../simulator/gate-run';
import { ENVIRONMENT, resolveIntrinsics } from '../../simulator/synthesized';

/** Templates of the assertions of the integration tests, which contain the time of their synthesis. */
const ASSERTIONS = /DeployAssert/;

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'samples-'));
afterAll(() => fs.rmSync(directory, { recursive: true }));

/** A template as if it were deployed in the simulated account, because a sample may use another account for production. */
const here = (template: any) => JSON.parse(JSON.stringify(template).replaceAll('444455556666', ENVIRONMENT.account));

describe.each(APPS)('%s', (app) => {
  const templates = synthesize(app, path.join(directory, app));
  const own = Object.entries(templates).filter(([file]) => !ASSERTIONS.test(file));
  const gates = own.filter(([, { Resources }]) => Object.values<any>(Resources).some(({ Type }) => Type === 'AWS::FIS::ExperimentTemplate'));

  test('has a gate', () => {
    expect(gates).not.toEqual([]);
  });

  test('synthesizes the same bytes again', () => {
    synthesize(app, path.join(directory, `${app}.again`));
    for (const [file] of own) {
      const bytes = (run: string) => fs.readFileSync(path.join(directory, run, file), 'utf-8');
      expect(bytes(`${app}.again`)).toBe(bytes(app));
    }
  });

  test.each(gates)('%s contains valid state machines', (_file, template) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const validate = require('asl-validator');
    const machines = Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
    expect(machines).toHaveLength(2);
    for (const { Properties } of machines) {
      const definition = JSON.parse(resolveIntrinsics(Properties.DefinitionString, template));
      expect(validate(definition, { checkArn: true })).toMatchObject({ isValid: true, errors: [] });
    }
  });

  test.each(gates)('%s contains definitions that leave room for many gates in a template of 1 MB', (_file, template) => {
    const { gateDefinition, watchdogDefinition } = subjectOf(here(template));
    expect(JSON.stringify(gateDefinition).length).toBeLessThanOrEqual(30_000);
    expect(JSON.stringify(watchdogDefinition).length).toBeLessThanOrEqual(10_000);
  });

  test.each(gates)('%s contains a gate that passes if nothing goes wrong', async (_file, template) => {
    const run = await new GateRun(subjectOf(here(template))).run();
    expect(run.verdict).toBe('Passed');
    expect(run.watchdogs.map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });
});
