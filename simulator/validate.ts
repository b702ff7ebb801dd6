/**
 * Rejects every machine definition that the interpreter would not execute exactly like Step Functions: with all problems at once, before
 * anything runs. What is not listed here is not supported.
 */
import { ALL } from './errors';
import { FUNCTIONS, isExpression } from './expression';
import { compilePayload } from './payload';

type Json = { [key: string]: any };

const COMMON = ['Type', 'Comment'];
const FIELDS: { readonly [type: string]: readonly string[] } = {
  Pass: ['Assign', 'Output', 'Next', 'End'],
  Task: ['Resource', 'Arguments', 'Assign', 'Output', 'Retry', 'Catch', 'TimeoutSeconds', 'Next', 'End'],
  // AWS documents that an Assign of the state itself applies whichever rule matches, and interpreters differ: only rules may have one
  Choice: ['Choices', 'Default'],
  Wait: ['Seconds', 'Next', 'End'],
  Succeed: ['Output'],
  Fail: ['Error', 'Cause'],
};
const RULE_FIELDS = ['Condition', 'Next', 'Assign', 'Output', 'Comment'];
const RETRIER_FIELDS = ['ErrorEquals', 'IntervalSeconds', 'BackoffRate', 'MaxAttempts', 'MaxDelaySeconds', 'JitterStrategy', 'Comment'];
const CATCHER_FIELDS = ['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment'];
const RESOURCE = /^arn:[a-z-]+:states:::aws-sdk:[a-z0-9]+:[A-Za-z0-9]+$/;
const MAX_SECONDS = 99_999_999;
const MAX_DELAY_SECONDS = 31_622_400;

/** Throws an error that lists all problems of a definition. */
export function validate(definition: unknown): void {
  const problems = problemsOf(definition);
  if (problems.length > 0) throw new Error(`the simulator rejects this definition:\n${problems.map(p => `- ${p}`).join('\n')}`);
}

/** All problems of a definition. */
export function problemsOf(definition: unknown): string[] {
  if (!isObject(definition)) return ['the definition is not an object'];
  const problems: string[] = [];
  const report = (problem: string) => problems.push(problem);
  checkFields(definition, ['Comment', 'StartAt', 'States', 'QueryLanguage', 'TimeoutSeconds'], 'the definition', report);
  if (definition.QueryLanguage !== 'JSONata') report(`QueryLanguage must be JSONata, got ${show(definition.QueryLanguage)}`);
  if (definition.TimeoutSeconds !== undefined && !isIntegerIn(definition.TimeoutSeconds, 1, MAX_SECONDS)) {
    report(`TimeoutSeconds must be an integer from 1 to ${MAX_SECONDS}, got ${show(definition.TimeoutSeconds)}`);
  }
  if (!isObject(definition.States)) return [...problems, 'States is not an object'];
  for (const [name, state] of Object.entries(definition.States)) {
    const where = `state '${name}'`;
    if (name.length > 80) report(`${where}: a name has at most 80 characters`);
    if (!isObject(state)) report(`${where} is not an object`);
    else new StateCheck(state, where, report).run();
  }
  if (!Object.values(definition.States).every(isObject)) return problems;
  return [...problems, ...flowProblems(definition), ...variableProblems(definition)];
}

class StateCheck {
  constructor(private readonly state: Json, private readonly where: string, private readonly report: (problem: string) => void) {}

  public run() {
    const state = this.state;
    const fields = FIELDS[state.Type];
    if (!Object.prototype.hasOwnProperty.call(FIELDS, state.Type)) return this.problem(`Type ${show(state.Type)} is not supported`);
    checkFields(state, [...COMMON, ...fields], this.where, this.report);
    if (fields.includes('Next') && (typeof state.Next === 'string') === (state.End === true)) this.problem('either Next or "End": true is required');
    if (state.Comment !== undefined && typeof state.Comment !== 'string') this.problem('Comment must be a string');
    switch (state.Type) {
      case 'Task': return this.task();
      case 'Choice': return this.choice();
      case 'Wait': return this.wait();
      case 'Fail': return this.fail();
      default: return this.data(state, '', ['Assign', 'Output'], ['input', 'context']);
    }
  }

  private task() {
    const state = this.state;
    if (typeof state.Resource !== 'string' || !RESOURCE.test(state.Resource)) {
      this.problem(`Resource must be like arn:aws:states:::aws-sdk:service:action, got ${show(state.Resource)}`);
    }
    if (!isObject(state.Arguments) && !isExpression(state.Arguments)) {
      this.problem(`Arguments must be an object or an expression, got ${show(state.Arguments)}`);
    }
    if (state.TimeoutSeconds !== undefined && !isIntegerIn(state.TimeoutSeconds, 1, MAX_SECONDS)) {
      this.problem(`TimeoutSeconds must be an integer from 1 to ${MAX_SECONDS}, got ${show(state.TimeoutSeconds)}`);
    }
    this.data(state, '', ['Arguments'], ['input', 'context']);
    this.data(state, '', ['Assign', 'Output'], ['input', 'context', 'result']);
    this.list('Retry').forEach((retrier, i, all) => this.retrier(retrier, `Retry/${i}`, i === all.length - 1));
    this.list('Catch').forEach((catcher, i, all) => {
      const at = `Catch/${i}`;
      checkFields(catcher, CATCHER_FIELDS, `${this.where}: ${at}`, this.report);
      this.errorEquals(catcher.ErrorEquals, at, i === all.length - 1);
      if (typeof catcher.Next !== 'string') this.problem(`${at}: Next is missing`);
      this.data(catcher, `${at}/`, ['Assign', 'Output'], ['input', 'context', 'errorOutput']);
    });
  }

  private retrier(retrier: Json, at: string, last: boolean) {
    checkFields(retrier, RETRIER_FIELDS, `${this.where}: ${at}`, this.report);
    this.errorEquals(retrier.ErrorEquals, at, last);
    const { IntervalSeconds = 1, BackoffRate = 2, MaxAttempts = 3, MaxDelaySeconds, JitterStrategy = 'NONE' } = retrier;
    if (!isIntegerIn(IntervalSeconds, 1, MAX_SECONDS)) this.problem(`${at}: IntervalSeconds must be a positive integer, got ${show(IntervalSeconds)}`);
    if (!isIntegerIn(MaxAttempts, 0, MAX_SECONDS)) this.problem(`${at}: MaxAttempts must be an integer of at least 0, got ${show(MaxAttempts)}`);
    if (typeof BackoffRate !== 'number' || !(BackoffRate >= 1)) this.problem(`${at}: BackoffRate must be a number of at least 1, got ${show(BackoffRate)}`);
    if (MaxDelaySeconds !== undefined && !(isIntegerIn(MaxDelaySeconds, 1, MAX_DELAY_SECONDS) && MaxDelaySeconds > IntervalSeconds)) {
      this.problem(`${at}: MaxDelaySeconds must be above IntervalSeconds and at most ${MAX_DELAY_SECONDS}, got ${show(MaxDelaySeconds)}`);
    }
    if (!['NONE', 'FULL'].includes(JitterStrategy)) this.problem(`${at}: JitterStrategy must be NONE or FULL, got ${show(JitterStrategy)}`);
  }

  private errorEquals(names: unknown, at: string, last: boolean) {
    if (!Array.isArray(names) || names.length === 0 || names.some(name => typeof name !== 'string')) {
      this.problem(`${at}: ErrorEquals must be a list of error names, got ${show(names)}`);
    } else if (names.includes(ALL) && (names.length > 1 || !last)) {
      this.problem(`${at}: ${ALL} must stand alone, in the last element`);
    }
  }

  private choice() {
    const rules = this.list('Choices');
    if (rules.length === 0) this.problem('Choices must not be empty');
    rules.forEach((rule, i) => {
      const at = `Choices/${i}`;
      checkFields(rule, RULE_FIELDS, `${this.where}: ${at}`, this.report);
      if (!isExpression(rule.Condition)) this.problem(`${at}: Condition must be an expression, got ${show(rule.Condition)}`);
      if (typeof rule.Next !== 'string') this.problem(`${at}: Next is missing`);
      this.data(rule, `${at}/`, ['Condition', 'Assign', 'Output'], ['input', 'context']);
    });
    if (this.state.Default !== undefined && typeof this.state.Default !== 'string') this.problem('Default must be the name of a state');
  }

  private wait() {
    const seconds = this.state.Seconds;
    if (!isExpression(seconds) && !isIntegerIn(seconds, 0, MAX_SECONDS)) {
      this.problem(`Seconds must be an expression or an integer from 0 to ${MAX_SECONDS}, got ${show(seconds)}`);
    }
    this.data(this.state, '', ['Seconds'], ['input', 'context']);
  }

  private fail() {
    for (const field of ['Error', 'Cause']) {
      const value = this.state[field];
      if (value !== undefined && typeof value !== 'string') this.problem(`${field} must be a string, got ${show(value)}`);
    }
    this.data(this.state, '', ['Error', 'Cause'], ['input', 'context']);
  }

  /** Checks the payloads of one object: their expressions, what they may read, and the names they assign. */
  private data(holder: Json, prefix: string, fields: string[], members: string[]) {
    for (const field of fields) {
      const value = holder[field];
      if (value === undefined) continue;
      const at = `${prefix}${field}`;
      this.literals(value, at);
      if (field === 'Assign') this.assign(value, at);
      for (const { field: path, expression } of compilePayload(value, at).expressions) {
        for (const problem of expression.problems) this.problem(`${path}: ${problem}`);
        for (const member of expression.statesMembers) {
          if (!members.includes(member)) this.problem(`${path}: $states.${member} does not exist there`);
        }
      }
    }
  }

  private assign(value: unknown, at: string) {
    if (!isObject(value)) return this.problem(`${at} must be an object`);
    for (const name of Object.keys(value)) {
      if (!/^[A-Za-z_][A-Za-z0-9_]{0,79}$/.test(name) || name === 'states') this.problem(`${at}: '${name}' is not a valid name of a variable`);
      if (FUNCTIONS.has(name)) this.problem(`${at}: the variable '${name}' would hide the function $${name}`);
    }
  }

  /** Rejects remnants of JSONPath and of templates, which a JSONata machine would pass on unchanged. */
  private literals(value: unknown, at: string): void {
    if (typeof value === 'string') {
      if (/^States\.[A-Z][A-Za-z0-9]*\(/.test(value)) this.problem(`${at}: intrinsic functions are not supported, got ${show(value)}`);
      if (value.includes('${Token[')) this.problem(`${at}: contains an unresolved token`);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, part] of Object.entries(value)) {
        if (key.endsWith('.$')) this.problem(`${at}/${key}: JSONPath is not supported`);
        if (key === 'Ref' || key.startsWith('Fn::')) this.problem(`${at}/${key}: contains an unresolved CloudFormation function`);
        this.literals(part, `${at}/${key}`);
      }
    } else if (value === undefined || !['number', 'boolean', 'object'].includes(typeof value)) {
      this.problem(`${at}: a value of type ${typeof value} is not JSON`);
    }
  }

  private list(field: string): Json[] {
    const value = this.state[field] ?? [];
    if (Array.isArray(value) && value.every(isObject)) return value;
    this.problem(`${field} must be a list of objects`);
    return [];
  }

  private problem(text: string) {
    this.report(`${this.where}: ${text}`);
  }
}

/** A transition from a state to the next, with the variables that it assigns. */
interface Edge {
  readonly to: string;
  readonly assigns: readonly string[];
}

function edgesOf(state: Json): Edge[] {
  const edge = (to: string | undefined, assign: Json | undefined) => (to === undefined ? [] : [{ to, assigns: Object.keys(assign ?? {}) }]);
  const rules = [state.Choices, state.Catch].flatMap(list => (Array.isArray(list) ? list.filter(isObject) : []));
  return [...edge(state.Next, state.Assign), ...edge(state.Default, undefined), ...rules.flatMap(rule => edge(rule.Next, rule.Assign))];
}

function flowProblems(definition: Json): string[] {
  const states: { [name: string]: Json } = definition.States;
  const exists = (name: unknown) => typeof name === 'string' && Object.prototype.hasOwnProperty.call(states, name);
  const problems = Object.entries(states).flatMap(([name, state]) => edgesOf(state)
    .filter(edge => !exists(edge.to))
    .map(edge => `state '${name}': the next state '${edge.to}' does not exist`));
  if (!exists(definition.StartAt)) return [...problems, `StartAt: there is no state ${show(definition.StartAt)}`];
  const reached = new Set<string>();
  const ahead = [definition.StartAt];
  while (ahead.length > 0) {
    const name = ahead.pop()!;
    if (reached.has(name) || !exists(name)) continue;
    reached.add(name);
    ahead.push(...edgesOf(states[name]).map(edge => edge.to));
  }
  return [...problems, ...Object.keys(states).filter(name => !reached.has(name)).map(name => `state '${name}' cannot be reached`)];
}

/** Variables that are read but not assigned on every way there. What Step Functions does then is not documented. */
function variableProblems(definition: Json): string[] {
  const states: { [name: string]: Json } = definition.States;
  const everywhere = new Set(Object.values(states).flatMap(state => edgesOf(state).flatMap(edge => edge.assigns)));
  const assignedAt = definitelyAssigned(definition);
  return Object.entries(states).flatMap(([name, state]) => {
    const { Retry, Comment, ...data } = state;
    const read = new Set(compilePayload(data, '').expressions.flatMap(({ expression }) => expression.variables));
    return [...read].flatMap(variable => {
      if (!everywhere.has(variable)) return [`state '${name}': the variable $${variable} is never assigned`];
      if (assignedAt.get(name)?.has(variable) === false) return [`state '${name}': the variable $${variable} is not assigned on every way to this state`];
      return [];
    });
  });
}

function definitelyAssigned(definition: Json): Map<string, Set<string>> {
  const assigned = new Map<string, Set<string>>([[definition.StartAt, new Set()]]);
  const ahead: string[] = [definition.StartAt];
  while (ahead.length > 0) {
    const name = ahead.pop()!;
    for (const { to, assigns } of edgesOf(definition.States[name] ?? {})) {
      const then = new Set([...assigned.get(name)!, ...assigns]);
      const before = assigned.get(to);
      const both = before ? new Set([...before].filter(variable => then.has(variable))) : then;
      if (before && both.size === before.size) continue;
      assigned.set(to, both);
      ahead.push(to);
    }
  }
  return assigned;
}

function checkFields(holder: Json, allowed: readonly string[], where: string, report: (problem: string) => void) {
  for (const field of Object.keys(holder)) {
    if (!allowed.includes(field)) report(`${where}: the field '${field}' is not supported`);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIntegerIn(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
