import type { EpochMs } from '#lib/kernel';
import { type Comparison, type Condition, FilterProblem } from './filter.js';

/** Between which instants days or months begin in every row that fulfils a condition; null where it says nothing. */
export interface Bounds {
  readonly least: EpochMs | null;
  readonly most: EpochMs | null;
}

const DAY = 86_400_000;
const NONE: Bounds = { least: null, most: null };
/** A month begins so long before its end: 28 to 31 days, and an hour more or less where clocks are changed. */
const BEFORE_END = { least: 32 * DAY, most: 27 * DAY };
const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  ...{ eq: 'ne', ne: 'eq', gt: 'le', ge: 'lt', lt: 'ge', le: 'gt' },
};

/**
 * Which months a condition on results can be fulfilled in, by what it says of their From and To. Rows within may still not
 * fulfil it; no row outside does.
 * @throws FilterProblem for one that says something of them, and not from when on: then no few months hold every row
 */
export function monthBounds(condition: Condition | null): Bounds {
  const bounds = boundsOf(condition, false);
  if (bounds.least === null && saysWhen(condition))
    throw new FilterProblem(
      true,
      'Results are worked out from a month on; add a condition such as From ge 2026-01-01T00:00:00Z',
    );
  return bounds;
}

/** The same of sets of days; where a condition says nothing, every day is asked for. */
export function dayBounds(condition: Condition | null): Bounds {
  return boundsOf(condition, false);
}

function saysWhen(condition: Condition | null): boolean {
  if (condition === null) return false;
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.some(saysWhen);
    case 'not':
      return saysWhen(condition.of);
    default:
      return isWhen(condition.property.name);
  }
}

function isWhen(property: string): boolean {
  return property === 'From' || property === 'To';
}

/** @param isNegated whether what follows is of whatever does not fulfil the condition */
function boundsOf(condition: Condition | null, isNegated: boolean): Bounds {
  if (condition === null) return NONE;
  switch (condition.kind) {
    case 'not':
      return boundsOf(condition.of, !isNegated);
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => boundsOf(part, isNegated));
      return (condition.kind === 'and') === isNegated ? anyOf(parts) : allOf(parts);
    }
    case 'in': {
      const { property, values } = condition;
      if (isNegated || !isWhen(property.name)) return NONE;
      return anyOf(values.map((value) => compared(property.name, 'eq', value)));
    }
    case 'compare': {
      const { property, is, value } = condition;
      return isWhen(property.name) ? compared(property.name, isNegated ? OPPOSITE[is] : is, value) : NONE;
    }
    case 'text':
      return NONE;
  }
}

function compared(property: string, is: Comparison, value: string | null): Bounds {
  if (value === null) return NONE;
  const at = Date.parse(value);
  const before = property === 'To' ? BEFORE_END : { least: 0, most: 0 };
  return {
    least: ['eq', 'gt', 'ge'].includes(is) ? at - before.least : null,
    most: ['eq', 'lt', 'le'].includes(is) ? at - before.most : null,
  };
}

function allOf(parts: readonly Bounds[]): Bounds {
  const known = (side: keyof Bounds): number[] => parts.map((part) => part[side]).filter((value) => value !== null);
  const [least, most] = [known('least'), known('most')];
  return {
    least: least.length === 0 ? null : Math.max(...least),
    most: most.length === 0 ? null : Math.min(...most),
  };
}

function anyOf(parts: readonly Bounds[]): Bounds {
  const all = (side: keyof Bounds, pick: (...values: number[]) => number): number | null => {
    const known = parts.map((part) => part[side]).filter((value) => value !== null);
    return known.length < parts.length || known.length === 0 ? null : pick(...known);
  };
  return { least: all('least', Math.min), most: all('most', Math.max) };
}
