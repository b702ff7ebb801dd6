import { dirname, join } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ts from 'typescript';
import { generateFiles, readCatalogue } from '../../projenrc/generate-fault-actions';
import type * as targets from '../../src/fault-target';
import type { FullActionRecord } from '../../src/private/catalogue/records';
import type * as permissions from '../../src/private/template/permissions';

/** An action that FIS does not have. */
const RECORD: FullActionRecord = {
  id: 'aws:teapot:refuse-coffee',
  summary: 'Answers requests for coffee with 418.',
  target: { key: 'Instances', resourceType: 'aws:ec2:instance' },
  parameters: [
    { name: 'duration', type: 'duration', required: true, min: 'PT1M', max: 'PT1H', summary: 'How long coffee is refused.' },
    { name: 'strength', type: 'percent', min: 1, default: 100, summary: 'How firmly, in percent.' },
    { name: 'signal', type: 'enum', enum: 'ProcessSignal', allowed: ['SIGTERM', 'SIGKILL'], default: 'SIGTERM', summary: 'What is sent to those who insist.' },
  ],
  duration: { parameter: 'duration' },
  permissions: [
    { actions: ['ec2:RebootInstances'], on: 'target', tagCondition: 'aws:ResourceTag' },
    { actions: ['ec2:DescribeInstances'], on: '*', when: { parameter: 'strength' } },
    { actions: ['ec2:StopInstances'], on: 'target', tagCondition: 'aws:ResourceTag', when: { parameter: 'signal', is: ['SIGKILL'] } },
  ],
  url: 'https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#refuse-coffee',
};
const CATALOGUE = readCatalogue(join(__dirname, '..', '..'));
const FILES = generateFiles({ ...CATALOGUE, actions: [...CATALOGUE.actions, RECORD] });

// the library with the files that the generator would write; these calls must come before it is loaded
jest.mock('../../src/private/catalogue/actions.generated.json', () => JSON.parse(FILES['src/private/catalogue/actions.generated.json'].join('\n')));
jest.mock('../../src/fault-action.generated', () => mockLoad('src/fault-action.generated.ts'));

function mockLoad(path: string) {
  const { outputText } = ts.transpileModule(FILES[path].join('\n'), { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const loaded = { exports: {} };
  const load = (name: string) => jest.requireActual(name.startsWith('.') ? join(__dirname, '..', '..', dirname(path), name) : name);
  new Function('require', 'exports', 'module', outputText)(load, loaded.exports, loaded);
  return loaded.exports;
}

describe('an additional record', () => {
  test('adds a factory', () => {
    expect(FILES['src/fault-action.generated.ts'].join('\n'))
      .toContain('  public static teapotRefuseCoffee(target: FaultTarget, options: TeapotRefuseCoffeeOptions): FaultAction {');
    expect(FILES['docs/faults.md'].join('\n')).toContain('### aws:teapot:refuse-coffee');
  });

  test('adds an action with checks, permissions and a duration', () => {
    const { FaultAction } = jest.requireMock('../../src/fault-action.generated');
    const { FaultTarget } = jest.requireActual<typeof targets>('../../src/fault-target');
    const { faultPermissions } = jest.requireActual<typeof permissions>('../../src/private/template/permissions');
    const arn = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1';
    const target = FaultTarget.arns('aws:ec2:instance', [arn]);

    const data = FaultAction.teapotRefuseCoffee(target, { duration: Duration.minutes(5), strength: 40 })._data;
    expect(data).toMatchObject({ problems: [], parameters: { duration: 'PT5M', strength: '40' } });
    expect(data.expectedDuration.toMinutes()).toBe(5);
    expect(faultPermissions(new Stack(new App(), 'Stack'), data).map((statement) => statement.toStatementJson())).toEqual([
      { Effect: 'Allow', Action: 'ec2:RebootInstances', Resource: arn },
      { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
    ]);
    const allowed = (signal: string) => FaultAction.teapotRefuseCoffee(target, { duration: Duration.minutes(5), signal })._data.permissions
      .flatMap(({ actions }: { actions: string[] }) => actions);
    expect(allowed('SIGTERM')).toEqual(['ec2:RebootInstances']);
    expect(allowed('SIGKILL')).toEqual(['ec2:RebootInstances', 'ec2:StopInstances']);
    expect(FaultAction.teapotRefuseCoffee(target, { duration: Duration.hours(2), strength: 0 })._data.problems).toEqual([
      "'duration' must be a Duration of whole seconds from 1 minute to 1 hour, got 2 hours",
      "'strength' must be a whole number from 1 to 100, got 0",
    ]);
  });
});
