/**
 * What users depend on besides the types: names in their alarms, queries, policies and acknowledgements. You may add to these lists. Removing
 * or changing an entry is a breaking change.
 */
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { Verdict } from '../src';
import { EXECUTION_TAG, GATE_TAG, PACKAGE, PIPELINE_EXECUTION_TAG } from '../src/private/constants';
import { WARNING_IDS } from '../src/private/problems';

const ROOT = join(__dirname, '..');
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf-8');

const readme = read('README.md');
const schema = JSON.parse(read('docs', 'verdict.schema.json'));
const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf-8' }).filter((file) => file.endsWith('.ts'))
  .map((file) => read('src', file));

/** The first cell of each row of the table under a heading, without its backticks. */
function namesInTable(heading: string): string[] {
  const [, table] = new RegExp(`^\\| ${heading} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(readme) ?? [];
  expect(table).toBeTruthy();
  return [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
}

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

test('the verdicts keep their names', () => {
  expect({ ...Verdict }).toEqual({
    PASSED: 'Passed',
    STOP_CONDITION_TRIGGERED: 'StopConditionTriggered',
    ALARM_FIRED: 'AlarmFired',
    NOT_RECOVERED: 'NotRecovered',
    NOT_STEADY: 'NotSteady',
    BLOCKED: 'Blocked',
    START_FAILED: 'StartFailed',
    EXPERIMENT_FAILED: 'ExperimentFailed',
    EXPERIMENT_STOPPED: 'ExperimentStopped',
    EXPERIMENT_CANCELLED: 'ExperimentCancelled',
    NOTHING_INJECTED: 'NothingInjected',
    TIMED_OUT: 'TimedOut',
    GATE_ERROR: 'GateError',
  });
});

test('the README, the schema and the page on verdicts list every verdict', () => {
  expect(sorted(namesInTable('verdict'))).toEqual(sorted(Object.values(Verdict)));
  expect(sorted(schema.properties.verdict.enum)).toEqual(sorted(Object.values(Verdict)));
  const explained = [...read('docs', 'reading-a-verdict.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(sorted([Verdict.PASSED, ...explained])).toEqual(sorted(Object.values(Verdict)));
});

test('the verdict document keeps its fields in this version', () => {
  expect(schema.properties.schemaVersion).toEqual({ const: '1.0' });
  expect(schema.required).toEqual(['schemaVersion', 'verdict', 'message']);
  const types = Object.entries<any>(schema.properties).map(([name, { type, enum: values }]) => [name, type ?? values]);
  expect(Object.fromEntries(types)).toMatchObject({
    message: 'string',
    mode: ['enforce', 'report-only'],
    gate: 'string',
    execution: 'string',
    pipelineExecutionId: 'string',
    experimentTemplateId: 'string',
    experiment: 'object',
    mayStillRun: 'boolean',
    faultsCompleted: 'array',
    actions: 'array',
    guarded: 'boolean',
    guards: 'array',
    detail: 'string',
  });
  expect(schema.properties.experiment.required).toEqual(['id', 'arn', 'status', 'reason', 'url']);
  expect(schema.properties.actions.items.required).toEqual(['name', 'status', 'reason']);
  expect(schema.properties.guards.items.required).toEqual(['name', 'arn', 'state', 'since', 'leftOk', 'steadyAfterwards']);
});

describe('warnings', () => {
  test('keep their ids', () => {
    expect(WARNING_IDS).toEqual(expect.arrayContaining([
      'unguarded', 'instantFault', 'guardCannotFire', 'terminatesAll', 'instancesStayStopped', 'stoppedInstancesReplaced', 'ecsNotPrepared',
      'lambdaNotPrepared', 'instancesNotManaged', 'roleNotChanged', 'unknownParameter', 'parallelPipeline', 'otherPipeline',
    ]));
  });

  test('are all in the README', () => {
    expect(namesInTable('warning')).toEqual(WARNING_IDS.map((id) => `${PACKAGE}:${id}`));
  });

  test('are added in one place only', () => {
    expect(sources.filter((source) => source.includes('addWarningV2')).length).toBe(1);
  });
});

test('the tags of experiments keep their keys', () => {
  expect([GATE_TAG, EXECUTION_TAG, PIPELINE_EXECUTION_TAG]).toEqual([
    'cdk-chaos-experiment-stage:gate', 'cdk-chaos-experiment-stage:execution', 'cdk-chaos-experiment-stage:pipeline-execution',
  ]);
});
