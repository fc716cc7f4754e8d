import { Inject, Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import type { BrandId, EpochMs } from '#lib/kernel';
import { Database, type Tx, tzdb } from '#lib/platform';
import { type ContactRow, contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import { consentAsOf, heldAsOf, isRenewal } from './domain/as-of.js';
import {
  type ConsentState,
  type ConsentStatus,
  foldConsent,
  isRefusal,
  isYes,
  overruled,
  strictest,
  UNDONE_BY,
  withoutRetracted,
} from './domain/consent-fold.js';
import { DPV, dpvStatus } from './domain/dpv.js';
import { everythingOf } from './domain/everything.js';
import { EXPLAINED_IN, explainStatus, type ExplanationLanguage } from './domain/explain-status.js';
import { type SuppressionPeriod, suppressionsOf } from '../suppressions/domain/suppressions-of.js';
import { articleOf } from './domain/legal-basis.js';
import { type SetUpAsOf, setUpAsOf } from './domain/set-up-as-of.js';
import { type KnownPoint, type RecordedFacts, type StandingEvent, standingStore } from './standing.store.js';

/** Where one purpose or topic stood for one contact point. */
export interface StandingState {
  readonly purpose: string;
  readonly topic: string | null;
  readonly status: ConsentStatus;
  readonly since: EpochMs;
  readonly validUntil: EpochMs | null;
  readonly eventId: string;
  /** Said by another contact with the same address. */
  readonly elsewhere: boolean;
  /** Whether its purpose was set up once more after the instant that was asked for; see `setUpAsOf`. */
  readonly setUpChanged: boolean;
  /** IRI of the status in the Data Privacy Vocabulary. */
  readonly dpv: string;
  readonly notice: StandingEvent['notice'];
  /** The same in a sentence. */
  readonly explanation: Readonly<Record<ExplanationLanguage, string>>;
}

export interface StandingPoint extends KnownPoint {
  /** At that instant, as it was known at the other. */
  readonly inUse: boolean;
  readonly states: readonly StandingState[];
  /** What kept messages from the address then, whatever was agreed to. */
  readonly suppressions: readonly SuppressionPeriod[];
}

export interface Standings {
  readonly at: EpochMs;
  readonly asKnownAt: EpochMs;
  readonly points: readonly StandingPoint[];
}

/** Answers where people stood at any instant, as it was known at any other. Reads, and writes nothing. */
@Injectable()
export class StandingService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Null for an unknown person. A contact point that was no longer in use is there when something was said at it and an
   * instant is asked for; without one, those in use now. What two contacts had before they were merged is told of each
   * as of then, and of the one they are as it is known since.
   */
  async find(
    brandId: BrandId,
    externalId: string,
    asked: { readonly at?: EpochMs | undefined; readonly asKnownAt?: EpochMs | undefined } = {},
  ): Promise<Standings | null> {
    const { tx } = this.database;
    const contact = await contactStore.find(tx, brandId, externalId);
    return contact === null ? null : this.of(tx, brandId, contact, asked);
  }

  /** The same of a contact that was read. */
  async of(
    tx: Tx,
    brandId: BrandId,
    contact: Pick<ContactRow, 'id' | 'zone'>,
    asked: { readonly at?: EpochMs | undefined; readonly asKnownAt?: EpochMs | undefined } = {},
  ): Promise<Standings> {
    const now = await databaseNow(tx);
    const [at, asKnownAt] = [asked.at ?? now, asked.asKnownAt ?? now];
    const isNow = asked.at === undefined && asked.asKnownAt === undefined;
    const held = (await standingStore.points(tx, contact.id)).filter(
      (point) => heldAsOf(point, at, asKnownAt) && (!isNow || usedAsOf(point, at, asKnownAt)),
    );
    const events = await standingStore.events(
      tx,
      held.map(({ id }) => id),
    );
    const points = held.map((point) => ({
      ...point,
      inUse: (isNow || wasThereBy(point, events, at, asKnownAt)) && usedAsOf(point, at, asKnownAt),
    }));
    const [brand] = await tx.sql<{
      zone: string;
    }>`SELECT default_zone AS zone FROM consent.brand WHERE id = ${brandId}`;
    const zone = tzdb.zone(contact.zone ?? '') ?? tzdb.zone(brand?.zone ?? '');
    const local = (instant: number): DateTime => DateTime.fromMillis(instant, { zone: zone ?? 'utc' });
    const recorded = await standingStore.suppressionFacts(
      tx,
      points.map(({ id }) => id),
    );
    const purposes = (await standingStore.purposes(tx, brandId)).map(
      (purpose) => [purpose.key, setUpAsOf(purpose, Math.min(at, asKnownAt))] as const,
    );
    const setUp = { everything: everythingOf(brandId), purposes: new Map(purposes) };
    return {
      at,
      asKnownAt,
      points: points
        .map((point) => {
          const suppressions = suppressedAsOf(recorded.get(point.id), at, asKnownAt);
          return { ...point, suppressions, states: statesOf(point, events, suppressions, at, asKnownAt, setUp, local) };
        })
        .filter(({ states, suppressions, inUse }) => inUse || states.length > 0 || suppressions.length > 0),
    };
  }
}

/** Whether a contact point was in use at an instant, as it was known at another. */
function usedAsOf(point: KnownPoint, at: EpochMs, asKnownAt: EpochMs): boolean {
  const wasOut = point.gaps.some(
    ({ since, until }) => since <= at && since <= asKnownAt && (at < until || asKnownAt < until),
  );
  return !wasOut && heldAsOf({ ...point, until: point.endedAt }, at, asKnownAt);
}

/** Whether somebody had a contact point by an instant: it was recorded by then, or something is known that was said at it. */
function wasThereBy(point: KnownPoint, events: readonly StandingEvent[], at: EpochMs, asKnownAt: EpochMs): boolean {
  return (
    point.since <= at ||
    events.some(
      ({ saidAt, occurredAt, recordedAt }) => saidAt === point.id && occurredAt <= at && recordedAt <= asKnownAt,
    )
  );
}

/** What was in force for an address at an instant, as it was known at another. Whatever came later counts for nothing. */
function suppressedAsOf(recorded: RecordedFacts | undefined, at: EpochMs, asKnownAt: EpochMs): SuppressionPeriod[] {
  if (recorded === undefined) return [];
  const { facts, signs } = recorded;
  const known = facts.filter(({ occurredAt, recordedAt }) => occurredAt <= at && recordedAt <= asKnownAt);
  const seen = signs.filter((sign) => sign.at <= at && sign.recordedAt <= asKnownAt);
  const reachedAt = seen.length === 0 ? null : Math.max(...seen.map((sign) => sign.at));
  return suppressionsOf(known, reachedAt).filter(({ until }) => until === null || until > at);
}

function statesOf(
  point: KnownPoint,
  all: readonly StandingEvent[],
  suppressions: readonly SuppressionPeriod[],
  at: EpochMs,
  asKnownAt: EpochMs,
  setUp: { readonly everything: string; readonly purposes: ReadonlyMap<string, SetUpAsOf> },
  local: (instant: number) => DateTime,
): StandingState[] {
  const here = all.filter(({ pointId }) => pointId === point.id);
  const scopes = groups(here, ({ scopeId }) => scopeId);
  const known = withoutRetracted(
    here.filter(({ occurredAt, recordedAt }) => occurredAt <= at && recordedAt <= asKnownAt),
  );
  const refusals = known.filter(({ kind }) => isRefusal(kind));
  const ofEverything = refusals.filter(({ scopeId }) => scopeId === setUp.everything);
  return scopes.flatMap((events) => {
    const own = events.filter(({ saidAt }) => saidAt === point.id);
    const others = groups(
      events.filter(({ saidAt }) => saidAt !== point.id),
      ({ saidAt }) => saidAt,
    );
    const [{ scopeId, purpose, topic } = NO_SCOPE] = events;
    const counted = setUp.purposes.get(purpose ?? '');
    const mine = proven(consentAsOf(own, at, asKnownAt), own, counted);
    const elsewhere = others.map((one) => consentAsOf(one, at, asKnownAt)).filter((state) => state !== null);
    const against = refusals.filter(
      (one) => (one.scopeId === scopeId && one.saidAt !== point.id) || (one.purpose === purpose && one.topic === null),
    );
    const all =
      counted?.canBeLeft === true ? ofEverything.map((one) => ({ ...asState(one), status: counted.refusal })) : [];
    const noes = [...against.map(asState), ...all];
    const said =
      topic === null
        ? overruled(strictest(mine, [...elsewhere, ...all]), against.map(asState))
        : overruled(strictest(mine, elsewhere), noes);
    // Where it only came along, the no goes on for other topics, and for what is about none once no topic is agreed to.
    const goesOn =
      isBrought(known, point.id, purpose, noes) &&
      (topic === null ? !isAnyTopicAgreed(known, point.id, purpose, noes) : counted?.needsWordOfTopics === true);
    const state = goesOn ? strictest(topic === null ? null : said, noes) : said;
    // Whoever agreed to a purpose as a whole agreed to its topics.
    const agreed = known.some(
      (one) =>
        one.saidAt === point.id &&
        (one.scopeId === scopeId || (one.purpose === purpose && one.topic === null)) &&
        saysYes(one) &&
        articleOf(one.legalBasis) === 'a' &&
        one.occurredAt < (state?.since ?? at),
    );
    const about = { suppressions, asKnownAt, agreed, setUpChanged: counted?.isChangedSince === true };
    return state === null ? [] : [told(state, point, [...events, ...against, ...ofEverything], own, about, local)];
  });
}

/** A yes that nothing shows is none where one is needed. */
function proven(
  state: ConsentState | null,
  own: readonly StandingEvent[],
  purpose: SetUpAsOf | undefined,
): ConsentState | null {
  if (state === null || purpose?.asksForProof !== true) return state;
  return own.some((one) => one.id === state.eventId && saysYes(one) && one.unproven === true) ? null : state;
}

/** Whether a contact point stands as a yes to a purpose that only came along with a topic, after a no; see `exceptOthers`. */
function isBrought(
  known: readonly StandingEvent[],
  pointId: KnownPoint['id'],
  purpose: string | null,
  noes: readonly ConsentState[],
): boolean {
  if (noes.length === 0) return false;
  const whole = known.filter((one) => one.saidAt === pointId && one.purpose === purpose && one.topic === null);
  const state = foldConsent(whole);
  const leftAt = Math.max(...noes.map(({ since }) => since));
  const isToAll = ({ kind, brought, unproven, occurredAt }: StandingEvent): boolean =>
    isYes(kind) && !brought && unproven !== true && occurredAt > leftAt;
  return (
    state !== null &&
    isYes(state.status) &&
    whole.some(({ id, brought }) => id === state.eventId && brought) &&
    !whole.some(isToAll)
  );
}

function isAnyTopicAgreed(
  known: readonly StandingEvent[],
  pointId: KnownPoint['id'],
  purpose: string | null,
  noes: readonly ConsentState[],
): boolean {
  const topics = known.filter((one) => one.saidAt === pointId && one.purpose === purpose && one.topic !== null);
  return groups(topics, ({ scopeId }) => scopeId).some((events) =>
    isYes(overruled(foldConsent(events), noes)?.status ?? 'refused'),
  );
}

const NO_SCOPE = { scopeId: null, purpose: null, topic: null };

function asState({ id, kind, occurredAt }: StandingEvent): ConsentState {
  if (kind === 'imported') throw new Error('an import is no refusal');
  return { status: kind, since: occurredAt, validUntil: null, eventId: id, imported: false };
}

/** Those with the same name together, in the order in which the first of each came. */
function groups<T>(all: readonly T[], nameOf: (one: T) => string): T[][] {
  const byName = new Map<string, T[]>();
  for (const one of all) {
    const group = byName.get(nameOf(one));
    if (group === undefined) byName.set(nameOf(one), [one]);
    else group.push(one);
  }
  return [...byName.values()];
}

function saysYes({ kind }: StandingEvent): boolean {
  return isYes(kind) || kind === 'imported';
}

interface Known {
  readonly suppressions: readonly SuppressionPeriod[];
  readonly asKnownAt: EpochMs;
  /** Whether somebody who says no had said yes before. */
  readonly agreed: boolean;
  readonly setUpChanged: boolean;
}

function told(
  state: ConsentState,
  point: KnownPoint,
  events: readonly StandingEvent[],
  own: readonly StandingEvent[],
  { suppressions, asKnownAt, agreed, setUpChanged }: Known,
  local: (instant: number) => DateTime,
): StandingState {
  const event = events.find(({ id }) => id === state.eventId);
  if (event === undefined) throw new Error('a state came of no event');
  const elsewhere = event.saidAt !== point.id;
  const renewed = isRenewal(
    withoutRetracted(own.filter(({ recordedAt }) => recordedAt <= asKnownAt)),
    state,
    asKnownAt,
  );
  const isUndone = state.status === 'invalidated' && event.method === UNDONE_BY;
  const requestedAt = events.find(({ id }) => id === event.requestId)?.occurredAt ?? null;
  const standing = { state, renewed, method: event.method, notice: event.notice, requestedAt, elsewhere, suppressions };
  return {
    purpose: events[0]?.purpose ?? event.purpose,
    topic: events[0]?.topic ?? null,
    status: state.status,
    since: state.since,
    validUntil: state.validUntil,
    eventId: state.eventId,
    elsewhere,
    setUpChanged,
    // What was taken back on the page was never said: nothing is known of a consent.
    dpv: DPV + dpvStatus(isUndone ? null : state.status, renewed, agreed, articleOf(event.legalBasis)),
    notice: event.notice,
    explanation: Object.fromEntries(
      EXPLAINED_IN.map((language) => [language, explainStatus(standing, language, local)]),
    ) as Record<ExplanationLanguage, string>,
  };
}
