import type { HolidaySource, PlaceSource } from '#lib/kernel';
import type { ReferenceData } from '../reference-data.js';
import { testZones } from './test-zones.js';

/** A world without places, so that a contact's zone is the one they name or the brand's. */
const nowhere: PlaceSource = {
  version: 'nowhere',
  zonesOfCountry: () => [],
  zonesOfRegion: () => null,
  zonesOfPostalCode: () => null,
  ofPhone: () => null,
};
const workdays: HolidaySource = { version: 'workdays', holiday: () => null };

/** For specs only. */
export const testReference: ReferenceData = { zones: testZones, places: nowhere, holidays: workdays, packs: [] };
