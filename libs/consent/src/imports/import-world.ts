import type { BrandId, ContactId, ContactPointId, SubjectId } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import { newId, type Tx } from '#lib/platform';
import type { ConsentFact } from '../consents/domain/consent-fold.js';
import type { ContactFields, ContactRow } from '../contacts/contact.store.js';
import {
  addressKey,
  inPlaceOf,
  type Person,
  type PersonPoint,
  type PreparedAddress,
  type PreparedRow,
  type World,
  withRow,
} from './domain/plan-batch.js';
import { type AddressList, importStore } from './import.store.js';

export const EMPTY_FIELDS: ContactFields = {
  language: null,
  zone: null,
  country: null,
  region: null,
  postalCode: null,
  deviceZone: null,
  segments: [],
  wishes: {},
  pausedUntil: null,
  account: null,
  attributes: {},
};

/** The people of a batch, and which of them it made. */
export interface BatchPeople {
  readonly rows: readonly (Omit<ContactRow, 'subjectId'> & { readonly subjectId: SubjectId | null })[];
  readonly made: ReadonlySet<ContactId>;
}

/**
 * Makes the people that are new and locks everybody the batch is about, with all who share an address with them. A dry
 * run makes and locks nobody.
 */
export async function lockPeople(
  tx: Tx,
  ledger: LedgerService,
  brandId: BrandId,
  rows: readonly PreparedRow[],
  isDryRun: boolean,
): Promise<BatchPeople> {
  // As the first row about them says; what a later one adds is a change, wherever a batch ends between them.
  const wanted = new Map<string, ContactFields>();
  for (const { row } of rows) if (!wanted.has(row.externalId)) wanted.set(row.externalId, withRow(EMPTY_FIELDS, row));
  const externalIds = [...wanted.keys()];
  const present = await importStore.contacts(tx, brandId, externalIds);
  const known = new Set(present.map(({ externalId }) => externalId));
  const missing = externalIds.filter((externalId) => !known.has(externalId));
  if (isDryRun) {
    const imagined = missing.map((externalId) => ({
      ...(wanted.get(externalId) ?? EMPTY_FIELDS),
      id: newId<ContactId>(),
      externalId,
      subjectId: null,
      erasedAt: null,
      mergedInto: null,
    }));
    return { rows: [...present, ...imagined], made: new Set(imagined.map(({ id }) => id)) };
  }
  const subjects = await ledger.createSubjects(tx, missing.length);
  const made = await importStore.insertContacts(
    tx,
    brandId,
    missing.map((externalId, i) => {
      const subjectId = subjects[i];
      if (subjectId === undefined) throw new Error('the ledger gave too few subjects');
      return { id: newId<ContactId>(), externalId, subjectId, fields: wanted.get(externalId) ?? EMPTY_FIELDS };
    }),
  );
  const ids = (await importStore.contacts(tx, brandId, externalIds)).map(({ id }) => id);
  await importStore.lock(tx, brandId, ids, addressesOf(rows));
  return { rows: await importStore.contacts(tx, brandId, externalIds), made };
}

/** Everything on file of these people, and whose addresses are somebody else's. To be called under the locks. */
export async function loadPeople(
  tx: Tx,
  brandId: BrandId,
  rows: readonly PreparedRow[],
  people: BatchPeople,
): Promise<World> {
  const addresses = addressesOf(rows);
  const reassigned = await importStore.reassigned(tx, brandId, addresses);
  const world: World = { people: new Map(), refusals: new Map(), reassigned };
  const byId = new Map<ContactId, Person>();
  for (const { id, externalId, subjectId, erasedAt, mergedInto, ...fields } of people.rows) {
    const person: Person = {
      id,
      subjectId,
      isNew: people.made.has(id),
      gone: erasedAt !== null ? 'erased' : mergedInto !== null ? 'merged' : null,
      fields,
      choseLanguage: false,
      points: [],
    };
    byId.set(id, person);
    world.people.set(externalId, person);
  }
  const old = people.rows.filter(({ id }) => !people.made.has(id)).map(({ id }) => id);
  const speaking = rows.flatMap(({ row }) => {
    const person = row.language === undefined ? undefined : world.people.get(row.externalId);
    return person === undefined || person.fields.language === null || person.isNew ? [] : [person.id];
  });
  for (const id of await importStore.choseLanguage(tx, [...new Set(speaking)])) {
    const person = byId.get(id);
    if (person !== undefined) person.choseLanguage = true;
  }
  const points = new Map<ContactPointId, PersonPoint>();
  for (const { id, contactId, channel, addressHash, ended } of await importStore.points(tx, old)) {
    const point: PersonPoint = {
      id,
      channel,
      hash: addressHash.toString('hex'),
      ended,
      objectedAt: null,
      history: new Map<string, ConsentFact[]>(),
    };
    points.set(id, point);
    byId.get(contactId)?.points.push(point);
  }
  for (const [id, since] of await importStore.objections(tx, [...points.keys()])) {
    const point = points.get(id);
    if (point !== undefined) point.objectedAt = since;
  }
  for (const { pointId, scopeId, ...fact } of await importStore.facts(tx, [...points.keys()])) {
    const history = points.get(pointId)?.history;
    history?.set(scopeId, [...(history.get(scopeId) ?? []), fact]);
  }
  return world;
}

/** What was refused at the addresses that planning looks at. To be called once the people are as they are planned with. */
export async function loadRefusals(
  tx: Tx,
  brandId: BrandId,
  rows: readonly PreparedRow[],
  world: World,
): Promise<void> {
  for (const { address, ...refusal } of await importStore.refusals(tx, brandId, listOf(lookedAt(rows, world)))) {
    world.refusals.set(address, [...(world.refusals.get(address) ?? []), refusal]);
  }
}

/**
 * The addresses of rows; with those that took the place of one that is in use no longer; and where a row gives somebody
 * an address, those that they had until then.
 */
export function lookedAt(rows: readonly PreparedRow[], { people }: World): Pick<PreparedAddress, 'channel' | 'hash'>[] {
  return rows.flatMap(({ row, address }) => {
    if (address === null) return [];
    const points = people.get(row.externalId)?.points ?? [];
    const inUse = points.filter(({ ended }) => !ended);
    const named = points.filter((one) => one.channel === address.channel && one.hash === address.hash);
    const isGiven = !named.some(({ ended }) => !ended);
    return [address, ...named.flatMap((one) => inPlaceOf({ points }, one)), ...(isGiven ? inUse : [])];
  });
}

function addressesOf(rows: readonly PreparedRow[]): AddressList {
  return listOf(rows.flatMap(({ address }) => (address === null ? [] : [address])));
}

function listOf(addresses: readonly Pick<PreparedAddress, 'channel' | 'hash'>[]): AddressList {
  const list = [...new Map(addresses.map((address) => [addressKey(address), address])).values()];
  return { channels: list.map(({ channel }) => channel), hashes: list.map(({ hash }) => hash) };
}
