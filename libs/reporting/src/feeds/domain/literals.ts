import { DateTime } from 'luxon';
import type { FeedType } from './feed-set.js';

/** A value as SQL takes it, in text. */
export type Literal = string;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const INSTANT =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(\.[0-9]{1,12})?(Z|[+-][0-9]{2}:[0-9]{2})$/i;
const DECIMAL = /^-?[0-9]{1,30}(?:\.[0-9]{1,30})?$/;
const WHOLE = /^-?[0-9]{1,9}$/;
const TEXT = /^'((?:[^']|'')*)'$/s;

/** A literal of OData's URL conventions as a value of a type; null where it is none. */
export function literalOf(text: string, type: FeedType): Literal | null {
  switch (type) {
    case 'guid':
      return UUID.test(text) ? text.toLowerCase() : null;
    case 'string':
      return TEXT.exec(text)?.[1]?.replaceAll("''", "'") ?? null;
    case 'instant':
      return instantOf(text);
    case 'date':
      return DAY.test(text) && isDay(text) ? text : null;
    case 'decimal':
      return DECIMAL.test(text) ? text : null;
    case 'int':
      return WHOLE.test(text) ? text : null;
    case 'boolean':
      return text === 'true' || text === 'false' ? text : null;
  }
}

/** Without its offset and cut to microseconds; luxon says whether there is such a day, and has no more than milliseconds. */
function instantOf(text: string): string | null {
  const [, day = '', time = '', fraction = '', offset = ''] = INSTANT.exec(text) ?? [];
  const instant = DateTime.fromISO(`${day}T${time}${offset.toUpperCase()}`, { zone: 'utc' });
  if (!isDay(day) || !instant.isValid || instant.year < 1 || instant.year > 9999) return null;
  return `${instant.toFormat("yyyy-MM-dd'T'HH:mm:ss")}${fraction.slice(0, 7)}Z`;
}

function isDay(day: string): boolean {
  return !day.startsWith('0000') && DateTime.fromISO(day, { zone: 'utc' }).isValid;
}
