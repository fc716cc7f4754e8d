import { DAY } from '#lib/attribution';
import type { Tx } from '#lib/platform';
import { type ActivityScope, activityStore } from './activity.store.js';
import type { Activity, ActivityRead } from './domain/activity.js';
import { ContactTouches } from './domain/contact-touches.js';
import type { RememberedTouches } from '../money/touch-memory.js';

/**
 * As much as a report reads of it. What people did goes back as far as it may have led to something.
 * @param kept what is kept of touches, as `tx` sees it; null: the log is read
 */
export async function readActivity(
  tx: Tx,
  scope: ActivityScope,
  {
    activity: reads = [],
    lookbackDays,
  }: { readonly activity?: readonly ActivityRead[]; readonly lookbackDays: number },
  kept: RememberedTouches | null,
): Promise<Activity> {
  const from = scope.from - lookbackDays * DAY;
  return {
    engagements: reads.includes('engagements') ? await activityStore.engagements(tx, { ...scope, from }) : [],
    contacts: reads.includes('contacts') ? await contactsOf(tx, scope, kept) : ContactTouches.none,
    presences: reads.includes('presences') ? await activityStore.presences(tx, scope) : [],
  };
}

function contactsOf(tx: Tx, scope: ActivityScope, kept: RememberedTouches | null): Promise<ContactTouches> {
  return kept === null ? activityStore.contacts(tx, scope) : kept.contacts(tx);
}
