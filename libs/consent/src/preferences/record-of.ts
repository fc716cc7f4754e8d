import type { ContactPointId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { PageLink } from '../links/page-link.js';
import { preferenceStore } from './preference.store.js';
import type { PreferenceView } from './preference-view.js';

/** What a person agreed to, `most` of it from the newest on; nothing where the link may only reduce. */
export async function recordOf(
  tx: Tx,
  link: PageLink,
  pointIds: readonly ContactPointId[],
  { from, most }: { readonly from: number; readonly most: number },
): Promise<PreferenceView['record']> {
  const total = link.access === 'manage' && most > 0 ? await preferenceStore.countAgreements(tx, pointIds) : 0;
  if (total === 0) return { events: [], from: 0, total };
  // Whoever asks for more than there is gets the last part.
  const begin = from < total ? from : Math.floor((total - 1) / most) * most;
  return { events: await preferenceStore.agreements(tx, pointIds, most, begin), from: begin, total };
}
