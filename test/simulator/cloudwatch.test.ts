import { START_OF_TIME, VirtualClock } from '../../simulator/clock';
import { AlarmScript, SimulatedCloudWatch } from '../../simulator/cloudwatch';

let clock: VirtualClock;
beforeEach(() => { clock = new VirtualClock(); });

const world = (...alarms: AlarmScript[]) => new SimulatedCloudWatch(clock, { clock: START_OF_TIME, experiment: START_OF_TIME + 100_000 }, alarms);
const pass = async (seconds: number) => {
  void clock.spawn(() => clock.sleep(seconds * 1000));
  await clock.run();
};
const FLAPPING: AlarmScript = { name: 'errors', timeline: [{ at: 60, state: 'ALARM' }, { at: 90, state: 'ALARM' }, { at: 120, state: 'OK' }] };
const invalid = expect.objectContaining({ error: 'CloudWatch.InvalidParameterValueException' });

describe('DescribeAlarms', () => {
  test('describes a metric alarm like the API', () => {
    expect(world({ name: 'errors', period: 30, evaluationPeriods: 3, datapointsToAlarm: 2 }).describeAlarms({ AlarmNames: ['errors'] })).toEqual({
      MetricAlarms: [expect.objectContaining({
        AlarmName: 'errors',
        AlarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors',
        StateValue: 'OK',
        StateReason: 'Threshold not crossed',
        StateUpdatedTimestamp: '2026-01-04T09:00:00.000Z',
        StateTransitionedTimestamp: '2026-01-04T09:00:00.000Z',
        Period: 30,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        MetricName: 'Errors',
      })],
      CompositeAlarms: [],
    });
  });

  test('describes an alarm on a metric math expression with its queries and no period', () => {
    const metrics = [{ Id: 'm', MetricStat: { Metric: {}, Period: 300, Stat: 'Sum' } }];
    const { MetricAlarms: [alarm] } = world({ name: 'a', metrics }).describeAlarms({}) as any;
    expect(alarm).toMatchObject({ Metrics: metrics, EvaluationPeriods: 1 });
    expect(alarm).not.toHaveProperty('Period');
    expect(alarm).not.toHaveProperty('DatapointsToAlarm');
  });

  test('returns composite alarms only if AlarmTypes names them, and without a metric', () => {
    const cloudWatch = world({ name: 'both', composite: true }, { name: 'errors' });
    const names = (request: object) => {
      const { MetricAlarms, CompositeAlarms } = cloudWatch.describeAlarms(request) as any;
      return [MetricAlarms, CompositeAlarms].map(list => list.map((alarm: any) => alarm.AlarmName));
    };
    expect(names({ AlarmNames: ['both', 'errors'] })).toEqual([['errors'], []]);
    expect(names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([[], ['both']]);
    expect(names({ AlarmTypes: ['CompositeAlarm', 'MetricAlarm'] })).toEqual([['errors'], ['both']]);
    expect((cloudWatch.describeAlarms({ AlarmTypes: ['CompositeAlarm'] }) as any).CompositeAlarms[0]).not.toHaveProperty('Period');
  });

  test('follows the script: the state, when it was updated and when it changed', async () => {
    const cloudWatch = world(FLAPPING);
    const seen = () => {
      const { StateValue, StateUpdatedTimestamp, StateTransitionedTimestamp } = (cloudWatch.describeAlarms({}) as any).MetricAlarms[0];
      return [StateValue, StateUpdatedTimestamp.slice(14, 19), StateTransitionedTimestamp.slice(14, 19)];
    };
    await pass(59);
    expect(seen()).toEqual(['OK', '00:00', '00:00']);
    await pass(1);
    expect(seen()).toEqual(['ALARM', '01:00', '01:00']);
    await pass(30);
    expect(seen()).toEqual(['ALARM', '01:30', '01:00']);
    await pass(30);
    expect(seen()).toEqual(['OK', '02:00', '02:00']);
  });

  test('can count from the start of the experiment', async () => {
    const cloudWatch = world({ name: 'errors', initial: 'INSUFFICIENT_DATA', timeline: [{ at: 20, from: 'experiment', state: 'OK' }] });
    await pass(119);
    expect(cloudWatch.alarms[0].state(clock.now())).toBe('INSUFFICIENT_DATA');
    await pass(1);
    expect(cloudWatch.alarms[0].state(clock.now())).toBe('OK');
  });

  test('omits alarms that do not exist or were deleted', async () => {
    const cloudWatch = world({ name: 'errors', deletedAt: 60 });
    expect((cloudWatch.describeAlarms({ AlarmNames: ['errors', 'none'] }) as any).MetricAlarms).toHaveLength(1);
    await pass(60);
    expect(cloudWatch.describeAlarms({ AlarmNames: ['errors'] })).toEqual({ MetricAlarms: [], CompositeAlarms: [] });
  });

  test('selects by prefix and by state', () => {
    const cloudWatch = world({ name: 'a1' }, { name: 'a2', initial: 'ALARM' }, { name: 'b1' });
    const names = (request: object) => (cloudWatch.describeAlarms(request) as any).MetricAlarms.map((alarm: any) => alarm.AlarmName);
    expect(names({ AlarmNamePrefix: 'a' })).toEqual(['a1', 'a2']);
    expect(names({ StateValue: 'ALARM' })).toEqual(['a2']);
  });

  test('returns at most MaxRecords, by default 50, and a token for more', () => {
    const cloudWatch = world(...Array.from({ length: 60 }, (_, i) => ({ name: `a${i}` })));
    const first: any = cloudWatch.describeAlarms({});
    expect([first.MetricAlarms.length, first.NextToken]).toEqual([50, expect.any(String)]);
    const second: any = cloudWatch.describeAlarms({ NextToken: first.NextToken });
    expect([second.MetricAlarms.length, second.NextToken]).toEqual([10, undefined]);
    expect((cloudWatch.describeAlarms({ MaxRecords: 1 }) as any).MetricAlarms).toHaveLength(1);
  });

  test('fails for unknown members and values out of range', () => {
    expect(() => world().describeAlarms({ AlarmName: 'errors' })).toThrow(invalid);
    expect(() => world().describeAlarms({ MaxRecords: 101 })).toThrow(invalid);
    expect(() => world().describeAlarms({ AlarmNames: Array(101).fill('a') })).toThrow(invalid);
  });
});

describe('DescribeAlarmHistory', () => {
  const items = (cloudWatch: SimulatedCloudWatch, request: object = {}) => (cloudWatch.describeAlarmHistory({ AlarmName: 'errors', ...request }) as any).AlarmHistoryItems;
  const changes = (list: any[]) => list.map(({ HistoryData }) => {
    const { oldState, newState } = JSON.parse(HistoryData);
    return `${oldState.stateValue} -> ${newState.stateValue}`;
  });

  test('returns each change of state, newest first, but no updates', async () => {
    const cloudWatch = world(FLAPPING, { name: 'other', timeline: [{ at: 1, state: 'ALARM' }] });
    await pass(200);
    expect(changes(items(cloudWatch))).toEqual(['ALARM -> OK', 'OK -> ALARM']);
    expect(items(cloudWatch)[1]).toMatchObject({ AlarmName: 'errors', AlarmType: 'MetricAlarm', Timestamp: '2026-01-05T09:01:00.000Z', HistoryItemType: 'StateUpdate' });
  });

  test('does not know the future', async () => {
    const cloudWatch = world(FLAPPING);
    await pass(100);
    expect(changes(items(cloudWatch))).toEqual(['OK -> ALARM']);
  });

  test('can be read oldest first, in pages, and between two dates', async () => {
    const cloudWatch = world(FLAPPING);
    await pass(200);
    const first: any = cloudWatch.describeAlarmHistory({ AlarmName: 'errors', ScanBy: 'TimestampAscending', MaxRecords: 1 });
    expect(changes(first.AlarmHistoryItems)).toEqual(['OK -> ALARM']);
    const second = cloudWatch.describeAlarmHistory({ AlarmName: 'errors', ScanBy: 'TimestampAscending', MaxRecords: 1, NextToken: first.NextToken }) as any;
    expect([changes(second.AlarmHistoryItems), second.NextToken]).toEqual([['ALARM -> OK'], undefined]);
    expect(changes(items(cloudWatch, { StartDate: '2026-01-05T09:01:30.000Z' }))).toEqual(['ALARM -> OK']);
    expect(changes(items(cloudWatch, { EndDate: '2026-01-05T09:01:00.000Z' }))).toEqual(['OK -> ALARM']);
  });

  test('contains only state updates, by default only of metric alarms', async () => {
    const cloudWatch = world({ ...FLAPPING, composite: true });
    await pass(200);
    expect(items(cloudWatch)).toEqual([]);
    expect(items(cloudWatch, { AlarmTypes: ['CompositeAlarm'] })).toHaveLength(2);
    expect(items(cloudWatch, { AlarmTypes: ['CompositeAlarm'], HistoryItemType: 'StateUpdate' })).toHaveLength(2);
    expect(items(cloudWatch, { AlarmTypes: ['CompositeAlarm'], HistoryItemType: 'Action' })).toEqual([]);
  });

  test('fails for unknown members, invalid dates and unknown tokens', () => {
    expect(() => world().describeAlarmHistory({ AlarmNames: ['errors'] })).toThrow(invalid);
    expect(() => world().describeAlarmHistory({ StartDate: 'yesterday' })).toThrow(invalid);
    expect(() => world().describeAlarmHistory({ NextToken: 'x' })).toThrow(expect.objectContaining({ error: 'CloudWatch.InvalidNextToken' }));
  });
});

test('an alarm knows when it fires first, unless it is deleted before', () => {
  const seconds = (script: AlarmScript, from: number) => (world(script).alarms[0].firstAlarm(START_OF_TIME + from * 1000) - START_OF_TIME) / 1000;
  expect([seconds(FLAPPING, 0), seconds(FLAPPING, 70), seconds(FLAPPING, 120)]).toEqual([60, 70, Infinity]);
  expect(seconds({ ...FLAPPING, deletedAt: 60 }, 0)).toBe(Infinity);
});
