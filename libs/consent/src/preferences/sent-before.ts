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

/** What a "stop everything" that was pressed again goes on from. */
export interface StoppedBefore extends Pick<PreferenceChange, 'turnedOff' | 'inFlight'> {
  /** Ids of what it said. */
  readonly said: readonly string[];
}

/**
 * The "stop everything" that the holder of a manage link presses once more, where it is the last thing that happened to them
 * and they may still take it back: whoever takes the second one back means both. Null: it is another.
 */
export async function stoppedBefore(
  tx: Tx,
  link: PageLink,
  { id }: LockedContact,
  { points }: PreferenceFacts,
  now: EpochMs,
): Promise<StoppedBefore | null> {
  const change = link.access === 'manage' ? await preferenceStore.lastChange(tx, id) : null;
  const until = change === null || change.act !== 'stop_all' ? null : undoUntil(link, change, null);
  if (change === null || until === null || now > until || !(await isLast(tx, id, points, change))) return null;
  return { turnedOff: change.turnedOff, inFlight: change.inFlight, said: await preferenceStore.saidIds(tx, change.id) };
}

/** The last "stop everything" that went on from this one, by a manage link: taking either back means both; or the change itself. */
export async function asStoppedLast(
  tx: Tx,
  { access }: PageLink,
  { id }: LockedContact,
  change: PreferenceChange | null,
): Promise<PreferenceChange | null> {
  if (change === null || access !== 'manage' || change.act !== 'stop_all') return change;
  const last = await preferenceStore.lastChange(tx, id);
  if (last === null || last.id === change.id || last.act !== 'stop_all') return change;
  const [of, ofLast] = [await preferenceStore.saidIds(tx, change.id), await preferenceStore.saidIds(tx, last.id)];
  return of.length > 0 && of.every((one) => ofLast.includes(one)) ? last : change;
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
