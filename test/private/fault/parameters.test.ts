import { Duration } from 'aws-cdk-lib';
import { ChaosExperiment, Experiment, FaultAction, FaultTarget } from '../../../src';
import { optionName, ParameterRecord, TargetSelection } from '../../../src/private/catalogue/records';
import { alarms, CATALOGUE, FACTORIES, Factory, make, neededOptions, Options, PARAMETERS, sampleTarget, targetOf, waysOf } from '../../support/catalogue-samples';
import { someAlarm, someStack } from '../../support/fixtures';

/** A mistake in an option or in the target of an action. */
interface Mistake {
  readonly name: string;
  readonly make: () => FaultAction;
  /** What the message must contain besides the construct and the action: the option or the id of the record, the value, and the expected value. */
  readonly said: string[];
}

const MISTAKES = [...FACTORIES.flatMap(targetMistakes), ...PARAMETERS.flatMap(({ factory, parameter }) => optionMistakes(factory, parameter))];

describe('every mistake that the records make possible', () => {
  test.each(MISTAKES)('fails with $name', (mistake) => {
    const stack = someStack();
    const create = () => new ChaosExperiment(stack, 'Gate', {
      experiment: Experiment.define({ actions: { broken: mistake.make() } }), alarms: [someAlarm(stack)],
    });

    const lines = problems(create).filter((line) => line.startsWith("Stack/Gate: action 'broken': "));
    expect(lines.some((line) => mistake.said.every((text) => line.includes(text))) ? mistake.said : lines).toEqual(mistake.said);
  });

  test('covers every action', () => {
    const silent = FACTORIES.filter(({ name }) => !MISTAKES.some((mistake) => mistake.name.startsWith(`${name} `)));
    expect(silent).toEqual([]);
  });
});

function targetMistakes(factory: Factory): Mistake[] {
  const { target, name } = factory;
  if (!target) {
    return [];
  }
  const ways = waysOf(factory);
  const others = CATALOGUE.targetTypes.filter(({ resourceType }) => resourceType !== target.resourceType);
  const wrongWays = (['arns', 'tags', 'parameters'] as TargetSelection[]).filter((way) => !ways.includes(way));
  return [
    { name: `${name} without a target`, make: () => (FaultAction as any)[name](undefined, neededOptions(factory)), said: [target.resourceType, 'got nothing'] },
    ...others.map((type) => ({
      name: `${name} on ${type.resourceType}`,
      make: () => make(factory, {}, sampleTarget(type.resourceType, type.selectedBy[0])),
      said: [target.resourceType, `got ${type.resourceType}`],
    })),
    ...wrongWays.map((way) => ({
      name: `${name} on a target by ${way}`,
      make: () => make(factory, {}, sampleTarget(target.resourceType, way)),
      said: way === 'parameters' ? ['parameter'] : [ways.join(' or '), `got ${way}`],
    })),
  ];
}

function optionMistakes(factory: Factory, parameter: ParameterRecord): Mistake[] {
  const option = optionName(parameter);
  const mistake = (what: string, options: Options, ...said: string[]): Mistake => ({
    name: `${factory.name} with ${what}`, make: () => make(factory, options, targetOf(factory)), said: [`'${option}' must be `, ...said],
  });
  return [
    ...(parameter.required ? [mistake(`no ${option}`, { [option]: undefined }, 'got nothing')] : []),
    ...needs(factory, parameter).map((beside) => mistake(`no ${option} beside ${Object.values(beside)}`, { ...beside, [option]: undefined }, 'got nothing')),
    ...outOfRange(parameter).map(([value, limit, got]) => mistake(`${option} of ${got}`, { [option]: value }, limit, `got ${got}`)),
    ...(parameter.allowed ? [mistake(`${option} that is no member`, { [option]: list(parameter, 'sideways') }, "got 'sideways'")] : []),
    ...(parameter.allowedWhen ?? []).map(({ parameter: other, is, allowed }) => mistake(
      `${option} that does not go with ${is[0]}`,
      {
        [optionName(factory.parameters.find(({ name }) => name === other)!)]: is[0],
        [option]: parameter.allowed!.find((value) => !allowed.includes(value)),
      },
      allowed[0], "got '",
    )),
    ...(/list|alarms/.test(parameter.type) ? [mistake(`an empty ${option}`, { [option]: [] }, 'got 0')] : []),
    ...(parameter.maxItems === undefined ? []
      : [mistake(`too many ${option}`, { [option]: alarms(parameter.maxItems + 1) }, `1 to ${parameter.maxItems}`, `got ${parameter.maxItems + 1}`)]),
    ...wrongTypes(parameter).map(([value, got]) => mistake(`${option} of another type: ${got}`, { [option]: value }, `got ${got}`)),
  ];
}

/** The options that require a parameter. */
function needs(factory: Factory, { requiredWhen }: ParameterRecord): Options[] {
  const other = factory.parameters.find(({ name }) => name === requiredWhen?.parameter);
  return other ? requiredWhen!.is.map((value) => ({ [optionName(other)]: value })) : [];
}

/** Values just beyond both ends: the value, the end as text, the value as text. */
function outOfRange(parameter: ParameterRecord): [unknown, string, string][] {
  const inUnit = (limit: number | string, offset: number): Duration => {
    switch (parameter.type) {
      case 'duration': return Duration.seconds(Duration.parse(String(limit)).toSeconds() + offset);
      case 'seconds': return Duration.seconds(Number(limit) + offset);
      default: return Duration.millis(Number(limit) + offset);
    }
  };
  const isDuration = ['duration', 'seconds', 'millis'].includes(parameter.type);
  const ends: [number | string | undefined, number][] = [[parameter.min, -1], [parameter.max, 1]];
  return ends.filter(([limit]) => limit !== undefined && !(isDuration && limit === 0)).map(([limit, offset]) => (isDuration
    ? [inUnit(limit!, offset), inUnit(limit!, 0).toHumanString(), inUnit(limit!, offset).toHumanString()]
    : [Number(limit) + offset, String(limit), String(Number(limit) + offset)]));
}

function wrongTypes(parameter: ParameterRecord): [unknown, string][] {
  const isText = ['string', 'path'].includes(parameter.type);
  const candidates: [unknown, string][] = [[isText || parameter.type === 'json' ? 5 : 'text', isText || parameter.type === 'json' ? '5' : "'text'"]];
  return [
    ...candidates,
    ...(isText ? [['', "''"], [' ', "' '"]] as [unknown, string][] : []),
    ...(parameter.type === 'string-list' ? [[['a,b'], 'a,b'], [['a b'], 'a b']].map(([value, got]) => [value, `'${got}'`] as [unknown, string]) : []),
    ...(['integer', 'percent'].includes(parameter.type) ? [[1.5, '1.5'] as [unknown, string]] : []),
    ...(['duration', 'seconds'].includes(parameter.type) ? [[Duration.millis(1500), '1 second 500 millis'] as [unknown, string]] : []),
  ];
}

function list(parameter: ParameterRecord, value: string): unknown {
  return parameter.type === 'enum-list' ? [value] : value;
}

/** The lines of the error, without the first one, which counts them. */
function problems(create: () => unknown): string[] {
  try {
    create();
  } catch (error) {
    return (error as Error).message.split('\n  - ').slice(1);
  }
  return [];
}

test('a target has its own problems, even without an action', () => {
  expect(FaultTarget.arns('aws:eks:pod', ['arn'])._data.problems.length).toBeGreaterThan(0);
});
