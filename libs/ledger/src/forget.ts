import type { EntryId, SubjectId } from '#lib/kernel';
import { randomBytesPooled, toIso, type Tx } from '#lib/platform';
import {
  type DisclosedEntry,
  encodeDisclosure,
  isBare,
  isErasure,
  isKeptYet,
  readDisclosure,
  type SubjectLink,
  subjectOf,
  verifyEntry,
} from '#lib/proof';
import { databaseClock } from './database-clock.js';
import { forgetStore, type SealedEntry } from './forget.store.js';
import { type LedgerKeys, NONCE_BYTES, openDisclosures, sealDisclosures, subjectKey } from './sealing.js';

/**
 * Destroys what entries disclosed, but for what says whose they are and which (`subj`), so that their chain stays whole for
 * whoever follows it. Answers of whom, by the numbers that the entries have in each chain; what was destroyed before is not
 * among them.
 * @throws Error for what is no evidence of consent, is not what it commits to, or was recorded less than a year ago: the
 *   entries say so themselves, and are believed, not the tables
 */
export async function destroyEvidence(
  tx: Tx,
  keys: LedgerKeys,
  ids: readonly EntryId[],
): Promise<Map<SubjectId, number[]>> {
  const now = toIso(await databaseClock(tx));
  const destroyed = new Map<SubjectId, number[]>();
  const links: { n: number; sealed: ReturnType<typeof sealDisclosures> }[] = [];
  for (const row of await forgetStore.entries(tx, ids)) {
    const key = subjectKey(keys, row.subjectId, row.secret);
    const { entry, link, linkText } = opened(row, key);
    if (isBare(entry)) continue;
    const { t, at } = entry.clear;
    if (typeof t !== 'string' || !t.startsWith('consent.'))
      throw new Error(`entry ${row.id} is no evidence of consent`);
    if (typeof at !== 'string' || isKeptYet(at, now))
      throw new Error(`entry ${row.id} was recorded less than a year ago, and stays`);
    links.push({ n: row.n, sealed: sealDisclosures(key, randomBytesPooled(NONCE_BYTES), row.id, linkText) });
    const numbers = destroyed.get(row.subjectId);
    if (numbers === undefined) destroyed.set(row.subjectId, [link.n]);
    else numbers.push(link.n);
  }
  if (links.length > 0 && (await forgetStore.keepLinks(tx, links)) !== links.length)
    throw new Error('not all of what was to be destroyed was there');
  return destroyed;
}

/**
 * Destroys everything that a person's entries disclosed, and the secret that sealed it, so that copies are noise; but for
 * the place in their chain of the entry that says that they were erased, which is the newest. Answers how many entries
 * disclose nothing any more.
 * @throws Error when the newest entry does not say so
 */
export async function forgetSubject(tx: Tx, keys: LedgerKeys, id: SubjectId): Promise<number> {
  const last = await forgetStore.lastOf(tx, id);
  if (last === null) throw new Error(`subject ${id} is unknown or was erased`);
  const { entry, linkText } = opened(last, subjectKey(keys, id, last.secret));
  if (!isErasure(entry)) throw new Error(`the newest entry of the chain ${id} does not say that it is erased`);
  const secret = randomBytesPooled(32);
  const sealed = sealDisclosures(subjectKey(keys, id, secret), randomBytesPooled(NONCE_BYTES), last.id, linkText);
  return forgetStore.subject(tx, id, secret, { n: last.n, sealed });
}

function opened(
  { id, leaf, subjectId, sealed }: SealedEntry,
  key: Buffer,
): { readonly entry: DisclosedEntry; readonly link: SubjectLink; readonly linkText: string } {
  const texts = openDisclosures(key, id, sealed).split('\n');
  const entry = verifyEntry(leaf, texts.map(encodeDisclosure));
  const link = subjectOf({ entry });
  const linkText = texts.find((text) => readDisclosure(text).name === 'subj');
  if (link === null || link.id !== subjectId || linkText === undefined)
    throw new Error(`entry ${id} does not disclose the chain in which it is kept`);
  return { entry, link, linkText };
}
