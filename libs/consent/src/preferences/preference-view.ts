import type { ContactPointId, EpochMs } from '#lib/kernel';
import type { PublishedWording } from '../notices/served-notice.js';
import type { Cell } from './domain/cells.js';
import type { PlannedConsent } from './domain/plan-preferences.js';
import type { PreferenceFacts } from './domain/preference-facts.js';
import type { AgreementEvent, AskedErasure, PageBrand, PreferenceChange } from './preference.store.js';

/** What the page of one person shows. */
export interface PreferenceView {
  readonly brand: PageBrand;
  readonly externalId: string;
  /** The contact point to which the link leads. */
  readonly pointId: ContactPointId;
  readonly facts: PreferenceFacts;
  readonly cells: readonly Cell[];
  /** Goes into the form: a wish made on another version than the present one is asked about again. */
  readonly version: string;
  readonly now: EpochMs;
  /** What the page shows to whoever can say yes on it, in each of its languages; empty where it shows none. */
  readonly notices: readonly PublishedWording[];
  /** The change asked for by its id, when it is the person's own. */
  readonly change: PreferenceChange | null;
  /** Until when the holder of this link may take that change back; null: not at all. */
  readonly undoUntil: EpochMs | null;
  /** Newest first; empty for a link that may only reduce. */
  readonly agreements: readonly AgreementEvent[];
  /** The part of all of them that was asked for, and how many there are. */
  readonly record: { readonly events: readonly AgreementEvent[]; readonly from: number; readonly total: number };
  /** How the person asked here last to be erased; null when they did not. */
  readonly erasure: AskedErasure | null;
}

/** Where a wish was expressed, and in which words. */
export interface PageEvidence {
  readonly details: Readonly<Record<string, unknown>>;
  /** The exact text of the control that was used. */
  readonly wording: (consent: PlannedConsent, facts: PreferenceFacts) => string;
  /** When it was wished, where that is not now. */
  readonly occurredAt?: EpochMs;
  /** Id of a wish that was kept, which is carried out once. */
  readonly wishId?: string;
  /** By which a link that may only reduce takes this change back, where the form brought it; otherwise one is drawn. */
  readonly undoSecret?: string;
  /** Id of the notice that the page showed; null when it showed none. */
  readonly notice?: string | null;
}

export type PreferenceAnswer =
  | {
      readonly kind: 'done';
      readonly changeId: string | null;
      readonly inFlight: number;
      /** By which a link that may only reduce takes the change back; told here and nowhere else. */
      readonly undoSecret?: string | undefined;
    }
  /**
   * Something changed since the page was read; nothing was done. `savedBy` is the change by which everything stands as it
   * was asked for, where it is the person's own and the last thing that happened.
   */
  | { readonly kind: 'stale'; readonly savedBy: string | null }
  /** Nothing there to take back, or too late for it. */
  | { readonly kind: 'not_undone' };
