import type { EpochMs } from '#lib/kernel';
import type { Condition } from './filter.js';

/** Between which instants a property lies in every row that fulfils a condition; null where it says nothing. */
export interface Bounds {
  readonly least: EpochMs | null;
  readonly most: EpochMs | null;
}

const NONE: Bounds = { least: null, most: null };

/** What follows from a condition for one property. Rows within may still not fulfil it; no row outside does. */
export function boundsOf(condition: Condition | null, property: string): Bounds {
  if (condition === null) return NONE;
  if (condition.kind === 'and') {
    const parts = condition.of.map((part) => boundsOf(part, property));
    return {
      least: furthest(
        parts.map(({ least }) => least),
        Math.max,
      ),
      most: furthest(
        parts.map(({ most }) => most),
        Math.min,
      ),
    };
  }
  if (condition.kind === 'or') {
    const parts = condition.of.map((part) => boundsOf(part, property));
    const all = (side: keyof Bounds, pick: (...values: number[]) => number): number | null =>
      parts.some((part) => part[side] === null)
        ? null
        : furthest(
            parts.map((part) => part[side]),
            pick,
          );
    return { least: all('least', Math.min), most: all('most', Math.max) };
  }
  if (condition.kind !== 'compare' || condition.property.name !== property || condition.value === null) return NONE;
  const at = Date.parse(condition.value);
  return {
    least: ['eq', 'gt', 'ge'].includes(condition.is) ? at : null,
    most: ['eq', 'lt', 'le'].includes(condition.is) ? at : null,
  };
}

function furthest(values: readonly (number | null)[], pick: (...values: number[]) => number): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : pick(...known);
}
