import type { Channel, ContactId, ContactPointId, EpochMs, SubjectId } from '#lib/kernel';
import {
  type ConsentFact,
  foldConsent,
  isReducing,
  lastRefusal,
  withoutRetracted,
} from '../../consents/domain/consent-fold.js';
import { agreedByAnother } from '../../consents/domain/reported-yes.js';
import { carriedRefusals } from '../../consents/domain/carried-refusals.js';
import type { Leavable } from '../../consents/domain/leaving.js';
import { type PlannedEvent, type Scope, scopeId, type Wish } from '../../consents/domain/plan-changes.js';
import type { ContactFields } from '../../contacts/contact.store.js';
import type { ImportRow } from '../import-row.js';
import type { RowOutcome } from './import-counts.js';
import type { RowNote } from './judge-row.js';
import { asFacts, planWish, type Refusal, type Surroundings } from './plan-wish.js';

/** A row that is in order by itself. */
export interface PreparedRow {
  readonly line: number;
  readonly row: ImportRow;
  readonly wish: Wish | null;
  readonly note: RowNote | null;
  readonly legalBasis: string;
  readonly address: PreparedAddress | null;
}

export interface PreparedAddress {
  readonly channel: Channel;
  /** As it is written to. */
  readonly address: string;
  /** Keyed hash of it, hexadecimal. */
  readonly hash: string;
}

/** People as they stand; planning writes into it what each row changes, so that the next one sees it. */
export interface World {
  readonly people: Map<string, Person>;
  /** By channel and address. */
  readonly refusals: Map<string, Refusal[]>;
  /** Since when an address is somebody else's than whoever had it; by channel and address. */
  readonly reassigned: ReadonlyMap<string, EpochMs>;
}

export interface Person {
  readonly id: ContactId;
  /** Null in a dry run, where nobody is made. */
  readonly subjectId: SubjectId | null;
  /** Whether this import makes them; false again after the first row that says so. */
  isNew: boolean;
  /** Why nothing can be said about them any more; null: it can. */
  readonly gone: 'erased' | 'merged' | null;
  fields: ContactFields;
  /** Whether they chose their language on their page: no list changes it. */
  choseLanguage: boolean;
  readonly points: PersonPoint[];
}

export interface PersonPoint {
  readonly id: ContactPointId;
  readonly channel: Channel;
  readonly hash: string;
  ended: boolean;
  /** Since when its address is suppressed because somebody objected there; null: it is not. */
  objectedAt: EpochMs | null;
  readonly history: Map<string, ConsentFact[]>;
}

export interface RowPlan {
  readonly line: number;
  readonly externalId: string;
  readonly outcome: RowOutcome;
  readonly code: 'erased' | 'merged' | 'later_opt_out' | 'address_reassigned' | null;
  readonly note: RowNote | null;
  /** When the refusal was expressed that stands in the way, or since when the address is somebody else's. */
  readonly blockedBy: EpochMs | null;
  readonly person: Person | null;
  readonly created: boolean;
  readonly fieldsChanged: boolean;
  readonly point:
    | (PreparedAddress & { readonly id: ContactPointId; readonly change: 'added' | 'reopened' | null })
    | null;
  readonly events: readonly PlannedEvent[];
  /** What the person had left at other contact points, and holds for one that the row adds. */
  readonly carried: readonly PlannedEvent[];
  /** What a no at an address that they have no longer means for those that took its place. */
  readonly inPlace: readonly { readonly point: PersonPoint; readonly events: readonly PlannedEvent[] }[];
  /** Where the topic, or else the purpose, stood and stands; null where nothing is on file. */
  readonly before: string | null;
  readonly after: string | null;
}

export function addressKey({ channel, hash }: Pick<PreparedAddress, 'channel' | 'hash'>): string {
  return `${channel} ${hash}`;
}

/** What can be agreed to and left at a brand. */
export interface Subjects {
  readonly purposes: readonly (Leavable & { readonly id: string })[];
  readonly around: (purposeId: string) => Surroundings;
  /** By the id of a purpose or topic. */
  readonly scopeOf: (id: string) => Scope | undefined;
}

/** Plans rows one after the other. */
export function planRows(
  rows: readonly PreparedRow[],
  world: World,
  subjects: Subjects,
  now: EpochMs,
  newId: <Id extends string>() => Id,
): RowPlan[] {
  return rows.map((prepared) => planRow(prepared, world, subjects, now, newId));
}

function planRow(
  { line, row, wish, note, address }: PreparedRow,
  world: World,
  subjects: Subjects,
  now: EpochMs,
  newId: <Id extends string>() => Id,
): RowPlan {
  const { externalId } = row;
  const person = world.people.get(externalId);
  if (person === undefined) throw new Error('a person of the batch was not loaded');
  const nothing = {
    line,
    externalId,
    note,
    blockedBy: null,
    person,
    created: false,
    fieldsChanged: false,
    point: null,
    events: [],
    carried: [],
    inPlace: [],
    before: null,
    after: null,
  };
  if (person.gone !== null) return { ...nothing, outcome: 'refused', code: person.gone };

  const created = person.isNew;
  person.isNew = false;
  const given = withRow(person.fields, row);
  const fields = person.choseLanguage ? { ...given, language: person.fields.language } : given;
  const fieldsChanged = !created && !isSame(fields, person.fields);
  person.fields = fields;
  const isNo = wish !== null && isReducing(wish.kind);
  const point = address === null ? null : pointFor(person, address, isNo, newId);
  const carried =
    point === null || point.change === null ? [] : carryOver(person, point.stored, world, subjects, newId);
  if (point !== null && address !== null) take(world, address, point.stored, asFacts(carried, false));
  if (point === null || address === null || wish === null) {
    const changed = created || fieldsChanged || point?.change != null;
    const outcome = created ? 'created' : changed ? 'changed' : 'unchanged';
    return {
      ...nothing,
      outcome,
      code: null,
      created,
      fieldsChanged,
      carried,
      point: point === null || address === null ? null : { ...address, ...point },
    };
  }

  const { history } = point.stored;
  const shownScope = wish.topicIds[0] ?? wish.purposeId;
  const before = statusOf(history, shownScope);
  const refusals = world.refusals.get(addressKey(address)) ?? [];
  const ofAnother = agreedByAnother(wish, world.reassigned.get(addressKey(address)));
  const { events, blockedBy } =
    ofAnother === null
      ? planWish(wish, { id: point.id, history, refusals }, subjects.around(wish.purposeId), now, newId)
      : { events: [], blockedBy: ofAnother };
  const isUndated = wish.occurredAt === null;
  take(world, address, point.stored, asFacts(events, isUndated));
  const around = subjects.around(wish.purposeId);
  const inPlace = (isNo ? inPlaceOf(person, point.stored) : []).map((one) => {
    const planned = planWish(wish, { id: one.id, history: one.history, refusals: [] }, around, now, newId);
    take(world, one, one, asFacts(planned.events, isUndated));
    return { point: one, events: planned.events };
  });
  const changed =
    fieldsChanged || point.change !== null || [{ events }, ...inPlace].some((one) => one.events.length > 0);
  return {
    ...nothing,
    outcome:
      blockedBy !== null && events.length === 0 ? 'blocked' : created ? 'created' : changed ? 'changed' : 'unchanged',
    code: blockedBy === null ? null : ofAnother === null ? 'later_opt_out' : 'address_reassigned',
    blockedBy,
    created,
    fieldsChanged,
    point: { ...address, id: point.id, change: point.change },
    events,
    carried,
    inPlace: inPlace.filter((one) => one.events.length > 0),
    before,
    after: statusOf(history, shownScope),
  };
}

/** Has later rows meet what is planned for a contact point. */
function take(
  world: World,
  address: Pick<PreparedAddress, 'channel' | 'hash'>,
  { id, history }: PersonPoint,
  facts: readonly (readonly [string, ConsentFact])[],
): void {
  for (const [scope, fact] of facts) history.set(scope, [...(history.get(scope) ?? []), fact]);
  const scopes = new Set(facts.map(([scope]) => scope));
  const key = addressKey(address);
  world.refusals.set(key, refusalsAfter(world.refusals.get(key) ?? [], id, scopes, history));
}

/** What the person has left elsewhere, as events at a contact point that they get; see `carriedRefusals`. */
function carryOver(
  { points }: Person,
  point: PersonPoint,
  { refusals }: World,
  { purposes, scopeOf }: Subjects,
  newId: <Id extends string>() => Id,
): PlannedEvent[] {
  const others = points
    .filter(({ id }) => id !== point.id)
    .map((one) => ({
      ...one,
      inUse: !one.ended,
      elsewhere: one.ended ? new Map() : refusedByOthers(one.id, refusals.get(addressKey(one)) ?? []),
    }));
  return carriedRefusals(point.channel, others, point.history, purposes).flatMap(
    ({ scopeId: of, kind, occurredAt }) => {
      const scope = scopeOf(of);
      if (scope === undefined) return [];
      const event = { id: newId(), kind, occurredAt, validUntil: null };
      const state = foldConsent([...(point.history.get(scopeId(scope)) ?? []), event]);
      return [{ ...event, scope, state, effective: true }];
    },
  );
}

/** What others refused at the address of a contact point; without those who lost it to somebody else. */
function refusedByOthers(pointId: ContactPointId, refusals: readonly Refusal[]): Map<string, ConsentFact[]> {
  const refused = new Map<string, ConsentFact[]>();
  for (const { pointId: at, scopeId: id, kind, at: occurredAt, lost } of refusals) {
    if (at === pointId || lost) continue;
    refused.set(id, [...(refused.get(id) ?? []), { id: '', kind, occurredAt, validUntil: null }]);
  }
  return refused;
}

/** The contact points in use of the same channel, where this one is in use no longer; otherwise none. */
export function inPlaceOf({ points }: Pick<Person, 'points'>, { ended, channel }: PersonPoint): PersonPoint[] {
  return ended ? points.filter((one) => one.channel === channel && !one.ended) : [];
}

/** The fields of a person with what a row says; what it leaves out stays. */
export function withRow(fields: ContactFields, row: ImportRow): ContactFields {
  return {
    ...fields,
    language: row.language ?? fields.language,
    zone: row.zone ?? fields.zone,
    country: row.country ?? fields.country,
    region: row.region ?? fields.region,
    postalCode: row.postalCode ?? fields.postalCode,
    account: row.account ?? fields.account,
    attributes: row.attributes === undefined ? fields.attributes : { ...fields.attributes, ...row.attributes },
  };
}

function pointFor(
  person: Person,
  { channel, hash }: PreparedAddress,
  isNo: boolean,
  newId: <Id extends string>() => Id,
): { readonly id: ContactPointId; readonly change: 'added' | 'reopened' | null; readonly stored: PersonPoint } {
  const same = person.points.filter((point) => point.channel === channel && point.hash === hash);
  const inUse = same.find(({ ended }) => !ended);
  if (inUse !== undefined) return { id: inUse.id, change: null, stored: inUse };
  // An address that comes back is the contact point it was: what was refused for it stays refused. A no brings none back.
  const [first] = same;
  if (first !== undefined && isNo) return { id: first.id, change: null, stored: first };
  if (first !== undefined) {
    first.ended = false;
    return { id: first.id, change: 'reopened', stored: first };
  }
  const added: PersonPoint = { id: newId(), channel, hash, ended: false, objectedAt: null, history: new Map() };
  person.points.push(added);
  return { id: added.id, change: 'added', stored: added };
}

/** As they are read again once all this is stored: the last refusal of each scope. */
function refusalsAfter(
  before: readonly Refusal[],
  pointId: ContactPointId,
  changed: ReadonlySet<string>,
  history: ReadonlyMap<string, readonly ConsentFact[]>,
): Refusal[] {
  const isChanged = (refusal: Refusal): boolean => refusal.pointId === pointId && changed.has(refusal.scopeId);
  const now = [...changed].flatMap((scope): Refusal[] => {
    const facts = history.get(scope) ?? [];
    const known = before.filter((refusal) => isChanged(refusal) && refusal.scopeId === scope);
    const noted = known.map(({ kind, at }) => ({ id: '', kind, occurredAt: at }));
    const last = lastRefusal([...withoutRetracted(facts), ...noted]);
    if (last === null) return [];
    const lost = known.some((refusal) => refusal.lost);
    return [{ pointId, scopeId: scope, kind: last.kind, at: last.occurredAt, lost }];
  });
  return [...before.filter((refusal) => !isChanged(refusal)), ...now];
}

function statusOf(history: ReadonlyMap<string, readonly ConsentFact[]>, scope: string): string | null {
  return foldConsent(history.get(scope) ?? [])?.status ?? null;
}

function isSame(a: ContactFields, b: ContactFields): boolean {
  const keys = ['language', 'zone', 'country', 'region', 'postalCode', 'account'] as const;
  return keys.every((key) => a[key] === b[key]) && JSON.stringify(a.attributes) === JSON.stringify(b.attributes);
}
