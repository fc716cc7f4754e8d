import type { ReferenceData } from '#lib/decision';
import { holidays, places, tzdb } from '#lib/platform';
import { installedPacks } from './packs/installed-packs.js';

/** What every decision of the product rests on besides its facts: pinned data, the same in every process. */
export const reference: ReferenceData = { zones: tzdb, places, holidays, packs: installedPacks().current };
