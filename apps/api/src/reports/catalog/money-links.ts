import type { EpochMs } from '#lib/kernel';
import { toIso } from '#lib/platform';
import type { Asked } from './money-asked.js';

/** What the touches behind a figure are asked by. */
export function linked(
  asked: Pick<
    Asked,
    | 'by'
    | 'conversion'
    | 'event'
    | 'lookback'
    | 'basis'
    | 'unit'
    | 'reset'
    | 'collapse'
    | 'currency'
    | 'from'
    | 'to'
    | 'zone'
    | 'asOf'
  >,
) {
  const { by, conversion, event, lookback, basis, unit, reset, collapse, currency, from, to, zone } = asked;
  return {
    ...pastOf(asked.asOf),
    from,
    to,
    zone,
    by,
    conversion,
    event,
    lookback: String(lookback),
    basis,
    unit,
    reset,
    collapse,
    currency,
  };
}

/** Of which segment alone. */
export function ofSegment(segment: Asked['within'], value = ''): Readonly<Record<string, string>> {
  return segment === undefined ? {} : { segment, value };
}

/** Days and zone, and as of when. */
export function ofPeriod({ from, to, zone, asOf }: Pick<Asked, 'from' | 'to' | 'zone' | 'asOf'>) {
  return { ...pastOf(asOf), from, to, zone };
}

/** What the deals behind a figure are asked by. */
export function dealsLinked(asked: Pick<Asked, 'from' | 'to' | 'zone' | 'asOf' | 'currency'>) {
  return { ...ofPeriod(asked), currency: asked.currency };
}

/** A report of the past leads to what was known then. */
export function pastOf(asOf: EpochMs | undefined): { readonly asOf?: string } {
  return asOf === undefined ? {} : { asOf: toIso(asOf) };
}
