import { VirtualClock } from '../../simulator/clock';
import { StateMachine } from '../../simulator/interpreter';
import { SimulatedStepFunctions } from '../../simulator/step-functions';

const ARN = 'arn:aws:states:eu-west-1:111122223333:stateMachine:watchdog';
const EXECUTION_ARN = 'arn:aws:states:eu-west-1:111122223333:execution:watchdog:run';

let clock: VirtualClock;
let sfn: SimulatedStepFunctions;

beforeEach(() => {
  clock = new VirtualClock();
  sfn = new SimulatedStepFunctions();
  sfn.register(new StateMachine({
    definition: {
      StartAt: 'A',
      QueryLanguage: 'JSONata',
      States: {
        A: { Type: 'Wait', Seconds: 60, Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Condition: '{% $exists($states.input.fail) %}', Next: 'C' }], Default: 'D' },
        C: { Type: 'Fail', Error: 'E', Cause: 'c' },
        D: { Type: 'Succeed', Output: { ok: true } },
      },
    },
    name: 'watchdog',
    arn: ARN,
    roleArn: 'r',
    clock,
    handlers: async () => ({}),
    random: () => 0,
  }));
});

const start = (more: object = {}) => sfn.startExecution({ StateMachineArn: ARN, Name: 'run', ...more });
const describeIt = () => sfn.describeExecution({ ExecutionArn: EXECUTION_ARN });
const failsWith = (error: string) => expect.objectContaining({ error: `Sfn.${error}` });
const at = (seconds: number, fn: () => void) => clock.at(clock.now() + seconds * 1000, fn);

test('an execution is started and described until it succeeds', async () => {
  expect(start({ Input: '{"a":1}' })).toEqual({ ExecutionArn: EXECUTION_ARN, StartDate: '2026-01-05T09:00:00.000Z' });
  expect(describeIt()).toEqual({
    ExecutionArn: EXECUTION_ARN,
    StateMachineArn: ARN,
    Name: 'run',
    Status: 'RUNNING',
    StartDate: '2026-01-05T09:00:00.000Z',
    Input: '{"a":1}',
    InputDetails: { Included: true },
    RedriveCount: 0,
  });
  await clock.run();
  expect(describeIt()).toMatchObject({ Status: 'SUCCEEDED', StopDate: '2026-01-05T09:01:00.000Z', Output: '{"ok":true}' });
  expect(sfn.executions.map(({ name }) => name)).toEqual(['run']);
});

test('a failed execution has error and cause, and no output', async () => {
  start({ Input: '{"fail":1}' });
  await clock.run();
  expect(describeIt()).toMatchObject({ Status: 'FAILED', Error: 'E', Cause: 'c' });
  expect(describeIt()).not.toHaveProperty('Output');
});

test('the same name with the same input is the same execution while it runs', () => {
  start({ Input: '{"a":1,"b":2}' });
  expect(start({ Input: '{ "b": 2, "a": 1 }' })).toEqual({ ExecutionArn: EXECUTION_ARN, StartDate: '2026-01-05T09:00:00.000Z' });
  expect(sfn.executions).toHaveLength(1);
});

test('fails for the same name with another input, or when it has ended', async () => {
  start({ Input: '{"a":1}' });
  expect(() => start({ Input: '{"a":2}' })).toThrow(failsWith('ExecutionAlreadyExistsException'));
  await clock.run();
  expect(() => start({ Input: '{"a":1}' })).toThrow(failsWith('ExecutionAlreadyExistsException'));
});

test('an execution without a name gets one, and without an input it gets an empty one', () => {
  sfn.startExecution({ StateMachineArn: ARN });
  sfn.startExecution({ StateMachineArn: ARN });
  expect(sfn.executions.map(({ name, input }) => [name, input])).toEqual([['execution-000001', {}], ['execution-000002', {}]]);
});

test('an execution is stopped, with error and cause', async () => {
  start();
  at(10, () => { expect(sfn.stopExecution({ ExecutionArn: EXECUTION_ARN, Error: 'E', Cause: 'c' })).toEqual({ StopDate: '2026-01-05T09:00:10.000Z' }); });
  await clock.run();
  expect(describeIt()).toMatchObject({ Status: 'ABORTED', Error: 'E', Cause: 'c', StopDate: '2026-01-05T09:00:10.000Z' });
});

test('stopping an execution that has ended changes nothing', async () => {
  start();
  await clock.run();
  expect(sfn.stopExecution({ ExecutionArn: EXECUTION_ARN, Error: 'E' })).toEqual({ StopDate: '2026-01-05T09:01:00.000Z' });
  expect(describeIt()).toMatchObject({ Status: 'SUCCEEDED' });
});

test.each<[string, object, string]>([
  ['a machine that does not exist', { StateMachineArn: 'arn:x' }, 'StateMachineDoesNotExistException'],
  ['a name with white space', { Name: 'a b' }, 'InvalidNameException'],
  ['a name with a colon', { Name: 'a:b' }, 'InvalidNameException'],
  ['a name that is too long', { Name: 'x'.repeat(81) }, 'InvalidNameException'],
  ['an input that is not JSON', { Input: '{' }, 'InvalidExecutionInputException'],
  ['an input that is an object', { Input: {} }, 'ValidationException'],
  ['an unknown member', { name: 'x' }, 'ValidationException'],
])('fails to start %s', (_, more, error) => {
  expect(() => start(more)).toThrow(failsWith(error));
});

test('fails for executions that do not exist, and for wrong requests', () => {
  expect(describeIt).toThrow(failsWith('ExecutionDoesNotExistException'));
  expect(() => sfn.stopExecution({ ExecutionArn: 'arn:x' })).toThrow(failsWith('ExecutionDoesNotExistException'));
  expect(() => sfn.describeExecution({ Name: 'run' })).toThrow(failsWith('ValidationException'));
  expect(() => sfn.stopExecution({})).toThrow(failsWith('ValidationException'));
});
