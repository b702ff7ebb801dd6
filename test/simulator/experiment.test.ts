import { ExperimentScript, experimentTemplate, seconds, SimulatedExperiment } from '../../simulator/experiment';

const START = Date.UTC(2026, 0, 5, 9);
const ALARM_ARN = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors';

/** latency for 60 s, then a failover, and a wait of 30 s after it. */
const TEMPLATE = experimentTemplate('EXT1', {
  roleArn: 'arn:role',
  actions: {
    latency: { actionId: 'aws:ssm:send-command', parameters: { duration: 'PT1M', documentArn: 'arn:doc' }, targets: { Instances: 'web' } },
    failover: { actionId: 'aws:rds:failover-db-cluster', targets: { Clusters: 'db' }, startAfter: ['latency'] },
    settle: { actionId: 'aws:fis:wait', parameters: { duration: 'PT30S' }, startAfter: ['failover'] },
  },
  targets: { web: { resourceType: 'aws:ec2:instance', resourceArns: ['arn:i'], selectionMode: 'ALL' } },
  stopConditions: [{ source: 'aws:cloudwatch:alarm', value: ALARM_ARN }],
  logConfiguration: { logSchemaVersion: 2, cloudWatchLogsConfiguration: { logGroupArn: 'arn:log' } },
});

interface Setup extends ExperimentScript {
  /** Seconds after the creation. */
  readonly alarmAt?: number;
  readonly leverAt?: number;
  readonly skipAll?: boolean;
}

function experiment({ alarmAt = Infinity, leverAt = Infinity, skipAll = false, ...script }: Setup = {}): SimulatedExperiment {
  return new SimulatedExperiment('EXP1', TEMPLATE, 'token', { a: 'b' }, skipAll, START, script, {
    alarm: () => START + alarmAt * 1000, safetyLever: () => START + leverAt * 1000,
  });
}

const at = (time: number) => START + time * 1000;
const course = (e: SimulatedExperiment) => {
  e.status(at(24 * 3600));
  return e.course.map(({ time, status }) => `${status}@${(time - START) / 1000}`).join(' ');
};
const actions = (e: SimulatedExperiment, time: number) => Object.fromEntries(
  Object.entries<any>((e.describe(at(time)) as any).Actions).map(([name, action]) => [name, action.State.Status]),
);

describe('the course', () => {
  test.each<[string, Setup, string]>([
    ['completes once all actions have ended', {}, 'pending@0 initiating@1 running@11 completed@103'],
    ['has phases of the scripted length', { pendingFor: 5, initiatingFor: 0, actionSeconds: { failover: 8 } }, 'pending@0 initiating@5 running@5 completed@103'],
    ['skips actions immediately', { skippedActions: ['latency'] }, 'pending@0 initiating@1 running@11 completed@43'],
    ['skips all actions in a preview', { skipAll: true }, 'pending@0 initiating@1 running@11 completed@11'],
    ['fails with an action', { failedActions: ['failover'] }, 'pending@0 initiating@1 running@11 failed@71'],
    ['fails instead of running', { ends: 'failed' }, 'pending@0 initiating@1 failed@11'],
    ['fails at the scripted time', { ends: 'failed', endsAfter: 50 }, 'pending@0 initiating@1 running@11 failed@50'],
    ['is cancelled before it starts', { ends: 'cancelled' }, 'pending@0 cancelled@1'],
    ['is cancelled at the scripted time', { ends: 'cancelled', endsAfter: 6 }, 'pending@0 initiating@1 cancelled@6'],
    ['never ends', { ends: 'never' }, 'pending@0 initiating@1 running@11'],
    ['is stopped by an alarm, one second later', { alarmAt: 40 }, 'pending@0 initiating@1 running@11 stopping@41 stopped@61'],
    ['is stopped by an alarm, after the scripted reaction time', { alarmAt: 40, reactionAfter: 5, stoppingFor: 2 }, 'pending@0 initiating@1 running@11 stopping@45 stopped@47'],
    ['is stopped by an alarm that fired before', { alarmAt: 0 }, 'pending@0 initiating@1 stopping@1 stopped@21'],
    ['hangs in stopping', { alarmAt: 40, stoppingFor: Infinity }, 'pending@0 initiating@1 running@11 stopping@41'],
    ['is not stopped by an alarm once it has ended', { alarmAt: 103 }, 'pending@0 initiating@1 running@11 completed@103'],
    ['is stopped by the safety lever', { leverAt: 30 }, 'pending@0 initiating@1 running@11 stopping@30 stopped@50'],
    ['is cancelled by an engaged safety lever', { leverAt: 0 }, 'pending@0 cancelled@1'],
  ])('%s', (_, setup, expected) => {
    expect(course(experiment(setup))).toBe(expected);
  });

  test('is the same however often it is read', () => {
    const [once, often] = [experiment({ alarmAt: 40 }), experiment({ alarmAt: 40 })];
    for (let time = 0; time < 200; time += 0.5) often.status(at(time));
    expect(course(often)).toBe(course(once));
  });

  test('is active until it has ended', () => {
    const e = experiment();
    expect([0, 1, 50, 102.999, 103].map(time => e.isActive(at(time)))).toEqual([true, true, true, true, false]);
  });

  test.each([0, 5, 50])('is stopped by hand at %p s', time => {
    const e = experiment();
    expect(e.stop(at(time))).toBe(true);
    expect(e.stop(at(time + 1))).toBe(true);
    expect(course(e)).toMatch(new RegExp(`stopping@${time} stopped@${time + 20}$`));
    expect(e.reason).toBe('Experiment stopped by user.');
  });

  test('shows immediately that it was stopped by hand', () => {
    const e = experiment();
    expect(actions(e, 50)).toMatchObject({ latency: 'running', failover: 'pending' });
    e.stop(at(50));
    expect(actions(e, 50)).toMatchObject({ latency: 'stopping', failover: 'cancelled' });
  });

  test('cannot be stopped once it has ended', () => {
    expect(experiment().stop(at(103))).toBe(false);
  });
});

describe('actions', () => {
  test('wait for the actions they start after', () => {
    const e = experiment();
    expect(actions(e, 5)).toEqual({ latency: 'pending', failover: 'pending', settle: 'pending' });
    expect(actions(e, 11)).toEqual({ latency: 'running', failover: 'pending', settle: 'pending' });
    expect(actions(e, 71)).toEqual({ latency: 'completed', failover: 'running', settle: 'pending' });
    expect(actions(e, 73)).toEqual({ latency: 'completed', failover: 'completed', settle: 'running' });
    expect(actions(e, 103)).toEqual({ latency: 'completed', failover: 'completed', settle: 'completed' });
  });

  test.each<[object, number]>([
    [{ duration: 'PT2M' }, 120],
    [{ startInstancesAfterDuration: 'PT3M' }, 180],
    [{}, 2],
  ])('with the parameters %j take %p seconds', (parameters, duration) => {
    const template = experimentTemplate('T', { actions: { a: { actionId: 'x', parameters } } });
    const e = new SimulatedExperiment('E', template, 't', {}, false, START, {}, { alarm: () => Infinity, safetyLever: () => Infinity });
    expect(course(e)).toMatch(new RegExp(`running@11 completed@${11 + duration}$`));
  });

  test('are stopped or cancelled with the experiment', () => {
    const e = experiment({ alarmAt: 40 });
    expect(actions(e, 41)).toEqual({ latency: 'stopping', failover: 'cancelled', settle: 'cancelled' });
    expect(actions(e, 61)).toEqual({ latency: 'stopped', failover: 'cancelled', settle: 'cancelled' });
  });

  test('can be skipped, fail, or never start', () => {
    expect(actions(experiment({ skippedActions: ['latency'] }), 103)).toEqual({ latency: 'skipped', failover: 'completed', settle: 'completed' });
    expect(actions(experiment({ failedActions: ['failover'] }), 103)).toEqual({ latency: 'completed', failover: 'failed', settle: 'cancelled' });
    expect(actions(experiment({ ends: 'failed' }), 103)).toEqual({ latency: 'cancelled', failover: 'cancelled', settle: 'cancelled' });
    expect(actions(experiment({ skipAll: true }), 11)).toEqual({ latency: 'skipped', failover: 'skipped', settle: 'skipped' });
  });

  test('fail for an unknown name, and for a circle', () => {
    const start = (actions_: object) => () => new SimulatedExperiment('E', experimentTemplate('T', { actions: actions_ }), 't', {}, false, START, {}, {
      alarm: () => Infinity, safetyLever: () => Infinity,
    });
    expect(start({ a: { actionId: 'x', startAfter: ['b'] } })).toThrow("there is no action 'b' to start after");
    expect(start({ a: { actionId: 'x', startAfter: ['b'] }, b: { actionId: 'x', startAfter: ['a'] } })).toThrow('starts after itself');
  });
});

describe('the description', () => {
  test('is the answer of GetExperiment', () => {
    expect(experiment().describe(at(80))).toEqual({
      Id: 'EXP1',
      Arn: 'arn:aws:fis:eu-west-1:111122223333:experiment/EXP1',
      ExperimentTemplateId: 'EXT1',
      RoleArn: 'arn:role',
      State: { Status: 'running', Reason: 'Experiment is running.' },
      Targets: { web: { ResourceType: 'aws:ec2:instance', ResourceArns: ['arn:i'], SelectionMode: 'ALL' } },
      Actions: {
        latency: {
          ActionId: 'aws:ssm:send-command',
          Parameters: { duration: 'PT1M', documentArn: 'arn:doc' },
          Targets: { Instances: 'web' },
          StartAfter: [],
          State: { Status: 'completed', Reason: 'Action is completed.' },
          StartTime: '2026-01-05T09:00:11.000Z',
          EndTime: '2026-01-05T09:01:11.000Z',
        },
        failover: expect.objectContaining({ Parameters: {}, StartAfter: ['latency'], State: { Status: 'completed', Reason: expect.any(String) } }),
        settle: {
          ActionId: 'aws:fis:wait',
          Parameters: { duration: 'PT30S' },
          Targets: {},
          StartAfter: ['failover'],
          State: { Status: 'running', Reason: 'Action is running.' },
          StartTime: '2026-01-05T09:01:13.000Z',
        },
      },
      StopConditions: [{ Source: 'aws:cloudwatch:alarm', Value: ALARM_ARN }],
      CreationTime: '2026-01-05T09:00:00.000Z',
      StartTime: '2026-01-05T09:00:01.000Z',
      Tags: { a: 'b' },
      LogConfiguration: { LogSchemaVersion: 2, CloudWatchLogsConfiguration: { LogGroupArn: 'arn:log' } },
      ExperimentOptions: { AccountTargeting: 'single-account', EmptyTargetResolutionMode: 'fail', ActionsMode: 'run-all' },
      TargetAccountConfigurationsCount: 0,
    });
  });

  test('does not change afterwards', () => {
    const e = experiment();
    const before: any = e.describe(at(20));
    e.describe(at(103));
    expect([before.State.Status, before.Actions.latency.State.Status]).toEqual(['running', 'running']);
  });

  test('has an end time, a reason and an error if there are any', () => {
    expect(experiment().describe(at(103))).toMatchObject({ EndTime: '2026-01-05T09:01:43.000Z', State: { Status: 'completed', Reason: 'Experiment completed' } });
    expect((experiment({ alarmAt: 40 }).describe(at(103)) as any).State).toEqual({ Status: 'stopped', Reason: 'Experiment halted by stop condition.' });
    expect((experiment({ leverAt: 40 }).describe(at(103)) as any).State.Reason).toBe('Experiment halted by safety lever.');
    expect((experiment({ ends: 'failed', errorCode: 'AuthorizationFailure', reason: 'no' }).describe(at(103)) as any).State)
      .toEqual({ Status: 'failed', Reason: 'no', Error: { Code: 'AuthorizationFailure', Location: 'experiment', AccountId: '111122223333' } });
    expect((experiment({ failedActions: ['latency'] }).describe(at(103)) as any).State.Error.Code).toBe('DependentServiceFailure');
  });

  test('shows the scripted status while it is active', () => {
    const shown = (setup: Setup, time: number) => (experiment(setup).describe(at(time)) as any).State.Status;
    const setup = { shows: [{ status: 'paused', from: 20, to: 30 }, { status: 'odd', from: 50 }] };
    expect([19, 20, 29.9, 30, 50, 102, 103].map(time => shown(setup, time))).toEqual(['running', 'paused', 'paused', 'running', 'odd', 'odd', 'completed']);
  });

  test('is short in a list', () => {
    expect(experiment().summary(at(20))).toEqual({
      Id: 'EXP1',
      Arn: 'arn:aws:fis:eu-west-1:111122223333:experiment/EXP1',
      ExperimentTemplateId: 'EXT1',
      State: { Status: 'running', Reason: 'Experiment is running.' },
      CreationTime: '2026-01-05T09:00:00.000Z',
      Tags: { a: 'b' },
      ExperimentOptions: { AccountTargeting: 'single-account', EmptyTargetResolutionMode: 'fail', ActionsMode: 'run-all' },
    });
  });
});

describe('a template', () => {
  test('can also be read from CloudFormation properties', () => {
    const { id, ...template } = experimentTemplate('EXT2', {
      RoleArn: 'arn:role',
      Actions: { a: { ActionId: 'aws:fis:wait', Parameters: { duration: 'PT1M' }, StartAfter: [], Targets: { Instances: 'web' } } },
      Targets: { web: { ResourceType: 'aws:ec2:instance', SelectionMode: 'ALL' } },
      StopConditions: [{ Source: 'none' }],
      ExperimentOptions: { EmptyTargetResolutionMode: 'skip' },
    });
    expect(template).toEqual({
      roleArn: 'arn:role',
      actions: [{ name: 'a', actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' }, targets: { Instances: 'web' }, startAfter: [] }],
      targets: { web: { ResourceType: 'aws:ec2:instance', SelectionMode: 'ALL' } },
      stopConditions: [{ Source: 'none' }],
      experimentOptions: { AccountTargeting: 'single-account', EmptyTargetResolutionMode: 'skip' },
    });
  });

  test.each([['PT30S', 30], ['PT5M', 300], ['PT1H5M', 3900], ['P1D', 86400], ['PT0.5S', 0.5]])('reads %s as %p seconds', (text, expected) => {
    expect(seconds(text)).toBe(expected);
  });

  test('fails for an invalid duration', () => {
    expect(() => seconds('5 minutes')).toThrow("'5 minutes' is not an ISO 8601 duration");
  });
});
