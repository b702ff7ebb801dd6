import { AspectPriority, Aspects, Duration, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as events from 'aws-cdk-lib/aws-events';
import * as fis from 'aws-cdk-lib/aws-fis';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IConstruct } from 'constructs';
import { Experiment } from './experiment';
import { GateMode, InsufficientData } from './gate-options';
import { checkGate } from './private/checks/gate';
import { lint, lintRole, lintTargets } from './private/checks/lints';
import { Gate } from './private/gate/construct';
import { DEFAULT_RECOVERY_TIMEOUT, DEFAULT_STEADY_STATE_TIMEOUT } from './private/limits';
import { machineArn, machineName } from './private/machine/construct';
import { GateAction, checkAction } from './private/pipeline/action';
import { verdictPattern } from './private/pipeline/events';
import { throwProblems, warn } from './private/problems';
import { ExperimentTemplate } from './private/template/construct';
import type { ExperimentData } from './private/template/data';
import { Watchdog } from './private/watchdog/construct';
import { Verdict } from './verdict';

/**
 * Properties of a `ChaosExperiment`.
 */
export interface ChaosExperimentProps {
  /**
   * The experiment to run.
   */
  readonly experiment: Experiment;

  /**
   * The guard alarms: stop conditions of the experiment, and the measure of a steady state before and after it.
   *
   * One to five metric or composite alarms in the account and Region of the gate. An empty list is an error unless `unguarded` is true.
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html
   */
  readonly alarms: cloudwatch.IAlarm[];

  /**
   * Run the experiment without any guard alarm.
   *
   * Nothing stops the experiment when it harms the system, and the verdict says only that the faults were injected.
   *
   * @default false
   */
  readonly unguarded?: boolean;

  /**
   * Whether the gate stops a release, or only reports its verdict.
   *
   * @default GateMode.ENFORCE
   */
  readonly mode?: GateMode;

  /**
   * What a guard alarm in the state INSUFFICIENT_DATA means.
   *
   * @default InsufficientData.NOT_STEADY
   */
  readonly insufficientData?: InsufficientData;

  /**
   * How long to wait for all guard alarms to be OK, and for an earlier experiment of this gate to end, before giving up with the
   * verdict `NotSteady` or `Blocked`.
   *
   * Whole seconds, from 0 (look once) to 1 hour.
   *
   * @default Duration.minutes(5)
   */
  readonly steadyStateTimeout?: Duration;

  /**
   * How long the experiment may run before the gate stops it with the verdict `TimedOut`.
   *
   * Whole seconds, from the expected duration of the experiment, but at least 1 minute, to 13 hours.
   *
   * @default - the expected duration of the experiment, and 15 minutes for FIS to start up and to clean up; that of an existing template is
   * read when the gate runs
   */
  readonly timeout?: Duration;

  /**
   * How long to observe the guard alarms after the experiment has completed. Alarms go off some time after the fault.
   *
   * Whole seconds, from 0 to 6 hours.
   *
   * @default - read from the guard alarms at run time: the longest period times its evaluation periods, and 2 minutes; at most 1 hour (also
   * if a metric alarm does not show its periods), and 5 minutes if there are only composite alarms
   */
  readonly observationTime?: Duration;

  /**
   * How long a guard alarm that left the OK state may take to return to it, counted from the end of the observation.
   *
   * The gate fails in any case. This time decides between the verdicts `AlarmFired` and `NotRecovered`. Where missing data is accepted, it
   * is also how long an alarm without data may take to return to OK, with the verdict `Passed`. Whole seconds, from 0 to 6 hours.
   *
   * @default Duration.minutes(5)
   */
  readonly recoveryTimeout?: Duration;

  /**
   * The role that FIS assumes to inject the faults. The permissions that the faults need are added to it.
   *
   * A role of your own must trust `fis.amazonaws.com`. One that cannot be changed, such as an imported one that is immutable or of another
   * account, must have the permissions already; a warning names them.
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html
   * @default - a role with exactly the permissions that the faults need; an existing template has its own
   */
  readonly role?: iam.IRole;

  /**
   * The name of the pipeline that runs the gate, if that pipeline is defined in another stack or stage of the app, in the account and
   * Region of the gate.
   *
   * The watchdog checks its runs, and stops the gate when one is stopped and abandoned. A pipeline in the stack of the gate needs no name
   * here, and one in another account or Region cannot be checked. Up to 100 letters, digits and the characters `.`, `@`, `-`, `_`.
   *
   * @default - no such pipeline is checked; a gate in an abandoned run continues until it ends, at its deadline at the latest
   */
  readonly pipelineName?: string;
}

/**
 * Options of the action that runs a gate in a pipeline.
 */
export interface ChaosExperimentActionOptions {
  /**
   * The name of the action: 1 to 100 letters, digits and the characters `.`, `@`, `-`, `_`; unique in its stage.
   */
  readonly actionName: string;

  /**
   * When the action runs among the others of its stage, from 1 to 999. Take a higher one than that of the deployment it should judge.
   *
   * @default 1
   */
  readonly runOrder?: number;

  /**
   * The namespace of the variables `StateMachineArn` and `ExecutionArn` that the action gives out.
   *
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
   * @default - no namespace
   */
  readonly variablesNamespace?: string;
}

/**
 * Options of `ChaosExperiment.onVerdict`.
 */
export interface OnVerdictOptions extends events.OnEventOptions {
  /**
   * The verdicts to report. An execution that ended without a verdict, because it was aborted or timed out, counts as `GATE_ERROR`.
   *
   * @default - all verdicts, and executions that ended without one
   */
  readonly verdicts?: Verdict[];
}

/**
 * A gate: a FIS experiment that is started, watched and judged by a state machine, and stopped when anything goes wrong.
 *
 * The execution of the machine succeeds only with the verdict `Passed`. It needs no input: whatever can start a state machine can run it.
 *
 * Options that are legal but risky give a warning. `Annotations.of(…).acknowledgeWarning(id)` silences it. The ids, each after
 * `cdk-chaos-experiment-stage:`, are
 *
 * - `unguarded`: no alarm guards the experiment
 * - `instantFault`: a fault ends at once and no action runs after it, so that no stop condition is watched
 * - `guardCannotFire`: a guard alarm that the experiment cannot bring into ALARM, as far as its own settings tell
 * - `terminatesAll`: all instances that a target matches are terminated
 * - `instancesStayStopped`: instances are stopped and nothing starts them again
 * - `stoppedInstancesReplaced`: instances of an Auto Scaling group are to be started again, which then has terminated them
 * - `ecsNotPrepared`: a task definition lacks what an ECS fault needs
 * - `lambdaNotPrepared`: a function lacks what a Lambda fault needs
 * - `instancesNotManaged`: the role of instances does not let Systems Manager reach them
 * - `roleNotChanged`: the role that was passed in cannot be given permissions
 * - `unknownParameter`: `FaultAction.custom` has a parameter that the library does not know of this action
 * - `parallelPipeline`: the pipeline of a `ChaosExperimentStage` runs its executions in parallel
 * - `otherPipeline`: the gate runs in a pipeline other than the one that `pipelineName` names
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/what-is.html
 * @example
 * declare const staging: codepipeline.IStage;
 * declare const experiment: Experiment;
 * declare const tooManyErrors: cloudwatch.Alarm;
 *
 * // after the deployment and in the same stage, so that the gate judges the release that was just deployed
 * const gate = new ChaosExperiment(this, 'Gate', { experiment, alarms: [tooManyErrors] });
 * staging.addAction(gate.action({ actionName: 'Chaos', runOrder: 2 }));
 */
export class ChaosExperiment extends Construct {
  /** The gate: its executions succeed or fail by the verdict. */
  public readonly stateMachine: sfn.StateMachine;

  /** The watchdog: one execution beside each of the gate, which stops the experiment when the gate no longer can. */
  public readonly watchdog: sfn.StateMachine;

  /** In ALARM when an execution of the watchdog did not succeed: then an experiment may have been left running. It has no action yet. */
  public readonly watchdogAlarm: cloudwatch.Alarm;

  /** The experiment template that the gate runs; undefined if it existed already. */
  public readonly experimentTemplate?: fis.CfnExperimentTemplate;

  /** The id of the experiment template. It changes when CloudFormation has to replace the template, for example when its tags change. */
  public readonly experimentTemplateId: string;

  /** The ARN of the experiment template. */
  public readonly experimentTemplateArn: string;

  /** The role that FIS assumes to inject the faults; undefined if the template existed already. */
  public readonly experimentRole?: iam.IRole;

  /** Where FIS writes what it does; undefined if it writes to an S3 bucket, or if the template existed already. */
  public readonly experimentLogGroup?: logs.ILogGroup;

  private readonly pipelineWatch: Watchdog;
  private readonly gateName: string;
  private readonly mode: GateMode;
  private readonly pipelineName?: string;

  /**
   * @throws if the experiment or an option is wrong; the message lists all problems
   */
  constructor(scope: Construct, id: string, props: ChaosExperimentProps) {
    super(scope, id);
    const experiment = props.experiment._data;
    const gateData = { ...props, experiment };
    throwProblems(this, checkGate(this, gateData));

    const template = experiment.template && new ExperimentTemplate(this, 'Template', { template: experiment.template, alarms: props.alarms, role: props.role });
    const templateId = template?.templateId ?? experiment.templateId!;
    const watchdogName = machineName(this, 'Watchdog');
    const gate = new Gate(this, 'Gate', {
      experimentTemplateId: templateId,
      watchdogName,
      alarms: props.alarms,
      experiment: knownExperiment(experiment),
      mode: props.mode ?? GateMode.ENFORCE,
      insufficientData: props.insufficientData ?? InsufficientData.NOT_STEADY,
      steadyStateTimeout: props.steadyStateTimeout?.toSeconds() ?? DEFAULT_STEADY_STATE_TIMEOUT,
      timeout: props.timeout?.toSeconds(),
      observationTime: props.observationTime?.toSeconds(),
      recoveryTimeout: props.recoveryTimeout?.toSeconds() ?? DEFAULT_RECOVERY_TIMEOUT,
    });
    const watchdog = new Watchdog(this, 'Watchdog', {
      watchdogName,
      gateName: gate.gateName,
      gateBound: gate.bound,
      pipelineName: props.pipelineName,
    });

    this.stateMachine = gate.stateMachine;
    this.watchdog = watchdog.stateMachine;
    this.watchdogAlarm = watchdog.alarm;
    this.pipelineWatch = watchdog;
    this.gateName = gate.gateName;
    this.mode = props.mode ?? GateMode.ENFORCE;
    this.pipelineName = props.pipelineName;
    this.experimentTemplate = template?.resource;
    this.experimentTemplateId = templateId;
    this.experimentTemplateArn = gate.experimentTemplateArn;
    this.experimentRole = template?.role;
    this.experimentLogGroup = template?.logGroup;

    for (const warning of [...lint(gateData), ...(template ? lintRole(template.role, template.statements) : [])]) { warn(this, warning); }
    // The constructs that faults hit may change until the app is complete. An acknowledgement given before reaches only what is below its construct.
    const lookAtTargets = (node: IConstruct) => {
      if (template && node === this) { lintTargets(experiment).forEach((warning) => warn(template, warning)); }
    };
    Aspects.of(this).add({ visit: lookAtTargets }, { priority: AspectPriority.READONLY });
  }

  /**
   * An action that runs the gate, for a stage of any pipeline.
   *
   * In the stage that deploys a release, after the deployment, it judges that release. The pipeline may be in another account or Region; in
   * CDK Pipelines use `ChaosExperimentStep`.
   *
   * @throws if an option is wrong, or if gate or pipeline are in a Region in which CodePipeline has no Step Functions action
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html
   */
  public action(options: ChaosExperimentActionOptions): codepipeline.IAction {
    throwProblems(this, checkAction(this, options));
    return this.gateAction(options, this.stateMachine, false);
  }

  /**
   * An action that runs the gate and refers to nothing in its stack, for a pipeline that may not.
   *
   * @internal
   */
  public _actionByName(scope: Construct, options: ChaosExperimentActionOptions): codepipeline.IAction {
    throwProblems(this, [...checkAction(this, options), ...this.checkEnvironment()]);
    const byName = sfn.StateMachine.fromStateMachineArn(scope, `${options.actionName}Gate`, machineArn(this, this.gateName));
    return this.gateAction(options, byName, true);
  }

  /**
   * A rule for the ends of executions of the gate, of all of them or of those with certain verdicts.
   *
   * It depends on the events of Step Functions, which AWS delivers as best it can: tell people with it, and decide nothing by it. The verdict
   * document is text in the field `cause` of the event's detail, or in `output` where the gate let the release go on.
   *
   * @throws if `verdicts` is an empty list
   * @example
   * declare const gate: ChaosExperiment;
   * declare const team: sns.Topic;
   *
   * gate.onVerdict('NotResilient', {
   *   verdicts: [Verdict.STOP_CONDITION_TRIGGERED, Verdict.ALARM_FIRED, Verdict.NOT_RECOVERED],
   *   target: new targets.SnsTopic(team),
   * });
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
   */
  public onVerdict(id: string, options: OnVerdictOptions = {}): events.Rule {
    const { verdicts, target, ...rule } = options;
    throwProblems(this, verdicts?.length === 0 ? [`onVerdict '${id}': 'verdicts' is empty, so nothing would ever be reported; leave it out to report all of them`] : []);
    const made = new events.Rule(rule.crossStackScope ?? this, id, rule);
    made.addEventPattern(verdictPattern(this.stateMachine.stateMachineArn, this.mode, verdicts));
    made.addTarget(target);
    return made;
  }

  private gateAction(options: ChaosExperimentActionOptions, stateMachine: sfn.IStateMachine, byName: boolean): codepipeline.IAction {
    return new GateAction({
      options,
      gate: this,
      stateMachine,
      byName,
      experimentTemplateId: this.experimentTemplateId,
      watchPipeline: (pipeline) => this.pipelineWatch.watchPipeline(pipeline),
      pipelineName: this.pipelineName,
    });
  }

  private checkEnvironment(): string[] {
    const { account, region } = Stack.of(this);
    return !Token.isUnresolved(account) && !Token.isUnresolved(region) ? [] : [
      'the stack of the gate has no fixed account and Region, from which a pipeline elsewhere could know the ARN of the gate; '
      + 'set \'env\' on the stage or the stack',
    ];
  }
}

/** What synthesis knows of an experiment, unless its template exists already. */
function knownExperiment({ template, expectedDuration }: ExperimentData) {
  return template && {
    faultNames: Object.entries(template.actions).filter(([, { injects }]) => injects).map(([name]) => name),
    expectedDuration: expectedDuration!.toSeconds(),
  };
}
