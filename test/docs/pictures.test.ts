import * as fs from 'fs';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { drawMachine, transitionsOf } from '../../docs/pictures/machine-picture';
import { pictures } from '../../docs/pictures/pictures';
import { SampleStack } from '../../integ/sample/sample-stack';
import { GATE_PHASES, Phases, WATCHDOG_PHASES, phaseOf } from '../../rehearsal/report/phases';
import { subjectOf } from '../../simulator/gate-run';
import { ChaosExperiment, Experiment, InsufficientData } from '../../src';
import { definitionOf } from '../support/definition-of';
import { someAlarm, someExperiment, someStack } from '../support/fixtures';

const IMAGES = path.join(__dirname, '..', '..', 'docs', 'images');
const template = Template.fromStack(new SampleStack(new App(), 'ChaosSample')).toJSON();
const subject = subjectOf(template);
const drawn = pictures(template);

describe('the pictures in docs/images', () => {
  test('are the ones that `npm run draw` draws, and no others', () => {
    expect(fs.readdirSync(IMAGES).sort()).toEqual(Object.keys(drawn).sort());
  });

  test.each(Object.keys(drawn))('%s shows what is synthesized now; if not, run `npm run draw`', (file) => {
    expect(fs.readFileSync(path.join(IMAGES, file), 'utf-8') === drawn[file]).toBe(true);
  });
});

describe('phases', () => {
  /** Gates that together have all states that a gate can have. */
  const gates = [someExperiment(), Experiment.fromTemplateId('EXT1')].map((experiment) => {
    const stack = someStack();
    return definitionOf(new ChaosExperiment(stack, 'Chaos', {
      experiment, alarms: [someAlarm(stack)], insufficientData: InsufficientData.ACCEPT,
    }).stateMachine);
  });

  test.each<[string, Phases, any[]]>([
    ['gate', GATE_PHASES, gates],
    ['watchdog', WATCHDOG_PHASES, [subject.watchdogDefinition]],
  ])('each state of the %s belongs to one, and every prefix matches a state', (_name, phases, definitions) => {
    const states = [...new Set(definitions.flatMap((definition) => Object.keys(definition.States)))];
    const used = states.map((state) => phaseOf(state, phases));
    expect(new Set(used)).toEqual(new Set(phases.flat()));
    expect(phases.flat().flatMap(({ prefixes }) => prefixes).filter((prefix) => !states.some((state) => state.startsWith(prefix)))).toEqual([]);
  });

  test('the longest prefix decides', () => {
    expect(['ReadGuards', 'ReadGuardsAgain'].map((state) => phaseOf(state, GATE_PHASES).name)).toEqual(['before', 'after']);
  });

  test('fails for a state without a phase', () => {
    expect(() => phaseOf('Dance', GATE_PHASES)).toThrowErrorMatchingInlineSnapshot(
      '"state \'Dance\' belongs to no phase: add it to one in rehearsal/report/phases.ts"',
    );
  });
});

describe('the picture of a machine', () => {
  const machine = {
    StartAt: 'One',
    States: {
      'One': { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:fis:getExperiment', Catch: [{ Next: 'Three' }, { Next: 'Three' }], Next: 'Two' },
      'Two': { Type: 'Choice', Choices: [{ Next: 'One' }, { Next: 'Three' }], Default: 'Three' },
      'Three': { Type: 'Wait', Seconds: 5, Next: 'Four <&>' },
      'Four <&>': { Type: 'Succeed' },
    },
  };
  const phases: Phases = [[{ name: 'first', hue: 'blue', prefixes: ['O', 'T'] }], [{ name: 'last', hue: 'grey', prefixes: ['F'] }]];
  const svg = drawMachine({ title: 'A <machine>', definition: machine, phases });

  test('has each transition once', () => {
    expect(transitionsOf(machine).map(({ from, to, kind }) => `${from} ${to} ${kind}`)).toEqual([
      'One Two next', 'One Three catch', 'Two One next', 'Two Three next', 'Three Four <&> next',
    ]);
  });

  test('has an arrow for each transition, and one for the start', () => {
    expect(svg.match(/class="next" marker-end/g)).toHaveLength(4 + 1 + 1); // one more of each in the legend
    expect(svg.match(/class="catch" marker-end/g)).toHaveLength(1 + 1);
  });

  test('escapes text', () => {
    expect(svg).toContain('>Four &#60;&#38;&#62;</text>');
    expect(svg).toContain('<title id="title">A &#60;machine&#62;</title>');
    expect(svg).not.toContain('<machine>');
  });

  test.each([
    ['gate.svg', subject.gateDefinition],
    ['watchdog.svg', subject.watchdogDefinition],
  ])('%s shows every state, each in its own place', (file, definition) => {
    const names = Object.keys(definition.States);
    const places = [...drawn[file].matchAll(/<text x="([\d.]+)" y="([\d.]+)" class="name middle"[^>]*>([^<]+)</g)].map(([, x, y, name]) => ({ name, place: `${x} ${y}` }));
    expect(places.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(new Set(places.map(({ place }) => place)).size).toBe(names.length);
  });
});
