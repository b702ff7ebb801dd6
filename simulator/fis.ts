/**
 * Simulated FIS, with the requests, answers, errors and quota of the API.
 */
import { VirtualClock } from './clock';
import { SimulatedCloudWatch } from './cloudwatch';
import { TaskError } from './errors';
import { ExperimentScript, ExperimentTemplate, SimulatedExperiment, describeTemplate } from './experiment';
import { canonical, checkRange, checkRequest, page } from './requests';
import { Moment, Origins, Timeline } from './timeline';

export interface SafetyLeverChange {
  /** Seconds since the start of the clock, or since `from`. */
  readonly at: number;
  readonly from?: 'clock' | 'experiment';
  readonly status: 'engaged' | 'engaging' | 'disengaged';
}

export interface FisOptions {
  readonly templates?: readonly ExperimentTemplate[];
  /** The course of the experiments: one script for all, or a function of the number of the experiment, from 1. */
  readonly script?: ExperimentScript | ((nth: number) => ExperimentScript);
  readonly safetyLever?: readonly SafetyLeverChange[];
  /** The order of ListExperiments; by default newest first. */
  readonly listOrder?: (newestFirst: readonly SimulatedExperiment[]) => readonly SimulatedExperiment[];
  /** Seconds until ListExperiments shows a new experiment; by default 0. */
  readonly listingLag?: number;
}

const INVALID = 'Fis.ValidationException';
const MAX_ACTIVE = 5;

export class SimulatedFis {
  /** In the order of their creation. */
  public readonly experiments: SimulatedExperiment[] = [];
  private readonly requests = new Map<string, string>();
  private readonly safetyLever: Timeline<SafetyLeverChange['status']>;

  constructor(
    private readonly clock: VirtualClock,
    private readonly origins: Origins,
    private readonly cloudWatch: SimulatedCloudWatch,
    private readonly options: FisOptions,
  ) {
    const changes = (options.safetyLever ?? []).map(({ at, from, status }) => ({ at, from, value: status }));
    this.safetyLever = new Timeline(origins, 'disengaged', changes);
  }

  /** Experiments that are pending, initiating, running or stopping now. */
  public activeExperiments(): SimulatedExperiment[] {
    return this.experiments.filter(experiment => experiment.isActive(this.clock.now()));
  }

  /** All statuses of the safety lever up to a time, in order. */
  public leverCourse(time: number): ReadonlyArray<Moment<SafetyLeverChange['status']>> {
    return this.safetyLever.until(time);
  }

  /** StartExperiment. `script` replaces the one in the options, for experiments that somebody else starts, or started long ago. */
  public startExperiment(request: any, script?: ExperimentScript, createdAt = this.clock.now()): object {
    checkRequest(request, { ClientToken: 'string!', ExperimentTemplateId: 'string!', ExperimentOptions: 'object', Tags: 'stringMap' }, INVALID);
    checkRequest(request.ExperimentOptions ?? {}, { ActionsMode: 'string' }, INVALID);
    const { ClientToken: token, ExperimentTemplateId: templateId, Tags: tags = {}, ExperimentOptions: options = {} } = request;
    if (!/^\S{1,1024}$/.test(token)) throw new TaskError(INVALID, 'ClientToken has 1 to 1024 characters and no white space');
    if (!['run-all', 'skip-all', undefined].includes(options.ActionsMode)) throw new TaskError(INVALID, 'ActionsMode is run-all or skip-all');
    checkRange('the number of Tags', Object.keys(tags).length, 0, 50, INVALID);
    const known = this.experiments.find(experiment => experiment.clientToken === token);
    if (known) {
      if (this.requests.get(token) !== canonical(request)) throw new TaskError('Fis.ConflictException', 'the client token was used with another request');
      return this.answer(known);
    }
    const template = this.options.templates?.find(({ id }) => id === templateId);
    if (!template) throw new TaskError('Fis.ResourceNotFoundException', `experiment template '${templateId}' does not exist`);
    if (this.activeExperiments().length >= MAX_ACTIVE) throw new TaskError('Fis.ServiceQuotaExceededException', `${MAX_ACTIVE} experiments are active`);
    const experiment = this.create(template, request, createdAt, script);
    this.requests.set(token, canonical(request));
    return this.answer(experiment);
  }

  public getExperiment(request: any): object {
    return this.answer(this.find(request));
  }

  public stopExperiment(request: any): object {
    const experiment = this.find(request);
    if (!experiment.stop(this.clock.now())) throw new TaskError(INVALID, `experiment '${experiment.id}' has ended`);
    return this.answer(experiment);
  }

  public getExperimentTemplate(request: any): object {
    checkRequest(request, { Id: 'string!' }, INVALID);
    const template = this.options.templates?.find(({ id }) => id === request.Id);
    if (!template) throw new TaskError('Fis.ResourceNotFoundException', `experiment template '${request.Id}' does not exist`);
    return { ExperimentTemplate: describeTemplate(template) };
  }

  public listExperiments(request: any): object {
    checkRequest(request, { ExperimentTemplateId: 'string', MaxResults: 'integer', NextToken: 'string' }, INVALID);
    checkRange('MaxResults', request.MaxResults, 1, 100, INVALID);
    const now = this.clock.now();
    const visible = [...this.experiments].reverse().filter(({ creationTime }) => now >= creationTime + (this.options.listingLag ?? 0) * 1000);
    const ordered = this.options.listOrder?.(visible) ?? visible;
    const found = ordered.filter(({ template }) => request.ExperimentTemplateId === undefined || template.id === request.ExperimentTemplateId);
    const { items, nextToken } = page(found, request.MaxResults ?? 100, request.NextToken, INVALID);
    return { Experiments: items.map(experiment => experiment.summary(now)), ...(nextToken && { NextToken: nextToken }) };
  }

  public getSafetyLever(request: any): object {
    checkRequest(request, { Id: 'string!' }, INVALID);
    if (request.Id !== 'default') throw new TaskError('Fis.ResourceNotFoundException', `safety lever '${request.Id}' does not exist`);
    const status = this.safetyLever.at(this.clock.now());
    return {
      SafetyLever: {
        Id: 'default', Arn: 'arn:aws:fis:eu-west-1:111122223333:safety-lever/default', State: { Status: status, Reason: `The lever is ${status}.` },
      },
    };
  }

  private create(template: ExperimentTemplate, request: any, createdAt: number, script?: ExperimentScript): SimulatedExperiment {
    const nth = this.experiments.length + 1;
    if (!script) this.origins.experiment ??= createdAt;
    const { script: scripted = {} } = this.options;
    const alarms = template.stopConditions.flatMap(({ Value }) => (Value === undefined ? [] : this.cloudWatch.alarmByArn(Value) ?? []));
    const experiment = new SimulatedExperiment(
      `EXP${String(nth).padStart(6, '0')}`,
      template,
      request.ClientToken,
      request.Tags ?? {},
      request.ExperimentOptions?.ActionsMode === 'skip-all',
      createdAt,
      script ?? (typeof scripted === 'function' ? scripted(nth) : scripted),
      {
        alarm: from => Math.min(Infinity, ...alarms.map(alarm => alarm.firstAlarm(from))),
        safetyLever: from => this.safetyLever.first(status => status !== 'disengaged', from),
      },
    );
    this.experiments.push(experiment);
    return experiment;
  }

  private find(request: any): SimulatedExperiment {
    checkRequest(request, { Id: 'string!' }, INVALID);
    const experiment = this.experiments.find(({ id }) => id === request.Id);
    if (!experiment) throw new TaskError('Fis.ResourceNotFoundException', `experiment '${request.Id}' does not exist`);
    return experiment;
  }

  private answer(experiment: SimulatedExperiment): object {
    return { Experiment: experiment.describe(this.clock.now()) };
  }
}
