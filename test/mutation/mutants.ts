/**
 * Everything that can be taken out of a machine or of a role, or be turned round in it: generated from what is there.
 */
import { Expression, isExpression } from '../simulator/expression';
import { Subject } from '../simulator/gate-run';
import { Role, Statement } from '../simulator/iam';
import { Synthesized } from './subjects';

export type Kind = 'catcher' | 'retrier' | 'rule' | 'default' | 'assignment' | 'initial value' | 'operator' | 'permission';
export type Machine = 'gate' | 'watchdog';

export interface Mutant {
  /** What was changed, and how: the same in every run. */
  readonly id: string;
  readonly kind: Kind;
  readonly machine: Machine;
  /** The state that was changed; none for a permission. */
  readonly state?: string;
  /** What was changed, with all that is around it: the same in another gate, if the change is the same there. */
  readonly fragment: string;
  readonly mutate: () => Synthesized;
}

type Json = { [key: string]: any };

/** One change of one state, made on a copy of it. */
interface Change {
  readonly kind: Kind;
  readonly what: string;
  /** The part of the state that is changed. */
  readonly part: unknown;
  readonly apply: (state: Json) => void;
}

/** All mutants of both machines and of their roles. */
export function mutantsOf(variant: string, original: Synthesized): Mutant[] {
  const { subject } = original;
  return [
    ...(['gate', 'watchdog'] as const).flatMap((machine) => {
      const definition = definitionOf(subject, machine);
      const steering = steeringVariables(definition);
      return Object.entries<Json>(definition.States).flatMap(([name, state]) => changesOf(state, steering)
        .map(({ kind, what, part, apply }): Mutant => ({
          id: `${variant} ${machine}: ${name}: ${what}`,
          kind,
          machine,
          state: name,
          fragment: JSON.stringify([machine, name, what, part]),
          mutate: () => ({ ...original, subject: withState(subject, machine, name, apply) }),
        })));
    }),
    ...(['gate', 'watchdog'] as const).flatMap((machine) => permissionChanges(original.roles[machine]).map(({ what, part, role }): Mutant => ({
      id: `${variant} ${machine}: role: ${what}`,
      kind: 'permission',
      machine,
      fragment: JSON.stringify([machine, what, part]),
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

/** Variables that decide what a machine does: all but those that only the verdict document tells of. */
export function steeringVariables(definition: any): Set<string> {
  const steering = new Set<string>();
  const read = (payload: unknown) => {
    for (const expression of expressionsIn(payload)) { expression.variables.forEach((variable) => steering.add(variable)); }
  };
  for (const [name, state] of Object.entries<Json>(definition.States)) {
    if (name === 'Judge') { read(state.Assign); }
    read([state.Arguments, state.Seconds, (state.Choices ?? []).map(({ Condition }: Json) => Condition)]);
  }
  // What a steering variable is made of steers as well.
  for (let before = -1; before !== steering.size;) {
    before = steering.size;
    for (const [name, value] of Object.values<Json>(definition.States).flatMap(holdersOf).flatMap(({ holder }) => Object.entries(holder.Assign ?? {}))) {
      if (steering.has(name)) { read(value); }
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

/** An empty list of rules is refused: this takes the place of the only one. */
const NEVER = { Condition: '{% false %}', Next: 'Configure' };

function negated(condition: string): string {
  return `{% $not(${condition.slice(2, -2).trim()}) %}`;
}

interface Holder {
  readonly where: string;
  readonly of: (state: Json) => Json;
}

/** All that can have an Assign: the state itself, its catchers, its rules. */
function holdersOf(state: Json): Array<Holder & { holder: Json }> {
  const holders: Holder[] = [
    { where: '', of: (each) => each },
    ...(state.Catch ?? []).map((catcher: Json, i: number): Holder => ({ where: ` in the catcher of ${catcher.ErrorEquals.join(', ')}`, of: (each) => each.Catch[i] })),
    ...(state.Choices ?? []).map((_: Json, i: number): Holder => ({ where: ` in rule ${i + 1}`, of: (each) => each.Choices[i] })),
  ];
  return holders.map((each) => ({ ...each, holder: each.of(state) }));
}

function assignmentChanges(state: Json, steering: ReadonlySet<string>): Change[] {
  return holdersOf(state).flatMap(({ where, of, holder }) => Object.entries(holder.Assign ?? {})
    .filter(([name]) => steering.has(name))
    .flatMap(([name, value]) => (isFirst(state) ? corruptions(value).map(([how, corrupt]): Change => ({
      kind: 'initial value', part: value, what: `first value of $${name} ${how}`, apply: (mutated) => { mutated.Assign[name] = corrupt; },
    })) : [{
      kind: 'assignment' as const,
      part: [value, holder.Condition],
      what: `assignment of $${name}${where} removed`,
      apply: (mutated: Json) => {
        const { Assign } = of(mutated);
        delete Assign[name];
        if (Object.keys(Assign).length === 0) { delete of(mutated).Assign; }
      },
    }])));
}

/** The state that gives every variable its first value: without that the interpreter would refuse the machine. */
function isFirst(state: Json): boolean {
  return state.Type === 'Pass' && state.Assign?.experimentTemplateId !== undefined;
}

/** Other values of the same type. */
function corruptions(value: unknown): Array<[string, unknown]> {
  if (Array.isArray(value)) { return [['has one more', [...value, 'corrupt']], ...(value.length > 0 ? [['is empty', []] as [string, unknown]] : [])]; }
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

const INVERSE: { readonly [operator: string]: string } = {
  '=': '!=', '!=': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>', 'and': 'or', 'or': 'and', '+': '-', '-': '+',
};

/** Comparisons and connectives in conditions and in what decides: each turned round. */
function operatorChanges(state: Json, steering: ReadonlySet<string>): Change[] {
  const conditions = (state.Choices ?? []).map((rule: Json, i: number) => ({ where: `rule ${i + 1}`, text: rule.Condition, set: (each: Json, text: string) => { each.Choices[i].Condition = text; } }));
  const assigned = isFirst(state) ? [] : holdersOf(state).flatMap(({ where, of, holder }) => Object.entries(holder.Assign ?? {})
    .filter(([name, value]) => (steering.has(name) || name === 'verdict') && isExpression(value))
    .map(([name, value]) => ({ where: `$${name}${where}`, text: value as string, set: (each: Json, text: string) => { of(each).Assign[name] = text; } })));
  return [...conditions, ...assigned].flatMap(({ where, text, set }) => operatorsIn(text).map(({ at, operator }, i): Change => ({
    kind: 'operator',
    part: text,
    what: `${where}: operator ${i + 1}, ${operator}, becomes ${INVERSE[operator]} in ${excerpt(text, at)}`,
    apply: (mutated) => set(mutated, text.slice(0, at) + INVERSE[operator] + text.slice(at + operator.length)),
  })));
}

function excerpt(text: string, at: number): string {
  return `'${text.slice(Math.max(2, at - 25), at + 20).trim()}'`;
}

/** Operators outside of strings, regular expressions and names. */
function operatorsIn(text: string): Array<{ at: number; operator: string }> {
  const found: Array<{ at: number; operator: string }> = [];
  const token = /"(?:[^"\\]|\\.)*"|\/\[(?:[^/\\]|\\.)*\/|:=|!=|>=|<=|[=<>]| [+-] |[$\w.]+/g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const operator = match[0].trim();
    if (operator in INVERSE) { found.push({ at: match.index + match[0].indexOf(operator), operator }); }
  }
  return found;
}

/** Permissions that no call of a machine needs, by their actions, and why they are there all the same. */
export const NOT_CALLED: { readonly [actions: string]: string } = {
  'iam:CreateServiceLinkedRole': 'FIS makes this request itself, when the first experiment of an account is started',
  'logs:CreateLogDelivery, logs:GetLogDelivery, logs:UpdateLogDelivery, logs:DeleteLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:DescribeResourcePolicies, logs:DescribeLogGroups':
    'Step Functions makes these requests to log an execution; the CDK grants them',
  'xray:PutTraceSegments, xray:PutTelemetryRecords, xray:GetSamplingRules, xray:GetSamplingTargets': 'Step Functions makes these requests to trace an execution; the CDK grants them',
};

/** The name of a statement. */
export function nameOf({ Sid, Action }: Statement): string {
  return Sid ?? listOf(Action).join(', ');
}

/** Whether a statement serves calls of a machine, which the simulator sees. */
export function isForCalls({ Action }: Statement): boolean {
  return NOT_CALLED[listOf(Action).join(', ')] === undefined;
}

function permissionChanges(role: Role): Array<{ what: string; part: Statement; role: Role }> {
  const replaced = (statements: readonly Statement[], i: number, by: readonly Statement[]) => [...statements.slice(0, i), ...by, ...statements.slice(i + 1)];
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

/** Everything of the same kind. */
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
