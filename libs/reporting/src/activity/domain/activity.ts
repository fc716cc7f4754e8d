import type { EpochMs } from '#lib/kernel';
import { type Action, addressOf, type AssetFact, type Known } from '../../facts/domain/fact.js';

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

/** What one contact was sent of one campaign in a period. */
export interface Entry {
  readonly contact: string;
  readonly account: string;
  readonly campaign: string | null;
  readonly messages: number;
  /** The first message of the campaign, also one of before the period. */
  readonly first: EpochMs;
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
  readonly entries: readonly Entry[];
  readonly presences: readonly Presence[];
}
export type ActivityRead = keyof Activity;

export const NO_ACTIVITY: Activity = { engagements: [], entries: [], presences: [] };

/** Which content is at an address; null for none. */
export function assetsByAddress(
  assets: readonly Known<AssetFact>[],
): (address: string | null) => Known<AssetFact> | null {
  const found = new Map<string, Known<AssetFact>>();
  for (const asset of assets)
    for (const page of asset.pages) if (!found.has(addressOf(page))) found.set(addressOf(page), asset);
  return (address) => (address === null ? null : (found.get(address) ?? null));
}

/** Different people among what was done; what only an account did is the account's. */
export function peopleIn(engagements: readonly Engagement[]): number {
  return new Set(engagements.map(whoseOf)).size;
}

export function whoseOf({ contact, account }: Engagement): string {
  return contact ?? account;
}
