/**
 * Everything that can be removed from a machine or a role, or inverted in it, generated from the synthesized machine and role.
 */
import { Synthesized } from './subjects';
import { Expression, isExpression } from '../../simulator/expression';
import { Subject } from '../../simulator/gate-run';
import { Role, Statement } from '../../simulator/iam';

export type Kind = 'catcher' | 'retrier' | 'rule' | 'default' | 'assignment' | 'initial value' | 'operator' | 'permission';
export type Machine = 'gate' | 'watchdog';

export interface Mutant {
  /** What was changed, and how. It is the same in every run. */
  readonly id: string;
  readonly kind: Kind;
  readonly machine: Machine;
  /** The state that was changed; undefined for a permission. */
  readonly state?: string;
  /** What was changed, with its context. It is the same for the same change in another gate. */
  readonly fragment: string;
  /** What a run must visit to be affected. */
  readonly where: string;
  /** Whether nothing reads the assignment afterwards, on any path, so removing it changes nothing. */
  readonly dead?: boolean;
  readonly mutate: () => Synthesized;
}

type Json = { [key: string]: any };

/** A change of a state, which is applied to a copy. */
interface Change {
  readonly kind: Kind;
  readonly what: string;
  /** The part of the state that is changed. */
  readonly part: unknown;
  /** The exit of the state, if the change affects only one: where it leads to, or `error` for a Catch or Retry. */
  readonly exit?: string;
  /** The assigned variable, and the possible next states. */
  readonly assigns?: { readonly name: string; readonly next: readonly string[] };
  readonly apply: (state: Json) => void;
}

/** All mutants of both machines and of their roles. */
export function mutantsOf(variant: string, original: Synthesized): Mutant[] {
  const { subject } = original;
  return [
    ...(['gate', 'watchdog'] as const).flatMap((machine) => {
      const definition = definitionOf(subject, machine);
      const steering = steeringVariables(definition);
      const live = liveVariables(definition);
      return Object.entries<Json>(definition.States).flatMap(([name, state]) => changesOf(state, steering)
        .map(({ kind, what, part, exit, assigns, apply }): Mutant => ({
          id: `${variant} ${machine}: ${name}: ${what}`,
          kind,
          machine,
          state: name,
          fragment: JSON.stringify([machine, name, what, part]),
          where: `${machine} ${name}${exit === undefined ? '' : ` ${exit}`}`,
          dead: assigns && assigns.next.every((next) => !live.get(next)!.has(assigns.name)),
          mutate: () => ({ ...original, subject: withState(subject, machine, name, apply) }),
        })));
    }),
    ...(['gate', 'watchdog'] as const).flatMap((machine) => permissionChanges(original.roles[machine]).map(({ what, part, role }): Mutant => ({
      id: `${variant} ${machine}: role: ${what}`,
      kind: 'permission',
      machine,
      fragment: JSON.stringify([machine, what, part]),
      where: machine,
      mutate: () => ({ ...original, roles: { ...original.roles, [machine]: role } }),
    }))),
  ];
}

/** The definition of one of the machines. */
export function definitionOf(subject: Subject, machine: Machine): any {
  return machine === 'gate' ? subject.gateDefinition : subject.watchdogDefinition;
}

function withState(subject: Subject, machine: Machine, name: string, apply: (state: Json) => void): Subject {
  const definition = definitionOf(subject, machine);
  const state = clone(definition.States[name]);
  apply(state);
  const mutated = { ...definition, States: { ...definition.States, [name]: state } };
  return { ...subject, [machine === 'gate' ? 'gateDefinition' : 'watchdogDefinition']: mutated };
}

/** For each state, the variables that it or a later state may read before they are assigned again. */
export function liveVariables(definition: any): Map<string, Set<string>> {
  const states = Object.entries<Json>(definition.States);
  const readIn = ({ Retry, Comment, ...data }: Json) => new Set(expressionsIn(data).flatMap(({ variables }) => variables));
  const live = new Map(states.map(([name, state]) => [name, readIn(state)]));
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, state] of states) {
      for (const { next, assigned } of exitsOf(state)) {
        for (const variable of live.get(next)!) {
          if (!assigned.includes(variable) && !live.get(name)!.has(variable)) {
            live.get(name)!.add(variable);
            changed = true;
          }
        }
      }
    }
  }
  return live;
}

function exitsOf(state: Json): Array<{ next: string; assigned: string[] }> {
  const exit = (next: string, { Assign = {} }: Json) => ({ next, assigned: Object.keys(Assign) });
  return [
    ...[state.Next, state.Default].filter((next) => next !== undefined).map((next) => exit(next, state)),
    ...[...state.Choices ?? [], ...state.Catch ?? []].map((holder: Json) => exit(holder.Next, holder)),
  ];
}

/** Variables that decide what a machine does: all except those that only appear in the verdict document. */
export function steeringVariables(definition: any): Set<string> {
  const steering = new Set<string>();
  const read = (payload: unknown) => {
    for (const expression of expressionsIn(payload)) { expression.variables.forEach((variable) => steering.add(variable)); }
  };
  for (const [name, state] of Object.entries<Json>(definition.States)) {
    if (name === 'Judge') { read(state.Assign.verdict); }
    // the reason why an execution was stopped is only for people
    const { Cause: _cause, ...parameters } = typeof state.Arguments === 'object' ? state.Arguments : { parameters: state.Arguments };
    read([parameters, state.Seconds, (state.Choices ?? []).map(({ Condition }: Json) => Condition)]);
  }
  // a variable from which such a variable is computed decides as well
  for (let before = -1; before !== steering.size;) {
    before = steering.size;
    for (const { holder } of Object.values<Json>(definition.States).flatMap(holdersOf)) {
      for (const [name, value] of Object.entries(holder.Assign ?? {})) {
        if (steering.has(name)) { read(value); }
      }
    }
  }
  return steering;
}

function changesOf(state: Json, steering: ReadonlySet<string>): Change[] {
  return [
    ...listChanges(state, 'Catch', 'catcher'),
    ...listChanges(state, 'Retry', 'retrier'),
    ...(state.Type === 'Choice' ? choiceChanges(state) : []),
    ...assignmentChanges(state, steering),
    ...operatorChanges(state, steering),
  ];
}

function listChanges(state: Json, field: 'Catch' | 'Retry', kind: Kind): Change[] {
  return (state[field] ?? []).map((part: Json, i: number): Change => ({
    kind,
    part,
    exit: 'error',
    what: `${kind} of ${part.ErrorEquals.join(', ')} removed`,
    apply: (mutated) => {
      mutated[field].splice(i, 1);
      if (mutated[field].length === 0) { delete mutated[field]; }
    },
  }));
}

function choiceChanges(state: Json): Change[] {
  const rules: Json[] = state.Choices;
  const targets = [...new Set(rules.map(({ Next }) => Next))].filter((target) => target !== state.Default);
  return [
    ...rules.flatMap((part, i): Change[] => [
      { kind: 'rule', part, what: `rule ${i + 1} to ${part.Next} removed`, apply: (mutated) => { mutated.Choices.splice(i, 1, ...(rules.length > 1 ? [] : [NEVER])); } },
      { kind: 'rule', part, what: `rule ${i + 1} to ${part.Next} negated`, apply: (mutated) => { mutated.Choices[i].Condition = negated(mutated.Choices[i].Condition); } },
    ]),
    ...targets.map((target): Change => ({
      kind: 'default', part: rules, what: `default ${state.Default} becomes ${target}`, apply: (mutated) => { mutated.Default = target; },
    })),
  ];
}

/** An empty list of rules is not allowed, so this replaces the only rule. */
const NEVER = { Condition: '{% false %}', Next: 'Configure' };

function negated(condition: string): string {
  return `{% $not(${condition.slice(2, -2).trim()}) %}`;
}

interface Holder {
  readonly where: string;
  readonly exit?: string;
  readonly of: (state: Json) => Json;
}

/** Everything that can have an Assign: the state itself, its catchers, its rules. */
function holdersOf(state: Json): Array<Holder & { holder: Json }> {
  const holders: Holder[] = [
    { where: '', of: (each) => each },
    ...(state.Catch ?? []).map((catcher: Json, i: number): Holder => ({ where: ` in the catcher of ${catcher.ErrorEquals.join(', ')}`, exit: 'error', of: (each) => each.Catch[i] })),
    ...(state.Choices ?? []).map((rule: Json, i: number): Holder => ({ where: ` in rule ${i + 1}`, exit: `to ${rule.Next}`, of: (each) => each.Choices[i] })),
  ];
  return holders.map((each) => ({ ...each, holder: each.of(state) }));
}

function assignmentChanges(state: Json, steering: ReadonlySet<string>): Change[] {
  return holdersOf(state).flatMap(({ where, exit, of, holder }) => Object.entries(holder.Assign ?? {})
    .filter(([name]) => steering.has(name))
    .flatMap(([name, value]) => (isFirst(state) ? corruptions(value).map(([how, corrupt]): Change => ({
      kind: 'initial value', part: value, assigns: { name, next: [holder.Next] }, what: `first value of $${name} ${how}`, apply: (mutated) => { mutated.Assign[name] = corrupt; },
    })) : [{
      kind: 'assignment' as const,
      part: [value, holder.Condition],
      exit,
      assigns: { name, next: [holder.Next, holder.Default].filter((next) => next !== undefined) },
      what: `assignment of $${name}${where} removed`,
      apply: (mutated: Json) => {
        const { Assign } = of(mutated);
        delete Assign[name];
        if (Object.keys(Assign).length === 0) { delete of(mutated).Assign; }
      },
    }])));
}

/** The state that gives every variable its first value. Without it, the interpreter would reject the machine. */
function isFirst(state: Json): boolean {
  return state.Type === 'Pass' && state.Assign?.experimentTemplateId !== undefined;
}

/** Other values of the same type. */
function corruptions(value: unknown): Array<[string, unknown]> {
  if (Array.isArray(value)) {
    const [first, ...others] = value;
    return [
      ['is corrupt', typeof first === 'object' ? [corrupted(first), ...others] : [...value, 'corrupt']],
      ...(value.length > 0 ? [['is empty', []] as [string, unknown]] : []),
    ];
  }
  switch (typeof value) {
    case 'boolean': return [['is inverted', !value]];
    case 'number': return [['is higher', value + 1e15], ['is lower', value - 1e15]];
    case 'string': break;
    default: return [['is corrupt', 'corrupt']];
  }
  if (!isExpression(value)) { return [['is corrupt', `corrupt${value}`], ['is empty', '{% "" %}']]; }
  const text = value.slice(2, -2).trim();
  return text === '""' ? [['is corrupt', 'corrupt']] : [
    ['is corrupt', `{% ($value := (${text}); $type($value) = "number" ? $value + 1000000000000000 : $value & "corrupt") %}`],
    ['is empty', `{% ($value := (${text}); $type($value) = "number" ? 0 : "") %}`],
  ];
}

function corrupted(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, `corrupt${member}`]));
}

const INVERSE: { readonly [operator: string]: string } = {
  '=': '!=', '!=': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>', 'and': 'or', 'or': 'and', '+': '-', '-': '+',
};

/** Comparisons and connectives in conditions and deciding expressions, each inverted. */
function operatorChanges(state: Json, steering: ReadonlySet<string>): Change[] {
  const conditions = (state.Choices ?? []).map((rule: Json, i: number) => ({ where: `rule ${i + 1}`, exit: undefined, text: rule.Condition, set: (each: Json, text: string) => { each.Choices[i].Condition = text; } }));
  const assigned = isFirst(state) ? [] : holdersOf(state).flatMap(({ where, exit, of, holder }) => Object.entries(holder.Assign ?? {})
    .filter(([name, value]) => (steering.has(name) || name === 'verdict') && isExpression(value))
    .map(([name, value]) => ({ where: `$${name}${where}`, exit, text: value as string, set: (each: Json, text: string) => { of(each).Assign[name] = text; } })));
  return [...conditions, ...assigned].flatMap(({ where, exit, text, set }) => operatorsIn(text).map(({ at, operator }, i): Change => ({
    kind: 'operator',
    part: text,
    exit,
    what: `${where}: operator ${i + 1}, ${operator}, becomes ${INVERSE[operator]} in ${excerpt(text, at)}`,
    apply: (mutated) => set(mutated, text.slice(0, at) + INVERSE[operator] + text.slice(at + operator.length)),
  })));
}

function excerpt(text: string, at: number): string {
  return `'${text.slice(Math.max(2, at - 25), at + 20).trim()}'`;
}

/** Operators outside strings, regular expressions and names. */
function operatorsIn(text: string): Array<{ at: number; operator: string }> {
  const found: Array<{ at: number; operator: string }> = [];
  const token = /"(?:[^"\\]|\\.)*"|\/\[(?:[^/\\]|\\.)*\/|:=|!=|>=|<=|[=<>]| [+-] |[$\w.]+/g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const operator = match[0].trim();
    if (operator in INVERSE) { found.push({ at: match.index + match[0].indexOf(operator), operator }); }
  }
  return found;
}

/** Permissions that no call of a machine needs, by their actions, and why they are needed anyway. */
export const NOT_CALLED: { readonly [actions: string]: string } = {
  'iam:CreateServiceLinkedRole': 'FIS itself makes this request when the first experiment of an account is started',
  'logs:CreateLogDelivery, logs:GetLogDelivery, logs:UpdateLogDelivery, logs:DeleteLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:DescribeResourcePolicies, logs:DescribeLogGroups':
    'Step Functions makes these requests to log an execution; the CDK grants them',
  'xray:PutTraceSegments, xray:PutTelemetryRecords, xray:GetSamplingRules, xray:GetSamplingTargets': 'Step Functions makes these requests to trace an execution; the CDK grants them',
};

/** The name of a statement. */
export function nameOf({ Sid, Action }: Statement): string {
  return Sid ?? listOf(Action).join(', ');
}

/** Whether a statement is for calls of a machine, which the simulator sees. */
export function isForCalls({ Action }: Statement): boolean {
  return NOT_CALLED[listOf(Action).join(', ')] === undefined;
}

function permissionChanges(role: Role): Array<{ what: string; part: Statement; role: Role }> {
  const replaced = (statements: readonly Statement[], i: number, by: readonly Statement[]) =>
    [...statements.slice(0, i), ...by, ...statements.slice(i + 1)];
  return [
    ...role.statements.flatMap((statement, i) => (isForCalls(statement) ? statementChanges(statement) : [])
      .map(({ what, by }) => ({ what: `${nameOf(statement)}: ${what}`, part: statement, role: { ...role, statements: replaced(role.statements, i, by) } }))),
    ...role.trust.flatMap((statement, i) => conditionChanges(statement)
      .map(({ what, by }) => ({ what: `trust: ${what}`, part: statement, role: { ...role, trust: replaced(role.trust, i, by) } }))),
  ];
}

function statementChanges(statement: Statement): Array<{ what: string; by: Statement[] }> {
  const [actions, resources] = [listOf(statement.Action), listOf(statement.Resource ?? [])];
  return [
    { what: 'removed', by: [] },
    ...(actions.length < 2 ? [] : actions.map((action) => ({ what: `action ${action} removed`, by: [{ ...statement, Action: actions.filter((each) => each !== action) }] }))),
    ...(resources.length < 2 ? [] : resources.map((resource) => ({
      what: `resource ${resource} removed`, by: [{ ...statement, Resource: resources.filter((each) => each !== resource) }],
    }))),
    ...resources.filter((resource) => wider(resource) !== resource).map((resource) => ({
      what: `resource ${resource} widened`, by: [{ ...statement, Resource: resources.map((each) => (each === resource ? wider(resource) : each)) }],
    })),
    ...conditionChanges(statement),
  ];
}

/** A pattern for everything of the same kind. */
function wider(arn: string): string {
  return arn.replace(/^((?:[^:]*:){5}(?:[\w-]+[/:])?).*$/, '$1*');
}

function conditionChanges(statement: Statement): Array<{ what: string; by: Statement[] }> {
  const { Condition = {} } = statement;
  return Object.entries(Condition).flatMap(([operator, keys]) => Object.keys(keys).flatMap((key) => {
    const { [key]: _, ...others } = keys;
    return [
      { what: `condition on ${key} removed`, by: [{ ...statement, Condition: { ...Condition, [operator]: others } }] },
      { what: `condition on ${key} altered`, by: [{ ...statement, Condition: { ...Condition, [operator]: { ...keys, [key]: 'corrupt' } } }] },
    ];
  }));
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function expressionsIn(payload: unknown): Expression[] {
  if (isExpression(payload)) { return [Expression.of(payload)]; }
  return typeof payload === 'object' && payload !== null ? Object.values(payload).flatMap(expressionsIn) : [];
}

function clone<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
