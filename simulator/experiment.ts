/**
 * The real course of one FIS experiment: it follows its script until a stop condition, the safety lever or StopExperiment ends it.
 * Nothing is scheduled. The state is computed when somebody reads it, so an experiment never keeps the clock running.
 */
import { isObject } from './requests';

export type ExperimentStatus = 'pending' | 'initiating' | 'running' | 'completed' | 'stopping' | 'stopped' | 'failed' | 'cancelled';
export type ActionStatus = ExperimentStatus | 'skipped';

/** The course of an experiment; all times in seconds. */
export interface ExperimentScript {
  /** By default `completed`, once all actions have ended. `never`: it stays in `running`. */
  readonly ends?: 'completed' | 'failed' | 'cancelled' | 'never';
  /** Seconds after its creation at which it fails or is cancelled; by default when it would begin to run. */
  readonly endsAfter?: number;
  /** The code if it fails; by default `InvalidTarget`, and `DependentServiceFailure` for a failed action. */
  readonly errorCode?: string;
  /** The reason of its last status. */
  readonly reason?: string;
  /** By default 1. */
  readonly pendingFor?: number;
  /** By default 10. */
  readonly initiatingFor?: number;
  /** Actions without targets. */
  readonly skippedActions?: readonly string[];
  /** Actions that fail immediately, and with them the experiment. */
  readonly failedActions?: readonly string[];
  /** How long actions take, if that differs from their duration. */
  readonly actionSeconds?: { readonly [name: string]: number };
  /** How long `stopping` takes; by default 20, for ever if Infinity. */
  readonly stoppingFor?: number;
  /** How long FIS takes to notice that an alarm is in ALARM; by default 1. */
  readonly reactionAfter?: number;
  /** What FIS shows instead of the status while the experiment is active, in seconds after its creation: `[{ status: 'paused', from: 60 }]`. */
  readonly shows?: ReadonlyArray<{ readonly status: string; readonly from: number; readonly to?: number }>;
}

export interface ExperimentAction {
  readonly name: string;
  readonly actionId: string;
  readonly parameters: { readonly [name: string]: string };
  readonly targets: { readonly [key: string]: string };
  readonly startAfter: readonly string[];
}

/** The parts of an experiment template that an experiment needs. */
export interface ExperimentTemplate {
  readonly id: string;
  readonly roleArn: string;
  readonly actions: readonly ExperimentAction[];
  /** In PascalCase, as in the answer of GetExperiment. */
  readonly targets: object;
  readonly stopConditions: ReadonlyArray<{ readonly Source: string; readonly Value?: string }>;
  readonly experimentOptions: object;
  readonly logConfiguration?: object;
}

/** What ends an experiment from outside: each function returns the first time at which it does, not before the given time. */
export interface Interruptions {
  alarm(from: number): number;
  safetyLever(from: number): number;
}

interface ActionState {
  readonly action: ExperimentAction;
  status: ActionStatus;
  startTime?: number;
  endTime?: number;
}

/** Seconds that an action without a duration takes. */
const INSTANT = 2;

const ACTIVE: readonly string[] = ['pending', 'initiating', 'running', 'stopping'];

export class SimulatedExperiment {
  public readonly arn: string;
  /** All statuses it has had, as far as they have been computed. */
  public readonly course: Array<{ readonly time: number; readonly status: ExperimentStatus }> = [];
  public reason = '';
  public startTime?: number;
  public endTime?: number;
  private readonly actions: ActionState[];
  private steps: Array<{ readonly time: number; readonly apply: (time: number) => void }> = [];
  private errorCode?: string;
  /** The answer without the state, cached as long as nothing changes. */
  private description?: object;
  private readonly halt: { readonly time: number; readonly reason: string };

  constructor(
    public readonly id: string,
    public readonly template: ExperimentTemplate,
    public readonly clientToken: string,
    public readonly tags: { readonly [key: string]: string },
    public readonly skipAll: boolean,
    public readonly creationTime: number,
    private readonly script: ExperimentScript,
    interruptions: Interruptions,
  ) {
    this.arn = `arn:aws:fis:eu-west-1:111122223333:experiment/${id}`;
    this.actions = template.actions.map(action => ({ action, status: 'pending' }));
    this.become('pending', creationTime, 'Experiment is pending.');
    const alarm = interruptions.alarm(creationTime) + (script.reactionAfter ?? 1) * 1000;
    const lever = interruptions.safetyLever(creationTime);
    this.halt = lever > creationTime && lever < alarm
      ? { time: lever, reason: 'Experiment halted by safety lever.' }
      : { time: alarm, reason: 'Experiment halted by stop condition.' };
    this.plan(lever === creationTime);
  }

  /** The status at a time, which must not be before the last time that was asked for. */
  public status(time: number): ExperimentStatus {
    this.advance(time);
    return this.current();
  }

  public isActive(time: number): boolean {
    return ACTIVE.includes(this.status(time));
  }

  /** Stops it as StopExperiment does; returns false if it has ended. */
  public stop(time: number): boolean {
    const status = this.status(time);
    if (!ACTIVE.includes(status)) return false;
    if (status !== 'stopping') this.stopNow(time, 'Experiment stopped by user.');
    return true;
  }

  /** The answer of GetExperiment. Do not change it: parts of it are shared. */
  public describe(time: number): object {
    this.advance(time);
    this.description ??= this.describeAllButState();
    return { ...this.description, State: this.state(time) };
  }

  /** The answer of ListExperiments. */
  public summary(time: number): object {
    this.advance(time);
    return {
      Id: this.id,
      Arn: this.arn,
      ExperimentTemplateId: this.template.id,
      State: this.state(time),
      ...times({ CreationTime: this.creationTime }),
      Tags: this.tags,
      ExperimentOptions: this.options(),
    };
  }

  private describeAllButState(): object {
    const { template } = this;
    return {
      Id: this.id,
      Arn: this.arn,
      ExperimentTemplateId: template.id,
      RoleArn: template.roleArn,
      Targets: template.targets,
      Actions: Object.fromEntries(this.actions.map(({ action, status, startTime, endTime }) => [action.name, {
        ActionId: action.actionId,
        Parameters: action.parameters,
        Targets: action.targets,
        StartAfter: action.startAfter,
        State: { Status: status, Reason: `Action is ${status}.` },
        ...times({ StartTime: startTime, EndTime: endTime }),
      }])),
      StopConditions: template.stopConditions,
      ...times({ CreationTime: this.creationTime, StartTime: this.startTime, EndTime: this.endTime }),
      Tags: this.tags,
      ...(template.logConfiguration && { LogConfiguration: template.logConfiguration }),
      ExperimentOptions: this.options(),
      TargetAccountConfigurationsCount: 0,
    };
  }

  private options(): object {
    return { ...this.template.experimentOptions, ActionsMode: this.skipAll ? 'skip-all' : 'run-all' };
  }

  private state(time: number): object {
    const after = (time - this.creationTime) / 1000;
    const shown = ACTIVE.includes(this.current()) && this.script.shows?.find(({ from, to }) => after >= from && after < (to ?? Infinity));
    return {
      Status: shown ? shown.status : this.current(),
      Reason: this.reason,
      ...(this.errorCode && { Error: { Code: this.errorCode, Location: 'experiment', AccountId: '111122223333' } }),
    };
  }

  private current(): ExperimentStatus {
    return this.course[this.course.length - 1].status;
  }

  private become(status: ExperimentStatus, time: number, reason: string) {
    this.course.push({ time, status });
    this.reason = reason;
    if (!ACTIVE.includes(status)) this.endTime = time;
  }

  /** What happens if nothing interferes. An early end is planned first, so it comes first if two things happen at the same instant. */
  private plan(leverIsEngaged: boolean) {
    const { pendingFor = 1, initiatingFor = 10, ends = 'completed', endsAfter } = this.script;
    const initiating = this.creationTime + pendingFor * 1000;
    const running = initiating + initiatingFor * 1000;
    const early = endsAfter === undefined ? undefined : this.creationTime + endsAfter * 1000;
    if (leverIsEngaged) {
      this.step(initiating, time => this.finish('cancelled', time, 'The safety lever is engaged.'));
    } else if (ends === 'cancelled') {
      this.step(early ?? initiating, time => this.finish('cancelled', time, 'Experiment cancelled.'));
    } else if (ends === 'failed') {
      this.step(early ?? running, time => this.fail(time, 'InvalidTarget'));
    }
    this.step(initiating, time => {
      this.startTime = time;
      this.become('initiating', time, 'Experiment is initiating.');
    });
    this.step(running, time => this.become('running', time, 'Experiment is running.'));
    const done = this.planActions(running);
    if (ends === 'completed') this.step(done, time => this.finish('completed', time, 'Experiment completed'));
    this.steps.sort((a, b) => a.time - b.time);
  }

  /** Returns when the last action has ended. */
  private planActions(running: number): number {
    const ends = new Map<string, number>();
    const endOf = (name: string): number => {
      const known = ends.get(name);
      if (known !== undefined) return known;
      const state = this.actions.find(({ action }) => action.name === name);
      if (!state) throw new Error(`template ${this.template.id}: there is no action '${name}' to start after`);
      ends.set(name, NaN); // a circle gives NaN, which the next line rejects
      const start = Math.max(running, ...state.action.startAfter.map(endOf));
      if (Number.isNaN(start)) throw new Error(`template ${this.template.id}: action '${name}' starts after itself`);
      const end = this.planAction(state, start);
      ends.set(name, end);
      return end;
    };
    return Math.max(running, ...this.actions.map(({ action }) => endOf(action.name)));
  }

  /** Returns when the action has ended. */
  private planAction(state: ActionState, start: number): number {
    const { name } = state.action;
    if (this.skipAll || this.script.skippedActions?.includes(name)) {
      this.step(start, time => this.end(state, 'skipped', time));
      return start;
    }
    this.step(start, time => {
      state.status = 'running';
      state.startTime = time;
    });
    if (this.script.failedActions?.includes(name)) {
      this.step(start, time => {
        this.end(state, 'failed', time);
        this.fail(time, 'DependentServiceFailure');
      });
      return start;
    }
    const end = start + (this.script.actionSeconds?.[name] ?? durationOf(state.action)) * 1000;
    this.step(end, time => this.end(state, 'completed', time));
    return end;
  }

  private step(time: number, apply: (time: number) => void) {
    if (time !== Infinity) this.steps.push({ time, apply });
  }

  private advance(now: number) {
    for (;;) {
      const status = this.current();
      const next = this.steps[0]?.time ?? Infinity;
      const halt = ACTIVE.includes(status) && status !== 'stopping' ? this.halt.time : Infinity;
      if (Math.min(next, halt) > now) return;
      this.description = undefined;
      if (halt < next) this.stopNow(halt, this.halt.reason);
      else this.steps.shift()!.apply(next);
    }
  }

  private stopNow(time: number, reason: string) {
    const { stoppingFor = 20 } = this.script;
    this.description = undefined;
    this.become('stopping', time, reason);
    for (const state of this.actions) {
      if (state.status === 'running') state.status = 'stopping';
      else if (state.status === 'pending') state.status = 'cancelled';
    }
    this.steps = [];
    this.step(time + stoppingFor * 1000, end => this.finish('stopped', end, reason));
  }

  private fail(time: number, errorCode: string) {
    this.errorCode = this.script.errorCode ?? errorCode;
    this.finish('failed', time, 'Experiment failed.');
  }

  private finish(status: ExperimentStatus, time: number, reason: string) {
    this.steps = [];
    for (const state of this.actions) {
      if (state.status === 'pending') state.status = 'cancelled';
      else if (state.status === 'running' || state.status === 'stopping') this.end(state, 'stopped', time);
    }
    this.become(status, time, this.script.reason ?? reason);
  }

  private end(state: ActionState, status: ActionStatus, time: number) {
    state.status = status;
    state.startTime ??= time;
    state.endTime = time;
  }
}

/** The answer of GetExperimentTemplate. */
export function describeTemplate({ id, roleArn, actions, targets, stopConditions, experimentOptions, logConfiguration }: ExperimentTemplate): object {
  return {
    Id: id,
    Arn: `arn:aws:fis:eu-west-1:111122223333:experiment-template/${id}`,
    Description: 'simulated',
    Targets: targets,
    Actions: Object.fromEntries(actions.map(({ name, actionId, parameters, targets: hit, startAfter }) => [name, {
      ActionId: actionId, Parameters: parameters, Targets: hit, ...(startAfter.length > 0 && { StartAfter: startAfter }),
    }])),
    StopConditions: stopConditions,
    ...times({ CreationTime: 0, LastUpdateTime: 0 }),
    RoleArn: roleArn,
    Tags: {},
    ...(logConfiguration && { LogConfiguration: logConfiguration }),
    ExperimentOptions: experimentOptions,
    TargetAccountConfigurationsCount: 0,
  };
}

/** A template from its CloudFormation properties or from an API request. Keys may be in PascalCase or camelCase. */
export function experimentTemplate(id: string, source: object): ExperimentTemplate {
  const template = pascalCase(source, 1);
  return {
    id,
    roleArn: template.RoleArn ?? 'arn:aws:iam::111122223333:role/experiment',
    actions: Object.entries<any>(template.Actions ?? {}).map(([name, value]) => {
      const action = pascalCase(value, 1);
      const { ActionId: actionId, Parameters: parameters = {}, Targets: targets = {}, StartAfter: startAfter = [] } = action;
      return { name, actionId, parameters, targets, startAfter };
    }),
    targets: Object.fromEntries(Object.entries<any>(template.Targets ?? {}).map(([name, value]) => [name, pascalCase(value, 1)])),
    stopConditions: (template.StopConditions ?? []).map((condition: object) => pascalCase(condition, 1)),
    experimentOptions: { AccountTargeting: 'single-account', EmptyTargetResolutionMode: 'fail', ...pascalCase(template.ExperimentOptions ?? {}, 1) },
    ...(template.LogConfiguration && { logConfiguration: pascalCase(template.LogConfiguration, 2) }),
  };
}

function pascalCase(value: any, depth: number): any {
  if (depth === 0 || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key[0].toUpperCase() + key.slice(1), pascalCase(member, depth - 1)]));
}

function durationOf(action: ExperimentAction): number {
  const { duration, startInstancesAfterDuration } = action.parameters;
  return seconds(duration ?? startInstancesAfterDuration) ?? INSTANT;
}

/** An ISO 8601 duration like PT1H5M in seconds. */
export function seconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(duration);
  if (!match) throw new Error(`'${duration}' is not an ISO 8601 duration`);
  const [days, hours, minutes, rest] = match.slice(1).map(part => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + rest;
}

function times(all: { [name: string]: number | undefined }): object {
  return Object.fromEntries(Object.entries(all).flatMap(([name, time]) => (time === undefined ? [] : [[name, new Date(time).toISOString()]])));
}
