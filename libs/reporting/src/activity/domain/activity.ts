import type { EpochMs } from '#lib/kernel';
import { type Action, addressOf, type AssetFact, type Known } from '../../facts/domain/fact.js';
import { ContactTouches } from './contact-touches.js';

/** Something that somebody did. Opening a mail is none: machines open. */
export interface Engagement {
  /** Of a touch as in paths: a message and its event, a visit; or the id of an event of one's own. */
  readonly id: string;
  readonly kind: 'click' | 'reply' | 'visit' | 'event' | Action;
  readonly at: EpochMs;
  /** Null of an event that only names its account. */
  readonly contact: string | null;
  /** The account of the contact, or else the contact itself. */
  readonly account: string;
  readonly channel: string | null;
  readonly campaign: string | null;
  /** Where it was, or what it was about, as `addressOf` writes it; null where nobody said. */
  readonly about: string | null;
}

/** When a contact was first sent something, and everything that they did. */
export interface Presence {
  readonly contact: string;
  readonly first: EpochMs;
  /** Oldest first. */
  readonly did: readonly EpochMs[];
}

/** What of it a report reads; what it does not read is empty. */
export interface Activity {
  readonly engagements: readonly Engagement[];
  /** What every contact was sent and did. */
  readonly contacts: ContactTouches;
  readonly presences: readonly Presence[];
}
export type ActivityRead = keyof Activity;

export const NO_ACTIVITY: Activity = { engagements: [], contacts: ContactTouches.none, presences: [] };

/** Which content is at an address; null for none. */
export function assetsByAddress(
  assets: readonly Known<AssetFact>[],
): (address: string | null) => Known<AssetFact> | null {
  const found = new Map<string, Known<AssetFact>>();
  for (const asset of assets)
    for (const page of asset.pages) if (!found.has(addressOf(page))) found.set(addressOf(page), asset);
  return (address) => (address === null ? null : (found.get(address) ?? null));
}

/** Every address that a content is at, each once and in one order. */
export function contentAddresses(assets: readonly Known<AssetFact>[]): string[] {
  return [...new Set(assets.flatMap(({ pages }) => pages.map(addressOf)))].sort();
}

/** Different people among what was done; what only an account did is the account's. */
export function peopleIn(engagements: readonly Engagement[]): number {
  return new Set(engagements.map(whoseOf)).size;
}

export function whoseOf({ contact, account }: Engagement): string {
  return contact ?? account;
}
