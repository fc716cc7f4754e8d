import { Inject, Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import type { BrandId, EpochMs } from '#lib/kernel';
import { Database, tzdb } from '#lib/platform';
import { contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import { consentAsOf, heldAsOf, isRenewal } from './domain/as-of.js';
import { type ConsentState, type ConsentStatus, isRefusal, overruled, strictest } from './domain/consent-fold.js';
import { DPV, dpvStatus } from './domain/dpv.js';
import { EXPLAINED_IN, explainStatus, type ExplanationLanguage } from './domain/explain-status.js';
import { type SuppressionPeriod, suppressionsOf } from '../suppressions/domain/suppressions-of.js';
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
    if (contact === null) return null;
    const now = await databaseNow(tx);
    const [at, asKnownAt] = [asked.at ?? now, asked.asKnownAt ?? now];
    const isNow = asked.at === undefined && asked.asKnownAt === undefined;
    const points = (await standingStore.points(tx, contact.id))
      .filter((point) => heldAsOf(point, at, asKnownAt))
      .map((point) => ({ ...point, inUse: heldAsOf({ ...point, until: point.endedAt }, at, asKnownAt) }))
      .filter(({ inUse }) => inUse || !isNow);
    const events = await standingStore.events(
      tx,
      points.map(({ id }) => id),
    );
    const [brand] = await tx.sql<{
      zone: string;
    }>`SELECT default_zone AS zone FROM consent.brand WHERE id = ${brandId}`;
    const zone = tzdb.zone(contact.zone ?? '') ?? tzdb.zone(brand?.zone ?? '');
    const local = (instant: number): DateTime => DateTime.fromMillis(instant, { zone: zone ?? 'utc' });
    const recorded = await standingStore.suppressionFacts(
      tx,
      points.map(({ id }) => id),
    );
    return {
      at,
      asKnownAt,
      points: points
        .map((point) => {
          const suppressions = suppressedAsOf(recorded.get(point.id), at, asKnownAt);
          return { ...point, suppressions, states: statesOf(point, events, suppressions, at, asKnownAt, local) };
        })
        .filter(({ states, inUse }) => inUse || states.length > 0),
    };
  }
}

/** What was in force for an address at an instant, as it was known at another. A later sign of life counts for nothing. */
function suppressedAsOf(recorded: RecordedFacts | undefined, at: EpochMs, asKnownAt: EpochMs): SuppressionPeriod[] {
  if (recorded === undefined) return [];
  const { facts, reachedAt } = recorded;
  const known = facts.filter(({ occurredAt, recordedAt }) => occurredAt <= at && recordedAt <= asKnownAt);
  return suppressionsOf(known, reachedAt === null || reachedAt > at ? null : reachedAt).filter(
    ({ until }) => until === null || until > at,
  );
}

function statesOf(
  point: KnownPoint,
  all: readonly StandingEvent[],
  suppressions: readonly SuppressionPeriod[],
  at: EpochMs,
  asKnownAt: EpochMs,
  local: (instant: number) => DateTime,
): StandingState[] {
  const here = all.filter(({ pointId }) => pointId === point.id);
  const scopes = groups(here, ({ scopeId }) => scopeId);
  const refusals = here.filter(
    ({ kind, occurredAt, recordedAt }) => isRefusal(kind) && occurredAt <= at && recordedAt <= asKnownAt,
  );
  return scopes.flatMap((events) => {
    const own = events.filter(({ saidAt }) => saidAt === point.id);
    const others = groups(
      events.filter(({ saidAt }) => saidAt !== point.id),
      ({ saidAt }) => saidAt,
    );
    const mine = consentAsOf(own, at, asKnownAt);
    const elsewhere = others.map((one) => consentAsOf(one, at, asKnownAt)).filter((state) => state !== null);
    const [{ scopeId, purpose } = NO_SCOPE] = events;
    const against = refusals.filter(
      (one) => (one.scopeId === scopeId && one.saidAt !== point.id) || (one.purpose === purpose && one.topic === null),
    );
    const state = overruled(strictest(mine, elsewhere), against.map(asState));
    return state === null ? [] : [told(state, point, [...events, ...against], own, suppressions, asKnownAt, local)];
  });
}

const NO_SCOPE = { scopeId: null, purpose: null };

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

function told(
  state: ConsentState,
  point: KnownPoint,
  events: readonly StandingEvent[],
  own: readonly StandingEvent[],
  suppressions: readonly SuppressionPeriod[],
  asKnownAt: EpochMs,
  local: (instant: number) => DateTime,
): StandingState {
  const event = events.find(({ id }) => id === state.eventId);
  if (event === undefined) throw new Error('a state came of no event');
  const elsewhere = event.saidAt !== point.id;
  const renewed = isRenewal(own, state, asKnownAt);
  const requestedAt = events.find(({ id }) => id === event.requestId)?.occurredAt ?? null;
  const standing = { state, renewed, method: event.method, notice: event.notice, requestedAt, elsewhere, suppressions };
  return {
    purpose: event.purpose,
    topic: events[0]?.topic ?? null,
    status: state.status,
    since: state.since,
    validUntil: state.validUntil,
    eventId: state.eventId,
    elsewhere,
    dpv: DPV + dpvStatus(state.status, renewed),
    notice: event.notice,
    explanation: Object.fromEntries(
      EXPLAINED_IN.map((language) => [language, explainStatus(standing, language, local)]),
    ) as Record<ExplanationLanguage, string>,
  };
}
