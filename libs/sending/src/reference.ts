import type { ReferenceData } from '#lib/decision';
import { holidays, places, tzdb } from '#lib/platform';

/** What every decision of the product rests on besides its facts: pinned data, the same in every process. */
export const reference: ReferenceData = { zones: tzdb, places, holidays, packs: [] };
