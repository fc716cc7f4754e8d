import type { ReferenceData } from '#lib/decision';
import { tzdb } from '#lib/platform';

/** What every decision of the product rests on besides its facts: pinned data, the same in every process. */
export const reference: ReferenceData = {
  zones: tzdb,
  places: {
    version: 'none',
    zonesOfCountry: () => null,
    zonesOfRegion: () => null,
    zonesOfPostalCode: () => null,
    ofPhone: () => null,
  },
  holidays: { version: 'none', holiday: () => null },
  packs: [],
};
