import { disagreements, failsOnNonBmpText } from '../../checks/engine/compare';
import { Outcome, evaluateInNode, outcomeOf } from '../../checks/engine/engines';
import { BOUNDS, Figures, beyond, figuresOf, problemsOf, staticFigures, worst } from '../../checks/engine/figures';
import { placesOf } from '../../checks/engine/places';
import { Sample, Samples } from '../../checks/engine/samples';
import { Expression } from '../../simulator/expression';
import { Subject } from '../../simulator/gate-run';

const expression = (text: string) => Expression.of(`{% ${text} %}`);
const sample = (text: string, variables = {}, states = {}): Sample => ({ expression: expression(text), scope: { states, variables } });
const gives = (value: unknown): Outcome => ({ value, steps: 1, depth: 1 });
const fails = (error: string): Outcome => ({ error, steps: 1, depth: 1 });

describe('the samples of an expression', () => {
  const READS_N = expression('$n');
  const LIMITS = { largest: 1, nonBmp: 1, others: 2, candidates: 5 };
  const collected = (values: readonly unknown[], seed = '1') => {
    const samples = new Samples(seed, LIMITS);
    values.forEach((n) => samples.add(READS_N, { states: {}, variables: { n } }));
    return samples.all().map(({ scope }) => scope.variables.n);
  };
  const NUMBERS = Array.from({ length: 50 }, (_, i) => i + 100);

  test('hold what it reads, and nothing else', () => {
    const samples = new Samples();
    samples.add(expression('$a & $states.input.b'), { states: { input: { b: 1 }, context: { c: 2 } }, variables: { a: 3, d: 4 } });
    expect(samples.all().map(({ scope }) => scope)).toEqual([{ states: { input: { b: 1 } }, variables: { a: 3 } }]);
  });

  test('are what they were when it was evaluated', () => {
    const list = [1];
    const samples = new Samples();
    samples.add(READS_N, { states: {}, variables: { n: list } });
    list.push(2);
    expect(samples.all()[0].scope.variables.n).toEqual([1]);
  });

  test('are there once, however often they come', () => {
    expect(collected([1, 1, 1])).toEqual([1]);
  });

  test('are few, the largest and one outside the Basic Multilingual Plane among them', () => {
    const chosen = collected([...NUMBERS, 'long'.repeat(9), ...NUMBERS, '🛑', ...NUMBERS]);
    expect(chosen).toHaveLength(4);
    expect(chosen).toEqual(expect.arrayContaining(['long'.repeat(9), '🛑']));
  });

  test('are the same in whatever order they come, and others with another seed', () => {
    const chosen = new Set(collected(NUMBERS));
    expect(new Set(collected([...NUMBERS].reverse()))).toEqual(chosen);
    expect(new Set(collected(NUMBERS, '2'))).not.toEqual(chosen);
  });
});

describe('two engines', () => {
  test.each<[string, Outcome, Outcome]>([
    ['the same value', gives({ a: [1, 'b', null] }), gives({ a: [1, 'b', null] })],
    ['the same value with its keys in another order', gives({ a: 1, b: 2 }), gives({ b: 2, a: 1 })],
    ['an error each, with a text of its own', fails('one'), fails('other')],
  ])('agree on %s', (_name, inNode, inJava) => {
    expect(disagreements(inNode, inJava)).toEqual([]);
  });

  test.each<[string, Outcome, Outcome, string]>([
    ['a number', gives(1), gives(2), 'Node and Java: value: 1 in one, 2 in the other'],
    ['a number and its text', gives(1), gives('1'), 'Node and Java: value: 1 in one, "1" in the other'],
    ['a list of one and its element', gives(['a']), gives('a'), 'Node and Java: value: ["a"] in one, "a" in the other'],
    ['a part of a value', gives({ a: { b: null } }), gives({ a: {} }), 'Node and Java: value.a.b: null in one, nothing in the other'],
    ['an error in Node', fails('no'), gives(1), 'fails in Node (no), gives 1 in Java'],
    ['an error in Java', gives(null), fails('no'), 'gives null in Node, fails in Java (no)'],
  ])('disagree on %s', (_name, inNode, inJava, line) => {
    expect(disagreements(inNode, inJava)).toEqual([line]);
  });

  test('differ in a known way where a text is outside the Basic Multilingual Plane', () => {
    const error = fails('java.lang.IndexOutOfBoundsException');
    expect(failsOnNonBmpText(sample('$n', { n: 'a 🛑' }), gives('a 🛑'), error)).toBe(true);
    expect(failsOnNonBmpText(sample('$n', { n: 'ä' }), gives('ä'), error)).toBe(false);
    expect(failsOnNonBmpText(sample('$n', { n: '🛑' }), gives('🛑'), fails('another error'))).toBe(false);
    expect(failsOnNonBmpText(sample('$n', { n: '🛑' }), gives('🛑'), gives('?'))).toBe(false);
    expect(failsOnNonBmpText(sample('$n', { n: '🛑' }), fails('no'), error)).toBe(false);
  });

  test('give nothing: in Java that is no error, in Step Functions it is', () => {
    expect(outcomeOf({ steps: 1, depth: 1, nesting: 1 }).error).toBe('returned nothing');
    expect(outcomeOf({ steps: 1, depth: 1, nesting: 1, value: null })).toEqual({ steps: 1, depth: 1, value: null });
    expect(evaluateInNode(sample('$n.x', { n: 1 })).error).toContain('returned nothing');
  });

  test('count depth in their own ways: the worse one counts', () => {
    expect(outcomeOf({ steps: 1, depth: 7, nesting: 3, value: 1 }).depth).toBe(7);
    expect(outcomeOf({ steps: 1, depth: 3, nesting: 7, value: 1 }).depth).toBe(7);
  });
});

describe('the figures of an expression', () => {
  const LISTED = sample('$list[name = "x"].name', { list: [{ name: 'x' }, { name: 'y' }] });

  test('are its length, steps, depth and bare names', () => {
    expect(figuresOf(LISTED, evaluateInNode(LISTED), { value: 'x', steps: 11, depth: 5 })).toEqual({
      'length': 22,
      // the path, the variable, the comparison of each element with its two sides, of which one is a path of a name, and the last name
      'steps in Node': 11,
      'steps in Java': 11,
      'depth in Node': 5,
      'depth in Java': 5,
      'bare names': 1,
      'non-BMP text': 0,
    });
  });

  test('are the worst ones of all inputs', () => {
    const figures = staticFigures(LISTED.expression);
    expect(worst({ ...figures, 'steps in Node': 5 }, { ...figures, 'depth in Java': 7 })).toEqual({ ...figures, 'steps in Node': 5, 'depth in Java': 7 });
  });
});

describe('the bounds', () => {
  const within: Figures = { ...BOUNDS };
  const places = (figures: Partial<Figures>) => new Map([['gate A/Output', { ...within, ...figures }], ['gate B/Output', within]]);
  const known = [{ place: 'gate A/Output', figure: 'depth in Java' as const, value: 90 }];
  const problems = (...args: Parameters<typeof problemsOf>) => Object.fromEntries(problemsOf(...args));

  test('may be reached', () => {
    expect(beyond(places({}))).toEqual([]);
    expect(problems(places({}), [])).toEqual({});
  });

  test.each(Object.keys(BOUNDS) as (keyof Figures)[])('fail for one more: %s', (figure) => {
    const value = BOUNDS[figure] + 1;
    expect(beyond(places({ [figure]: value }))).toEqual([{ place: 'gate A/Output', figure, value }]);
    expect(problems(places({ [figure]: value }), [])).toEqual({ 'gate A/Output': [`${figure}: ${value}, at most ${BOUNDS[figure]} allowed`] });
  });

  test('may be exceeded by what is known, as far as it is known', () => {
    expect(problems(places({ 'depth in Java': 90 }), known)).toEqual({});
    expect(problems(places({ 'depth in Java': 81 }), known)).toEqual({});
    expect(problems(places({ 'depth in Java': 91 }), known)).toEqual({ 'gate A/Output': ['depth in Java: 91, at most 90 allowed'] });
    expect(problems(places({ 'depth in Java': 90, 'length': 4001 }), known)).toEqual({ 'gate A/Output': ['length: 4001, at most 4000 allowed'] });
  });

  test('fail for what is known and no longer beyond them', () => {
    const gone = 'depth in Java: within the bounds, or gone; remove it from known.ts';
    expect(problems(places({}), known)).toEqual({ 'gate A/Output': [gone] });
    expect(problems(new Map(), known)).toEqual({ 'gate A/Output': [gone] });
  });
});

test('an expression is named by the first place where it stands', () => {
  const States = {
    Read: { Type: 'Task', Arguments: { Id: '{% $a %}' }, Assign: { b: '{% $b %}' }, Catch: [{ ErrorEquals: ['States.ALL'], Assign: { c: '{% $c %}' } }] },
    Next: { Type: 'Choice', Choices: [{ Condition: '{% $a %}' }, { Condition: '{% $d %}' }] },
  };
  const places = placesOf({ gateDefinition: { States }, watchdogDefinition: { States: { End: { Output: '{% $e %}' } } } } as unknown as Subject);
  expect(Object.fromEntries([...places].map(([{ text }, place]) => [place, text]))).toEqual({
    'gate Read/Arguments/Id': '{% $a %}',
    'gate Read/Assign/b': '{% $b %}',
    'gate Read/Catch/0/Assign/c': '{% $c %}',
    'gate Next/Choices/1/Condition': '{% $d %}',
    'watchdog End/Output': '{% $e %}',
  });
});
