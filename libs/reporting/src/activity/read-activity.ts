import { DAY } from '#lib/attribution';
import type { Tx } from '#lib/platform';
import { type ActivityScope, activityStore } from './activity.store.js';
import type { Activity, ActivityRead } from './domain/activity.js';

/** As much as a report reads of it. What people did goes back as far as it may have led to something. */
export async function readActivity(
  tx: Tx,
  scope: ActivityScope,
  {
    activity: reads = [],
    lookbackDays,
  }: { readonly activity?: readonly ActivityRead[]; readonly lookbackDays: number },
): Promise<Activity> {
  const from = scope.from - lookbackDays * DAY;
  return {
    engagements: reads.includes('engagements') ? await activityStore.engagements(tx, { ...scope, from }) : [],
    entries: reads.includes('entries') ? await activityStore.entries(tx, scope) : [],
    presences: reads.includes('presences') ? await activityStore.presences(tx, scope) : [],
  };
}
