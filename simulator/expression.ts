/**
 * JSONata as Step Functions runs it: one compiled expression, what is known about it before it runs, and its value as plain JSON.
 */
import { QUERY_EVALUATION_ERROR, TaskError } from './errors';
import { CompiledJsonata, jsonata } from './jsonata-engine';

/** What an expression can read: `$states` and the variables of the machine. */
export interface Scope {
  readonly states: { readonly [member: string]: unknown };
  readonly variables: { readonly [name: string]: unknown };
}

/** How much work one evaluation is. */
export interface Work {
  /** How often the engine evaluates a node of the expression. */
  readonly steps: number;
  /** How deeply these evaluations are nested. */
  readonly depth: number;
}

/** Is called with every expression before it is evaluated. Do not keep the scope: it changes afterwards. */
export type EvaluationListener = (expression: Expression, scope: Scope) => void;

let listener: EvaluationListener | undefined;

/** Calls a listener before each evaluation, until you call the function that it returns. There can be only one listener at a time. */
export function observeEvaluations(observe: EvaluationListener): () => void {
  if (listener) throw new Error('evaluations are observed already');
  listener = observe;
  return () => { listener = undefined; };
}

/** The names under which the engine looks up the functions to call when it enters and leaves a node. */
const ENTRY = Symbol.for('jsonata.__evaluate_entry');
const EXIT = Symbol.for('jsonata.__evaluate_exit');

/** The functions of JSONata 2.0.6 that give the same result in every run, without `$eval`. */
const BUILT_IN = [
  'sum', 'count', 'max', 'min', 'average', 'string', 'substring', 'substringBefore', 'substringAfter', 'lowercase', 'uppercase', 'length',
  'trim', 'pad', 'match', 'contains', 'replace', 'split', 'join', 'formatNumber', 'formatBase', 'formatInteger', 'parseInteger', 'number',
  'floor', 'ceil', 'round', 'abs', 'sqrt', 'power', 'boolean', 'not', 'map', 'zip', 'filter', 'single', 'reduce', 'sift', 'keys', 'lookup',
  'append', 'exists', 'spread', 'merge', 'reverse', 'each', 'error', 'assert', 'type', 'sort', 'distinct', 'base64encode', 'base64decode',
  'encodeUrlComponent', 'encodeUrl', 'decodeUrlComponent', 'decodeUrl', 'toMillis', 'fromMillis', 'clone',
];

/** The functions that Step Functions adds, if they are deterministic. */
const ADDED: { readonly [name: string]: (...args: any[]) => unknown } = {
  parse: (text: unknown) => {
    if (typeof text !== 'string') throw new Error('$parse expects a string');
    return JSON.parse(text);
  },
  range: (first: unknown, last: unknown, step: unknown) => {
    const [from, to, by] = [first, last, step].map(integer);
    if (by === 0) throw new Error('$range expects a step other than 0');
    const count = Math.max(0, Math.floor((to - from) / by) + 1);
    if (count > 1000) throw new Error('$range returns at most 1000 numbers');
    return Array.from({ length: count }, (_, i) => from + i * by);
  },
  partition: (list: unknown, size: unknown) => {
    const length = integer(size);
    if (!Array.isArray(list) || length < 1) throw new Error('$partition expects an array and a size above 0');
    return Array.from({ length: Math.ceil(list.length / length) }, (_, i) => list.slice(i * length, (i + 1) * length));
  },
};

/** The names that a variable must not have, because it would hide the function. */
export const FUNCTIONS: ReadonlySet<string> = new Set([...BUILT_IN, ...Object.keys(ADDED)]);

/** Functions that are not deterministic, or that Step Functions does not have. */
const REFUSED: ReadonlySet<string> = new Set(['eval', 'random', 'uuid', 'hash', 'now', 'millis', 'shuffle']);

const STATES_MEMBERS = ['input', 'result', 'errorOutput', 'context'];
const CONTEXT_MEMBERS: { readonly [name: string]: readonly string[] } = {
  Execution: ['Id', 'Name', 'Input', 'StartTime', 'RoleArn', 'RedriveCount'],
  State: ['Name', 'EnteredTime', 'RetryCount'],
  StateMachine: ['Id', 'Name'],
};

/** Whether this value is an expression for Step Functions. */
export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}') && value.length >= 4;
}

const cache = new Map<string, Expression>();

export class Expression {
  /** The compiled expression of a string like `{% $x %}`. Each is compiled only once. */
  public static of(value: string): Expression {
    let found = cache.get(value);
    if (!found) cache.set(value, found = new Expression(value));
    return found;
  }

  /** What is wrong with it, if that is known without running it. */
  public readonly problems: readonly string[];
  /** The variables of the machine that it reads. */
  public readonly variables: readonly string[];
  /** The members of `$states` that it reads. */
  public readonly statesMembers: readonly string[];
  /** The field names that it looks up in the current context, as in `$list[name = "x"]` or `$list.(name & "x")`. */
  public readonly bareNames: readonly string[];

  private readonly compiled?: CompiledJsonata;

  private constructor(public readonly text: string) {
    try {
      this.compiled = compileExpression(text);
    } catch (e) {
      this.problems = [`is not valid JSONata: ${messageOf(e)}`];
      this.variables = [];
      this.statesMembers = [];
      this.bareNames = [];
      return;
    }
    const analysis = new Analysis(this.compiled.ast());
    this.problems = analysis.problems;
    this.variables = [...analysis.variables];
    this.statesMembers = [...analysis.statesMembers];
    this.bareNames = [...analysis.bareNames];
  }

  /** Its value as plain JSON; fails with `States.QueryEvaluationError`. `field` is where the expression is. */
  public evaluate(scope: Scope, field: string): unknown {
    listener?.(this, scope);
    let value: unknown;
    try {
      value = this.compiled!.evaluate(undefined, this.bindings(scope));
    } catch (e) {
      throw this.failure(field, `threw an error during evaluation. ${messageOf(e)}`);
    }
    if (value === undefined) throw this.failure(field, 'returned nothing (undefined).');
    try {
      return toPlainJson(value);
    } catch (e) {
      throw this.failure(field, `returned an unsupported result: ${messageOf(e)}.`);
    }
  }

  /** How much work its evaluation is. If it fails, the work up to that point counts. */
  public work(scope: Scope): Work {
    let [steps, depth, deepest] = [0, 0, 0];
    // compiled again, because a callback cannot be removed
    const compiled = compileExpression(this.text);
    compiled.assign(ENTRY, () => {
      steps++;
      deepest = Math.max(deepest, ++depth);
    });
    compiled.assign(EXIT, () => { depth--; });
    try {
      compiled.evaluate(undefined, this.bindings(scope));
    } catch {
      // only the work matters here, not that the expression fails
    }
    return { steps, depth: deepest };
  }

  private bindings(scope: Scope): { [name: string]: unknown } {
    const bindings: { [name: string]: unknown } = { states: scope.states };
    for (const name of this.variables) bindings[name] = scope.variables[name];
    return bindings;
  }

  /** The error of this expression in a field. */
  public failure(field: string, what: string): TaskError {
    return new TaskError(QUERY_EVALUATION_ERROR, `The JSONata expression '${this.text.slice(2, -2).trim()}' specified for the field '${field}' ${what}`);
  }
}

function compileExpression(text: string): CompiledJsonata {
  const compiled = jsonata(text.slice(2, -2));
  for (const [name, implementation] of Object.entries(ADDED)) compiled.registerFunction(name, implementation);
  return compiled;
}

function integer(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Error(`expected an integer, got ${JSON.stringify(value)}`);
  return value;
}

function messageOf(e: unknown): string {
  return (e as { message?: string }).message ?? String(e);
}

/** Copies a value, and fails if it is not plain JSON: JSONata's arrays have flags, and its functions are values. */
export function toPlainJson(value: any): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new Error('a number that is not finite');
      return value;
    case 'object': {
      if (value === null) return null;
      if (Array.isArray(value)) return Array.from(value, toPlainJson);
      if (value._jsonata_lambda || value._jsonata_function) throw new Error('a function');
      const copy: { [key: string]: unknown } = {};
      for (const key in value) setProperty(copy, key, toPlainJson(value[key]));
      return copy;
    }
    default:
      throw new Error(`a value of type ${typeof value}`);
  }
}

/** `object[key] = value`, even for the key `__proto__`, which the data of a service may contain. */
export function setProperty(object: any, key: string, value: unknown) {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** Walks over the syntax tree once, and follows names to where they are bound. */
class Analysis {
  public readonly problems: string[] = [];
  public readonly variables = new Set<string>();
  public readonly statesMembers = new Set<string>();
  public readonly bareNames = new Set<string>();

  constructor(ast: any) {
    this.visit(ast, new Set(), false);
  }

  /** `context`: whether there is a value in which a plain name can be looked up. */
  private visit(node: any, locals: Set<string>, context: boolean): void {
    switch (node?.type) {
      case undefined:
        return;
      case 'path':
        this.path(node, locals, context);
        break;
      case 'variable':
        this.variable(node.value, locals);
        break;
      case 'name':
        if (!context) this.problems.push(`reads the name '${node.value}' without a context: write a variable as $${node.value}`);
        break;
      case 'wildcard':
      case 'descendant':
      case 'parent':
        if (!context) this.problems.push(`uses '${node.value ?? '%'}' without a context`);
        break;
      case 'bind':
        if (node.rhs.type === 'lambda') locals.add(node.lhs.value);
        this.visit(node.rhs, locals, context);
        locals.add(node.lhs.value);
        break;
      case 'block': {
        const inner = new Set(locals);
        for (const expression of node.expressions) this.visit(expression, inner, context);
        break;
      }
      case 'lambda': {
        const inner = new Set(locals);
        for (const argument of node.arguments) inner.add(argument.value);
        this.visit(node.body, inner, context);
        break;
      }
      case 'function':
      case 'partial':
        this.call(node.procedure, locals, context);
        for (const argument of node.arguments) this.visit(argument, locals, context);
        break;
      case 'sort':
        for (const term of node.terms) this.visit(term.expression, locals, true);
        break;
      case 'transform':
        this.visit(node.pattern, locals, true);
        this.visit(node.update, locals, true);
        this.visit(node.delete, locals, true);
        break;
      default: // unary, binary, condition, apply, filter and the literals
        for (const part of [node.expression, node.lhs, node.rhs, node.condition, node.then, node.else, node.expr].flat(2)) {
          this.visit(part, locals, context);
        }
        for (const expression of node.expressions ?? []) this.visit(expression, locals, context);
    }
    if (node.type !== 'path') this.filters(node, locals);
    for (const part of (node.group?.lhs ?? []).flat()) this.visit(part, locals, true);
  }

  private filters(step: any, locals: Set<string>) {
    for (const filter of [...(step.predicate ?? []), ...(step.stages ?? [])]) {
      if (filter.type === 'index') locals.add(filter.value);
      else this.visit(filter.expr, locals, true);
    }
  }

  private path(node: any, locals: Set<string>, context: boolean) {
    const inner = new Set(locals);
    node.steps.forEach((step: any, i: number) => {
      if (step.focus) inner.add(step.focus);
      if (step.index) inner.add(step.index);
      if (i === 0 && context && step.type === 'name') this.bareNames.add(step.value);
      if (i === 0 && step.type === 'variable' && step.value === 'states' && !locals.has('states')) {
        this.states(node.steps.slice(1));
        this.filters(step, inner);
      } else {
        this.visit(step, inner, context || i > 0);
      }
    });
  }

  private states(steps: any[]) {
    const [member, group, field] = steps.map(step => (step.type === 'name' ? step.value : undefined));
    if (!STATES_MEMBERS.includes(member)) {
      this.problems.push(`uses $states.${member ?? ''}: there is only ${STATES_MEMBERS.map(m => `$states.${m}`).join(', ')}`);
      return;
    }
    this.statesMembers.add(member);
    if (member !== 'context' || group === undefined) return;
    const fields = CONTEXT_MEMBERS[group];
    if (!fields || (field !== undefined && !fields.includes(field))) {
      this.problems.push(`uses $states.context.${group}${field === undefined ? '' : `.${field}`}, which the simulator does not know`);
    }
  }

  private variable(name: string, locals: Set<string>) {
    if (locals.has(name) || FUNCTIONS.has(name)) return;
    if (name === '' || name === '$') {
      this.problems.push(`uses a bare '$${name}', which Step Functions does not offer: name it, function($n) {...}`);
    } else if (name === 'states') {
      this.problems.push('uses $states as a whole: name its member');
    } else if (REFUSED.has(name)) {
      this.problems.push(`uses $${name}, which the simulator rejects: it is not deterministic, or Step Functions does not offer it`);
    } else {
      this.variables.add(name);
    }
  }

  private call(procedure: any, locals: Set<string>, context: boolean) {
    const name = procedure.type === 'variable' ? procedure.value : undefined;
    if (name === undefined || locals.has(name) || FUNCTIONS.has(name) || REFUSED.has(name)) {
      this.visit(procedure, locals, context);
    } else {
      this.problems.push(`calls $${name}, which is not a function`);
    }
  }
}
