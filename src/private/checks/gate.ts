import { ArnFormat, Arn, Duration, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { GateData } from './data';
import { checkText } from './texts';
import type { FaultActionData } from '../fault/data';
import {
  LONGEST_ACTION_NAME, LONGEST_DESCRIPTION, LONGEST_EXPERIMENT, LONGEST_OBSERVATION_TIME, LONGEST_RECOVERY_TIMEOUT, LONGEST_STEADY_STATE_TIMEOUT,
  LONGEST_TAG_KEY, LONGEST_TAG_VALUE, LONGEST_TEMPLATE_ID, LONGEST_TIMEOUT, MOST_ACTIONS, MOST_EXPERIMENT_BYTES, MOST_STOP_CONDITIONS, MOST_TAGS,
  SHORTEST_TIMEOUT,
} from '../limits';
import { checkName } from '../pipeline/action';
import { check } from '../problems';
import type { ActionsByName, ExperimentData, TemplateData } from '../template/data';

/** All that is wrong with the props of a gate. */
export function checkGate(scope: Construct, props: GateData): string[] {
  const { template, templateId, expectedDuration } = props.experiment;
  const expected = expectedDuration?.toSeconds() ?? 0;
  return [
    ...(template ? checkTemplate(template, expected) : checkTemplateId(templateId!, props)),
    ...checkTargetPlaces(Stack.of(scope), props.experiment),
    ...checkAlarms(props.alarms, props.unguarded ?? false),
    ...props.alarms.flatMap((alarm) => checkPlace(Stack.of(scope), alarm)),
    ...checkTime('steadyStateTimeout', props.steadyStateTimeout, 0, LONGEST_STEADY_STATE_TIMEOUT, 'choose another'),
    ...checkTime('observationTime', props.observationTime, 0, LONGEST_OBSERVATION_TIME, 'choose another'),
    ...checkTime('recoveryTimeout', props.recoveryTimeout, 0, LONGEST_RECOVERY_TIMEOUT, 'choose another'),
    ...checkTime('timeout', props.timeout, Math.max(SHORTEST_TIMEOUT, expected), LONGEST_TIMEOUT,
      'give the experiment the time that its actions take, or leave it out'),
    ...(props.pipelineName === undefined ? []
      : checkName('pipelineName', props.pipelineName, 'take the name that the pipeline is given, as text')),
  ];
}

/** What is wrong with a template that exists already. */
function checkTemplateId(templateId: string, props: GateData): string[] {
  return [
    ...check(Token.isUnresolved(templateId) || (/^[A-Za-z0-9]+$/.test(templateId) && templateId.length <= LONGEST_TEMPLATE_ID),
      () => `the id of an experiment template must have 1 to ${LONGEST_TEMPLATE_ID} letters and digits, got '${templateId}'; the FIS console shows it, it begins with EXT`),
    ...check(props.role === undefined,
      () => `'role' is given, but experiment template ${templateId} has its own; leave it out, and change the role of the template`),
  ];
}

/** What is wrong with an experiment whose template will be created. */
function checkTemplate({ actions, description, logging, report, tags }: TemplateData, expected: number): string[] {
  const names = Object.keys(actions);
  const nameOf = (action: FaultActionData) => names.find((name) => actions[name] === action);

  return [
    ...check(names.length > 0, () => 'the experiment has no actions, needs at least one; name them in \'actions\''),
    ...check(names.length <= MOST_ACTIONS,
      () => `the experiment has ${names.length} actions, FIS allows at most ${MOST_ACTIONS}; split it into several experiments`),
    ...check(names.length === 0 || names.some((name) => actions[name].injects),
      () => 'the experiment has no action that injects a fault, so it would prove nothing; add one'),
    ...checkText('\'description\'', description, LONGEST_DESCRIPTION),
    ...logging.problems.map((problem) => `'logging': ${problem}`),
    ...(report?.problems ?? []).map((problem) => `'report': ${problem}`),
    ...checkTags(tags ?? {}),
    ...names.flatMap((name) => [
      ...checkActionName(name),
      ...check(nameOf(actions[name]) === name,
        () => `action '${name}': is the same object as action '${nameOf(actions[name])}'; make a FaultAction for each`),
      ...checkText(`action '${name}': 'description'`, actions[name].description, LONGEST_DESCRIPTION),
      ...actions[name].problems.map((problem) => `action '${name}': ${problem}`),
      ...(actions[name].target?.problems ?? []).map((problem) => `action '${name}': target: ${problem}`),
      ...actions[name].startAfter.flatMap((earlier) => check(nameOf(earlier) !== undefined,
        () => `action '${name}': 'startAfter' names an action (${earlier.actionId}) that is not in 'actions'; add it there`)),
    ]),
    ...checkSize(actions),
    ...check(expected <= LONGEST_EXPERIMENT,
      () => `the experiment takes ${inWords(expected)}, FIS ends every experiment after ${inWords(LONGEST_EXPERIMENT)}; shorten its longest chain of actions`),
  ];
}

/** What is wrong with the guard alarms. */
export function checkAlarms(alarms: readonly cloudwatch.IAlarm[], unguarded: boolean): string[] {
  return [
    ...check(alarms.length > 0 || unguarded,
      () => '\'alarms\' is empty, needs at least one alarm to show whether the system withstands the faults; set \'unguarded: true\' to do without'),
    ...check(alarms.length === 0 || !unguarded,
      () => `'unguarded' is true, but 'alarms' has ${alarms.length}; leave out one or the other`),
    ...check(alarms.length <= MOST_STOP_CONDITIONS,
      () => `'alarms' has ${alarms.length} alarms, FIS allows at most ${MOST_STOP_CONDITIONS} stop conditions; join them in a CompositeAlarm`),
    ...check(new Set(alarms).size === alarms.length, () => '\'alarms\' has the same alarm twice; leave out one'),
    ...alarms.flatMap((alarm) => checkReachesMachine(`alarm '${alarm.node.path}': its name`, alarm.alarmName)),
  ];
}

/** A guard that neither FIS nor the gate could read. */
function checkPlace(stack: Stack, alarm: cloudwatch.IAlarm): string[] {
  const place = placeOf(alarm);
  const differs = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  return [
    ...check(!differs(place.region, stack.region), () => `alarm '${alarm.node.path}': is in Region ${place.region}, the gate in ${stack.region}; `
      + 'FIS and the gate read the alarms of their own Region, use one of there'),
    ...check(!differs(place.account, stack.account), () => `alarm '${alarm.node.path}': is in account ${place.account}, the gate in ${stack.account}; `
      + 'FIS and the gate read the alarms of their own account, use one of there'),
  ];
}

/** FIS finds resources in its own Region and, as the template targets a single account, its own account. Global resources have neither in their ARN. */
function checkTargetPlaces(stack: Stack, { template }: ExperimentData): string[] {
  const differs = (one: string, other: string) => one !== '' && Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  return Object.entries(template?.actions ?? {}).flatMap(([name, { target }]) => {
    const arns = target?.arns;
    return (arns && !Token.isUnresolved(arns) ? arns : []).flatMap((arn) => {
      // A part of it may be a token.
      const [, , , region = '', account = ''] = arn.split(':');
      return [
        ...check(!differs(region, stack.region), () => `action '${name}': target: ${arn} is in Region ${region}, the gate in ${stack.region}; `
          + 'FIS finds resources in its own Region only, make the gate there'),
        ...check(!differs(account, stack.account), () => `action '${name}': target: ${arn} is in account ${account}, the gate in ${stack.account}; `
          + 'FIS finds resources in its own account only, make the gate there'),
      ];
    });
  });
}

/** An imported alarm has the environment of the stack that imports it, wherever it is; its ARN knows better. */
function placeOf(alarm: cloudwatch.IAlarm): { readonly region: string; readonly account: string } {
  if (Token.isUnresolved(alarm.alarmArn)) { return alarm.env; }
  const { region, account } = Arn.split(alarm.alarmArn, ArnFormat.COLON_RESOURCE_NAME);
  return { region: region ?? alarm.env.region, account: account ?? alarm.env.account };
}

/** What is wrong with a time of the gate. */
export function checkTime(option: string, value: Duration | undefined, shortest: number, longest: number, wayOut: string): string[] {
  if (value === undefined) { return []; }
  if (value.isUnresolved()) { return [`'${option}' must be known at synthesis, got a token; write it as a number`]; }
  const seconds = value.toSeconds({ integral: false });
  return check(Number.isInteger(seconds) && seconds >= shortest && seconds <= longest,
    () => `'${option}' must be whole seconds from ${inWords(shortest)} to ${inWords(longest)}, got ${value.toHumanString()}; ${wayOut}`);
}

/** What is wrong with a string that the machine holds as plain data: this beginning would make Step Functions run it as an expression. */
export function checkReachesMachine(what: string, value: string): string[] {
  return check(Token.isUnresolved(value) || !value.trimStart().startsWith('{%'),
    () => `${what} must not begin with '{%', which Step Functions would evaluate, got '${value}'; choose another`);
}

function checkActionName(name: string): string[] {
  return [
    ...check(/^\S+$/.test(name) && name.length <= LONGEST_ACTION_NAME,
      () => `action '${name}': its name must have 1 to ${LONGEST_ACTION_NAME} characters and no white space, got '${name}'; rename it`),
    ...checkReachesMachine(`action '${name}': its name`, name),
  ];
}

function checkTags(tags: { readonly [key: string]: string }): string[] {
  const entries = Object.entries(tags);
  return [
    ...check(entries.length <= MOST_TAGS, () => `'tags' has ${entries.length} tags, FIS allows at most ${MOST_TAGS}; leave some out`),
    ...entries.flatMap(([key, value]) => [
      ...check(Token.isUnresolved(key) || (key.length >= 1 && key.length <= LONGEST_TAG_KEY && !/^aws:/i.test(key)),
        () => `'tags': a key must have 1 to ${LONGEST_TAG_KEY} characters and not begin with 'aws:', got '${key}'; choose another`),
      ...check(Token.isUnresolved(value) || value.length <= LONGEST_TAG_VALUE,
        () => `'tags': the value of '${key}' must have at most ${LONGEST_TAG_VALUE} characters, got ${value.length}; shorten it`),
    ]),
  ];
}

/** The gate reads an experiment as a whole, and Step Functions takes no longer answer than 256 KiB. Tokens count as what they are here. */
function checkSize(actions: ActionsByName): string[] {
  const targets = new Set(Object.values(actions).flatMap(({ target }) => target ?? []));
  const size = Buffer.byteLength(JSON.stringify([
    Object.values(actions).map(({ description, parameters }) => [description, parameters]),
    [...targets].map(({ arns, tags, filters, parameters }) => [arns, tags, filters, parameters]),
  ]));
  return check(size <= MOST_EXPERIMENT_BYTES,
    () => `the actions and targets of the experiment have ${size} bytes together, Step Functions can read at most ${MOST_EXPERIMENT_BYTES}; `
      + 'choose targets by fewer tags, or split the experiment');
}

function inWords(seconds: number): string {
  return Duration.seconds(seconds).toHumanString();
}
