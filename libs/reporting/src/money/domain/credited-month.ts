import type { Model } from '#lib/attribution';
import type { Conversion } from './books.js';
import type { Credits } from './credit.js';
import type { CreditedTouch } from './credited-touches.js';

/** A touch with what each model gives it of its conversion: over all touches of a conversion, 1. */
export interface SharedTouch {
  readonly touch: CreditedTouch;
  readonly shares: ReadonlyMap<Model, number>;
  /** Whole minor units of the conversion; 0 where none is known. */
  readonly value: number;
}

/** What a month's touches earned, each by each model. */
export interface CreditedMonth {
  readonly credits: Credits;
  /** In the order in which lists of touches have them. */
  readonly touches: readonly SharedTouch[];
  /** Conversions that no touch led to. */
  readonly unattributed: readonly Conversion[];
}
