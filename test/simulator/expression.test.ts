import published from 'jsonata';
import { Expression, isExpression, observeEvaluations } from '../../simulator/expression';
import { jsonata } from '../../simulator/jsonata-engine';
import { compilePayload } from '../../simulator/payload';

const SCOPE = {
  states: {
    input: { list: [3, 1, 2], one: ['x'], none: [], nothing: null, text: 'a' },
    context: { Execution: { Name: 'run', StartTime: '2026-01-05T09:00:00.000Z' }, State: { RetryCount: 0 } },
    result: { Actions: { a: { State: { Status: 'running' } }, b: { State: { Status: 'failed' } } }, Big: 1e300 },
  },
  variables: { n: 5, ids: ['p'], guards: [{ name: 'g1', at: '2026-01-05T09:00:00Z' }, { name: 'g2', at: '2026-01-05T09:01:00Z' }] },
};
const value = (text: string) => Expression.of(`{% ${text} %}`).evaluate(SCOPE, 'Output');
const problems = (text: string) => Expression.of(`{% ${text} %}`).problems;

const EXPRESSIONS = [
  '1 + 1', '$n', '$n > 3 and $n < 9', '"a" & $n', '$states.input.list', '$states.input.list[0]', '$states.input.one', '[$states.input.one]',
  '$states.input.list^(>$)', '$sort($states.input.list, function($a, $b) { $a > $b })', '$guards[name = "g2"]', '$guards[name = "none"]', '$guards.name',
  '$guards[name = "g1"].name', '[$guards[name = "g1"].name]', '$map($guards, function($g, $i) { $g.name & $i })', '$filter($guards, function($g) { $toMillis($g.at) > 0 })',
  '$reduce($states.input.list, function($a, $b) { $a + $b }, 0)', '[$each($states.result.Actions, function($v, $k) { $v.State.Status = "failed" ? $k })]',
  '($x := $n; $f := function($y) { $y <= 1 ? 1 : $y * $f($y - 1) }; $f($x))', '$guards{name: at}', '{"a": $n, "b": $missing}', '$merge([{"a": 1}, {"b": 2}])',
  '$states.input.nothing', '$exists($states.input.nope)', '$states.input.list ~> $sum', '$replace("a.b", /[.]/, function($m) { "-" })', '$split("a,b", ",")',
  '$lookup($states.result.Actions, "a").State', '$states.input ~> |$|{"added": true}|', '[1..5][$ > 2]', '$guards@$g.{"n": $g.name}', '$guards#$i.{"n": name, "i": $i}',
  '$fromMillis($toMillis($states.context.Execution.StartTime) + 60000)', '$error("no")', '$states.input.text + 1', '$distinct($append([1, 1], 2))', '$zip([1, 2], [3, 4])',
  '$single($guards, function($g) { $g.name = "g1" })', '$sift({"a": 1, "b": 2}, function($v) { $v > 1 })', '$match("ab12", /[0-9]+/)', '$states.result.Big * 1e300', '$nope(1)',
  '$join($guards.name, ", ")', '$string({"a": [1]})', '$keys($states.result.Actions)', '$count($states.input.none)', '$type(null)', '$substring("abc", 1)', '$states.input.list[]',
];

describe('the engine', () => {
  test.each(EXPRESSIONS)('evaluates %s like the published engine', async text => {
    const bindings = { states: SCOPE.states, ...SCOPE.variables };
    const outcome = async (evaluate: () => unknown) => {
      try {
        return JSON.stringify(await evaluate());
      } catch (e) {
        return (e as any).code;
      }
    };
    expect(await outcome(() => jsonata(text).evaluate(undefined, bindings))).toBe(await outcome(() => published(text).evaluate(undefined, bindings)));
  });

  test('evaluates synchronously', () => {
    expect(JSON.stringify(jsonata('$map([1, 2], function($n) { $n * 2 })').evaluate(undefined, {}))).toBe('[2,4]');
  });
});

describe('an expression', () => {
  test.each<[string, unknown]>([
    ['$states.input.list', [3, 1, 2]],
    ['$guards[name = "g2"]', { name: 'g2', at: '2026-01-05T09:01:00Z' }],
    ['[$guards[name = "none"]]', []],
    ['{"a": $n, "b": $states.input.nope}', { a: 5 }],
    ['$parse("[1, {\\"a\\": null}]")', [1, { a: null }]],
    ['$range(1, 7, 3)', [1, 4, 7]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$partition([1, 2, 3], 2)', [[1, 2], [3]]],
    ['$states.input.nothing', null],
  ])('%s gives %j', (text, expected) => {
    expect(value(text)).toStrictEqual(expected);
  });

  test('returns a copy of a list, without the flags of JSONata', () => {
    const list = value('$states.input.list[]') as any;
    expect(Reflect.ownKeys(list)).toEqual(['0', '1', '2', 'length']);
    list.push(4);
    expect(SCOPE.states.input.list).toHaveLength(3);
  });

  test('keeps a key with the name of the prototype', () => {
    expect(JSON.stringify(value('$parse("{\\"__proto__\\": {\\"a\\": 1}}")'))).toBe('{"__proto__":{"a":1}}');
  });

  test('is compiled once', () => {
    expect(Expression.of('{% 1 + 2 %}')).toBe(Expression.of('{% 1 + 2 %}'));
  });

  test.each<[string, string]>([
    ['$states.input.nope', 'returned nothing (undefined)'],
    ['$guards[name = "none"]', 'returned nothing (undefined)'],
    ['function($x) { $x }', 'unsupported result: a function'],
    ['{"a": [$sum]}', 'unsupported result: a function'],
    ['/a/', 'unsupported result'],
    ['$states.input.text + 1', 'threw an error during evaluation'],
    ['$error("no")', 'threw an error during evaluation. no'],
    ['$parse("{")', 'threw an error during evaluation'],
    ['$parse($states.input.nope)', '$parse expects a string'],
    ['$parse("1e999")', 'a number that is not finite'],
    ['$range(1, 5000, 1)', 'at most 1000'],
    ['$range(1, 5, 0)', 'a step other than 0'],
    ['$range(1.5, 5, 1)', 'expected an integer, got 1.5'],
    ['$partition([1], 0)', 'a size above 0'],
  ])('fails for %s: %s', (text, message) => {
    expect(() => value(text)).toThrow(expect.objectContaining({ error: 'States.QueryEvaluationError', cause: expect.stringContaining(message) }));
  });

  test('fails with the expression and the field in the cause', () => {
    expect(() => value('$states.input.nope'))
      .toThrow("The JSONata expression '$states.input.nope' specified for the field 'Output' returned nothing (undefined).");
  });
});

describe('the analysis of an expression', () => {
  test('finds the variables of the machine and the members of $states', () => {
    const { variables, statesMembers } = Expression.of('{% ($x := $a; $map($b, function($y) { $x + $y + $states.result.n })) & $states.context.State.Name %}');
    expect(variables).toEqual(['a', 'b']);
    expect(statesMembers).toEqual(['result', 'context']);
  });

  const refused = ['$states.input.list^(>$)', '$states.input ~> |$|{"added": true}|', '[1..5][$ > 2]', '$nope(1)'];
  test.each(EXPRESSIONS.filter(text => !refused.includes(text)))('finds nothing wrong with %s', text => {
    expect(problems(text)).toEqual([]);
  });

  test.each<[string, string]>([
    ['1 +', 'is not valid JSONata'],
    ['$', "uses a bare '$'"],
    ['$$.a', "uses a bare '$$'"],
    ['[1..5][$ > 2]', "uses a bare '$'"],
    ['$states', 'uses $states as a whole'],
    ['$lookup($states, "input")', 'uses $states as a whole'],
    ['$states.inputs', 'uses $states.inputs'],
    ['$states.context.Task.Token', 'uses $states.context.Task.Token'],
    ['$states.context.Execution.RedriveTime', 'uses $states.context.Execution.RedriveTime'],
    ['$eval("1")', 'uses $eval'],
    ['$random()', 'uses $random'],
    ['$uuid()', 'uses $uuid'],
    ['$hash("a")', 'uses $hash'],
    ['$now()', 'uses $now'],
    ['$millis()', 'uses $millis'],
    ['$shuffle([1])', 'uses $shuffle'],
    ['$map([1], $eval)', 'uses $eval'],
    ['$lengthOf("a")', 'calls $lengthOf, which is not a function'],
    ['status = "x"', "reads the name 'status' without a context"],
    ['$count(*)', "uses '*'"],
    ['$guards[at > $now()]', 'uses $now'],
    ['$guards{name: $now()}', 'uses $now'],
    ['$guards^($now())', 'uses $now'],
    ['$n > 1 ? $now() : 1', 'uses $now'],
    ['{"a": [-$now()]}', 'uses $now'],
  ])('fails for %s: %s', (text, problem) => {
    expect(problems(text).join()).toContain(problem);
  });

  test('follows names to where they are bound', () => {
    const variables = (text: string) => Expression.of(`{% ${text} %}`).variables;
    expect(variables('($x := 1; $x)')).toEqual([]);
    expect(variables('[($x := 1; $x), $x]')).toEqual(['x']);
    expect(variables('$map([1], function($y) { $y }) + $y')).toEqual(['y']);
    expect(variables('$guards@$g[$g.name = $z].$g')).toEqual(['guards', 'z']);
    expect(variables('$guards#$i.{"i": $i} & $i')).toEqual(['guards', 'i']);
  });
});

describe('a payload', () => {
  const evaluate = (template: unknown) => compilePayload(template, 'Arguments').evaluate(SCOPE);

  test('contains expressions only in strings that begin with {% and end with %}', () => {
    const literals = ['{% 1', '1 %}', ' {% 1 %}', '{% 1 %} ', '$n', '$.n', '{%}', '', 5, true, null];
    expect(evaluate(literals)).toEqual(literals);
    expect(literals.some(isExpression)).toBe(false);
    expect(evaluate('{% $n %}')).toBe(5);
    expect(evaluate('{%$n%}')).toBe(5);
  });

  test('is evaluated wherever it contains an expression', () => {
    expect(evaluate({ 'a': [{ b: '{% $n %}' }, 'x'], 'c': { d: ['{% $ids %}'] }, '{% $n %}': 1 })).toEqual({ 'a': [{ b: 5 }, 'x'], 'c': { d: [['p']] }, '{% $n %}': 1 });
  });

  test('fails with the path of the field', () => {
    expect(() => evaluate({ a: [{ b: '{% $missing %}' }] })).toThrow("the field 'Arguments/a/0/b'");
  });
});

describe('bare names', () => {
  test.each<[string, string[]]>([
    ['$guards[name = "g1"]', ['name']],
    ['$guards{name: at}', ['name', 'at']],
    ['$guards^(name)', ['name']],
    ['$guards.(name & at)', ['name', 'at']],
    ['$guards#$i.{"n": name}', ['name']],
    ['$states.result.Alarms.($max([Period, Metrics.Period]))', ['Period', 'Metrics']],
    ['$guards.name', []],
    ['$guards[0].name', []],
    ['$states.result."Alarms".*.Period', []],
    ['$map($guards, function($guard) { $guard.name })', []],
  ])('in %s: %j', (text, expected) => {
    expect(Expression.of(`{% ${text} %}`).bareNames).toEqual(expected);
  });
});

describe('the work of an expression', () => {
  test.each<[string, number, number]>([
    ['1', 1, 1],
    ['1 + 2', 3, 2],
    ['$n > 3 and $n < 9', 7, 3],
    ['$n < 3 and $n < 9', 4, 3], // the second half is not evaluated
    ['[1..3]', 4, 3],
    ['$count([1, 2])', 5, 3],
    // the call, its name, a list of two and the function; then three steps for each element
    ['$map([1, 2], function($x) { $x + 1 })', 12, 3],
  ])('%s takes %d steps, %d deep', (text, steps, depth) => {
    expect(Expression.of(`{% ${text} %}`).work(SCOPE)).toEqual({ steps, depth });
  });

  test('counts up to an error', () => {
    expect(Expression.of('{% [1, $error("no"), 2] %}').work(SCOPE).steps).toBe(5);
  });
});

test('an observer sees all evaluations, until it is removed', () => {
  const seen: string[] = [];
  const stop = observeEvaluations((expression, { variables }) => { seen.push(`${expression.text} with ${variables.n}`); });
  expect(() => observeEvaluations(() => {})).toThrow('observed already');
  try {
    value('$n');
    expect(() => value('$error("no")')).toThrow();
  } finally {
    stop();
  }
  value('$n + 1');
  expect(seen).toEqual(['{% $n %} with 5', '{% $error("no") %} with 5']);
});
