/**
 * Draws the pipeline of a template, with the gate and the resources around it. Boxes are resources, arrows are the calls of the two state
 * machines.
 */
import { Hue, Point, element, path, picture, text, widthOf } from '../../rehearsal/report/svg';
import { seconds } from '../../simulator/experiment';
import { Subject } from '../../simulator/gate-run';

const WIDTH = 960;
const MARGIN = 16;
const STAGE = { top: 44, gap: 26, heading: 27, action: 24, padding: 10 };

export function drawPipeline(template: any, subject: Subject): string {
  const stages = stagesOf(template);
  const actions = Math.max(...stages.map((stage) => stage.actions.length));
  const stageHeight = STAGE.heading + actions * STAGE.action + STAGE.padding;
  const pipelineBottom = STAGE.top + stageHeight + 14;
  const width = (WIDTH - 4 * MARGIN - (stages.length - 1) * STAGE.gap) / stages.length;
  const stageX = (index: number) => 2 * MARGIN + index * (width + STAGE.gap);
  const gateStage = stages.findIndex((stage) => stage.isGate);

  const top = pipelineBottom + 62;
  const faults = subject.template.actions;
  const gate: Box = { x: 330, y: top, width: 300, height: 92 };
  const experiment: Box = { x: 330, y: top + 174, width: 300, height: 56 + faults.length * 20 };
  const bottom = experiment.y + experiment.height;
  const fis = experiment.y + 40;
  const guards: Box = { x: MARGIN, y: top, width: 190, height: fis + 24 - top };
  const watchdog: Box = { x: WIDTH - MARGIN - 190, y: top, width: 190, height: fis + 24 - top };
  const watchdogMiddle = watchdog.x + watchdog.width / 2;
  const calls = callsOf(subject);
  const begin = { x: stageX(gateStage) + width / 2, y: STAGE.top + stageHeight };

  return picture({ width: WIDTH, height: bottom + MARGIN }, 'The gate in its pipeline', describe(stages, subject, calls), [
    element('rect', { x: MARGIN, y: MARGIN, width: WIDTH - 2 * MARGIN, height: pipelineBottom - MARGIN, rx: 9, style: 'fill:var(--grey-tint)' }),
    text(2 * MARGIN, MARGIN + 19, 'PIPELINE', heading('grey')),
    ...stages.map((stage, index) => drawStage(stage, stageX(index), width, stageHeight)),
    ...stages.slice(1).map((_stage, index) => arrow([
      { x: stageX(index) + width, y: STAGE.top + stageHeight / 2 }, { x: stageX(index + 1), y: STAGE.top + stageHeight / 2 },
    ])),

    drawBox(guards, 'green', 'Guard alarms', 'CloudWatch', subject.guards.map(({ name }) => name)),
    drawBox(gate, 'violet', 'Gate', 'Step Functions, Standard', [
      'waits for a steady state, starts, watches', 'and judges the experiment: one verdict',
    ]),
    drawBox(watchdog, 'orange', 'Watchdog', 'Step Functions, Standard', ['stops the experiment when', 'the gate no longer can']),
    drawExperiment(experiment, subject),

    arrow([begin, { x: begin.x, y: top - 30 }, { x: gate.x + gate.width / 2, y: top - 30 }, { x: gate.x + gate.width / 2, y: gate.y }], 'violet'),
    text(gate.x + gate.width / 2 - 10, top - 38, 'starts, waits for the verdict, passes or fails with it', { class: 'small end', style: 'fill:var(--violet)' }),
    callArrow(calls.gate.cloudwatch, { x: gate.x, y: gate.y + 50 }, { x: guards.x + guards.width, y: gate.y + 50 }),
    callArrow(['stop conditions'], { x: experiment.x, y: fis }, { x: guards.x + guards.width, y: fis }),
    callArrow(calls.gate.sfn, { x: gate.x + gate.width, y: gate.y + 34 }, { x: watchdog.x, y: gate.y + 34 }),
    callArrow(calls.watchdog.sfn, { x: watchdog.x, y: gate.y + 78 }, { x: gate.x + gate.width, y: gate.y + 78 }),
    callArrow(calls.gate.fis, { x: gate.x + gate.width / 2, y: gate.y + gate.height }, { x: gate.x + gate.width / 2, y: experiment.y }),
    callArrow(calls.watchdog.fis, { x: watchdog.x, y: fis }, { x: experiment.x + experiment.width, y: fis }),
    callArrow(calls.watchdog.codepipeline, { x: watchdogMiddle, y: watchdog.y }, { x: watchdogMiddle, y: pipelineBottom }),
  ]);
}

interface Stage {
  readonly name: string;
  readonly actions: ReadonlyArray<{ readonly name: string; readonly provider: string }>;
  /** Whether the gate is one of its actions. */
  readonly isGate: boolean;
}

function stagesOf(template: any): Stage[] {
  const pipeline = Object.values<any>(template.Resources).find(({ Type }) => Type === 'AWS::CodePipeline::Pipeline');
  return pipeline.Properties.Stages.map(({ Name, Actions }: any) => ({
    name: Name,
    actions: Actions.map((action: any) => ({ name: action.Name, provider: action.ActionTypeId.Provider })),
    isGate: Actions.some((action: any) => /experimentTemplateId/.test(JSON.stringify(action.Configuration.Input ?? ''))),
  }));
}

type Calls = { readonly [service: string]: readonly string[] };

/** The operations that the machines call, by service. */
function callsOf(subject: Subject): { readonly gate: Calls; readonly watchdog: Calls } {
  const operations = (definition: any): Calls => {
    const services: { [service: string]: string[] } = {};
    for (const { Resource } of Object.values<any>(definition.States).filter(({ Type }) => Type === 'Task')) {
      const [service, operation] = Resource.split(':').slice(-2);
      services[service] = [...new Set([...services[service] ?? [], operation])];
    }
    return services;
  };
  return { gate: operations(subject.gateDefinition), watchdog: operations(subject.watchdogDefinition) };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function drawStage({ name, actions, isGate }: Stage, x: number, width: number, height: number): string {
  const style = isGate ? 'fill:var(--violet-tint);stroke:var(--violet);stroke-width:2' : 'stroke:var(--faint)';
  return [
    element('rect', { x, y: STAGE.top, width, height, rx: 7, class: 'box', style }),
    text(x + 12, STAGE.top + 20, name, { class: 'heading' }),
    ...actions.map((action, index) => text(x + 12, STAGE.top + STAGE.heading + 12 + index * STAGE.action, action.provider, { class: 'small' })),
  ].join('');
}

function drawBox({ x, y, width, height }: Box, hue: Hue, name: string, kind: string, lines: readonly string[]): string {
  return [
    element('rect', { x, y, width, height, rx: 9, style: `fill:var(--${hue}-tint);stroke:var(--${hue});stroke-width:1.4` }),
    text(x + 14, y + 22, name, { class: 'heading', style: `fill:var(--${hue});font-size:14px` }),
    text(x + 14, y + 38, kind, { class: 'small' }),
    ...lines.map((line, index) => text(x + 14, y + 60 + index * 17, shortened(line, width - 28), { style: 'font-size:11.5px' })),
  ].join('');
}

function drawExperiment(box: Box, { template }: Subject): string {
  const lines = template.actions.map(({ name, actionId, parameters, startAfter }, index) => {
    const y = box.y + 60 + index * 20;
    const duration = seconds(parameters.duration ?? parameters.startInstancesAfterDuration);
    const after = startAfter.length > 0 ? `after ${startAfter.join(', ')}` : 'at once';
    return text(box.x + 14, y, name, { class: 'name', style: 'font-size:11.5px' })
      + text(box.x + 112, y, duration === undefined ? actionId.split(':')[1] : `${actionId.split(':')[1]}, ${duration / 60} min`, { class: 'small' })
      + text(box.x + box.width - 14, y, after, { class: 'small end' });
  });
  return drawBox(box, 'blue', 'Experiment', 'AWS FIS', []) + lines.join('');
}

/** An arrow with its operations as label: above it, or beside it if it is vertical. */
function callArrow(operations: readonly string[] = [], from: Point, to: Point): string {
  if (operations.length === 0) { return ''; }
  const line = arrow([from, to]);
  if (from.x === to.x) {
    const first = (from.y + to.y) / 2 - (operations.length - 1) * 7 + 4;
    const left = from.x > WIDTH / 2;
    return line + operations.map((operation, index) =>
      text(from.x + (left ? -10 : 10), first + index * 14, operation, { class: left ? 'small end' : 'small' })).join('');
  }
  const first = from.y - 7 - (operations.length - 1) * 13;
  return line + operations.map((operation, index) => text((from.x + to.x) / 2, first + index * 13, operation, { class: 'small middle' })).join('');
}

function arrow(points: readonly Point[], colour = 'line'): string {
  return element('path', { 'd': path(points), 'class': 'next', 'style': `stroke:var(--${colour})`, 'marker-end': `url(#to-${colour})` });
}

function heading(hue: Hue) {
  return { class: 'heading', style: `fill:var(--${hue});font-size:11px;letter-spacing:.06em` };
}

function shortened(words: string, width: number): string {
  let short = words;
  while (widthOf(short, 11.5) > width) { short = `${short.replace(/…$/, '').slice(0, -1)}…`; }
  return short;
}

function describe(stages: readonly Stage[], subject: Subject, { gate, watchdog }: { gate: Calls; watchdog: Calls }): string {
  const list = (calls: Calls) => Object.values(calls).flat().join(', ');
  return [
    `Stages: ${stages.map(({ name, isGate }) => `${name}${isGate ? ' (the gate)' : ''}`).join(', then ')}.`,
    `The gate calls ${list(gate)}.`,
    `Its watchdog calls ${list(watchdog)}.`,
    `The experiment: ${subject.template.actions.map(({ name }) => name).join(', ')}.`,
    `Its stop conditions are the guard alarms ${subject.guards.map(({ name }) => name).join(', ')}.`,
  ].join(' ');
}
