/**
 * Draws the course of a run: one lane for each thing that changes, all on the same time axis.
 */
import { Answer, Course, Lane, Mark, Span } from './lanes';
import { element, escape, number, text, widthOf } from './svg';

const LABELS = 222;
const PLOT = 784;
const WIDTH = LABELS + PLOT + 26;
const TOP = 40;
const ROW = 24;
const BAR = 18;
const FONT_SIZE = 10.5;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];
const MOST_STEPS = 12;

/** `id` makes the ids of title and description unique in the page. */
export function drawCourse(id: string, title: string, verdict: string, { judged, end, lanes }: Course): string {
  const x = (at: number) => LABELS + at / end * PLOT;
  const height = TOP + lanes.length * ROW + 6;
  const bottom = TOP + lanes.length * ROW;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escape(`Timeline: ${title}`)}</title>`,
    `<desc id="${id}-desc">${escape(`The text below the picture says the same. The gate ended after ${clock(judged)} with ${verdict}.`)}</desc>`,
    ...lanes.map((_lane, index) => (index % 2 === 0 ? element('rect', { x: 0, y: TOP + index * ROW, width: WIDTH, height: ROW, class: 'stripe' }) : '')),
    ...stepsOf(end).map((at) => element('path', { d: `M${number(x(at))} ${TOP - 4}V${bottom}`, class: 'grid' })),
    ...lanes.map(({ spans }, index) => drawBars(spans, TOP + index * ROW, x)),
    drawVerdict(x(judged), bottom, `${verdict} at ${clock(judged, end)}`),
    ...stepsOf(end).map((at) => text(x(at), TOP - 8, clock(at, end), { class: 'tick' })),
    ...lanes.map((lane, index) => drawLane(lane, lanes[index - 1], TOP + index * ROW, x)),
    '</svg>',
  ].join('');
}

function stepsOf(span: number): number[] {
  const step = STEPS.find((each) => span / each <= MOST_STEPS) ?? 86_400;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
}

/** Seconds as `m:ss`, or as `h:mm:ss` if the axis has hours. */
export function clock(seconds: number, longest = seconds): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rounded = Math.round(seconds);
  return longest >= 3600
    ? `${Math.floor(rounded / 3600)}:${two(rounded / 60 % 60)}:${two(rounded % 60)}`
    : `${Math.floor(rounded / 60)}:${two(rounded % 60)}`;
}

function drawVerdict(x: number, bottom: number, words: string): string {
  const width = widthOf(words, 13.8) + 14;
  const left = Math.min(Math.max(x - width / 2, LABELS - 20), WIDTH - width - 2);
  return element('path', { d: `M${number(x)} 20V${bottom + 2}`, class: 'verdict' })
    + element('rect', { x: left, y: 2, width, height: 18, rx: 4, class: 'flag' })
    + text(left + width / 2, 15, words, { class: 'flag-text' });
}

function drawLane(lane: Lane, before: Lane | undefined, y: number, x: (at: number) => number): string {
  const name = lane.name === before?.name ? '' : lane.name;
  return [
    text(8, y + 16, shortened(name, LABELS - 20, FONT_SIZE * 1.15), { class: /: /.test(name) ? 'lane minor' : 'lane' }),
    drawLabels(lane.spans, y + (ROW - BAR) / 2, x),
    drawMarks(lane.marks, y + ROW / 2, x),
  ].join('');
}

/** The place of a bar, which is at least wide enough to be visible. */
function barOf({ from, to }: Span, x: (at: number) => number) {
  return { left: x(from), width: Math.max(x(to) - x(from), 1.5) };
}

function drawBars(spans: readonly Span[], top: number, x: (at: number) => number): string {
  const y = top + (ROW - BAR) / 2;
  return spans.map((span) => {
    const { from, to, label, hue, again = [], faint } = span;
    const { left, width } = barOf(span, x);
    const ticks = again.map(x).filter((tick, index, all) => index === 0 || tick - all[index - 1] >= 2).map((tick) => `M${number(tick)} ${y + BAR - 4}v4`).join('');
    return element('g', {}, [
      `<title>${escape(`${label}, ${clock(from)} to ${clock(to)}`)}</title>`,
      element('rect', { x: left, y, width, height: BAR, rx: Math.min(3, width / 3), class: `bar ${hue}${faint ? ' faint' : ''}` }),
      ...(ticks ? [element('path', { d: ticks, class: `again ${hue}` })] : []),
    ]);
  }).join('');
}

/** Labels inside their bars, if necessary without their count; otherwise beside the bar if there is room; otherwise shortened. */
function drawLabels(spans: readonly Span[], y: number, x: (at: number) => number): string {
  return spans.map((span, index) => {
    const { label, hue } = span;
    const { left, width } = barOf(span, x);
    const room = (index + 1 < spans.length ? x(spans[index + 1].from) : WIDTH) - left - width;
    const whole = [label, shortLabel(label)].find((each) => widthOf(each, FONT_SIZE) <= width - 6);
    if (whole !== undefined) { return text(left + 4, y + 12.8, whole, { class: `in ${hue}` }); }
    if (widthOf(label, FONT_SIZE) + 8 <= room) { return text(left + width + 3, y + 12.8, label, { class: `in beside ${hue}` }); }
    const part = shortened(label, width - 8);
    return part.length > 4 ? text(left + 4, y + 12.8, part, { class: `in ${hue}` }) : '';
  }).join('');
}

/** The label without its count. */
function shortLabel(label: string): string {
  return label.replace(/ ×\d+$/, '');
}

function drawMarks(marks: readonly Mark[], y: number, x: (at: number) => number): string {
  const fine = [...new Set(marks.filter(({ answer }) => answer === 'answered').map(({ at }) => number(x(at))))];
  return [
    ...(fine.length > 0 ? [element('path', { d: fine.map((at) => `M${at} ${y - 4}v8`).join(''), class: 'answered' })] : []),
    ...marks.filter(({ answer }) => answer !== 'answered').map(({ at, answer, operation, error }) => element('g', {}, [
      `<title>${escape(`${operation} ${answer} at ${clock(at)}${error ? ` (${error})` : ''}`)}</title>`,
      drawMark(answer, x(at), y),
    ])),
  ].join('');
}

/** Each kind of answer has its own shape. */
export function drawMark(answer: Answer, x: number, y: number): string {
  const [left, right, top, bottom] = [x - 5, x + 5, y - 5, y + 5].map(number);
  switch (answer) {
    case 'answered': return element('path', { d: `M${number(x)} ${y - 4}v8`, class: 'answered' });
    case 'throttled': return element('path', { d: `M${left} ${bottom}L${number(x)} ${top}L${right} ${bottom}Z`, class: 'throttled' });
    case 'failed': return element('path', { d: `M${left} ${top}L${right} ${bottom}M${left} ${bottom}L${right} ${top}`, class: 'failed' });
    case 'lost': return element('circle', { cx: x, cy: y, r: 5, class: 'lost' });
    case 'malformed': return element('path', { d: `M${left} ${number(y)}L${number(x)} ${top}L${right} ${number(y)}L${number(x)} ${bottom}Z`, class: 'malformed' });
  }
}

function shortened(words: string, width: number, size = FONT_SIZE): string {
  if (widthOf(words, size) <= width) { return words; }
  let short = words;
  while (short.length > 0 && widthOf(`${short}…`, size) > width) { short = short.slice(0, -1); }
  return short && `${short}…`;
}

export const CHART_STYLE = [
  '.stripe{fill:var(--grey-tint);opacity:.45}',
  '.grid{stroke:var(--faint);fill:none}',
  'svg text{fill:var(--ink);font-size:10.5px}',
  'svg .tick{text-anchor:middle;fill:var(--muted)}.tick,.beside{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}',
  'svg .lane{font-weight:600}',
  'svg .minor{font-weight:400;fill:var(--muted)}',
  ...['blue', 'teal', 'violet', 'orange', 'green', 'red', 'grey'].map((hue) =>
    `.bar.${hue}{fill:var(--${hue}-tint);stroke:var(--${hue})}svg .in.${hue}{fill:var(--${hue})}.again.${hue}{stroke:var(--${hue})}`),
  '.bar{stroke-width:1}.bar.faint{fill:none;stroke-dasharray:2 3}.again{stroke-width:1;fill:none}',
  '.answered{stroke:var(--muted);stroke-width:1.2;fill:none}',
  '.throttled{fill:var(--orange);stroke:none}',
  '.failed{stroke:var(--red);stroke-width:2.4;fill:none}',
  '.lost{stroke:var(--violet);stroke-width:2;fill:none;stroke-dasharray:3 2}',
  '.malformed{fill:var(--paper);stroke:var(--red);stroke-width:2}',
  '.verdict{stroke:var(--ink);stroke-width:1.6;fill:none}',
  '.flag{fill:var(--ink)}svg .flag-text{fill:var(--paper);text-anchor:middle;font-weight:600;font-size:11.5px}',
].join('\n');
