import { problemsOf, validate } from '../../simulator/validate';

const task = (more: object = {}) => ({
  Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:fis:getExperiment', Arguments: { Id: 'x' }, ...('Next' in more ? {} : { End: true }), ...more,
});
const states = (all: object, more: object = {}) => ({ StartAt: Object.keys(all)[0], QueryLanguage: 'JSONata', States: all, ...more });
const only = (state: object) => states({ S: state });
/** Assigns a and b first, so expressions can read them. */
const after = (state: object) => states({ Init: { Type: 'Pass', Assign: { a: 1, b: 2 }, Next: 'S' }, S: state, T: { Type: 'Succeed' } });
const retry = (more: object) => after(task({ Retry: [{ ErrorEquals: ['X'], ...more }], Next: 'T' }));
const succeed = { Type: 'Succeed' };

const EVERYTHING = {
  Comment: 'all that is supported',
  StartAt: 'Pass',
  QueryLanguage: 'JSONata',
  TimeoutSeconds: 3600,
  States: {
    Pass: { Type: 'Pass', Comment: 'x', Assign: { a: [1, { b: '{% $states.input %}' }] }, Output: { x: '{% $states.context.Execution.Input %}' }, Next: 'Task' },
    Task: {
      ...task({ Next: 'Choice' }),
      Arguments: { Id: '{% $a %}' },
      Assign: { b: '{% $states.result %}' },
      Output: '{% $states.result %}',
      TimeoutSeconds: 10,
      Retry: [
        { ErrorEquals: ['A', 'B'], IntervalSeconds: 2, BackoffRate: 1.5, MaxAttempts: 0, MaxDelaySeconds: 3, JitterStrategy: 'FULL' },
        { ErrorEquals: ['States.ALL'], JitterStrategy: 'NONE' },
      ],
      Catch: [
        { ErrorEquals: ['States.TaskFailed'], Assign: { c: '{% $states.errorOutput.Error %}' }, Output: '{% $states.errorOutput %}', Next: 'Fail' },
        { ErrorEquals: ['States.ALL'], Next: 'Fail' },
      ],
    },
    Choice: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $b = 1 %}', Assign: { d: 1 }, Output: 'x', Next: 'Wait', Comment: 'x' }],
      Default: 'Succeed',
    },
    Wait: { Type: 'Wait', Seconds: '{% $d %}', Next: 'WaitMore' },
    WaitMore: { Type: 'Wait', Seconds: 5, Next: 'Task' },
    Succeed: { Type: 'Succeed', Output: '{% $b %}' },
    Fail: { Type: 'Fail', Error: '{% $states.input.Error %}', Cause: 'x' },
  },
};

test('accepts everything that is supported', () => {
  expect(problemsOf(EVERYTHING)).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['a string', 'x', 'the definition is not an object'],
  ['no states', { QueryLanguage: 'JSONata', StartAt: 'S' }, 'States is not an object'],
  ['a state that is not an object', only([]), "state 'S' is not an object"],
  ['JSONPath as the language', { ...only(succeed), QueryLanguage: 'JSONPath' }, 'QueryLanguage must be JSONata, got "JSONPath"'],
  ['no language', { ...only(succeed), QueryLanguage: undefined }, 'QueryLanguage must be JSONata, got nothing'],
  ['an unknown field of the definition', { ...only(succeed), Version: '1.0' }, "the definition: the field 'Version' is not supported"],
  ['a timeout that is not an integer', { ...only(succeed), TimeoutSeconds: 1.5 }, 'TimeoutSeconds must be an integer from 1 to 99999999, got 1.5'],
  ['a name that is too long', states({ ['x'.repeat(81)]: succeed }), 'a name has at most 80 characters'],
  ['another type of state', only({ Type: 'Parallel', Branches: [], End: true }), 'Type "Parallel" is not supported'],
  ['Map', only({ Type: 'Map', End: true }), 'Type "Map" is not supported'],
  ['a type that is a member of every object', only({ Type: 'toString' }), 'Type "toString" is not supported'],
  ['InputPath', only({ Type: 'Pass', InputPath: '$.x', End: true }), "the field 'InputPath' is not supported"],
  ['ResultSelector', only(task({ ResultSelector: {} })), "the field 'ResultSelector' is not supported"],
  ['HeartbeatSeconds', only(task({ HeartbeatSeconds: 5 })), "the field 'HeartbeatSeconds' is not supported"],
  ['Parameters', only(task({ Parameters: {} })), "the field 'Parameters' is not supported"],
  ['Result of Pass', only({ Type: 'Pass', Result: 1, End: true }), "the field 'Result' is not supported"],
  ['Timestamp of Wait', only({ Type: 'Wait', Seconds: 1, Timestamp: 'x', End: true }), "the field 'Timestamp' is not supported"],
  ['CausePath', only({ Type: 'Fail', CausePath: '$.x' }), "the field 'CausePath' is not supported"],
  ['Output of Choice', only({ Type: 'Choice', Choices: [], Output: 1 }), "the field 'Output' is not supported"],
  ['Next of Succeed', only({ Type: 'Succeed', Next: 'S' }), "the field 'Next' is not supported"],
  ['a state-level language', only({ Type: 'Succeed', QueryLanguage: 'JSONata' }), "the field 'QueryLanguage' is not supported"],
  ['an unknown field of a retrier', retry({ Foo: 1 }), "Retry/0: the field 'Foo' is not supported"],
  ['an unknown field of a catcher', after(task({ Catch: [{ ErrorEquals: ['X'], Next: 'T', ResultPath: '$' }] })), "Catch/0: the field 'ResultPath' is not supported"],
  ['a JSONPath choice rule', after({ Type: 'Choice', Choices: [{ Variable: '$.x', Condition: '{% true %}', Next: 'T' }] }), "Choices/0: the field 'Variable' is not supported"],
  ['a comment that is not a string', only({ Type: 'Succeed', Comment: 1 }), 'Comment must be a string'],
  ['neither Next nor End', only({ Type: 'Pass' }), 'either Next or "End": true is required'],
  ['both Next and End', only({ Type: 'Pass', Next: 'S', End: true }), 'either Next or "End": true is required'],
  ['another service integration', only(task({ Resource: 'arn:aws:states:::lambda:invoke' })), 'Resource must be like'],
  ['a resource pattern', only(task({ Resource: 'arn:aws:states:::aws-sdk:fis:getExperiment.waitForTaskToken' })), 'Resource must be like'],
  ['an unresolved resource', only(task({ Resource: { 'Fn::Join': [] } })), 'Resource must be like'],
  ['no arguments', only(task({ Arguments: undefined })), 'Arguments must be an object or an expression, got nothing'],
  ['a task timeout of 0', only(task({ TimeoutSeconds: 0 })), 'TimeoutSeconds must be an integer'],
  ['IntervalSeconds of 0', retry({ IntervalSeconds: 0 }), 'IntervalSeconds must be a positive integer, got 0'],
  ['a backoff below 1', retry({ BackoffRate: 0.5 }), 'BackoffRate must be a number of at least 1, got 0.5'],
  ['negative attempts', retry({ MaxAttempts: -1 }), 'MaxAttempts must be an integer of at least 0, got -1'],
  ['a longest delay not above the first', retry({ IntervalSeconds: 5, MaxDelaySeconds: 5 }), 'MaxDelaySeconds must be above IntervalSeconds'],
  ['an unknown jitter', retry({ JitterStrategy: 'HALF' }), 'JitterStrategy must be NONE or FULL, got "HALF"'],
  ['no error names', retry({ ErrorEquals: [] }), 'ErrorEquals must be a list of error names, got []'],
  ['States.ALL beside another name', retry({ ErrorEquals: ['States.ALL', 'X'] }), 'States.ALL must stand alone'],
  ['States.ALL before another retrier', only(task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] })), 'States.ALL must stand alone'],
  ['States.ALL before another catcher', after(task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }, { ErrorEquals: ['X'], Next: 'T' }] })), 'States.ALL must stand alone'],
  ['Retry that is not a list', only(task({ Retry: {} })), 'Retry must be a list of objects'],
  ['a catcher without Next', only(task({ Catch: [{ ErrorEquals: ['X'] }] })), 'Catch/0: Next is missing'],
  ['no choices', only({ Type: 'Choice', Choices: [] }), 'Choices must not be empty'],
  ['a condition that is not an expression', after({ Type: 'Choice', Choices: [{ Condition: true, Next: 'T' }] }), 'Choices/0: Condition must be an expression, got true'],
  ['a choice rule without Next', only({ Type: 'Choice', Choices: [{ Condition: '{% true %}' }] }), 'Choices/0: Next is missing'],
  ['a default that is not a string', only({ Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'S' }], Default: 1 }), 'Default must be the name of a state'],
  ['seconds that are not an integer', only({ Type: 'Wait', Seconds: 1.5, End: true }), 'Seconds must be an expression or an integer from 0 to 99999999, got 1.5'],
  ['no seconds', only({ Type: 'Wait', End: true }), 'Seconds must be an expression or an integer'],
  ['a cause that is not a string', only({ Type: 'Fail', Cause: {} }), 'Cause must be a string, got {}'],
  ['Assign that is not an object', only({ Type: 'Pass', Assign: 'x', End: true }), 'Assign must be an object'],
  ['a variable with an invalid name', only({ Type: 'Pass', Assign: { 'a-b': 1 }, End: true }), "'a-b' is not a valid name of a variable"],
  ['a variable named states', only({ Type: 'Pass', Assign: { states: 1 }, End: true }), "'states' is not a valid name of a variable"],
  ['a variable that hides a function', only({ Type: 'Pass', Assign: { count: 1 }, End: true }), "the variable 'count' would hide the function $count"],
  ['a JSONPath key', only(task({ Arguments: { 'Id.$': '$.id' } })), 'Arguments/Id.$: JSONPath is not supported'],
  ['a nested JSONPath key', only({ Type: 'Pass', Output: [{ 'a.$': '$.id' }], End: true }), 'Output/0/a.$: JSONPath is not supported'],
  ['an intrinsic function', only(task({ Arguments: { Id: 'States.UUID()' } })), 'Arguments/Id: intrinsic functions are not supported'],
  ['an unresolved token', only(task({ Arguments: { Id: 'a${Token[TOKEN.1]}' } })), 'Arguments/Id: contains an unresolved token'],
  ['an unresolved reference', only(task({ Arguments: { Id: { Ref: 'X' } } })), 'Arguments/Id/Ref: contains an unresolved CloudFormation function'],
  ['an unresolved join', only({ Type: 'Pass', Assign: { a: { 'Fn::Join': [] } }, End: true }), 'Assign/a/Fn::Join: contains an unresolved CloudFormation function'],
  ['a value that is not JSON', only({ Type: 'Pass', Output: { a: undefined }, End: true }), 'Output/a: a value of type undefined is not JSON'],
  ['a broken expression', only(task({ Arguments: { Id: '{% 1 + %}' } })), 'Arguments/Id: is not valid JSONata'],
  ['a bare $', only(task({ Arguments: { Id: '{% $.id %}' } })), "Arguments/Id: uses a bare '$'"],
  ['$eval', only({ Type: 'Fail', Error: "{% $eval('1') %}" }), 'Error: uses $eval'],
  ['$states.result in Arguments', only(task({ Arguments: { Id: '{% $states.result %}' } })), 'Arguments/Id: $states.result does not exist there'],
  ['$states.result in Pass', only({ Type: 'Pass', Output: '{% $states.result %}', End: true }), 'Output: $states.result does not exist there'],
  ['$states.result in Catch', after(task({ Catch: [{ ErrorEquals: ['X'], Next: 'T', Output: '{% $states.result %}' }] })), 'Catch/0/Output: $states.result does not exist there'],
  ['$states.errorOutput in a task', only(task({ Output: '{% $states.errorOutput %}' })), 'Output: $states.errorOutput does not exist there'],
  ['$states.result in Choice', after({ Type: 'Choice', Choices: [{ Condition: '{% $states.result = 1 %}', Next: 'T' }] }), 'Choices/0/Condition: $states.result does not exist there'],
  ['$states.result in Wait', only({ Type: 'Wait', Seconds: '{% $states.result %}', End: true }), 'Seconds: $states.result does not exist there'],
  ['$states.result in Fail', only({ Type: 'Fail', Cause: '{% $states.result %}' }), 'Cause: $states.result does not exist there'],
  ['a first state that does not exist', { ...only(succeed), StartAt: 'X' }, 'StartAt: there is no state "X"'],
  ['a state that is a member of every object', { ...only(succeed), StartAt: 'toString' }, 'StartAt: there is no state "toString"'],
  ['a next state that does not exist', only({ Type: 'Pass', Next: 'X' }), "state 'S': the next state 'X' does not exist"],
  ['a default that does not exist', only({ Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'S' }], Default: 'X' }), "the next state 'X' does not exist"],
  ['a rule with a state that does not exist', only({ Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'X' }] }), "the next state 'X' does not exist"],
  ['a catcher with a state that does not exist', only(task({ Catch: [{ ErrorEquals: ['X'], Next: 'X' }] })), "the next state 'X' does not exist"],
  ['a state that cannot be reached', states({ S: succeed, T: succeed }), "state 'T' cannot be reached"],
  ['a circle that cannot be reached', states({ S: succeed, T: { Type: 'Pass', Next: 'T' } }), "state 'T' cannot be reached"],
  ['a variable that is never assigned', after({ Type: 'Wait', Seconds: '{% $c %}', Next: 'T' }), "state 'S': the variable $c is never assigned"],
  ['a variable that is assigned only in the state that reads it', only({ Type: 'Pass', Assign: { a: '{% $a %}' }, End: true }), 'the variable $a is never assigned'],
  [
    'a Choice with an Assign of its own',
    states({ C: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'P' }], Default: 'P', Assign: { x: 1 } }, P: succeed }),
    "state 'C': the field 'Assign' is not supported",
  ],
  [
    'a variable that one way leaves out',
    states({
      C: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Assign: { x: 1 }, Next: 'P' }], Default: 'P' },
      P: { Type: 'Pass', Output: '{% $x %}', End: true },
    }),
    "state 'P': the variable $x is not assigned on every way to this state",
  ],
  [
    'a variable that the way through Catch leaves out',
    states({
      T: task({ Assign: { x: 1 }, Next: 'P', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'P' }] }),
      P: { Type: 'Pass', Output: '{% $x %}', End: true },
    }),
    "state 'P': the variable $x is not assigned on every way to this state",
  ],
])('fails for %s', (_, definition, problem) => {
  expect(problemsOf(definition).join('\n')).toContain(problem);
});

test('accepts a variable that every way assigns, and that a loop assigns again', () => {
  expect(problemsOf(states({
    C: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Assign: { x: 1 }, Next: 'P' }, { Condition: '{% false %}', Assign: { x: 2 }, Next: 'P' }], Default: 'E' },
    P: { Type: 'Pass', Assign: { x: '{% $x + 1 %}', y: 1 }, Next: 'D' },
    D: { Type: 'Choice', Choices: [{ Condition: '{% $x < 5 and $y = 1 %}', Next: 'P' }], Default: 'E' },
    E: succeed,
  }))).toEqual([]);
});

test('fails with all problems at once', () => {
  const definition = states({ S: { Type: 'Pass', Foo: 1, Next: 'X' }, T: { Type: 'Fail', Cause: '{% $nope %}', Error: '{% $ %}' } });
  expect(() => validate(definition)).toThrowErrorMatchingInlineSnapshot(`
"the simulator rejects this definition:
- state 'S': the field 'Foo' is not supported
- state 'T': Error: uses a bare '$', which Step Functions does not offer: name it, function($n) {...}
- state 'S': the next state 'X' does not exist
- state 'T' cannot be reached
- state 'T': the variable $nope is never assigned"
`);
});
