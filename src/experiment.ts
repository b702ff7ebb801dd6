import { Duration } from 'aws-cdk-lib';
import { ExperimentLogging } from './experiment-logging';
import { ExperimentReport } from './experiment-report';
import { FaultAction } from './fault-action.generated';
import { criticalPath } from './private/fault/critical-path';
import { sortedByName } from './private/fault/sorted';
import type { ExperimentData } from './private/template/data';

/**
 * What FIS does about a target that matches no resource when the experiment starts.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-options.html
 */
export enum EmptyTargetResolutionMode {
  /** The experiment fails. */
  FAIL = 'fail',

  /**
   * The actions on that target are skipped, and the others run.
   *
   * A target that lists ARNs still fails the experiment if one of them does not exist.
   */
  SKIP = 'skip',
}

/**
 * What an experiment does. Used by `Experiment.define`.
 */
export interface ExperimentDefinition {
  /**
   * The actions of the experiment, by name. A name is what `GetExperiment`, logs and verdicts show.
   *
   * Between 1 and 20 actions, at least one of which injects a fault. A name has 1 to 64 characters and no white space.
   * Actions start together with the experiment unless they say `startAfter`.
   *
   * A quota of FIS shows only when the experiment runs, as `ExperimentFailed`: how many resources a target may match by its tags, five for
   * many resource types. Most quotas can be raised in Service Quotas.
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/action-sequence.html
   * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html
   */
  readonly actions: { [name: string]: FaultAction };

  /**
   * What the experiment is meant to show, in at most 512 characters.
   *
   * @default - 'Chaos experiment of ' and the path of the construct
   */
  readonly description?: string;

  /**
   * What happens if a target matches no resource when the experiment starts.
   *
   * `SKIP` does not let a release pass: an experiment with a skipped fault has not shown what it should, and its verdict is `NothingInjected`.
   * It lets the other faults run, and tells in the verdict which were skipped.
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-options.html
   * @default EmptyTargetResolutionMode.FAIL
   */
  readonly emptyTargetResolutionMode?: EmptyTargetResolutionMode;

  /**
   * Where FIS writes what the experiment does. The permissions for it are added to the role of the experiment.
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/monitoring-logging.html
   * @default ExperimentLogging.cloudWatch()
   */
  readonly logging?: ExperimentLogging;

  /**
   * The report that FIS writes after each experiment. The permissions for it are added to the role of the experiment.
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-report-configuration.html
   * @default - no report is written
   */
  readonly report?: ExperimentReport;

  /**
   * Tags of the experiment template, at most 50. Keys have 1 to 128 characters and do not begin with `aws:`, values at most 256.
   *
   * CloudFormation replaces an experiment template whose tags change, those of `Tags.of(…)` on a stack or an app included: it gets a new id.
   * The gate follows with the same deployment; a run that is under way in a pipeline then ends as `Blocked` before it starts anything,
   * and can be retried. Keep a tag that changes with each deployment away from it by `excludeResourceTypes: ['AWS::FIS::ExperimentTemplate']`.
   * Experiments do not inherit these tags.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-fis-experimenttemplate.html#cfn-fis-experimenttemplate-tags
   * @default - the tags of the stack
   */
  readonly tags?: { [key: string]: string };
}

/**
 * An AWS FIS experiment, described before anything of it exists in AWS.
 *
 * What belongs to the FIS experiment template is said here; what belongs to the gate around it is said on the construct.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-templates.html
 * @example
 * declare const asg: autoscaling.AutoScalingGroup;
 *
 * const latency = FaultAction.ssmNetworkLatencySources(
 *   FaultTarget.instancesOf(asg, { selection: Selection.percent(50) }),
 *   { duration: Duration.minutes(5), delay: Duration.millis(200), sources: ['ALL'] },
 * );
 * const restart = FaultAction.ec2StopInstances(
 *   FaultTarget.instancesOf(asg, { selection: Selection.count(1) }),
 *   { startInstancesAfterDuration: Duration.minutes(3), completeIfInstancesTerminated: true, startAfter: [latency] },
 * );
 * const experiment = Experiment.define({ actions: { latency, restart } });
 */
export class Experiment {
  /**
   * An experiment made of the given actions.
   *
   * Nothing is checked here: the construct that takes the experiment reports all problems at once, with its own path.
   */
  public static define(definition: ExperimentDefinition): Experiment {
    const { description, emptyTargetResolutionMode, logging, report, tags } = definition;
    const actions = Object.fromEntries(Object.entries(sortedByName(definition.actions ?? {})).map(([name, { _data }]) => [name, _data]));
    return new Experiment({
      template: {
        actions,
        description,
        emptyTargetResolutionMode: emptyTargetResolutionMode ?? EmptyTargetResolutionMode.FAIL,
        logging: (logging ?? ExperimentLogging.cloudWatch())._data,
        report: report?._data,
        tags,
      },
      expectedDuration: criticalPath(Object.values(actions)),
    });
  }

  /**
   * An experiment whose template exists already: made in the console, from the scenario library of FIS, or by another stack.
   *
   * The template stays as it is, with its own role and logs. What synthesis cannot know the gate reads from it each time it runs, and ends
   * with the verdict `Blocked` before anything is started if one of the guard alarms is not among the template's stop conditions, if it
   * has no action that injects a fault, or if its actions take longer than the `timeout` of the gate.
   *
   * Give the gate a `timeout`: without it, the watchdog must expect the longest experiment that FIS allows, 12 hours.
   *
   * @param experimentTemplateId The id, for example `EXT1a2b3c4d5e6f7`; the template is in the account and Region of the gate
   * @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-templates.html
   */
  public static fromTemplateId(experimentTemplateId: string): Experiment {
    return new Experiment({ templateId: experimentTemplateId });
  }

  /**
   * How long the experiment is expected to run: the longest chain of actions that wait for each other.
   *
   * Actions without a duration count as instant. The time FIS takes to start up, to resolve targets and to clean up
   * (seconds to minutes) is not included. Undefined for an existing template, which is not known at synthesis.
   */
  public readonly expectedDuration?: Duration;

  /** @internal */
  public readonly _data: ExperimentData;

  private constructor(data: ExperimentData) {
    this._data = data;
    this.expectedDuration = data.expectedDuration;
  }
}
