import type { EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { LockedContact } from '../consents/locked-contact.js';
import type { PageLink } from '../links/page-link.js';
import type { PreferenceFacts } from './domain/preference-facts.js';
import { undoUntil } from './domain/undo-right.js';
import { type PreferenceChange, preferenceStore } from './preference.store.js';
import { isNothing, othersSaid, sinceChange } from './since-change.js';

/**
 * The change that the same form has made by the same link, where it is the last thing that happened to them and at their
 * addresses; null: another. A no counts for an address: where somebody else has said yes there since, it is said anew.
 */
export async function sentBefore(
  tx: Tx,
  link: PageLink,
  { id }: LockedContact,
  { points }: PreferenceFacts,
  act: string,
  hash: Buffer | null,
  now: EpochMs,
): Promise<PreferenceChange | null> {
  const change = link.access === 'reduce' && hash !== null ? await preferenceStore.changeOf(tx, id, hash) : null;
  const until = change === null || change.act !== act ? null : undoUntil(link, change, hash);
  if (change === null || until === null || now > until) return null;
  return (await isLastThere(tx, id, points, change)) ? change : null;
}

/**
 * Id of the change by which the holder of a manage link saved here what they save again on a page that is no longer true:
 * the last thing that happened to them and at their addresses; null: it is another. The caller has seen that everything is
 * as it is asked for now.
 */
export async function savedBefore(
  tx: Tx,
  { access, contactPointId }: PageLink,
  { id }: LockedContact,
  { points }: PreferenceFacts,
): Promise<string | null> {
  const change = access === 'manage' ? await preferenceStore.lastChange(tx, id) : null;
  if (change === null || change.act !== 'save' || change.contactPointId !== contactPointId) return null;
  return (await isLastThere(tx, id, points, change)) ? change.id : null;
}

/** The undo that has taken a change back, where it is the last thing that happened: its button was pressed twice. */
export async function undoneBefore(
  tx: Tx,
  { id }: LockedContact,
  { points }: PreferenceFacts,
  change: PreferenceChange,
): Promise<PreferenceChange | null> {
  const undo = await preferenceStore.lastChange(tx, id);
  if (undo === null || undo.undoOf !== change.id) return null;
  return (await isLast(tx, id, points, undo)) ? undo : null;
}

async function isLastThere(
  tx: Tx,
  id: LockedContact['id'],
  points: PreferenceFacts['points'],
  change: PreferenceChange,
): Promise<boolean> {
  const pointIds = points.map((point) => point.id);
  return (await isLast(tx, id, points, change)) && !(await othersSaid(tx, pointIds, change.at));
}

async function isLast(
  tx: Tx,
  id: LockedContact['id'],
  points: PreferenceFacts['points'],
  { at }: PreferenceChange,
): Promise<boolean> {
  const pointIds = points.map((point) => point.id);
  return isNothing(await sinceChange(tx, id, pointIds, at));
}
