/**
 * What the roles of a gate must not allow, whoever uses them.
 */
import { Synthesized } from './subjects';
import { EXECUTION } from '../../simulator/gate-run';
import { Context, IamRequest, Role, allows, trusts } from '../../simulator/iam';
import { ENVIRONMENT } from '../../simulator/synthesized';

/** A request that both roles must deny. */
export interface Forbidden {
  readonly name: string;
  readonly request: IamRequest;
}

const { partition, region, account } = ENVIRONMENT;
const arn = (service: string, resource: string, accountId = account) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
const GATE_TAG = 'cdk-chaos-experiment-stage:gate';

/** Requests for resources that belong to others. */
export function forbiddenTo({ subject }: Synthesized): Forbidden[] {
  const others: Array<[string, Context]> = [
    ['of another gate', { [`aws:ResourceTag/${GATE_TAG}`]: 'another-gate' }],
    ['of another gate whose name begins with this one\'s', { [`aws:ResourceTag/${GATE_TAG}`]: `${subject.gateName}2` }],
    ['of no gate', { 'aws:ResourceTag/Team': 'payments' }],
  ];
  const forbid = (name: string, action: string, resource: string, context: Context = {}): Forbidden =>
    ({ name, request: { action, resource, context } });
  return [
    ...others.flatMap(([whose, context]) => ['fis:GetExperiment', 'fis:StopExperiment']
      .map((action) => forbid(`${action} of an experiment ${whose}`, action, arn('fis', 'experiment/EXPother'), context))),
    forbid('start another template', 'fis:StartExperiment', arn('fis', 'experiment-template/EXTother')),
    forbid('read another template', 'fis:GetExperimentTemplate', arn('fis', 'experiment-template/EXTother')),
    forbid('tag an experiment as that of another gate', 'fis:TagResource', arn('fis', 'experiment/*'), {
      [`aws:RequestTag/${GATE_TAG}`]: 'another-gate', 'aws:TagKeys': [GATE_TAG],
    }),
    forbid('tag an experiment without naming the gate', 'fis:TagResource', arn('fis', 'experiment/EXPother'), { 'aws:TagKeys': ['Team'], 'aws:RequestTag/Team': 'x' }),
    forbid('tag a template', 'fis:TagResource', arn('fis', `experiment-template/${subject.template.id}`), {
      [`aws:RequestTag/${GATE_TAG}`]: subject.gateName, 'aws:TagKeys': [GATE_TAG],
    }),
    forbid('start the gate', 'states:StartExecution', arn('states', `stateMachine:${subject.gateName}`)),
    forbid('start another machine', 'states:StartExecution', arn('states', 'stateMachine:another')),
    forbid('start a machine whose name begins with the watchdog\'s', 'states:StartExecution', arn('states', `stateMachine:${subject.watchdogName}2`)),
    ...['states:DescribeExecution', 'states:StopExecution'].flatMap((action) => [
      forbid(`${action} of another machine`, action, arn('states', 'execution:another:run-1')),
      forbid(`${action} of a machine whose name begins with the gate's`, action, arn('states', `execution:${subject.gateName}2:${EXECUTION}`)),
      forbid(`${action} of the watchdog`, action, arn('states', `execution:${subject.watchdogName}:${EXECUTION}`)),
    ]),
    forbid('check another pipeline', 'codepipeline:GetPipelineExecution', arn('codepipeline', 'another')),
    ...['fis:DeleteExperimentTemplate', 'fis:UpdateExperimentTemplate', 'fis:CreateExperimentTemplate', 'fis:UntagResource', 'fis:UpdateSafetyLeverState',
      'cloudwatch:PutMetricAlarm', 'cloudwatch:SetAlarmState', 'cloudwatch:DeleteAlarms', 'codepipeline:StopPipelineExecution', 'states:RedriveExecution',
      'states:UpdateStateMachine', 'iam:PassRole', 'sts:AssumeRole'].map((action) => forbid(action, action, '*')),
  ];
}

/** What only one of the two machines may do, so the other must not. */
export function forbiddenToOne({ subject }: Synthesized): { readonly [machine in 'gate' | 'watchdog']: readonly Forbidden[] } {
  const own = { [`aws:ResourceTag/${GATE_TAG}`]: subject.gateName };
  return {
    gate: [
      { name: 'stop itself', request: { action: 'states:StopExecution', resource: arn('states', `execution:${subject.gateName}:${EXECUTION}`), context: {} } },
    ],
    watchdog: [
      { name: 'start the experiment', request: { action: 'fis:StartExperiment', resource: arn('fis', `experiment-template/${subject.template.id}`), context: {} } },
      { name: 'read the experiment', request: { action: 'fis:GetExperiment', resource: arn('fis', 'experiment/EXP1'), context: own } },
      { name: 'start itself', request: { action: 'states:StartExecution', resource: arn('states', `stateMachine:${subject.watchdogName}`), context: {} } },
    ],
  };
}

/** Whether only the machine itself can assume its role. */
export function trustViolations(role: Role, machineName: string): string[] {
  const own = arn('states', `stateMachine:${machineName}`);
  const expect = (name: string, wanted: boolean, service: string, context: Context) =>
    (trusts(role.trust, service, context) === wanted ? [] : [name]);
  const source = (accountId: string, sourceArn: string): Context => ({ 'aws:SourceAccount': accountId, 'aws:SourceArn': sourceArn });
  return [
    ...expect('the machine itself cannot assume its role', true, 'states.amazonaws.com', source(account, own)),
    ...expect('another machine can assume the role', false, 'states.amazonaws.com', source(account, arn('states', 'stateMachine:another'))),
    ...expect('a machine with a longer name can assume the role', false, 'states.amazonaws.com', source(account, `${own}2`)),
    ...expect('a machine of another account can assume the role', false, 'states.amazonaws.com', source('999999999999', arn('states', `stateMachine:${machineName}`, '999999999999'))),
    ...expect('another account can assume the role for this machine', false, 'states.amazonaws.com', source('999999999999', own)),
    ...expect('something without a source can assume the role', false, 'states.amazonaws.com', {}),
    ...expect('another service can assume the role', false, 'lambda.amazonaws.com', source(account, own)),
  ];
}

/** The first request that is allowed but must not be. */
export function violationOf(synthesized: Synthesized): string | undefined {
  const { subject, roles } = synthesized;
  const common = forbiddenTo(synthesized);
  const alone = forbiddenToOne(synthesized);
  return (['gate', 'watchdog'] as const).flatMap((machine) => [
    ...[...common, ...alone[machine]].filter(({ request }) => allows(roles[machine].statements, request)).map(({ name }) => `the ${machine} may ${name}`),
    ...trustViolations(roles[machine], machine === 'gate' ? subject.gateName : subject.watchdogName).map((name) => `${machine}: ${name}`),
  ])[0];
}
