/**
 * Simulated CloudWatch alarms. Each follows its script, whatever the machines under test expect.
 */
import { VirtualClock } from './clock';
import { checkRange, checkRequest, page } from './requests';
import { Moment, Origins, Timeline } from './timeline';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmChange {
  /** Seconds since the start of the clock, or since `from`. */
  readonly at: number;
  readonly from?: 'clock' | 'experiment';
  /** The state from then on. The same state again is an update without a transition. */
  readonly state: AlarmState;
}

export interface AlarmScript {
  readonly name: string;
  /** By default, one in the simulated account and Region. */
  readonly arn?: string;
  readonly composite?: boolean;
  /** The state before any change; by default OK. */
  readonly initial?: AlarmState;
  readonly timeline?: readonly AlarmChange[];
  /** Seconds; by default 60. */
  readonly period?: number;
  /** By default 1. */
  readonly evaluationPeriods?: number;
  readonly datapointsToAlarm?: number;
  /** The metric data queries of an alarm on a metric math expression, instead of one metric and its period. */
  readonly metrics?: readonly object[];
  /** Seconds since the start of the clock after which the alarm no longer exists. */
  readonly deletedAt?: number;
}

const INVALID = 'CloudWatch.InvalidParameterValueException';
const INVALID_TOKEN = 'CloudWatch.InvalidNextToken';

export class SimulatedAlarm {
  public readonly arn: string;
  private readonly timeline: Timeline<AlarmState>;

  constructor(public readonly script: AlarmScript, private readonly origins: Origins) {
    this.arn = script.arn ?? `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${script.name}`;
    const changes = (script.timeline ?? []).map(({ at, from, state }) => ({ at, from, value: state }));
    this.timeline = new Timeline(origins, script.initial ?? 'OK', changes);
  }

  public state(time: number): AlarmState {
    return this.timeline.at(time);
  }

  /** All its states up to a time, in order, beginning with the initial one. */
  public course(time: number): Array<Moment<AlarmState>> {
    return transitionsOf(this.timeline.until(time));
  }

  /** When it is in ALARM for the first time, not before `from`; Infinity if never. */
  public firstAlarm(from: number): number {
    const time = this.timeline.first(state => state === 'ALARM', from);
    return this.exists(time) ? time : Infinity;
  }

  public exists(time: number): boolean {
    return time < this.origins.clock + (this.script.deletedAt ?? Infinity) * 1000;
  }

  /** The answer of DescribeAlarms. */
  public describe(time: number): object {
    const past = this.timeline.until(time);
    const { value, time: updated } = past[past.length - 1];
    const transitioned = transitionsOf(past).at(-1)!.time;
    return {
      AlarmName: this.script.name,
      AlarmArn: this.arn,
      ActionsEnabled: true,
      OKActions: [],
      AlarmActions: [],
      InsufficientDataActions: [],
      StateValue: value,
      StateReason: reasonOf(value),
      StateUpdatedTimestamp: iso(updated),
      StateTransitionedTimestamp: iso(transitioned),
      ...(this.script.composite ? { AlarmRule: 'ALARM("a")' } : this.metric()),
    };
  }

  /** Its state updates as DescribeAlarmHistory shows them, oldest first. */
  public history(time: number): Array<{ time: number; item: object }> {
    const transitions = transitionsOf(this.timeline.until(time));
    return transitions.slice(1).map((moment, i) => {
      const [before, after] = [transitions[i].value, moment.value];
      const side = (state: AlarmState) => ({ stateValue: state, stateReason: reasonOf(state) });
      return {
        time: moment.time,
        item: {
          AlarmName: this.script.name,
          AlarmType: this.type(),
          Timestamp: iso(moment.time),
          HistoryItemType: 'StateUpdate',
          HistorySummary: `Alarm updated from ${before} to ${after}`,
          HistoryData: JSON.stringify({ version: '1.0', oldState: side(before), newState: side(after) }),
        },
      };
    });
  }

  public type(): 'CompositeAlarm' | 'MetricAlarm' {
    return this.script.composite ? 'CompositeAlarm' : 'MetricAlarm';
  }

  private metric(): object {
    const { period, evaluationPeriods, datapointsToAlarm, metrics } = this.script;
    return {
      EvaluationPeriods: evaluationPeriods ?? 1,
      ...(datapointsToAlarm !== undefined && { DatapointsToAlarm: datapointsToAlarm }),
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'missing',
      Dimensions: [],
      ...(metrics ? { Metrics: metrics } : { MetricName: 'Errors', Namespace: 'Test', Statistic: 'Sum', Period: period ?? 60 }),
    };
  }
}

export class SimulatedCloudWatch {
  public readonly alarms: readonly SimulatedAlarm[];

  constructor(private readonly clock: VirtualClock, origins: Origins, scripts: readonly AlarmScript[]) {
    this.alarms = scripts.map(script => new SimulatedAlarm(script, origins));
  }

  /** The alarm with this ARN, even if it was deleted. */
  public alarmByArn(arn: string): SimulatedAlarm | undefined {
    return this.alarms.find(alarm => alarm.arn === arn);
  }

  public describeAlarms(request: any): object {
    checkRequest(request, {
      AlarmNames: 'strings', AlarmNamePrefix: 'string', AlarmTypes: 'strings', StateValue: 'string', MaxRecords: 'integer', NextToken: 'string',
    }, INVALID);
    checkRange('MaxRecords', request.MaxRecords, 1, 100, INVALID);
    checkRange('the number of AlarmNames', request.AlarmNames?.length, 0, 100, INVALID);
    const now = this.clock.now();
    const found = this.existing(request.AlarmTypes)
      .filter(({ script }) => !request.AlarmNames || request.AlarmNames.includes(script.name))
      .filter(({ script }) => script.name.startsWith(request.AlarmNamePrefix ?? ''))
      .filter(alarm => !request.StateValue || alarm.state(now) === request.StateValue);
    const { items, nextToken } = page(found, request.MaxRecords ?? 50, request.NextToken, INVALID_TOKEN);
    const ofType = (type: string) => items.filter(alarm => alarm.type() === type).map(alarm => alarm.describe(now));
    return { MetricAlarms: ofType('MetricAlarm'), CompositeAlarms: ofType('CompositeAlarm'), ...(nextToken && { NextToken: nextToken }) };
  }

  public describeAlarmHistory(request: any): object {
    checkRequest(request, {
      AlarmName: 'string', AlarmTypes: 'strings', HistoryItemType: 'string', StartDate: 'string', EndDate: 'string', MaxRecords: 'integer', NextToken: 'string', ScanBy: 'string',
    }, INVALID);
    checkRange('MaxRecords', request.MaxRecords, 1, 100, INVALID);
    const [from, to] = [timeOf(request.StartDate, -Infinity), timeOf(request.EndDate, Infinity)];
    const wanted = request.HistoryItemType === undefined || request.HistoryItemType === 'StateUpdate';
    const found = this.existing(request.AlarmTypes)
      .filter(({ script }) => wanted && (request.AlarmName === undefined || script.name === request.AlarmName))
      .flatMap(alarm => alarm.history(this.clock.now()))
      .filter(({ time }) => time >= from && time <= to)
      .sort((a, b) => (request.ScanBy === 'TimestampAscending' ? a.time - b.time : b.time - a.time))
      .map(({ item }) => item);
    const { items, nextToken } = page(found, request.MaxRecords ?? 100, request.NextToken, INVALID_TOKEN);
    return { AlarmHistoryItems: items, ...(nextToken && { NextToken: nextToken }) };
  }

  /** Without types, only metric alarms. */
  private existing(types: readonly string[] = ['MetricAlarm']): SimulatedAlarm[] {
    return this.alarms.filter(alarm => alarm.exists(this.clock.now()) && types.includes(alarm.type()));
  }
}

/** The moments at which the state changed, beginning with the initial state. */
function transitionsOf(moments: ReadonlyArray<Moment<AlarmState>>): Array<Moment<AlarmState>> {
  return moments.filter((moment, i) => i === 0 || moment.value !== moments[i - 1].value);
}

function timeOf(date: string | undefined, otherwise: number): number {
  if (date === undefined) return otherwise;
  const time = Date.parse(date);
  checkRange('a date', Number.isNaN(time) ? Infinity : time, 0, Number.MAX_SAFE_INTEGER, INVALID);
  return time;
}

function reasonOf(state: AlarmState): string {
  return { OK: 'Threshold not crossed', ALARM: 'Threshold Crossed', INSUFFICIENT_DATA: 'Insufficient Data' }[state];
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
