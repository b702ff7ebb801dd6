import { START_OF_TIME, VirtualClock } from '../../simulator/clock';
import { Execution, StateMachine, TaskError, TaskHandler } from '../../simulator/interpreter';

const ARN = 'arn:aws:states:eu-west-1:111122223333:stateMachine:gate';
const KIB = 1024;

interface Setup {
  readonly input?: unknown;
  readonly handlers?: TaskHandler;
  readonly random?: () => number;
  readonly timeoutSeconds?: number;
  /** Runs after the start and before the first state. */
  readonly meanwhile?: (execution: Execution) => void;
}

let clock: VirtualClock;
beforeEach(() => { clock = new VirtualClock(); });

async function run(states: { [name: string]: object }, setup: Setup = {}): Promise<Execution> {
  const definition = {
    StartAt: Object.keys(states)[0], QueryLanguage: 'JSONata', States: states, ...(setup.timeoutSeconds && { TimeoutSeconds: setup.timeoutSeconds }),
  };
  const machine = new StateMachine({
    definition,
    name: 'gate',
    arn: ARN,
    roleArn: 'arn:aws:iam::111122223333:role/gate',
    clock,
    handlers: setup.handlers ?? (async () => ({})),
    random: setup.random ?? (() => 0.5),
  });
  const execution = machine.start(setup.input ?? {}, 'run');
  setup.meanwhile?.(execution);
  await clock.run();
  return execution;
}

const task = (more: object = {}) => ({
  Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:fis:getExperiment', Arguments: {}, ...('Next' in more ? {} : { End: true }), ...more,
});
const pass = (more: object = {}) => ({ Type: 'Pass', ...('Next' in more ? {} : { End: true }), ...more });
const failing = (error: string, cause = 'why'): TaskHandler => async () => { throw new TaskError(error, cause); };
/** Fails with each of the errors in turn, then answers. */
const failingWith = (...errors: string[]): TaskHandler => async () => {
  const error = errors.shift();
  if (error) throw new TaskError(error, 'why');
  return { fine: true };
};
/** Returns each of the answers in turn, or fails with it. */
const inTurn = (...answers: unknown[]): TaskHandler => async () => {
  const answer = answers.shift();
  if (answer instanceof TaskError) throw answer;
  return answer;
};
const outcome = ({ status, output, error, cause }: Execution) => ({ status, output, error, cause });
const at = (execution: Execution) => execution.calls.map(call => (call.at - START_OF_TIME) / 1000);
const secondsTaken = (execution: Execution) => (execution.stopTime! - execution.startTime) / 1000;

describe('data', () => {
  test('flows from state to state, by default the input', async () => {
    const execution = await run({ A: pass({ Next: 'B' }), B: pass({ Output: { got: '{% $states.input %}' }, Next: 'C' }), C: { Type: 'Succeed' } }, { input: { x: 1 } });
    expect(outcome(execution)).toEqual({ status: 'SUCCEEDED', output: { got: { x: 1 } } });
    expect(execution.path).toEqual(['A', 'B', 'C']);
  });

  test('of Succeed is its Output', async () => {
    expect((await run({ A: { Type: 'Succeed', Output: { x: '{% $states.input.x + 1 %}' } } }, { input: { x: 1 } })).output).toEqual({ x: 2 });
  });

  test('passes a Wait and a Choice unchanged', async () => {
    const execution = await run({
      A: { Type: 'Wait', Seconds: 1, Next: 'B' }, B: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'C' }] }, C: { Type: 'Succeed' },
    }, { input: [1] });
    expect(execution.output).toEqual([1]);
  });

  test('of a task is by default its result', async () => {
    expect((await run({ A: task() }, { handlers: async () => ({ r: 1 }) })).output).toEqual({ r: 1 });
  });

  test('of a task is its Output, which can read result, input and context', async () => {
    const execution = await run(
      { A: task({ Output: '{% [$states.result.r, $states.input.i, $states.context.State.Name] %}' }) },
      { input: { i: 2 }, handlers: async () => ({ r: 1 }) },
    );
    expect(execution.output).toEqual([1, 2, 'A']);
  });

  test('can be assigned to variables, which later states and observers can read', async () => {
    const execution = await run({ A: pass({ Assign: { a: { x: [1, '{% $states.input.i %}'] } }, Next: 'B' }), B: pass({ Output: '{% $a.x %}' }) }, { input: { i: 2 } });
    expect(execution.output).toEqual([1, 2]);
    expect(execution.variables()).toEqual({ a: { x: [1, 2] } });
  });

  test('is assigned at the end: Assign and Output read the old variables', async () => {
    const execution = await run({
      A: pass({ Assign: { a: 1, b: 2 }, Next: 'B' }), B: pass({ Assign: { a: '{% $b %}', b: '{% $a %}' }, Output: '{% [$a, $b] %}' }),
    });
    expect(execution.variables()).toEqual({ a: 2, b: 1 });
    expect(execution.output).toEqual([1, 2]);
  });

  test('of a task can be assigned from its result', async () => {
    const execution = await run({ A: task({ Assign: { id: '{% $states.result.Id %}' } }) }, { handlers: async () => ({ Id: 'EXP' }) });
    expect(execution.variables()).toEqual({ id: 'EXP' });
  });

  test('is passed to the handler as arguments, with a shortened resource', async () => {
    const execution = await run({ A: task({ Arguments: { Id: '{% $states.input.id %}', Fixed: [1] } }) }, { input: { id: 'x' }, handlers: async call => ({ got: call.resource, with: call.arguments }) });
    expect(execution.output).toEqual({ got: 'aws-sdk:fis:getExperiment', with: { Id: 'x', Fixed: [1] } });
    expect(execution.calls).toEqual([{
      state: 'A', resource: 'aws-sdk:fis:getExperiment', arguments: { Id: 'x', Fixed: [1] }, at: START_OF_TIME, result: execution.output,
    }]);
  });
});

describe('the context object', () => {
  test('contains execution, state and machine', async () => {
    const execution = await run(
      { A: { Type: 'Wait', Seconds: 90, Next: 'B' }, B: pass({ Output: '{% $states.context %}' }) },
      { input: { i: 1 } },
    );
    expect(execution.output).toEqual({
      Execution: {
        Id: 'arn:aws:states:eu-west-1:111122223333:execution:gate:run',
        Name: 'run',
        Input: { i: 1 },
        StartTime: '2026-01-05T09:00:00.000Z',
        RoleArn: 'arn:aws:iam::111122223333:role/gate',
        RedriveCount: 0,
      },
      State: { Name: 'B', EnteredTime: '2026-01-05T09:01:30.000Z', RetryCount: 0 },
      StateMachine: { Id: ARN, Name: 'gate' },
    });
  });

  test('keeps the first EnteredTime during retries, and counts them', async () => {
    const execution = await run(
      { A: task({ Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 30 }], Arguments: { n: '{% $states.context.State.RetryCount %}', t: '{% $states.context.State.EnteredTime %}' }, Output: '{% $states.context.State %}' }) },
      { handlers: failingWith('X', 'X') },
    );
    expect(execution.calls.map(call => call.arguments.n)).toEqual([0, 1, 2]);
    expect(new Set(execution.calls.map(call => call.arguments.t))).toEqual(new Set(['2026-01-05T09:00:00.000Z']));
    expect(execution.output).toEqual({ Name: 'A', EnteredTime: '2026-01-05T09:00:00.000Z', RetryCount: 2 });
  });

  test('has a new EnteredTime and no retries when a state is entered again', async () => {
    const execution = await run({
      A: task({ Arguments: { s: '{% $states.context.State %}' }, Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 10 }], Next: 'B' }),
      B: { Type: 'Choice', Choices: [{ Condition: '{% $exists($states.input.fine) %}', Next: 'C' }], Default: 'A' },
      C: { Type: 'Succeed' },
    }, { handlers: inTurn(new TaskError('X'), {}, { fine: 1 }) });
    expect(execution.calls.map(call => [call.arguments.s.RetryCount, call.arguments.s.EnteredTime.slice(17, 19)])).toEqual([[0, '00'], [1, '00'], [0, '10']]);
  });
});

describe('Choice', () => {
  const choose = (input: unknown, more: object = {}) => run({
    C: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 2 %}', Next: 'Many', Assign: { chosen: 'many' }, Output: '{% $states.input.n * 10 %}' },
        { Condition: '{% $states.input.n > 0 %}', Next: 'Some' },
      ],
      Default: 'None',
      ...more,
    },
    Many: { Type: 'Succeed' },
    Some: { Type: 'Succeed' },
    None: { Type: 'Succeed' },
  }, { input });

  test('takes the first rule that matches, with its Assign and Output', async () => {
    const execution = await choose({ n: 3 });
    expect([execution.path[1], execution.output, execution.variables()]).toEqual(['Many', 30, { chosen: 'many' }]);
  });

  test('takes a later rule, which has no Assign', async () => {
    const execution = await choose({ n: 1 });
    expect([execution.path[1], execution.output, execution.variables()]).toEqual(['Some', { n: 1 }, {}]);
  });

  test('takes the default', async () => {
    const execution = await choose({ n: 0 });
    expect([execution.path[1], execution.output, execution.variables()]).toEqual(['None', { n: 0 }, {}]);
  });

  test('fails if no rule matches and there is no default', async () => {
    const execution = await run({ C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'D' }] }, D: { Type: 'Succeed' } });
    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.NoChoiceMatched']);
  });

  test('fails if a condition is not a boolean', async () => {
    const execution = await choose({ n: 3 }, { Choices: ['Many', 'Some'].map(Next => ({ Condition: '{% $states.input.n %}', Next })) });
    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
    expect(execution.cause).toContain("specified for the field 'Condition' returned a value that is not a boolean");
  });
});

describe('Wait', () => {
  test('lasts its seconds, a number or an expression', async () => {
    const execution = await run({ A: { Type: 'Wait', Seconds: 5, Next: 'B' }, B: { Type: 'Wait', Seconds: '{% $states.input.s %}', End: true } }, { input: { s: 7 } });
    expect(secondsTaken(execution)).toBe(12);
  });

  test.each([-1, 1.5, '5', 100_000_000, null])('fails for %j seconds', async s => {
    const execution = await run({ A: { Type: 'Wait', Seconds: '{% $states.input.s %}', End: true } }, { input: { s } });
    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
  });
});

describe('Fail', () => {
  test('ends with error and cause, evaluated', async () => {
    const execution = await run({ A: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: 'fixed' } }, { input: { e: 'NotSteady' } });
    expect(outcome(execution)).toEqual({ status: 'FAILED', error: 'NotSteady', cause: 'fixed' });
  });

  test('ends without error and cause if it has none', async () => {
    expect(outcome(await run({ A: { Type: 'Fail' } }))).toEqual({ status: 'FAILED' });
  });

  test('fails with an evaluation error if they are not strings', async () => {
    expect((await run({ A: { Type: 'Fail', Error: '{% 5 %}' } })).error).toBe('States.QueryEvaluationError');
    expect((await run({ A: { Type: 'Fail', Error: 'x', Cause: '{% {"a": 1} %}' } })).error).toBe('States.QueryEvaluationError');
  });

  test.each<[string, object, string]>([
    ['a cause at the limit', { Error: 'x', Cause: '{% $pad("", 32768, "c") %}' }, 'x'],
    ['a cause over the limit', { Error: 'x', Cause: '{% $pad("", 32769, "c") %}' }, 'States.Runtime'],
    ['an error at the limit', { Error: '{% $pad("", 256, "e") %}' }, 'e'.repeat(256)],
    ['an error over the limit', { Error: '{% $pad("", 257, "e") %}' }, 'States.Runtime'],
  ])('with %s', async (_, fields, error) => {
    expect((await run({ A: { Type: 'Fail', ...fields } })).error).toBe(error);
  });
});

describe('an evaluation error', () => {
  test.each<[string, object]>([
    ['Output of Pass', pass({ Output: '{% $states.input.nope %}' })],
    ['Assign of Pass', pass({ Assign: { a: '{% $states.input.nope %}' } })],
    ['Output of Succeed', { Type: 'Succeed', Output: { a: '{% $states.input.nope %}' } }],
    ['Seconds of Wait', { Type: 'Wait', Seconds: '{% $states.input.nope %}', End: true }],
  ])('fails the execution in %s', async (_, state) => {
    const execution = await run({ A: state as any });
    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
    expect(execution.cause).toContain("The JSONata expression '$states.input.nope'");
  });

  test.each<[string, object]>([
    ['Arguments', { Arguments: { a: '{% $states.input.nope %}' } }],
    ['Assign', { Assign: { a: '{% $states.result.nope %}' } }],
    ['Output', { Output: '{% $states.result.nope %}' }],
  ])('in %s of a task goes through Retry and Catch', async (_, fields) => {
    const execution = await run({
      A: task({ ...fields, Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], Next: 'B' }),
      B: { Type: 'Succeed' },
    });
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.output.Error).toBe('States.QueryEvaluationError');
    expect(execution.transitions).toBe(3);
  });

  test('does not change the variables', async () => {
    const execution = await run({
      A: pass({ Assign: { a: 1 }, Next: 'B' }),
      B: task({ Assign: { a: 2 }, Output: '{% $states.result.nope %}', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }], Next: 'C' }),
      C: { Type: 'Succeed', Output: '{% $a %}' },
    });
    expect(execution.output).toBe(1);
  });

  test('in Catch fails the execution', async () => {
    const execution = await run({
      A: task({ Catch: [{ ErrorEquals: ['X'], Output: '{% $states.input.nope %}', Next: 'B' }, { ErrorEquals: ['States.ALL'], Next: 'B' }] }),
      B: { Type: 'Succeed' },
    }, { handlers: failing('X') });
    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
  });
});

describe('Retry', () => {
  const retrying = (retry: object[], handlers: TaskHandler, setup: Setup = {}) => run({ A: task({ Retry: retry }) }, { handlers, ...setup });

  test('repeats the call after an interval, which grows', async () => {
    const execution = await retrying([{ ErrorEquals: ['X'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3 }], failingWith('X', 'X', 'X'));
    expect(at(execution)).toEqual([0, 2, 8, 26]);
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('by default repeats three times, after one second, then twice as long', async () => {
    const execution = await retrying([{ ErrorEquals: ['X'] }], failing('X'));
    expect(at(execution)).toEqual([0, 1, 3, 7]);
    expect(outcome(execution)).toEqual({ status: 'FAILED', error: 'X', cause: 'why' });
  });

  test('waits no longer than MaxDelaySeconds', async () => {
    expect(at(await retrying([{ ErrorEquals: ['X'], MaxDelaySeconds: 2, MaxAttempts: 4 }], failing('X')))).toEqual([0, 1, 3, 5, 7]);
  });

  test('waits a random part of the delay with full jitter', async () => {
    const random = [0, 0.25, 0.75];
    const execution = await retrying([{ ErrorEquals: ['X'], IntervalSeconds: 4, BackoffRate: 1, JitterStrategy: 'FULL' }], failing('X'), { random: () => random.shift()! });
    expect(at(execution)).toEqual([0, 0, 1, 4]);
  });

  test('never happens with no attempts', async () => {
    expect(at(await retrying([{ ErrorEquals: ['X'], MaxAttempts: 0 }], failing('X')))).toEqual([0]);
  });

  test('counts the attempts of each retrier separately', async () => {
    const execution = await retrying(
      [{ ErrorEquals: ['X'], IntervalSeconds: 10, MaxAttempts: 1 }, { ErrorEquals: ['Y'], IntervalSeconds: 100, BackoffRate: 2, MaxAttempts: 2 }],
      failingWith('Y', 'X', 'Y'),
    );
    expect(at(execution)).toEqual([0, 100, 110, 310]);
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('is not used up by the attempts of another retrier', async () => {
    const execution = await retrying([{ ErrorEquals: ['X'], MaxAttempts: 2 }, { ErrorEquals: ['Y'], MaxAttempts: 1 }], failingWith('X', 'X', 'Y'));
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('does not use a later retrier when the first that matches is exhausted', async () => {
    const execution = await retrying([{ ErrorEquals: ['X'], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'], MaxAttempts: 5 }], failing('X'));
    expect(execution.calls).toHaveLength(2);
  });

  test('evaluates the arguments again', async () => {
    const execution = await run(
      { A: task({ Arguments: { n: '{% $states.context.State.RetryCount %}' }, Retry: [{ ErrorEquals: ['X'] }] }) }, { handlers: failingWith('X') });
    expect(execution.calls.map(call => call.arguments.n)).toEqual([0, 1]);
  });
});

describe('ErrorEquals', () => {
  test.each<[string, string, boolean]>([
    ['X', 'X', true],
    ['X', 'XY', false],
    ['States.ALL', 'X', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.QueryEvaluationError', true],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.ALL', 'States.Runtime', false],
    ['States.TaskFailed', 'X', true],
    ['States.TaskFailed', 'States.TaskFailed', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.TaskFailed', 'States.QueryEvaluationError', false],
    ['States.TaskFailed', 'States.DataLimitExceeded', false],
    ['States.TaskFailed', 'States.Runtime', false],
    ['States.Timeout', 'States.Timeout', true],
    ['States.QueryEvaluationError', 'States.QueryEvaluationError', true],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.Runtime', 'States.Runtime', false],
  ])('%s against %s: %p', async (pattern, error, matches) => {
    const retried = await run({ A: task({ Retry: [{ ErrorEquals: [pattern], MaxAttempts: 1 }] }) }, { handlers: failing(error) });
    expect(retried.calls.length === 2).toBe(matches);
    const caught = await run({ A: task({ Catch: [{ ErrorEquals: [pattern], Next: 'B' }] }), B: { Type: 'Succeed' } }, { handlers: failing(error) });
    expect(caught.status).toBe(matches ? 'SUCCEEDED' : 'FAILED');
  });
});

describe('Catch', () => {
  const caught = (catchers: object[], error = 'X') => run(
    { A: task({ Catch: catchers, Retry: [{ ErrorEquals: ['X'], MaxAttempts: 1 }] }), B: { Type: 'Succeed' }, C: { Type: 'Succeed' } },
    { handlers: failing(error), input: { i: 1 } },
  );

  test('takes the first catcher that matches, once the retries are used up', async () => {
    const execution = await caught([{ ErrorEquals: ['Y'], Next: 'B' }, { ErrorEquals: ['Z', 'X'], Next: 'C' }, { ErrorEquals: ['States.ALL'], Next: 'B' }]);
    expect(execution.path).toEqual(['A', 'C']);
    expect(execution.calls).toHaveLength(2);
    expect(execution.calls[0].error).toMatchObject({ error: 'X', cause: 'why' });
  });

  test('passes on the error by default', async () => {
    expect((await caught([{ ErrorEquals: ['X'], Next: 'B' }, { ErrorEquals: ['States.ALL'], Next: 'C' }])).output).toEqual({ Error: 'X', Cause: 'why' });
  });

  test('can assign and pass on values from error, input and context', async () => {
    const execution = await caught([{
      ErrorEquals: ['X'],
      Assign: { e: '{% $states.errorOutput.Error %}' },
      Output: '{% [$states.errorOutput.Cause, $states.input.i, $states.context.State.RetryCount] %}',
      Next: 'B',
    }, { ErrorEquals: ['States.ALL'], Next: 'C' }]);
    expect(execution.variables()).toEqual({ e: 'X' });
    expect(execution.output).toEqual(['why', 1, 1]);
  });

  test('fails with the error if no catcher matches', async () => {
    const execution = await caught([{ ErrorEquals: ['Y'], Next: 'B' }, { ErrorEquals: ['Z'], Next: 'C' }]);
    expect(outcome(execution)).toEqual({ status: 'FAILED', error: 'X', cause: 'why' });
  });
});

describe('a task', () => {
  test('times out in virtual time; the late answer is ignored, but its effect remains', async () => {
    const effects: number[] = [];
    const execution = await run({ A: task({ TimeoutSeconds: 10, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'B' }] }), B: { Type: 'Wait', Seconds: 60, End: true } }, {
      handlers: async () => {
        await clock.sleep(30_000);
        effects.push(clock.now() - START_OF_TIME);
        return { late: true };
      },
    });
    expect(execution.output.Error).toBe('States.Timeout');
    expect(execution.calls).toEqual([expect.objectContaining({ error: expect.objectContaining({ error: 'States.Timeout' }) })]);
    expect(execution.calls[0].result).toBeUndefined();
    expect(effects).toEqual([30_000]);
    expect(secondsTaken(execution)).toBe(70);
  });

  test('may take almost as long as the timeout', async () => {
    const execution = await run({ A: task({ TimeoutSeconds: 10 }) }, { handlers: () => clock.sleep(9_999).then(() => ({ r: 1 })) });
    expect(execution.output).toEqual({ r: 1 });
    expect(clock.now() - START_OF_TIME).toBe(9_999);
  });

  test('has its full time again in a retry', async () => {
    const execution = await run({ A: task({ TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] }) }, { handlers: () => clock.forever() });
    expect(at(execution)).toEqual([0, 11]);
    expect(secondsTaken(execution)).toBe(21);
  });

  test('can have one expression for all arguments', async () => {
    const execution = await run({ A: task({ Arguments: '{% $states.input %}' }) }, { input: { Id: 'x' }, handlers: async call => call.arguments });
    expect(execution.output).toEqual({ Id: 'x' });
  });

  test('fails with an evaluation error if its arguments are not an object', async () => {
    expect((await run({ A: task({ Arguments: '{% $states.input %}' }) }, { input: [] })).error).toBe('States.QueryEvaluationError');
  });

  test('fails the simulation, not the machine, if the handler has a bug', async () => {
    await expect(run({ A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), B: { Type: 'Succeed' } }, { handlers: async () => { throw new Error('bug'); } }))
      .rejects.toThrow('bug');
  });

  test('fails the simulation if no answer ever comes and there is no timeout', async () => {
    await expect(run({ A: task() }, { handlers: () => clock.forever() })).rejects.toThrow('livelock');
  });
});

describe('the end of an execution', () => {
  test('comes with TimeoutSeconds, in a Wait', async () => {
    const execution = await run({ A: { Type: 'Wait', Seconds: 100, Next: 'B' }, B: pass() }, { timeoutSeconds: 60 });
    expect(outcome(execution)).toEqual({ status: 'TIMED_OUT' });
    expect(secondsTaken(execution)).toBe(60);
    expect(execution.path).toEqual(['A']);
    expect(clock.now() - START_OF_TIME).toBe(60_000);
  });

  test('comes with TimeoutSeconds, in a task, past every Catch', async () => {
    const execution = await run({ A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), B: pass() }, { timeoutSeconds: 60, handlers: () => clock.forever() });
    expect([execution.status, execution.path]).toEqual(['TIMED_OUT', ['A']]);
  });

  test('does not leave a timer behind', async () => {
    await run({ A: pass() }, { timeoutSeconds: 60 });
    expect(clock.now()).toBe(START_OF_TIME);
  });

  test('comes with stop() in a Wait', async () => {
    const execution = await run({ A: { Type: 'Wait', Seconds: 100, Next: 'B' }, B: pass() }, {
      meanwhile: e => { clock.at(START_OF_TIME + 30_000, () => e.stop('Stopped', 'by hand')); },
    });
    expect(outcome(execution)).toEqual({ status: 'ABORTED', error: 'Stopped', cause: 'by hand' });
    expect(secondsTaken(execution)).toBe(30);
    expect(execution.path).toEqual(['A']);
  });

  test('comes with stop() during a call, whose effect still happens', async () => {
    const effects: string[] = [];
    const execution = await run({ A: task({ Next: 'B', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), B: pass() }, {
      handlers: async () => {
        await clock.sleep(10_000);
        effects.push('done');
        return {};
      },
      meanwhile: e => { clock.at(START_OF_TIME + 5_000, () => e.stop()); },
    });
    expect([execution.status, execution.path, effects]).toEqual(['ABORTED', ['A'], ['done']]);
    expect(execution.calls[0]).toEqual({ state: 'A', resource: 'aws-sdk:fis:getExperiment', arguments: {}, at: START_OF_TIME });
  });

  test('comes with stop() before a retry', async () => {
    const execution = await run({ A: task({ Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 60 }] }) }, {
      handlers: failing('X'), meanwhile: e => { clock.at(START_OF_TIME + 5_000, () => e.stop()); },
    });
    expect([execution.status, execution.calls.length, secondsTaken(execution)]).toEqual(['ABORTED', 1, 5]);
  });

  test.each(['A', 'B', 'C', 'D'])('comes with stop() on entering %s, which then does nothing', async name => {
    let calls = 0;
    const execution = await run({ A: pass({ Next: 'B' }), B: task({ Next: 'C' }), C: { Type: 'Wait', Seconds: 5, Next: 'D' }, D: { Type: 'Fail', Error: 'x' } }, {
      handlers: async () => ({ n: ++calls }), meanwhile: e => { e.onState(state => { if (state === name) e.stop(); }); },
    });
    expect([execution.status, execution.path[execution.path.length - 1], execution.error]).toEqual(['ABORTED', name, undefined]);
    expect(calls).toBe(name > 'B' ? 1 : 0);
    expect(clock.now()).toBe(START_OF_TIME + (name > 'C' ? 5000 : 0));
  });

  test('is final', async () => {
    const execution = await run({ A: pass({ Output: 1 }) });
    execution.stop('late');
    expect(outcome(execution)).toEqual({ status: 'SUCCEEDED', output: 1 });
  });

  test('comes with stop() at the instant at which an answer arrives, which is ignored', async () => {
    const execution = await run({ A: task({ Next: 'B' }), B: pass() }, {
      handlers: () => clock.sleep(5_000).then(() => ({})), meanwhile: e => { clock.at(START_OF_TIME + 5_000, () => e.stop()); },
    });
    expect([execution.status, execution.path, execution.calls[0].result]).toEqual(['ABORTED', ['A'], undefined]);
  });

  test('can come from its own call', async () => {
    const handlers: TaskHandler = async ({ execution }) => {
      execution.stop('Self');
      return {};
    };
    const execution = await run({ A: task({ Next: 'B' }), B: pass() }, { handlers });
    expect([outcome(execution), execution.path]).toEqual([{ status: 'ABORTED', error: 'Self' }, ['A']]);
  });

  test('settles `done`', async () => {
    const execution = await run({ A: pass() });
    await expect(execution.done).resolves.toBeUndefined();
    expect(execution.stopTime).toBe(START_OF_TIME);
  });
});

describe('limits', () => {
  const big = (bytes: number) => 'x'.repeat(bytes - 2);

  test('a state can pass on 256 KiB, but no more', async () => {
    const output = (bytes: number) => run({ A: pass({ Output: `{% $pad("", ${bytes - 2}, "x") %}` }) });
    expect((await output(256 * KIB)).status).toBe('SUCCEEDED');
    expect(outcome(await output(256 * KIB + 1))).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('counts bytes, not characters', async () => {
    expect((await run({ A: pass({ Output: '{% $pad("", 100000, "€") %}' }) })).error).toBe('States.DataLimitExceeded');
  });

  test.each<[string, object, TaskHandler]>([
    ['result', {}, async () => big(256 * KIB + 1)],
    ['arguments', { Arguments: { a: '{% $pad("", 262144, "x") %}' } }, async () => ({})],
    ['Assign', { Assign: { a: '{% $pad("", 131072, "x") %}', b: '{% $pad("", 131072, "x") %}' } }, async () => ({})],
  ])('a task whose %s is too large is not caught by States.ALL, but by the name of the error', async (_, fields, handlers) => {
    const catching = (...names: string[]) => ({ Catch: names.map(name => ({ ErrorEquals: [name], Next: 'B' })) });
    const states = (...names: string[]) => ({ A: task({ ...fields, ...catching(...names) }), B: { Type: 'Succeed' } });
    expect(outcome(await run(states('States.TaskFailed', 'States.ALL'), { handlers }))).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect((await run(states('States.DataLimitExceeded'), { handlers })).output.Error).toBe('States.DataLimitExceeded');
  });

  test('all variables together hold 10 MiB', async () => {
    const fill = (count: number) => run(Object.fromEntries(Array.from({ length: count }, (_, i) =>
      [`S${i}`, pass({ Assign: { [`v${i}`]: `{% $pad("", ${255 * KIB - 2}, "x") %}` }, ...(i < count - 1 && { Next: `S${i + 1}` }) })])));
    expect((await fill(40)).status).toBe('SUCCEEDED');
    expect((await fill(42)).error).toBe('States.DataLimitExceeded');
  });

  test('a new value of a variable replaces the old one', async () => {
    const execution = await run({
      Init: pass({ Assign: { n: 0, v: '' }, Next: 'Loop' }),
      Loop: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $n < 50 %}', Assign: { n: '{% $n + 1 %}', v: `{% $pad("", ${255 * KIB}, "x") %}` }, Next: 'Loop' }],
        Default: 'End',
      },
      End: { Type: 'Succeed' },
    });
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('fails to start with an input over 256 KiB', async () => {
    await expect(run({ A: pass() }, { input: big(256 * KIB + 1) })).rejects.toThrow('256 KiB');
  });
});

describe('history', () => {
  const counts = ({ historyEvents, transitions }: Execution) => [historyEvents, transitions];

  test('has two events for Pass, Choice, Wait and Succeed, and one each for start and end', async () => {
    expect(counts(await run({
      A: pass({ Next: 'B' }), B: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'C' }] }, C: { Type: 'Wait', Seconds: 1, Next: 'D' }, D: { Type: 'Succeed' },
    }))).toEqual([10, 4]);
  });

  test('has one event for Fail', async () => {
    expect(counts(await run({ A: { Type: 'Fail' } }))).toEqual([3, 1]);
  });

  test('has five events for a task', async () => {
    expect(counts(await run({ A: task() }))).toEqual([7, 1]);
  });

  test('has three more events, and a transition, for each retry', async () => {
    expect(counts(await run({ A: task({ Retry: [{ ErrorEquals: ['X'] }] }) }, { handlers: failingWith('X', 'X') }))).toEqual([13, 3]);
  });

  test('has the failure of a task, and its exit if it is caught', async () => {
    const states = { A: task({ Catch: [{ ErrorEquals: ['X'], Next: 'B' }] }), B: { Type: 'Fail' } };
    expect(counts(await run(states, { handlers: failing('X') }))).toEqual([8, 2]);
  });

  test('has the failure of a task, and no exit if it is not caught', async () => {
    expect(counts(await run({ A: task() }, { handlers: failing('X') }))).toEqual([6, 1]);
  });

  test('has one event for a failed evaluation', async () => {
    expect(counts(await run({ A: pass({ Output: '{% $states.input.nope %}' }) }))).toEqual([4, 1]);
    expect(counts(await run({ A: task({ Arguments: { a: '{% $states.input.nope %}' } }) }))).toEqual([4, 1]);
    expect(counts(await run({ A: task({ Output: '{% $states.result.nope %}' }) }))).toEqual([7, 1]);
    expect(counts(await run({ A: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'B' }] }, B: pass() }))).toEqual([4, 1]);
  });

  test('has the events of a stopped execution up to the stop', async () => {
    const execution = await run({ A: task() }, {
      handlers: () => clock.sleep(9_000).then(() => ({})), meanwhile: e => { clock.at(START_OF_TIME + 1, () => e.stop()); },
    });
    expect(counts(execution)).toEqual([5, 1]);
  });

  const spinning = (last: object, turns: number) => run({
    Init: pass({ Assign: { n: 0 }, Next: 'Loop' }),
    Loop: { Type: 'Choice', Choices: [{ Condition: `{% $n < ${turns} %}`, Assign: { n: '{% $n + 1 %}' }, Next: 'Loop' }], Default: 'Do' },
    Do: last,
  });

  test('holds 25,000 events, including the last', async () => {
    const execution = await spinning({ Type: 'Succeed' }, 12_496);
    expect([execution.status, execution.historyEvents]).toEqual(['SUCCEEDED', 25_000]);
  });

  test('fails the execution if it would hold more, past every Catch', async () => {
    expect((await spinning({ Type: 'Succeed' }, 12_497)).error).toBe('States.Runtime');
    const execution = await spinning(task({ End: true, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Init' }] }), 12_496);
    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.Runtime']);
    expect(execution.historyEvents).toBeLessThanOrEqual(25_000);
  });
});

describe('a machine', () => {
  const machineOf = (definition: unknown) => new StateMachine({
    definition, name: 'gate', arn: ARN, roleArn: 'r', clock, handlers: async () => ({}), random: () => 0,
  });

  test('fails before it starts when the definition is not supported', () => {
    expect(() => machineOf({ StartAt: 'A', States: { A: { Type: 'Map' } } })).toThrow('Type "Map" is not supported');
  });

  test('runs several executions at the same time, each with its own variables', async () => {
    const machine = machineOf({
      StartAt: 'A',
      QueryLanguage: 'JSONata',
      States: { A: pass({ Assign: { s: '{% $states.input %}' }, Next: 'B' }), B: { Type: 'Wait', Seconds: '{% $s %}', Next: 'C' }, C: { Type: 'Succeed', Output: '{% $s %}' } },
    });
    const started: string[] = [];
    machine.onStart(execution => started.push(execution.name));
    const executions = [5, 3].map(n => machine.start(n, `run${n}`));
    await clock.run();
    expect(executions.map(e => [e.output, secondsTaken(e)])).toEqual([[5, 5], [3, 3]]);
    expect(started).toEqual(['run5', 'run3']);
    expect(machine.executions).toEqual(executions);
  });
});

describe('a listener', () => {
  test('learns which rule decided', async () => {
    const heard: string[] = [];
    await run({
      A: task({ Retry: [{ ErrorEquals: ['Other'] }, { ErrorEquals: ['X'], MaxAttempts: 1 }], Catch: [{ ErrorEquals: ['Other'], Next: 'C' }, { ErrorEquals: ['States.ALL'], Next: 'B' }] }),
      B: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }, { Condition: '{% true %}', Next: 'C' }], Default: 'A' },
      C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }], Default: 'D' },
      D: pass(),
    }, { handlers: failing('X'), meanwhile: e => { e.onBranch((state, branch) => heard.push(`${state} ${branch}`)); } });
    expect(heard).toEqual(['A Retry[1]', 'A Catch[1]', 'B Choices[1]', 'C Default']);
  });
});
