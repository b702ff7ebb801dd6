/**
 * Draws a state machine from its definition. Each column shows phases, and each phase shows its states in the order of the definition.
 * An arrow to the next state below is straight. Other arrows run in the gutters between the columns, or below all columns if they go further.
 * Arrows to the same state are joined.
 */
import { Phase, Phases, phaseOf } from '../../rehearsal/report/phases';
import { Point, element, number, path, picture, text, widthOf } from '../../rehearsal/report/svg';

export interface Transition {
  readonly from: string;
  readonly to: string;
  /** Whether it is taken after an error. */
  readonly kind: 'next' | 'catch';
}

export interface MachinePicture {
  readonly title: string;
  readonly definition: any;
  readonly phases: Phases;
}

const BOX = { width: 162, height: 38 };
const ROW_GAP = 18;
const CARD = { padding: 9, heading: 30, gap: 20 };
const LANE = 10;
const NARROWEST_GUTTER = 18;
const MARGIN = 12;
const LEGEND_LINE = 22;

/** All transitions of a machine, without duplicates. */
export function transitionsOf(definition: any): Transition[] {
  const all = Object.entries<any>(definition.States).flatMap(([from, state]) => [
    ...[state.Next, ...(state.Choices ?? []).map(({ Next }: any) => Next), state.Default].map((to) => ({ from, to, kind: 'next' as const })),
    ...(state.Catch ?? []).map(({ Next }: any) => ({ from, to: Next, kind: 'catch' as const })),
  ]);
  const known = new Set<string>();
  return all.filter(({ from, to, kind }) => to !== undefined && !known.has(`${from} ${to} ${kind}`) && known.add(`${from} ${to} ${kind}`));
}

export function drawMachine({ title, definition, phases }: MachinePicture): string {
  const { places, cards, bottom } = arrange(definition, phases);
  const transitions = transitionsOf(definition);
  const straight = transitions.filter(({ from, to }) => isBelow(places.get(from)!, places.get(to)!));
  const flows = flowsOf(transitions.filter((transition) => !straight.includes(transition)), places);
  const { gutters, corridors } = lanesOf(flows, places, bottom);
  const columns = columnsAt(gutters, phases.length);
  const width = columns[columns.length - 1] + BOX.width + CARD.padding + gutters[phases.length].length * LANE + NARROWEST_GUTTER + MARGIN;
  const legend = legendWithin(width - 2 * MARGIN);
  const legendAt = bottom + (corridors.length + 2.5) * LANE;
  const height = legendAt + legend.length * LEGEND_LINE + MARGIN / 2;

  const draw = new Lines(places, columns, gutters, corridors, bottom, portsOf(flows));
  return picture({ width, height }, title, describe(definition, transitions, phases), [
    ...cards.map((card) => drawCard(card, columns[card.column])),
    ...straight.map((transition) => drawStraight(transition, places, columns)),
    ...flows.map((flow) => draw.flow(flow)),
    ...[...places].map(([name, place]) => drawState(name, definition.States[name], place, columns[place.column])),
    drawStart(places.get(definition.StartAt)!, columns),
    ...legend.map((line, index) => drawLegend(line, width / 2, legendAt + index * LEGEND_LINE + 5)),
  ]);
}

/** Where a state is: its column, its row among all states of that column, and the vertical centre of its box. */
interface Place {
  readonly column: number;
  readonly row: number;
  readonly y: number;
  readonly phase: Phase;
}

interface Card {
  readonly phase: Phase;
  readonly column: number;
  readonly top: number;
  readonly height: number;
}

function arrange(definition: any, phases: Phases) {
  const places = new Map<string, Place>();
  const cards: Card[] = [];
  const states = Object.keys(definition.States).map((name) => ({ name, phase: phaseOf(name, phases) }));
  const bottoms = phases.map((column, index) => {
    let y = MARGIN;
    let row = 0;
    for (const phase of column) {
      const names = states.filter((state) => state.phase === phase).map(({ name }) => name);
      if (names.length === 0) { continue; }
      const top = y;
      y += CARD.heading;
      for (const name of names) {
        places.set(name, { column: index, row: row++, y: y + BOX.height / 2, phase });
        y += BOX.height + ROW_GAP;
      }
      y += CARD.padding - ROW_GAP;
      cards.push({ phase, column: index, top, height: y - top });
      y += CARD.gap;
    }
    return y - CARD.gap;
  });
  return { places, cards, bottom: Math.max(...bottoms) };
}

function isBelow(from: Place, to: Place): boolean {
  return from.column === to.column && to.row === from.row + 1;
}

/** All arrows of one kind to the same state. */
interface Flow {
  readonly to: string;
  readonly kind: Transition['kind'];
  /** The side on which they enter. */
  readonly enters: 'left' | 'right';
  /** The gutter in which they enter. Gutter 0 is left of column 0. */
  readonly gutter: number;
  readonly sources: ReadonlyArray<{ readonly from: string; readonly exits: 'left' | 'right'; readonly gutter: number }>;
}

function flowsOf(transitions: readonly Transition[], places: ReadonlyMap<string, Place>): Flow[] {
  const flows = new Map<string, Flow>();
  for (const { from, to, kind } of transitions) {
    const [source, target] = [places.get(from)!, places.get(to)!];
    const back = target.column < source.column;
    const exits = target.column > source.column ? 'right' : 'left';
    const enters = back ? 'right' : 'left';
    const key = `${to} ${kind} ${enters}`;
    const flow = flows.get(key) ?? { to, kind, enters, gutter: target.column + (back ? 1 : 0), sources: [] };
    flows.set(key, { ...flow, sources: [...flow.sources, { from, exits, gutter: source.column + (exits === 'right' ? 1 : 0) }] });
  }
  return [...flows.values()];
}

/** A vertical line in a gutter. */
interface Trunk {
  readonly flow: Flow;
  readonly top: number;
  readonly bottom: number;
}

/** The lanes of each gutter, and of the corridor below all columns. The lines in a lane do not overlap. */
function lanesOf(flows: readonly Flow[], places: ReadonlyMap<string, Place>, bottom: number) {
  const trunks = new Map<number, Trunk[]>();
  const corridors: Flow[] = [];
  for (const flow of flows) {
    if (flow.sources.some(({ gutter }) => gutter !== flow.gutter)) { corridors.push(flow); }
    for (const gutter of new Set([flow.gutter, ...flow.sources.map((source) => source.gutter)])) {
      const ends = [
        ...flow.sources.filter((source) => source.gutter === gutter).map(({ from }) => places.get(from)!.y),
        ...(gutter === flow.gutter ? [places.get(flow.to)!.y] : []),
        ...(corridors.includes(flow) ? [bottom] : []),
      ];
      trunks.set(gutter, [...trunks.get(gutter) ?? [], { flow, top: Math.min(...ends), bottom: Math.max(...ends) }]);
    }
  }
  const gutters = Array.from({ length: 1 + Math.max(0, ...[...places.values()].map(({ column }) => column + 1)) },
    (_, gutter) => packed(trunks.get(gutter) ?? []));
  return { gutters, corridors };
}

/** Short lines first, so they are closest to their states. */
function packed(trunks: readonly Trunk[]): Trunk[][] {
  const lanes: Trunk[][] = [];
  const apart = (a: Trunk, b: Trunk) => a.bottom + BOX.height / 2 < b.top || b.bottom + BOX.height / 2 < a.top;
  for (const trunk of [...trunks].sort((a, b) => (a.bottom - a.top) - (b.bottom - b.top))) {
    const lane = lanes.find((others) => others.every((other) => apart(other, trunk)));
    if (lane) { lane.push(trunk); } else { lanes.push([trunk]); }
  }
  return lanes;
}

/** The left edge of the boxes of each column. */
function columnsAt(gutters: ReadonlyArray<readonly Trunk[][]>, columns: number): number[] {
  const edges: number[] = [];
  let x = MARGIN - NARROWEST_GUTTER / 2;
  for (let column = 0; column < columns; column++) {
    x += (gutters[column].length > 0 ? gutters[column].length * LANE : 0) + NARROWEST_GUTTER + CARD.padding;
    edges.push(x);
    x += BOX.width + CARD.padding;
  }
  return edges;
}

/** Where lines begin and end at the sides of a box, from top to bottom: the key is `state side`, the values are flows, going out or coming in. */
type Ports = ReadonlyMap<string, readonly string[]>;

const portOf = (flow: Flow, direction: 'in' | 'out') => `${flow.to} ${flow.kind} ${direction}`;

function portsOf(flows: readonly Flow[]): Ports {
  const ports = new Map<string, string[]>();
  const add = (box: string, port: string) => ports.set(box, [...ports.get(box) ?? [], port]);
  for (const flow of flows) {
    add(`${flow.to} ${flow.enters}`, portOf(flow, 'in'));
    flow.sources.forEach(({ from, exits }) => add(`${from} ${exits}`, portOf(flow, 'out')));
  }
  return ports;
}

class Lines {
  constructor(
    private readonly places: ReadonlyMap<string, Place>,
    private readonly columns: readonly number[],
    private readonly gutters: ReadonlyArray<readonly Trunk[][]>,
    private readonly corridors: readonly Flow[],
    private readonly bottom: number,
    private readonly ports: Ports,
  ) {}

  /** A line with an arrow head from the source that is farthest away. The other sources join it. */
  public flow(flow: Flow): string {
    const end = this.port(flow.to, flow.enters, portOf(flow, 'in'));
    const lane = this.lane(flow.gutter, flow);
    const entry = { x: lane, y: end.y };
    const near = flow.sources.filter(({ gutter }) => gutter === flow.gutter).map((source) => this.port(source.from, source.exits, portOf(flow, 'out')));
    const far = [...new Set(flow.sources.map(({ gutter }) => gutter))].filter((gutter) => gutter !== flow.gutter);
    const lines: string[] = [];

    const above = near.filter(({ y }) => y <= end.y).sort((a, b) => a.y - b.y);
    const below = near.filter(({ y }) => y > end.y).sort((a, b) => b.y - a.y);
    if (far.length > 0) {
      const corridor = this.bottom + (this.corridors.indexOf(flow) + 1) * LANE;
      // the farthest gutter first; the others join its line in the corridor
      far.sort((a, b) => Math.abs(b - flow.gutter) - Math.abs(a - flow.gutter)).forEach((gutter, index) => {
        const x = this.lane(gutter, flow);
        const [highest, ...others] = flow.sources.filter((source) => source.gutter === gutter)
          .map((source) => this.port(source.from, source.exits, portOf(flow, 'out')))
          .sort((a, b) => a.y - b.y);
        const down = [highest, { x, y: highest.y }, { x, y: corridor }];
        lines.push(index === 0 ? this.arrow(flow, [...down, { x: lane, y: corridor }, entry, end]) : this.line(flow, down));
        if (index > 0) { lines.push(joint(flow, { x, y: corridor })); }
        lines.push(...others.map((port) => this.join(flow, port, x)));
      });
      lines.push(...below.map((port) => this.join(flow, port, lane)));
    } else if (below.length > 0) {
      const [lowest, ...others] = below;
      lines.push(this.arrow(flow, [lowest, { x: lane, y: lowest.y }, entry, end]));
      lines.push(...others.map((port) => this.join(flow, port, lane)));
    }
    if (above.length > 0) {
      const [highest, ...others] = above;
      const down = [highest, { x: lane, y: highest.y }, entry];
      const first = lines.length === 0;
      lines.push(first ? this.arrow(flow, [...down, end]) : this.line(flow, down) + joint(flow, entry));
      lines.push(...others.map((port) => this.join(flow, port, lane)));
    }
    return lines.join('');
  }

  private arrow(flow: Flow, points: readonly Point[]): string {
    return element('path', { 'd': path(points), 'class': flow.kind, 'marker-end': `url(#to-${flow.kind === 'catch' ? 'red' : 'line'})` });
  }

  private line(flow: Flow, points: readonly Point[]): string {
    return element('path', { d: path(points), class: flow.kind });
  }

  private join(flow: Flow, port: Point, x: number): string {
    return this.line(flow, [port, { x, y: port.y }]) + joint(flow, { x, y: port.y });
  }

  private lane(gutter: number, flow: Flow): number {
    const index = this.gutters[gutter].findIndex((lane) => lane.some((trunk) => trunk.flow === flow));
    const right = gutter < this.columns.length
      ? this.columns[gutter] - CARD.padding
      : this.columns[gutter - 1] + BOX.width + CARD.padding + (this.gutters[gutter].length + 1) * LANE;
    return right - LANE * (index + 1);
  }

  private port(state: string, side: 'left' | 'right', port: string): Point {
    const ports = this.ports.get(`${state} ${side}`)!;
    const { column, y } = this.places.get(state)!;
    return {
      x: this.columns[column] + (side === 'right' ? BOX.width : 0),
      y: y + (ports.indexOf(port) + 1) / (ports.length + 1) * BOX.height - BOX.height / 2,
    };
  }
}

function joint(flow: Flow, { x, y }: Point): string {
  return element('circle', { cx: x, cy: y, r: 2.1, class: `${flow.kind}-joint` });
}

function drawStraight({ from, to, kind }: Transition, places: ReadonlyMap<string, Place>, columns: readonly number[]): string {
  const x = columns[places.get(from)!.column] + BOX.width / 2 + (kind === 'catch' ? 26 : 0);
  const points = [{ x, y: places.get(from)!.y + BOX.height / 2 }, { x, y: places.get(to)!.y - BOX.height / 2 }];
  return element('path', { 'd': path(points), 'class': kind, 'marker-end': `url(#to-${kind === 'catch' ? 'red' : 'line'})` });
}

function drawStart({ column, y }: Place, columns: readonly number[]): string {
  const x = columns[column] + BOX.width / 2;
  const top = y - BOX.height / 2 - 17;
  return element('circle', { cx: x, cy: top, r: 4, class: 'next-joint' })
    + element('path', { 'd': path([{ x, y: top }, { x, y: y - BOX.height / 2 }]), 'class': 'next', 'marker-end': 'url(#to-line)' });
}

function drawCard({ phase, top, height }: Card, column: number): string {
  const width = BOX.width + 2 * CARD.padding;
  return element('rect', { x: column - CARD.padding, y: top, width, height, rx: 9, style: `fill:var(--${phase.hue}-tint)` })
    + text(column, top + 18, phase.name.toUpperCase(), { class: 'heading', style: `fill:var(--${phase.hue});letter-spacing:.06em;font-size:11px` });
}

function drawState(name: string, state: any, { y, phase }: Place, x: number): string {
  const detail = detailOf(state);
  const middle = x + BOX.width / 2;
  const size = Math.min(12, 12 * (BOX.width - (state.Type === 'Choice' ? 26 : 16)) / widthOf(name, 13.2));
  return element('g', {}, [
    outline(state.Type, { x, y: y - BOX.height / 2, ...BOX }, hueOf(state, phase)),
    text(middle, y + (detail ? -2.5 : 4), name, { class: 'name middle', style: size < 12 ? `font-size:${number(size)}px` : undefined }),
    ...(detail ? [text(middle, y + 12, detail, { class: 'small middle' })] : []),
  ]);
}

function hueOf(state: any, phase: Phase): string {
  return state.Type === 'Succeed' ? 'green' : state.Type === 'Fail' ? 'red' : phase.hue;
}

interface Outline {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A shape for each type of state. */
function outline(type: string, { x, y, width, height }: Outline, hue: string): string {
  const style = `stroke:var(--${hue})`;
  switch (type) {
    case 'Task':
      return element('rect', { x, y, width, height, rx: 4, class: 'box', style })
        + element('rect', { x, y, width: 5, height, rx: 2, style: `fill:var(--${hue})` });
    case 'Choice': {
      const tip = height * 0.29;
      const [middle, right, bottom] = [y + height / 2, x + width, y + height];
      const points = [[x, middle], [x + tip, y], [right - tip, y], [right, middle], [right - tip, bottom], [x + tip, bottom]];
      return element('polygon', { points: points.map((point) => point.map(number).join(',')).join(' '), class: 'box', style });
    }
    case 'Wait':
      return element('rect', { x, y, width, height, rx: height / 2, class: 'box', style });
    case 'Succeed':
    case 'Fail':
      return element('rect', { x, y, width, height, rx: height / 2, style: `fill:var(--${hue}-tint);stroke:var(--${hue});stroke-width:2.4` });
    default:
      return element('rect', { x, y, width, height, rx: 1, class: 'box', style });
  }
}

/** The second line of a box. */
function detailOf(state: any): string {
  switch (state.Type) {
    case 'Task': {
      const [service, operation] = state.Resource.split(':').slice(-2);
      const again = state.Retry ? ' ↻' : '';
      const full = `${service}:${operation}${again}`;
      return widthOf(full, 10.5) < BOX.width - 14 ? full : `${operation}${again}`;
    }
    case 'Wait': return typeof state.Seconds === 'number' ? `waits ${state.Seconds} s` : 'waits';
    case 'Succeed': return 'the execution succeeds';
    case 'Fail': return 'the execution fails';
    default: return '';
  }
}

interface LegendItem {
  /** A type of state, or a kind of transition. */
  readonly sample: string;
  readonly words: string;
}

const LEGEND: readonly LegendItem[] = [
  { sample: 'Task', words: 'call to AWS (↻ with retries)' },
  { sample: 'Choice', words: 'decision' },
  { sample: 'Wait', words: 'wait' },
  { sample: 'Pass', words: 'computation' },
  { sample: 'next', words: 'transition' },
  { sample: 'catch', words: 'after an error (Catch)' },
];

const SAMPLE = 30;

function legendWidth({ words }: LegendItem): number {
  return SAMPLE + 7 + widthOf(words, 10.5) + 24;
}

/** The legend, on as many lines as it needs. */
function legendWithin(width: number): LegendItem[][] {
  const lines: LegendItem[][] = [[]];
  for (const item of LEGEND) {
    const last = lines[lines.length - 1];
    if ([...last, item].reduce((sum, each) => sum + legendWidth(each), 0) > width) { lines.push([item]); } else { last.push(item); }
  }
  return lines;
}

function drawLegend(items: readonly LegendItem[], middle: number, y: number): string {
  let x = middle - items.reduce((sum, item) => sum + legendWidth(item), -24) / 2;
  return items.map((item) => {
    const { sample, words } = item;
    const drawn = sample === 'next' || sample === 'catch'
      ? element('path', { 'd': path([{ x, y }, { x: x + SAMPLE, y }]), 'class': sample, 'marker-end': `url(#to-${sample === 'catch' ? 'red' : 'line'})` })
      : outline(sample, { x, y: y - 7, width: SAMPLE, height: 14 }, 'muted');
    const label = text(x + SAMPLE + 7, y + 4, words, { class: 'small' });
    x += legendWidth(item);
    return drawn + label;
  }).join('');
}

/** A description for readers who cannot see the picture. */
function describe(definition: any, transitions: readonly Transition[], phases: Phases): string {
  const names = Object.keys(definition.States);
  const sentences = phases.flat().map((phase) => `${phase.name}: ${names.filter((name) => phaseOf(name, phases) === phase).map((name) => {
    const to = transitions.filter(({ from }) => from === name).map((transition) => `${transition.to}${transition.kind === 'catch' ? ' after an error' : ''}`);
    return `${name}${to.length > 0 ? ` to ${to.join(', ')}` : ''}`;
  }).join('; ')}.`);
  return `Starts with ${definition.StartAt}. ${sentences.join(' ')}`;
}
