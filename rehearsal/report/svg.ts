/**
 * What all pictures share: SVG elements, and the colours for light and dark mode.
 */

/** Escapes text for an element, or for an attribute in double quotes. */
export function escape(words: string): string {
  return words.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
    // XML allows no control characters
    .replace(/[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]/g, ' ');
}

interface Attributes {
  readonly [name: string]: string | number | undefined;
}

/** An element. The values of attributes are escaped. The content must be markup already. */
export function element(name: string, attributes: Attributes = {}, inside: string | readonly string[] = ''): string {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escape(typeof value === 'number' ? number(value) : value)}"`]))
    .join('');
  const content = typeof inside === 'string' ? inside : inside.join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escape(words));
}

/** A number with at most one decimal: enough for pixels, and the same on every machine. */
export function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The approximate width of a text in pixels. A picture must not depend on the fonts of the machine that draws it. */
export function widthOf(words: string, size: number): number {
  return [...words].reduce((sum, character) => sum + (NARROW.test(character) ? 0.32 : WIDE.test(character) ? 0.82 : 0.58), 0) * size;
}

const NARROW = /[ .,:;'!|iljftrI()]/;
const WIDE = /[mwMWABCDEGHNOQU×]/;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line through points, with rounded corners. */
export function path(points: readonly Point[], radius = 6): string {
  const [first, ...rest] = points.filter((point, index) => index === 0 || distance(point, points[index - 1]) > 0.05);
  return `M${at(first)}` + rest.map((corner, index) => {
    const before = index === 0 ? first : rest[index - 1];
    const after = rest[index + 1];
    if (!after) { return `L${at(corner)}`; }
    const round = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    return `L${at(towards(corner, before, round))}Q${at(corner)} ${at(towards(corner, after, round))}`;
  }).join('');
}

function at({ x, y }: Point): string {
  return `${number(x)} ${number(y)}`;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, by: number): Point {
  const part = by / distance(from, to);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** Colours for things that belong together: a tint for areas, and a strong colour that is readable on it. */
export type Hue = 'blue' | 'teal' | 'violet' | 'orange' | 'green' | 'red' | 'grey';

interface Palette {
  readonly paper: string;
  readonly box: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly faint: string;
  readonly hues: { readonly [hue in Hue]: readonly [tint: string, strong: string] };
}

const LIGHT: Palette = {
  paper: '#ffffff',
  box: '#ffffff',
  ink: '#1f2328',
  muted: '#59636e',
  line: '#57606a',
  faint: '#d1d9e0',
  hues: {
    blue: ['#e1f0ff', '#0550ae'],
    teal: ['#d8f5ee', '#0b6456'],
    violet: ['#f0e8ff', '#5e35b1'],
    orange: ['#ffecd9', '#8a3f00'],
    green: ['#dff5e3', '#116329'],
    red: ['#ffe5e3', '#a40e26'],
    grey: ['#eff2f5', '#424a53'],
  },
};

const DARK: Palette = {
  paper: '#0d1117',
  box: '#161b22',
  ink: '#e6edf3',
  muted: '#9da7b1',
  line: '#8b949e',
  faint: '#30363d',
  hues: {
    blue: ['#12283f', '#79c0ff'],
    teal: ['#0d2f2b', '#56d4bc'],
    violet: ['#271d40', '#c9a8ff'],
    orange: ['#3a2412', '#ffa657'],
    green: ['#12311c', '#6fdd8b'],
    red: ['#40191c', '#ff938a'],
    grey: ['#21262d', '#b6c0ca'],
  },
};

/** The colours as CSS variables, light or dark as the reader prefers. */
export function colours(selector: string): string {
  return `${selector}{color-scheme:light dark;${variables(LIGHT)}}@media (prefers-color-scheme:dark){${selector}{${variables(DARK)}}}`;
}

/** The light colours, for print. */
export function printColours(selector: string): string {
  return `${selector}{color-scheme:light;${variables(LIGHT)}}`;
}

function variables({ hues, ...others }: Palette): string {
  return [
    ...Object.entries(others).map(([name, value]) => `--${name}:${value}`),
    ...Object.entries(hues).flatMap(([hue, [tint, strong]]) => [`--${hue}-tint:${tint}`, `--${hue}:${strong}`]),
  ].join(';');
}

export const FONT = '-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans","DejaVu Sans",Helvetica,Arial,sans-serif';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A whole picture. */
export function picture({ width, height }: Size, title: string, description: string, inside: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${number(width)} ${number(height)}" width="${number(width)}" height="${number(height)}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="desc">${escape(description)}</desc>`,
    `<style>${colours('svg')}${STYLE}</style>`,
    `<defs>${['line', 'muted', 'red', 'violet'].map(arrowHead).join('')}</defs>`,
    element('rect', { width, height, rx: 12, class: 'paper' }),
    ...inside,
    '</svg>',
    '',
  ].join('\n');
}

function arrowHead(colour: string): string {
  const size = { viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, markerUnits: 'userSpaceOnUse' };
  return element('marker', { id: `to-${colour}`, ...size, orient: 'auto' },
    element('path', { d: 'M0 0.5L8 4L0 7.5Z', style: `fill:var(--${colour})` }));
}

const STYLE = [
  `text{font:12px ${FONT};fill:var(--ink)}`,
  '.paper{fill:var(--paper)}',
  '.name{font-weight:600}',
  '.small{font-size:10.5px;fill:var(--muted)}',
  '.heading{font-size:12.5px;font-weight:700}',
  '.middle{text-anchor:middle}',
  '.end{text-anchor:end}',
  '.next{fill:none;stroke:var(--line);stroke-width:1.3}',
  '.catch{fill:none;stroke:var(--red);stroke-width:1.2;stroke-dasharray:4 3;opacity:.75}',
  '.next-joint{fill:var(--line)}',
  '.catch-joint{fill:var(--red)}',
  '.box{fill:var(--box);stroke-width:1.3}',
].join('');
