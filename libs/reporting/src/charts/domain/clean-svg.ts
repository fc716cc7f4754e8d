import { type Tone, TONES } from './chart.js';

/**
 * Colours that a drawing is made with. Each stands for a meaning and never reaches a page: in its place comes a class, to
 * which the page's style sheet gives a colour.
 */
export function markOf(tone: Tone): string {
  return `#0000${(TONES.indexOf(tone) + 16).toString(16)}`;
}

const ELEMENTS = new Set([
  'svg',
  'g',
  'path',
  'rect',
  'line',
  'polyline',
  'polygon',
  'circle',
  'ellipse',
  'text',
  'tspan',
]);
/** What a drawing needs of attributes: where, how large, how strong. Nothing that loads, runs or styles. */
const ATTRIBUTES = new Set([
  ...['d', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'rx', 'ry', 'dx', 'dy', 'width', 'height', 'points'],
  ...['transform', 'fill-opacity', 'stroke-opacity', 'stroke-width', 'stroke-linecap', 'stroke-linejoin', 'opacity'],
  ...['stroke-dasharray', 'stroke-miterlimit', 'text-anchor', 'dominant-baseline', 'viewBox', 'xmlns'],
]);
const DROPPED_WHOLE = /<(style|defs|script|foreignObject|title|desc|metadata)\b[^>]*>[\s\S]*?<\/\1>/g;
const TAG = /<(\/?)([A-Za-z]+)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>/y;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;
const TEXT = /[^<]+/y;

export class NotAnSvg extends Error {}

/** What stands around a cleaned drawing. */
export interface SvgFrame {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/**
 * A drawing of the chart library as a page may hold it: known elements and attributes alone, no style, no script, no
 * reference, no id of its own, so that two drawings of the same are the same bytes; with a title and a description.
 * @throws NotAnSvg when it is anything but well-formed
 */
export function cleanSvg(drawn: string, { id, title, description }: SvgFrame): string {
  const text = drawn.replace(DROPPED_WHOLE, '');
  const open: { readonly name: string; readonly kept: boolean }[] = [];
  let made = '';
  let at = 0;
  while (at < text.length) {
    if (text[at] === '<') {
      TAG.lastIndex = at;
      const match = TAG.exec(text);
      if (match === null) throw new NotAnSvg(`not a tag: ${text.slice(at, at + 40)}`);
      const [all, closing = '', name = '', attributes = '', alone = ''] = match;
      at += all.length;
      if (closing !== '') {
        const last = open.pop();
        if (last?.name !== name) throw new NotAnSvg(`</${name}> closes ${last?.name ?? 'nothing'}`);
        if (last.kept) made += `</${name}>`;
        continue;
      }
      const kept = ELEMENTS.has(name);
      if (kept) made += `<${name}${name === 'svg' ? frameAttributes(id) : ''}${cleanAttributes(attributes, name)}>`;
      if (name === 'svg') {
        made += `<title id="${id}-title">${escapeXml(title)}</title><desc id="${id}-desc">${escapeXml(description)}</desc>`;
      }
      if (alone === '') open.push({ name, kept });
      else if (kept) made += `</${name}>`;
    } else {
      TEXT.lastIndex = at;
      const said = TEXT.exec(text)?.[0] ?? '';
      at += said.length;
      if (open.at(-1)?.kept === true && /^(text|tspan)$/.test(open.at(-1)?.name ?? '')) made += cleanText(said);
    }
  }
  if (open.length > 0 || !made.startsWith('<svg')) throw new NotAnSvg('it does not end where it begins');
  return made;
}

function frameAttributes(id: string): string {
  return ` class="chart" role="img" aria-labelledby="${id}-title ${id}-desc"`;
}

function cleanAttributes(attributes: string, element: string): string {
  const classes: string[] = [];
  let made = '';
  for (const [, name = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
    if (name === 'fill' || name === 'stroke') {
      const tone = TONES.find((one) => markOf(one) === value.toLowerCase());
      if (tone !== undefined) classes.push(`${name}-${tone}`);
      else if (value === 'none' || value === 'transparent') made += ` ${name}="none"`;
    } else if (element === 'svg' && (name === 'width' || name === 'height')) {
      continue; // The frame on the page says how large.
    } else if (ATTRIBUTES.has(name) && !/url\(|javascript:/i.test(value)) made += ` ${name}="${cleanText(value)}"`;
    if (name === 'style') made += textAttributes(value);
  }
  return (classes.length > 0 ? ` class="${classes.join(' ')}"` : '') + made;
}

/** How large and how strong letters are: of a style, all that is kept. */
function textAttributes(style: string): string {
  const [, size] = /font-size:\s*(\d{1,2}(?:\.\d+)?)px/.exec(style) ?? [];
  const isBold = /font-weight:\s*(bold|[6-9]00)/.test(style);
  return (size === undefined ? '' : ` font-size="${size}"`) + (isBold ? ' font-weight="600"' : '');
}

/** Text of a drawing is escaped already; whatever only looks so is escaped now. */
function cleanText(text: string): string {
  return text.replace(/&(?!(?:amp|lt|gt|quot|#\d{1,6});)/g, '&amp;').replace(/[<>"]/g, escapeXml);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
