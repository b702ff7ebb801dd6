import { VirtualClock } from './clock';
import { StateMachine } from './interpreter';

test('speed', async () => {
  const definition = {
    StartAt: 'Init', QueryLanguage: 'JSONata', TimeoutSeconds: 100000,
    States: {
      Init: { Type: 'Pass', Assign: { n: 0, ids: [], deadline: '{% $toMillis($states.context.Execution.StartTime) + 600000 %}', name: '{% $states.context.Execution.Name %}' }, Next: 'Wait' },
      Wait: { Type: 'Wait', Seconds: 10, Next: 'Get' },
      Get: {
        Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:fis:getExperiment', Arguments: { Id: '{% $name %}' },
        Assign: { n: '{% $n + 1 %}', status: '{% $states.result.Experiment.State.Status %}', failing: "{% [$each($states.result.Experiment.Actions, function($v, $k) { $v.State.Status = 'failed' ? $k })] %}", late: '{% $toMillis($states.context.State.EnteredTime) > $deadline %}' },
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 3 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Bad' }], Output: {},
        Next: 'Decide',
      },
      Decide: { Type: 'Choice', Choices: [
        { Condition: "{% $status = 'completed' %}", Next: 'Good' },
        { Condition: "{% $status in ['pending', 'initiating', 'running', 'stopping'] and $not($late) %}", Next: 'Wait' },
      ], Default: 'Bad' },
      Good: { Type: 'Succeed', Output: '{% {"n": $n} %}' },
      Bad: { Type: 'Fail', Error: 'X' },
    },
  };
  const answer = (status: string) => ({ Experiment: { Id: 'EXP', State: { Status: status, Reason: 'x' }, Targets: { a: { ResourceType: 'aws:ec2:instance', ResourceArns: ['arn:1', 'arn:2'] } }, Actions: { a: { ActionId: 'aws:fis:wait', Parameters: { duration: 'PT5M' }, State: { Status: 'running', Reason: '' } }, b: { ActionId: 'aws:fis:wait', Parameters: { duration: 'PT5M' }, State: { Status: 'running', Reason: '' } } } } });
  const go = async () => {
    const clock = new VirtualClock();
    let n = 0;
    const machine = new StateMachine({ definition, name: 'm', arn: 'arn:aws:states:eu-west-1:1:stateMachine:m', roleArn: 'r', clock, random: () => 0.5, handlers: async () => answer(++n < 33 ? 'running' : 'completed') });
    const e = machine.start({}, 'x');
    await clock.run();
    return e;
  };
  const e = await go();
  console.log(e.status, e.output, e.error, e.cause, e.path.length, e.transitions, e.historyEvents);
  const N = 500;
  for (let i = 0; i < 100; i++) await go();
  const t = process.hrtime.bigint();
  for (let i = 0; i < N; i++) await go();
  console.log(Number(process.hrtime.bigint() - t) / 1e6 / N, 'ms');
});
