import { SimulatedAws, SimulatedAwsOptions } from '../../simulator/aws';
import { START_OF_TIME, VirtualClock } from '../../simulator/clock';
import { experimentTemplate } from '../../simulator/experiment';
import {
  answers, answersLate, breaksConnection, breaksDown, deniesAccess, losesAnswer, on, Rule, takesEffectLate, throttles,
} from '../../simulator/faults';
import { Execution, StateMachine } from '../../simulator/interpreter';

const TEMPLATE = experimentTemplate('EXT1', { actions: { a: { actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' } } }, stopConditions: [{ source: 'none' }] });
const ARN = 'arn:aws:states:eu-west-1:111122223333:stateMachine:gate';

let clock: VirtualClock;
let aws: SimulatedAws;
beforeEach(() => { clock = new VirtualClock(); });

const task = (operation: string, args: object, more: object = {}) => ({
  Type: 'Task', Resource: `arn:aws:states:::aws-sdk:${operation}`, Arguments: args, TimeoutSeconds: 30, ...('Next' in more ? {} : { End: true }), ...more,
});

function machineOf(states: object, name = 'gate'): StateMachine {
  return aws.register(new StateMachine({
    definition: { StartAt: Object.keys(states)[0], QueryLanguage: 'JSONata', States: states },
    name,
    arn: ARN.replace('gate', name),
    roleArn: 'r',
    clock,
    handlers: aws.handler,
    random: () => 0,
  }));
}

async function run(states: object, options: Partial<SimulatedAwsOptions> = {}, meanwhile?: (execution: Execution) => void): Promise<Execution> {
  aws = new SimulatedAws({ clock, templates: [TEMPLATE], ...options });
  const execution = machineOf(states).start({}, 'run');
  meanwhile?.(execution);
  await clock.run();
  return execution;
}

const start = (more: object = {}) => task('fis:startExperiment', {
  ClientToken: '{% $states.context.Execution.Name %}', ExperimentTemplateId: 'EXT1', Tags: { gate: 'g' },
}, more);
const START = start();
/** Starts an experiment with these rules, with up to three attempts. */
const started = (...faults: Rule[]) => run({ Start: { ...START, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }] } }, { faults });
const seconds = () => (clock.now() - START_OF_TIME) / 1000;

describe('the simulated AWS', () => {
  test('simulates FIS and CloudWatch for a whole run', async () => {
    const execution = await run({
      Start: start({ Assign: { id: '{% $states.result.Experiment.Id %}' }, Next: 'Wait' }),
      Wait: { Type: 'Wait', Seconds: 10, Next: 'Get' },
      Get: task('fis:getExperiment', { Id: '{% $id %}' }, { Assign: { status: '{% $states.result.Experiment.State.Status %}' }, Next: 'Decide' }),
      Decide: { Type: 'Choice', Choices: [{ Condition: "{% $status in ['pending', 'initiating', 'running'] %}", Next: 'Wait' }], Default: 'Alarms' },
      Alarms: task('cloudwatch:describeAlarms', { AlarmNames: ['errors'] }, { Output: '{% [$status, $states.result.MetricAlarms[0].StateValue] %}' }),
    }, { alarms: [{ name: 'errors' }] });
    expect(execution.output).toEqual(['completed', 'OK']);
    expect(seconds()).toBe(80);
    expect(aws.activeExperiments()).toEqual([]);
    expect(aws.experiments.map(({ id, tags }) => [id, tags])).toEqual([['EXP000001', { gate: 'g' }]]);
  });

  test('answers every operation it supports', async () => {
    const execution = await run({
      A: task('fis:listExperiments', {}, { Next: 'B' }),
      B: task('fis:getSafetyLever', { Id: 'default' }, { Next: 'C' }),
      C: task('cloudwatch:describeAlarmHistory', {}, { Next: 'D' }),
      D: task('codepipeline:getPipelineExecution', { PipelineName: 'p', PipelineExecutionId: 'x' }, { Next: 'E' }),
      E: task('fis:startExperiment', { ClientToken: 't', ExperimentTemplateId: 'EXT1' }, { Next: 'F' }),
      F: task('fis:stopExperiment', { Id: 'EXP000001' }),
    }, { pipelineRuns: [{ pipeline: 'p', executionId: 'x' }] });
    expect(execution.calls.map(({ result }) => Object.keys(result))).toEqual([['Experiments'], ['SafetyLever'], ['AlarmHistoryItems'], ['PipelineExecution'], ['Experiment'], ['Experiment']]);
  });

  test('lets machines start, watch and stop each other', async () => {
    aws = new SimulatedAws({ clock, templates: [TEMPLATE] });
    const gate = machineOf({ Wait: { Type: 'Wait', Seconds: 1000, End: true } });
    const watchdog = machineOf({
      Start: task('sfn:startExecution', { StateMachineArn: ARN, Name: 'run', Input: '{}' }, { Assign: { arn: '{% $states.result.ExecutionArn %}' }, Next: 'Wait' }),
      Wait: { Type: 'Wait', Seconds: 60, Next: 'Describe' },
      Describe: task('sfn:describeExecution', { ExecutionArn: '{% $arn %}' }, { Assign: { status: '{% $states.result.Status %}' }, Next: 'Stop' }),
      Stop: task('sfn:stopExecution', { ExecutionArn: '{% $arn %}', Error: 'Watchdog' }, { Output: '{% $status %}' }),
    }, 'watchdog');
    const execution = watchdog.start({}, 'w');
    await clock.run();
    expect(execution.output).toBe('RUNNING');
    expect(gate.executions.map(({ status, error }) => [status, error])).toEqual([['ABORTED', 'Watchdog']]);
    expect(seconds()).toBe(60);
  });

  test('records every call with its time and outcome', async () => {
    const execution = await run({
      Wait: { Type: 'Wait', Seconds: 5, Next: 'Get' },
      Get: task('fis:getExperiment', { Id: 'EXP9' }, { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Start' }], Next: 'Start' }),
      Start: START,
    });
    expect(aws.calls).toEqual([
      { operation: 'fis:getExperiment', arguments: { Id: 'EXP9' }, execution, at: START_OF_TIME + 5000, error: expect.objectContaining({ error: 'Fis.ResourceNotFoundException' }) },
      {
        operation: 'fis:startExperiment',
        arguments: expect.anything(),
        execution,
        at: START_OF_TIME + 5000,
        effectAt: START_OF_TIME + 5000,
        effect: execution.output,
        answer: execution.output,
      },
    ]);
  });

  test('lets a request take effect after its latency, even if the caller has ended by then', async () => {
    const execution = await run({ Start: START }, { latencyMs: 500 }, e => { clock.at(START_OF_TIME + 100, () => e.stop()); });
    expect(execution.status).toBe('ABORTED');
    expect(aws.experiments.map(({ creationTime }) => creationTime)).toEqual([START_OF_TIME + 500]);
  });

  test('does not know the future: a change of an alarm that is counted from an experiment waits for one', async () => {
    const execution = await run({
      A: task('cloudwatch:describeAlarms', {}, { Next: 'Wait' }),
      Wait: { Type: 'Wait', Seconds: 50, Next: 'Start' },
      Start: start({ Next: 'More' }),
      More: { Type: 'Wait', Seconds: 10, Next: 'B' },
      B: task('cloudwatch:describeAlarms', {}),
    }, { alarms: [{ name: 'errors', timeline: [{ at: 10, from: 'experiment', state: 'ALARM' }] }] });
    const states = execution.calls.filter(call => call.state !== 'Start').map(call => call.result.MetricAlarms[0].StateValue);
    expect(states).toEqual(['OK', 'ALARM']);
  });

  test('fails the simulation for an operation it does not support', async () => {
    await expect(run({ A: task('fis:listActions', {}) })).rejects.toThrow("the simulated AWS does not know 'aws-sdk:fis:listActions'");
    clock = new VirtualClock();
    await expect(run({ A: task('fis:toString', {}) })).rejects.toThrow('does not know');
  });
});

describe('a fault', () => {
  test.each<[string, Rule, string, string]>([
    ['throttling', throttles('fis:startExperiment'), 'Fis.FisException', 'Rate exceeded (Service: Fis, Status Code: 429, Request ID: 00000000-0000-0000-0000-000000000000)'],
    ['missing permission', deniesAccess('fis:startExperiment'), 'Fis.FisException', 'Status Code: 403'],
    ['an internal error', breaksDown('fis:startExperiment'), 'Fis.FisException', 'Status Code: 500'],
    ['an error of any kind', on('fis:startExperiment', {}, { error: 'Fis.X', cause: 'y' }), 'Fis.X', 'y'],
  ])('%s rejects the request, which has no effect', async (_, rule, error, cause) => {
    const execution = await started(rule);
    expect(execution.error).toBe(error);
    expect(execution.cause).toContain(cause);
    expect(aws.experiments).toEqual([]);
    expect(aws.calls.map(call => [call.error?.error, call.effect])).toEqual([[error, undefined], [error, undefined], [error, undefined]]);
  });

  test.each<[string, object, string]>([
    ['cloudwatch:describeAlarms', {}, 'CloudWatch.CloudWatchException'],
    ['sfn:describeExecution', { ExecutionArn: 'x' }, 'Sfn.SfnException'],
    ['codepipeline:getPipelineExecution', { PipelineName: 'x', PipelineExecutionId: 'x' }, 'CodePipeline.CodePipelineException'],
  ])('of %s has the name of its service', async (operation, args, error) => {
    expect((await run({ A: task(operation, args) }, { faults: [throttles('*')] })).error).toBe(error);
  });

  test('can affect only the first calls', async () => {
    const execution = await started(throttles('fis:startExperiment', { to: 2 }));
    expect(execution.status).toBe('SUCCEEDED');
    expect(aws.calls).toHaveLength(3);
  });

  test('can affect only later calls of an operation', async () => {
    const rule = throttles('fis:getExperiment', { from: 2, to: 2 });
    const get = (id: string, more: object) => task('fis:getExperiment', { Id: id }, more);
    const execution = await run({
      Start: start({ Next: 'A' }), A: get('EXP000001', { Next: 'B' }), B: get('EXP000001', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }], Next: 'C' }), C: get('EXP000001', {}),
    }, { faults: [rule] });
    expect(execution.calls.map(call => call.error?.error)).toEqual([undefined, undefined, 'Fis.FisException', undefined]);
  });

  test('loses the answer of a request that took effect', async () => {
    const execution = await started(losesAnswer('fis:startExperiment', { to: 1 }));
    expect(execution.calls.map(call => call.error?.error)).toEqual(['States.Timeout', undefined]);
    expect(aws.experiments).toHaveLength(1);
    expect(aws.calls[0]).toMatchObject({ effect: { Experiment: { Id: 'EXP000001' } } });
    expect(aws.calls[0]).not.toHaveProperty('answer');
    expect(execution.output.Experiment.Id).toBe('EXP000001');
  });

  test('breaks the connection of a request that took effect', async () => {
    const execution = await started(breaksConnection('fis:startExperiment', { to: 1 }));
    expect(execution.calls.map(call => call.error?.error)).toEqual(['Fis.FisException', undefined]);
    expect(aws.experiments).toHaveLength(1);
    expect(aws.calls[0].effect.Experiment.Id).toBe('EXP000001');
  });

  test('does not lose the error of a request that failed', async () => {
    const execution = await run({ A: task('fis:getExperiment', { Id: 'x' }) }, { faults: [losesAnswer('*')] });
    expect(execution.error).toBe('Fis.ResourceNotFoundException');
  });

  test.each<[unknown]>([[{}], [[]], [null], [{ Experiment: { Id: 5 } }]])('answers %j instead of the real answer', async answer => {
    const execution = await started(answers('fis:startExperiment', answer));
    expect(execution.output).toEqual(answer);
    expect(aws.experiments).toHaveLength(1);
  });

  test('can change the real answer', async () => {
    const execution = await started(answers('fis:startExperiment', ({ Experiment: { Id, ...rest } }: any) => ({ Experiment: { ...rest, Other: Id } })));
    expect(execution.output.Experiment).toMatchObject({ Other: 'EXP000001', State: { Status: 'pending' } });
    expect(execution.output.Experiment).not.toHaveProperty('Id');
  });

  test('delays the answer, not the effect', async () => {
    const execution = await started(answersLate('fis:startExperiment', 20_000));
    expect([execution.status, seconds(), execution.output.Experiment.State.Status]).toEqual(['SUCCEEDED', 20, 'pending']);
    expect(aws.experiments[0].creationTime).toBe(START_OF_TIME);
  });

  test('lets a request take effect late, even if the caller has given up or ended', async () => {
    const late = { faults: [takesEffectLate('fis:startExperiment', 25_000)] };
    const patient = await run({ Start: START }, late);
    expect(patient.output.Experiment.CreationTime).toBe('2026-01-05T09:00:25.000Z');
    clock = new VirtualClock();
    const impatient = await run({ Start: { ...START, TimeoutSeconds: 20 } }, late);
    expect([impatient.error, aws.experiments[0].creationTime]).toEqual(['States.Timeout', START_OF_TIME + 25_000]);
    clock = new VirtualClock();
    const aborted = await run({ Start: START }, late, e => { clock.at(START_OF_TIME + 100, () => e.stop()); });
    expect([aborted.status, aws.experiments[0].creationTime]).toEqual(['ABORTED', START_OF_TIME + 25_000]);
  });

  test('that delays an answer too long is a timeout', async () => {
    const execution = await started(answersLate('fis:startExperiment', 40_000, { to: 1 }));
    expect(execution.calls.map(call => call.error?.error)).toEqual(['States.Timeout', undefined]);
    expect(aws.calls[0].answer.Experiment.Id).toBe('EXP000001');
  });

  test('is chosen by the first rule that does not pass; custom rules are possible', async () => {
    const seen: unknown[] = [];
    const spy: Rule = call => {
      seen.push([call.operation, call.nth, call.at - START_OF_TIME, call.arguments.ExperimentTemplateId, call.execution.name]);
      return 'pass';
    };
    const execution = await started(spy, on('fis:startExperiment', { to: 1 }, { error: 'First', cause: '' }), throttles('*', { to: 2 }));
    expect(execution.calls.map(call => call.error?.error)).toEqual(['First', 'Fis.FisException', undefined]);
    expect(seen).toEqual([['fis:startExperiment', 1, 0, 'EXT1', 'run'], ['fis:startExperiment', 2, 1000, 'EXT1', 'run'], ['fis:startExperiment', 3, 3000, 'EXT1', 'run']]);
  });

  test('can be added during a run, before the existing ones', async () => {
    const execution = await run({ Wait: { Type: 'Wait', Seconds: 10, Next: 'Start' }, Start: START }, { faults: [throttles('*')] }, () => {
      clock.at(START_OF_TIME + 5000, () => aws.addFault(on('*', {}, { error: 'New', cause: '' })));
    });
    expect(execution.error).toBe('New');
  });
});
