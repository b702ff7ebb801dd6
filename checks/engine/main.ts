/**
 * `npm run test:engine`: evaluates the expressions of all machines in two engines, which must agree, and counts what they take.
 *
 * Expressions and inputs are those of the unit tests, and those that the simulator meets when gates of every kind, also as large as FIS
 * allows, go through all scenarios. Fails if the engines disagree, if an expression is never evaluated, and if one is beyond the bounds
 * and not in `known.ts`. `--seed S` chooses other inputs.
 */
import { parseArgs } from 'util';
import { disagreements, failsOnNonBmpText } from './compare';
import { Outcome, evaluateInJava, evaluateInNode } from './engines';
import { BOUNDS, Figures, beyond, figuresOf, problemsOf, staticFigures, worst } from './figures';
import { gates } from './gates';
import { KNOWN } from './known';
import { placesOf } from './places';
import { Sample, Samples } from './samples';
import { Expression, observeEvaluations } from '../../simulator/expression';
import { GateRun } from '../../simulator/gate-run';
import { optionsOf } from '../../simulator/scenarios';
import { expressionOf, scopeOf } from '../../test/support/expression-case';
import { expressionCases } from '../../test/support/expression-cases';
import { differences } from '../bindings/compare';

/** Where each expression stands: in a machine or, if it is in none, in the cases of the unit tests. */
type Places = Map<Expression, string>;

/** A sample of a unit test also says what the result must be. */
type WantedSample = Sample & { readonly wanted?: { readonly value?: unknown } };

/** What the simulator evaluates when all gates go through their scenarios. */
async function observedSamples(places: Places, seed: string): Promise<Sample[]> {
  const samples = new Samples(seed);
  for (const { name, subject, scenarios } of gates()) {
    placesOf(subject).forEach((place, expression) => addTo(places, expression, place));
    const stop = observeEvaluations((expression, scope) => samples.add(expression, scope));
    for (const scenario of scenarios) { await new GateRun(subject, await optionsOf(scenario, subject)).run(); }
    stop();
    console.log(`${name}: ${scenarios.length} scenarios`);
  }
  return samples.all();
}

function testedSamples(places: Places): WantedSample[] {
  return expressionCases().flatMap(({ file, cases }) => cases.map((each) => {
    const expression = expressionOf(each);
    addTo(places, expression, `${file}: ${each.name}`);
    return { expression, scope: scopeOf(each), wanted: each.fails ? {} : { value: each.gives } };
  }));
}

function addTo(places: Places, expression: Expression, place: string) {
  if (!places.has(expression)) { places.set(expression, place); }
}

/** What is found at each place. */
class Findings {
  public readonly figures = new Map<string, Figures>();
  public readonly problems = new Map<string, string[]>();

  public measure(place: string, figures: Figures) {
    const others = this.figures.get(place);
    this.figures.set(place, others ? worst(others, figures) : figures);
  }

  public complain(place: string, lines: readonly string[]) {
    if (lines.length > 0) { this.problems.set(place, [...this.problems.get(place) ?? [], ...lines]); }
  }
}

async function main() {
  const { values: { seed } } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
  const places: Places = new Map();
  const samples: WantedSample[] = [...await observedSamples(places, seed), ...testedSamples(places)];
  const inNode = samples.map(evaluateInNode);
  const inJava = await evaluateInJava(samples);

  const findings = new Findings();
  const evaluated = new Set(samples.map(({ expression }) => expression));
  for (const [expression, place] of places) {
    findings.measure(place, staticFigures(expression));
    findings.complain(place, evaluated.has(expression) ? [] : ['is never evaluated: write a case of a unit test for it']);
  }
  samples.forEach((sample, i) => {
    const place = places.get(sample.expression)!;
    findings.measure(place, figuresOf(sample, inNode[i], inJava[i]));
    const wrong = failsOnNonBmpText(sample, inNode[i], inJava[i]) ? [] : disagreements(inNode[i], inJava[i]);
    findings.complain(place, [...wrong, ...unwanted(sample, inNode[i])].map((line) => `${line}; evaluated with ${JSON.stringify(sample.scope).slice(0, 500)}`));
  });
  for (const [place, problems] of problemsOf(findings.figures, KNOWN)) { findings.complain(place, problems); }

  console.log(`\n${places.size} expressions at ${findings.figures.size} places, evaluated with ${samples.length} inputs in all`);
  process.exitCode = report(findings);
}

function unwanted({ wanted }: WantedSample, { value }: Outcome): string[] {
  return wanted && differences(wanted, { value }).length > 0 ? [`must give ${JSON.stringify(wanted.value)}, gives ${JSON.stringify(value)} in Node`] : [];
}

/** How many places of each figure are shown, and how many lines of each place that has problems. */
const MOST_SHOWN = 5;

/** Prints everything there is to know. Returns the exit code. */
function report({ figures, problems }: Findings): number {
  for (const figure of Object.keys(BOUNDS) as (keyof Figures)[]) {
    console.log(`\n${figure}, at most ${BOUNDS[figure]}:`);
    const highest = [...figures].filter(([, each]) => each[figure] > 0).sort(([, one], [, other]) => other[figure] - one[figure]);
    highest.slice(0, MOST_SHOWN).forEach(([place, each]) => console.log(`${String(each[figure]).padStart(8)}  ${place}`));
  }
  console.log('\nbeyond the bounds:');
  beyond(figures).forEach(({ place, figure, value }) => console.log(`  { place: '${place}', figure: '${figure}', value: ${value} },`));
  problems.forEach((lines, place) => console.log(`\nPROBLEM: ${place}\n${lines.slice(0, MOST_SHOWN).map((line) => `    ${line}`).join('\n')}`));
  const passed = [...figures.keys()].filter((place) => !problems.has(place)).length;
  console.log(`\nexpressions: ${passed} passed, ${problems.size} failed`);
  return problems.size > 0 ? 1 : 0;
}

main().catch((e) => {
  console.error(e);
  process.exitCode = 1;
});
