import { Malformed } from './malformed.js';
import { readDecimal } from './text.js';

/** A tile of hashes, or the bundle of the entries below a tile of level 0. `width` is 256 for what is full. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

const FORMAT = 'tile path';

/** Path below the log's prefix (C2SP tlog-tiles): `tile/0/x001/x234/067`, and `.p/<width>` at the end when partial. */
export function tilePath({ level, index, width }: TileName): string {
  const isLevel = level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= 63);
  if (!isLevel || !Number.isSafeInteger(index) || index < 0) throw new RangeError('no such tile');
  if (!Number.isInteger(width) || width < 1 || width > 256) throw new RangeError(`no tile is ${width} wide`);

  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const path = groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${path}${width === 256 ? '' : `.p/${width}`}`;
}

/**
 * @throws Malformed for every text that `tilePath` does not give: with the level above 63, a partial width outside
 * 1 to 255, leading zeros where they do not belong, or an index above 2^53 - 1.
 */
export function parseTilePath(path: string): TileName {
  const parts = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  if (parts === null) throw new Malformed(FORMAT, 'not of the form tile/<level>/<index>[.p/<width>]');
  const [, levelText = '', indexText = '', widthText] = parts;
  const level = levelText === 'entries' ? levelText : readDecimal(FORMAT, 'the level', levelText);
  if (level !== 'entries' && level > 63) throw new Malformed(FORMAT, 'the level is above 63');
  const width = widthText === undefined ? 256 : readDecimal(FORMAT, 'the width', widthText);
  if (width < 1 || width > 256) throw new Malformed(FORMAT, 'the width is not from 1 to 255');
  const index = Number(indexText.replaceAll(/[x/]/g, ''));
  if (!Number.isSafeInteger(index)) throw new Malformed(FORMAT, 'the index is above 2^53 - 1');

  const tile: TileName = { level, index, width };
  if (tilePath(tile) !== path) throw new Malformed(FORMAT, `written otherwise it is ${tilePath(tile)}`);
  return tile;
}
