import { ArnFormat, Arn, Duration, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { GateData } from './data';
import { checkText } from './texts';
import { LONGEST_EXPERIMENT } from '../fault/critical-path';
import type { FaultActionData } from '../fault/data';
import { check } from '../problems';
import type { ActionsByName, ExperimentData, TemplateData } from '../template/data';

/** Quotas of FIS. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
const MOST_ACTIONS = 20;
const MOST_STOP_CONDITIONS = 5;

/** How long the JSON of actions and targets may be, in bytes, so that the answer with all that FIS adds stays below 256 KiB. */
const LARGEST_EXPERIMENT = 150_000;
/** @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html */
const MOST_TAGS = 50;

/** Ranges of the gate's own times. */
const NONE = Duration.seconds(0);
const LONGEST_STEADY_STATE_TIMEOUT = Duration.hours(1);
const LONGEST_OBSERVATION = Duration.hours(6);
const SHORTEST_TIMEOUT = Duration.minutes(1);
const LONGEST_TIMEOUT = Duration.hours(13);

/** All that is wrong with the props of a gate. */
export function checkGate(scope: Construct, props: GateData): string[] {
  const { template, templateId, expectedDuration = NONE } = props.experiment;
  return [
    ...(template ? checkTemplate(template, expectedDuration) : checkTemplateId(templateId!, props)),
    ...checkTargetPlaces(Stack.of(scope), props.experiment),
    ...checkAlarms(props.alarms, props.unguarded ?? false),
    ...props.alarms.flatMap((alarm) => checkPlace(Stack.of(scope), alarm)),
    ...checkTime('steadyStateTimeout', props.steadyStateTimeout, NONE, LONGEST_STEADY_STATE_TIMEOUT, 'choose another'),
    ...checkTime('observationTime', props.observationTime, NONE, LONGEST_OBSERVATION, 'choose another'),
    ...checkTime('recoveryTimeout', props.recoveryTimeout, NONE, LONGEST_OBSERVATION, 'choose another'),
    ...checkTime('timeout', props.timeout, longer(SHORTEST_TIMEOUT, expectedDuration), LONGEST_TIMEOUT,
      'give the experiment the time that its actions take, or leave it out'),
    ...checkPipelineName(props.pipelineName),
  ];
}

/** What is wrong with a template that exists already. */
function checkTemplateId(templateId: string, props: GateData): string[] {
  return [
    ...check(Token.isUnresolved(templateId) || /^[A-Za-z0-9]{1,64}$/.test(templateId),
      () => `the id of an experiment template must have 1 to 64 letters and digits, got '${templateId}'; the FIS console shows it, it begins with EXT`),
    ...check(props.role === undefined,
      () => `'role' is given, but experiment template ${templateId} has its own; leave it out, and change the role of the template`),
  ];
}

/** What is wrong with an experiment whose template will be created. */
function checkTemplate({ actions, description, logging, report, tags }: TemplateData, expected: Duration): string[] {
  const names = Object.keys(actions);
  const nameOf = (action: FaultActionData) => names.find((name) => actions[name] === action);

  return [
    ...check(names.length > 0, () => 'the experiment has no actions, needs at least one; name them in \'actions\''),
    ...check(names.length <= MOST_ACTIONS,
      () => `the experiment has ${names.length} actions, FIS allows at most ${MOST_ACTIONS}; split it into several experiments`),
    ...check(names.length === 0 || names.some((name) => actions[name].injects),
      () => 'the experiment has no action that injects a fault, so it would prove nothing; add one'),
    ...checkText('\'description\'', description, 512),
    ...(logging.problems).map((problem) => `'logging': ${problem}`),
    ...(report?.problems ?? []).map((problem) => `'report': ${problem}`),
    ...checkTags(tags ?? {}),
    ...names.flatMap((name) => [
      ...checkActionName(name),
      ...check(nameOf(actions[name]) === name,
        () => `action '${name}': is the same object as action '${nameOf(actions[name])}'; make a FaultAction for each`),
      ...checkText(`action '${name}': 'description'`, actions[name].description, 512),
      ...actions[name].problems.map((problem) => `action '${name}': ${problem}`),
      ...(actions[name].target?.problems ?? []).map((problem) => `action '${name}': target: ${problem}`),
      ...actions[name].startAfter.flatMap((earlier) => check(nameOf(earlier) !== undefined,
        () => `action '${name}': 'startAfter' names an action (${earlier.actionId}) that is not in 'actions'; add it there`)),
    ]),
    ...checkSize(actions),
    ...check(expected.toSeconds() <= LONGEST_EXPERIMENT.toSeconds(),
      () => `the experiment takes ${expected.toHumanString()}, FIS ends every experiment after `
        + `${LONGEST_EXPERIMENT.toHumanString()}; shorten its longest chain of actions`),
  ];
}

/** What is wrong with the guard alarms. */
export function checkAlarms(alarms: readonly cloudwatch.IAlarm[], unguarded: boolean): string[] {
  return [
    ...check(alarms.length > 0 || unguarded,
      () => '\'alarms\' is empty, needs at least one alarm to tell whether the system bears the faults; set \'unguarded: true\' to do without'),
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
export function checkTime(option: string, value: Duration | undefined, least: Duration, most: Duration, wayOut: string): string[] {
  if (value === undefined) { return []; }
  if (value.isUnresolved()) { return [`'${option}' must be known at synthesis, got a token; write it as a number`]; }
  const seconds = value.toSeconds({ integral: false });
  return check(Number.isInteger(seconds) && seconds >= least.toSeconds() && seconds <= most.toSeconds(),
    () => `'${option}' must be whole seconds from ${least.toHumanString()} to ${most.toHumanString()}, got ${value.toHumanString()}; ${wayOut}`);
}

function checkPipelineName(name: string | undefined): string[] {
  return check(name === undefined || (!Token.isUnresolved(name) && /^[A-Za-z0-9.@_-]{1,100}$/.test(name)),
    () => `'pipelineName' must have 1 to 100 letters, digits and the characters . @ - _, got '${name}'; take the name that the pipeline is given, as text`);
}

/** What is wrong with a string that the machine holds as plain data: this beginning would make Step Functions run it as an expression. */
export function checkReachesMachine(what: string, value: string): string[] {
  return check(Token.isUnresolved(value) || !value.trimStart().startsWith('{%'),
    () => `${what} must not begin with '{%', which Step Functions would evaluate, got '${value}'; choose another`);
}

function checkActionName(name: string): string[] {
  return [
    ...check(/^\S{1,64}$/.test(name), () => `action '${name}': its name must have 1 to 64 characters and no white space, got '${name}'; rename it`),
    ...checkReachesMachine(`action '${name}': its name`, name),
  ];
}

function checkTags(tags: { readonly [key: string]: string }): string[] {
  const entries = Object.entries(tags);
  return [
    ...check(entries.length <= MOST_TAGS, () => `'tags' has ${entries.length} tags, FIS allows at most ${MOST_TAGS}; leave some out`),
    ...entries.flatMap(([key, value]) => [
      ...check(Token.isUnresolved(key) || (/^.{1,128}$/s.test(key) && !/^aws:/i.test(key)),
        () => `'tags': a key must have 1 to 128 characters and not begin with 'aws:', got '${key}'; choose another`),
      ...check(Token.isUnresolved(value) || value.length <= 256,
        () => `'tags': the value of '${key}' must have at most 256 characters, got ${value.length}; shorten it`),
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
  return check(size <= LARGEST_EXPERIMENT,
    () => `the actions and targets of the experiment have ${size} bytes together, Step Functions can read at most ${LARGEST_EXPERIMENT}; `
      + 'choose targets by fewer tags, or split the experiment');
}

function longer(one: Duration, other: Duration): Duration {
  return one.toSeconds() > other.toSeconds() ? one : other;
}
