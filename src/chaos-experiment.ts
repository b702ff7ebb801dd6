import { Annotations, Duration, Lazy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as codepipeline_actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as fis from 'aws-cdk-lib/aws-fis';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Experiment } from './experiment';
import { GateMode, InsufficientData } from './gate-options';
import { checkGate, throwProblems } from './private/checks';
import { PACKAGE } from './private/constants';
import { ExperimentTemplate } from './private/experiment-template';
import { Gate } from './private/gate';
import { machineName } from './private/machine';
import { Watchdog } from './private/watchdog';

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
   * Nothing then stops the experiment when the system suffers, and the verdict only says that the faults were injected.
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
   * Whole seconds, from the expected duration of the experiment to 13 hours.
   *
   * @default - the expected duration of the experiment, and 15 minutes for FIS to start up and to clean up
   */
  readonly timeout?: Duration;

  /**
   * How long the guard alarms are observed after the experiment has completed: alarms trail the fault.
   *
   * Whole seconds, from 0 to 6 hours.
   *
   * @default - read from the guard alarms at run time: the longest period times its evaluation periods, and 2 minutes; at most 1 hour (also
   * if a metric alarm does not tell its periods), and
   * 5 minutes if there are only composite alarms
   */
  readonly observationTime?: Duration;

  /**
   * How long a guard alarm that left OK may take to be OK again, counted from the end of the observation.
   *
   * It fails the gate in any case; this tells the verdict `AlarmFired` from `NotRecovered`. Where missing data is accepted, it is also how
   * long an alarm that ran out of data may take to be OK again, with the verdict `Passed`. Whole seconds, from 0 to 6 hours.
   *
   * @default Duration.minutes(5)
   */
  readonly recoveryTimeout?: Duration;

  /**
   * The role that FIS assumes to inject the faults. The permissions that the faults need are added to it.
   *
   * A role of your own must trust `fis.amazonaws.com`; an imported one cannot be changed and must have the permissions already.
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html
   * @default - a role with exactly the permissions that the faults need
   */
  readonly role?: iam.IRole;
}

/**
 * Options of the action that runs a gate in a pipeline.
 */
export interface ChaosExperimentActionOptions {
  /**
   * The name of the action, unique in its stage.
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
 * A gate: a FIS experiment that is started, watched and judged by a state machine, and stopped when anything goes wrong.
 *
 * The execution of the machine succeeds with the verdict `Passed` alone. It takes no input, so besides a pipeline anything
 * that can start a state machine can run it.
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

  /** The experiment template that the gate runs. */
  public readonly experimentTemplate: fis.CfnExperimentTemplate;

  /** The id of the experiment template. It changes when CloudFormation has to replace the template, for example when its tags change. */
  public readonly experimentTemplateId: string;

  /** The ARN of the experiment template. */
  public readonly experimentTemplateArn: string;

  /** The role that FIS assumes to inject the faults. */
  public readonly experimentRole: iam.IRole;

  /** Where FIS writes what it does. */
  public readonly experimentLogGroup: logs.ILogGroup;

  private readonly pipelineWatch: Watchdog;

  /**
   * @throws if the experiment or an option is wrong; the message lists all problems
   */
  constructor(scope: Construct, id: string, props: ChaosExperimentProps) {
    super(scope, id);
    throwProblems(this, checkGate(props));

    const template = new ExperimentTemplate(this, 'Template', props);
    const watchdogName = machineName(this, 'Watchdog');
    const gate = new Gate(this, 'Gate', {
      template,
      watchdogName,
      alarms: props.alarms,
      faultNames: faultNames(props.experiment),
      mode: props.mode ?? GateMode.ENFORCE,
      insufficientData: props.insufficientData ?? InsufficientData.NOT_STEADY,
      steadyStateTimeout: (props.steadyStateTimeout ?? DEFAULT_STEADY_STATE_TIMEOUT).toSeconds(),
      expectedDuration: props.experiment.expectedDuration.toSeconds(),
      timeout: (props.timeout ?? props.experiment.expectedDuration.plus(SLACK)).toSeconds(),
      observationTime: props.observationTime?.toSeconds(),
      recoveryTimeout: (props.recoveryTimeout ?? DEFAULT_RECOVERY_TIMEOUT).toSeconds(),
    });
    const watchdog = new Watchdog(this, 'Watchdog', {
      watchdogName,
      gateName: gate.gateName,
      gateBound: gate.bound,
      experimentTemplateId: template.templateId,
    });

    this.stateMachine = gate.stateMachine;
    this.watchdog = watchdog.stateMachine;
    this.watchdogAlarm = watchdog.alarm;
    this.pipelineWatch = watchdog;
    this.experimentTemplate = template.resource;
    this.experimentTemplateId = template.templateId;
    this.experimentTemplateArn = template.templateArn;
    this.experimentRole = template.role;
    this.experimentLogGroup = template.logGroup;

    if (props.unguarded) {
      Annotations.of(this).addWarningV2(`${PACKAGE}:unguarded`,
        'no alarm guards the experiment: nothing stops it when the system suffers, and a release passes whether the system bore the faults or not');
    }
    for (const [name, action] of Object.entries(props.experiment._definition.actions)) {
      action._data.warnings.forEach((warning) => Annotations.of(this).addWarningV2(`${PACKAGE}:${warning.id}`, `action '${name}': ${warning.text}`));
    }
  }

  /**
   * An action that runs the gate, for a stage of any pipeline.
   *
   * In the stage that deploys a release, after the deployment, it judges that release.
   *
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html
   */
  public action(options: ChaosExperimentActionOptions): codepipeline.IAction {
    return new GateAction(options, this, (pipeline) => this.pipelineWatch.watchPipeline(pipeline));
  }
}

/** A Step Functions action that tells the watchdog which pipeline it was put into, as soon as that is known. */
class GateAction extends codepipeline_actions.StepFunctionInvokeAction {
  private pipelineKey?: string;

  constructor(
    options: ChaosExperimentActionOptions,
    gate: ChaosExperiment,
    private readonly watchPipeline: (pipeline: codepipeline.IPipeline) => string | undefined,
  ) {
    super({
      ...options,
      stateMachine: gate.stateMachine,
      stateMachineInput: codepipeline_actions.StateMachineInput.literal({
        experimentTemplateId: gate.experimentTemplateId,
        pipeline: Lazy.string({ produce: () => this.pipelineKey ?? '' }),
        pipelineExecutionId: codepipeline.GlobalVariables.executionId,
      }),
    });
  }

  protected bound(scope: Construct, stage: codepipeline.IStage, options: codepipeline.ActionBindOptions): codepipeline.ActionConfig {
    this.pipelineKey = this.watchPipeline(stage.pipeline);
    return super.bound(scope, stage, options);
  }
}

const DEFAULT_STEADY_STATE_TIMEOUT = Duration.minutes(5);
const DEFAULT_RECOVERY_TIMEOUT = Duration.minutes(5);

/** What FIS needs beyond the durations of the actions: start-up, target resolution, post actions such as starting instances again. */
const SLACK = Duration.minutes(15);

function faultNames(experiment: Experiment): string[] {
  return Object.entries(experiment._definition.actions).filter(([, action]) => action._data.injects).map(([name]) => name);
}
