import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { FaultAction } from './fault-action.generated';
import type { FaultTarget } from './fault-target';

/**
 * Options that every action has.
 */
export interface FaultActionOptions {
  /**
   * The actions that must be complete before this one starts.
   *
   * They must be actions of the same experiment.
   *
   * @default - it starts with the experiment, at the same time as the other actions that wait for nothing
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/action-sequence.html
   */
  readonly startAfter?: FaultAction[];

  /**
   * What the action is for, in at most 512 characters; the FIS console shows it.
   *
   * @default - the action has a name only
   */
  readonly description?: string;
}

/**
 * Options that every action has which runs one of the SSM documents of FIS.
 */
export interface SsmDocumentActionOptions extends FaultActionOptions {
  /**
   * How long FIS watches the command, from 1 minute to 12 hours.
   *
   * The action takes this long even if the command ends before. It must not be less than the fault's own duration:
   * FIS would call the action complete while the fault goes on.
   *
   * @default - the fault's duration and 2 minutes for the installation of what it needs, rounded up to whole minutes;
   * 2 minutes for a fault without a duration
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html
   */
  readonly commandTimeout?: Duration;
}

/**
 * Options of an action for which `FaultAction` has no factory.
 */
export interface CustomFaultActionOptions extends FaultActionOptions {
  /**
   * The action as FIS names it, for example `aws:ec2:stop-instances`.
   *
   * `aws fis list-actions` shows all there are.
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
   */
  readonly actionId: string;

  /**
   * The action's parameters as FIS names them. All values are text of at most 1,024 characters, durations in ISO 8601 (`PT5M`).
   *
   * Of an action that the library knows, it warns of parameters that it does not know.
   *
   * @default - FIS is sent no parameters
   */
  readonly parameters?: { [name: string]: string };

  /**
   * The resources to hit.
   *
   * @default - the action has no target
   */
  readonly target?: FaultTarget;

  /**
   * The name under which the action wants its target, for example `Instances`.
   *
   * It is required if there is a target and the library does not know the action.
   *
   * @default - what the library knows about the action
   */
  readonly targetKey?: string;

  /**
   * What the experiment's role must be allowed to do, in addition to what the library knows about the action.
   *
   * It is required if the library does not know the action; an empty list says that it needs no permission. It is also required
   * for the actions on Lambda functions, whose permissions depend on options that only their factories have.
   *
   * @default - nothing more
   */
  readonly permissions?: iam.PolicyStatement[];

  /**
   * How long the action takes at most. The gate's time limit is made from it.
   *
   * @default - the parameter that says how long the action takes, or `duration` if the library does not know the action;
   * if that is not given, the action is taken to end at once
   */
  readonly expectedDuration?: Duration;

  /**
   * Whether the action harms anything. An experiment in which no fault was injected does not pass.
   *
   * @default - what the library knows about the action, true if it does not know it
   */
  readonly injectsFault?: boolean;
}
