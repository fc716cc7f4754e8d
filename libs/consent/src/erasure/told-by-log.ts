import type { ContactId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import type { JsonValue, LedgerService, PersonEntry } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import type { ContactRow } from '../contacts/contact.store.js';
import { foldConsent } from '../consents/domain/consent-fold.js';
import { ToldChains } from './domain/told-chain.js';
import { type ToldEvent, toldEventOf } from './domain/told-event.js';
import type { KeptEvent } from './erasure.store.js';

/**
 * What the log itself tells of whoever is to be erased, or whose evidence is to be destroyed. Nothing that cannot be made
 * good again is done because a row of a table says so: who can write rows has no key, and cannot make the log say anything.
 */
export class NotToldByLog extends Error {
  override readonly name = 'NotToldByLog';
}

/** Consent events as their entries tell them, each with whether its scope stands where it put it; none that is destroyed. */
export async function toldEvents(
  tx: Tx,
  ledger: LedgerService,
  events: readonly Pick<KeptEvent, 'entryId'>[],
): Promise<Map<EntryId, ToldEvent & { readonly counts: boolean; readonly subjectId: SubjectId | null }>> {
  const ids = events.map(({ entryId }) => entryId);
  const [entries, disclosed] = [await ledger.entriesById(tx, ids), await ledger.disclosures(tx, ids)];
  const told = new Map<EntryId, ToldEvent & { readonly subjectId: SubjectId | null }>();
  for (const [id, { leaf }] of entries) {
    const clear = JSON.parse(leaf.toString('utf8')) as Readonly<Record<string, JsonValue>>;
    const said = disclosed.get(id) ?? {};
    const event = toldEventOf(clear, said);
    const chain = memberOf(said['subj'], 'id');
    if (event !== null) told.set(id, { ...event, subjectId: typeof chain === 'string' ? (chain as SubjectId) : null });
  }
  const scopes = new Map<string, ToldEvent[]>();
  for (const event of told.values()) {
    const scope = `${event.pointId} ${event.scopeId}`;
    scopes.set(scope, [...(scopes.get(scope) ?? []), event]);
  }
  const counting = new Set([...scopes.values()].map((scope) => foldConsent(scope)?.eventId));
  return new Map(Array.from(told, ([id, event]) => [id, { ...event, counts: counting.has(event.id) }]));
}

/** What these chains tell of consents and of their uses, and those of whoever became one person with them. */
export async function toldChains(tx: Tx, ledger: LedgerService, subjectIds: Iterable<SubjectId>): Promise<ToldChains> {
  const told = new ToldChains();
  const read = new Set<SubjectId>();
  for (let wanted = [...subjectIds]; wanted.length > 0; wanted = [...told.others].filter((id) => !read.has(id))) {
    for (const subjectId of wanted) {
      read.add(subjectId);
      for await (const entry of ledger.entriesOf(tx, subjectId)) told.add(entry);
    }
  }
  return told;
}

/**
 * @throws NotToldByLog unless this person's time to be kept sealed is over, as the entry of their erasure has it: in their
 *   chain, or in that of whom they turned out to be
 */
export async function assertRestrictionOver(
  tx: Tx,
  ledger: LedgerService,
  subjectId: SubjectId,
  now: EpochMs,
): Promise<void> {
  const last = await erasureTold(tx, ledger, subjectId);
  if (last === null) throw new NotToldByLog(`no entry says that the person of the chain ${subjectId} was erased`);
  const until = instantOf(memberOf(last.disclosed['request'], 'until'));
  if (last.clear.t === 'erasure.restricted' && !(until !== null && until <= now))
    throw new NotToldByLog(`entry ${last.id} has evidence of the chain ${subjectId} kept for longer`);
}

/** The entry of a person's erasure: the last in their chain, or else in that of whom they became; null when there is none. */
async function erasureTold(
  tx: Tx,
  ledger: LedgerService,
  subjectId: SubjectId,
  seen: ReadonlySet<SubjectId> = new Set(),
): Promise<PersonEntry | null> {
  let last: PersonEntry | null = null;
  let became: SubjectId | null = null;
  for await (const entry of ledger.entriesOf(tx, subjectId)) {
    const { t, cnt } = entry.clear;
    if (t === 'erasure.restricted' || (t === 'erasure.executed' && cnt === undefined)) last = entry;
    const change = t === 'contact.changed' ? entry.disclosed['change'] : undefined;
    const other = memberOf(change, 'mergedInto') === undefined ? undefined : memberOf(change, 'subject');
    if (typeof other === 'string') became = other as SubjectId;
  }
  if (last !== null || became === null || seen.has(became)) return last;
  return erasureTold(tx, ledger, became, new Set([...seen, subjectId]));
}

/** @throws NotToldByLog unless somebody asked to erase one of these people by that entry, and did not take it back */
export async function assertErasureAsked(
  tx: Tx,
  ledger: LedgerService,
  family: readonly Pick<ContactRow, 'subjectId'>[],
  requestEntryId: EntryId,
): Promise<void> {
  let isAsked = false;
  for (const { subjectId } of family) {
    for await (const { id, clear } of ledger.entriesOf(tx, subjectId)) {
      if (id === requestEntryId) isAsked = clear.t === 'erasure.requested';
      if (clear.t === 'erasure.withdrawn' && clear['ref'] === requestEntryId)
        throw new NotToldByLog(`entry ${id} takes the request ${requestEntryId} back`);
    }
  }
  if (!isAsked) throw new NotToldByLog(`entry ${requestEntryId} does not ask to erase this person`);
}

/**
 * @throws NotToldByLog unless each of the others is told to have become that person, or one who did, and no chain tells of
 *   anybody else: then a row names another's
 */
export async function assertOnePerson(
  tx: Tx,
  ledger: LedgerService,
  person: Pick<ContactRow, 'id' | 'subjectId'>,
  family: readonly Pick<ContactRow, 'id' | 'subjectId'>[],
): Promise<void> {
  const ids = new Set<unknown>(family.map(({ id }) => id));
  const others = new Map(family.filter(({ id }) => id !== person.id).map(({ id, subjectId }) => [id, subjectId]));
  for (const { subjectId } of family) {
    for await (const { clear, disclosed } of ledger.entriesOf(tx, subjectId)) {
      const about = memberOf(disclosed['contact'], 'id');
      if (about !== undefined && !ids.has(about))
        throw new NotToldByLog(`the chain ${subjectId} is of somebody else than the row that names it`);
      const merged = memberOf(disclosed['change'], 'merged');
      const id = clear.t === 'contact.changed' ? memberOf(merged, 'id') : undefined;
      if (typeof id === 'string') others.delete(id as ContactId);
    }
  }
  for (const [, subjectId] of others)
    throw new NotToldByLog(`no entry says that the person of the chain ${subjectId} became this one`);
}

/** Whether a chain tells that its person was erased, or will be once a statute lets them. */
export async function isToldErased(tx: Tx, ledger: LedgerService, subjectId: SubjectId): Promise<boolean> {
  for await (const { clear } of ledger.entriesOf(tx, subjectId)) {
    const { t, cnt } = clear;
    if (t === 'erasure.restricted' || (t === 'erasure.executed' && cnt === undefined)) return true;
  }
  return false;
}

/**
 * Whether a chain tells of more than what was asked of somebody and not agreed to: that they were asked, that it ran out or
 * was denied where it was asked, and the mails that asked.
 */
export async function isOtherwiseTold(tx: Tx, ledger: LedgerService, subjectId: SubjectId): Promise<boolean> {
  let isAsked = false;
  for await (const { clear } of ledger.entriesOf(tx, subjectId)) {
    const { t, via, mc } = clear;
    isAsked ||= t === 'consent.requested';
    const isOfAsking =
      UNAGREED.has(t) ||
      (t === 'consent.refused' && via === 'double_opt_in') ||
      ((t.startsWith('send.') || t.startsWith('touch.')) && mc !== 'commercial') ||
      t.startsWith('suppression.');
    if (!isOfAsking) return true;
  }
  return !isAsked;
}

/** What there is of somebody who was only asked. What suppresses an address outlives its person. */
const UNAGREED: ReadonlySet<string> = new Set([
  ...['contact.changed', 'contact_point.changed', 'link.issued'],
  ...['consent.requested', 'consent.expired', 'consent.invalidated', 'erasure.requested'],
]);

/** How long evidence of each purpose is kept, by its id, as the log tells it last. */
export async function keepsTold(tx: Tx, ledger: LedgerService): Promise<ReadonlyMap<string, string>> {
  const keeps = new Map<string, string>();
  for (let after: number | null = -1; after !== null;) {
    const { entries, next } = await ledger.entries(tx, after, PURPOSES, { type: 'purpose.changed' });
    const ids = entries.map(({ id }) => id);
    const disclosed = await ledger.disclosures(tx, ids);
    for (const id of ids) {
      const purpose = disclosed.get(id)?.['purpose'];
      const [of, keep] = [memberOf(purpose, 'id'), memberOf(purpose, 'keepEvidence')];
      if (typeof of === 'string' && typeof keep === 'string') keeps.set(of, keep);
    }
    after = next;
  }
  return keeps;
}

const PURPOSES = 500;

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, JsonValue>>)[name];
}

function instantOf(value: JsonValue | undefined): EpochMs | null {
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
}
