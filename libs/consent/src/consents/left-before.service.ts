import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, Channel, ContactId, ContactPointId, EpochMs } from '#lib/kernel';
import { Database, type Tx } from '#lib/platform';
import { contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import { recipientStore } from '../recipients/recipient.store.js';
import { oneByOne } from '../one-by-one.js';
import { carriedEvidence } from './carry-refusals.js';
import { ConsentService } from './consent.service.js';
import { consentStore } from './consent.store.js';
import { carriedRefusals } from './domain/carried-refusals.js';
import { everythingOf } from './domain/everything.js';
import type { LockedContact } from './locked-contact.js';

const PAGE = 100;

/**
 * Records of whoever left everything before there was a purpose for it that they did: an event of its own, as of when they
 * left, which names the event that tells it. The list was made once, by the migrations that say how it can be told. Where
 * they turned out to be another contact since, it holds for the contact points of that one too, as any no does in a merge.
 */
@Injectable()
export class LeftBefore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ConsentService) private readonly consents: ConsentService,
  ) {}

  /** Works through the list, a contact point at a time; answers how many it recorded. With an empty list it is one look. */
  async record(signal?: AbortSignal): Promise<number> {
    return oneByOne(
      (after: ContactPointId | null) => leftBeforeStore.after(this.database.tx, after),
      (pointId) => this.recordOne(pointId),
      signal,
    );
  }

  private async recordOne(pointId: ContactPointId): Promise<number> {
    return this.database.transaction(async (tx) => {
      const held = await this.lock(tx, pointId);
      const left = await leftBeforeStore.take(tx, pointId);
      if (held === null || left === null || held.contact.erasedAt !== null) return 0;
      const { brandId, contact, person } = held;
      const purposeId = everythingOf(brandId);
      // They may have left everything once more since.
      const isKnown = (await consentStore.facts(tx, pointId)).has(purposeId);
      const record = async (who: LockedContact, id: ContactPointId, channel: Channel, occurredAt: EpochMs) => {
        const wish = { purposeId, topicIds: [], kind: 'withdrawn' as const, occurredAt, validUntil: null };
        const evidence = carriedEvidence('gateway', who, { from: left.eventId });
        await this.consents.carryOut(tx, brandId, who, id, channel, wish, evidence, await databaseNow(tx));
      };
      if (!isKnown) await record(contact, pointId, left.channel, left.at);
      if (person.erasedAt !== null) return isKnown ? 0 : 1;
      const others = await refusedSince(tx, person.id, pointId, left.at, purposeId);
      for (const { id, channel, occurredAt } of others) await record(person, id, channel, occurredAt);
      return (isKnown ? 0 : 1) + others.length;
    });
  }

  /** Whose a contact point is, and who they turned out to be: both under lock. */
  private async lock(tx: Tx, pointId: ContactPointId) {
    for (;;) {
      const found = await contactStore.findByContactPoint(tx, pointId);
      if (found === null) return null;
      const personId = found.mergedInto ?? found.id;
      const sharing = await recipientStore.lockSharing(tx, [...new Set([found.id, personId])]);
      const [contact, person] = [await contactStore.byId(tx, found.id), await contactStore.byId(tx, personId)];
      const isStill = (await contactStore.findByContactPoint(tx, pointId))?.id === found.id;
      if (contact === null || person === null) return null;
      if (!isStill || (contact.mergedInto ?? contact.id) !== personId || person.mergedInto !== null) continue;
      return { brandId: found.brandId, contact: { ...contact, sharing }, person: { ...person, sharing } };
    }
  }
}

/**
 * At which contact points of the other contact it holds that somebody left everything before the two turned out to be one:
 * as it would had the merge known of it (`carriedRefusals`).
 */
async function refusedSince(
  tx: Tx,
  personId: ContactId,
  pointId: ContactPointId,
  leftAt: EpochMs,
  everything: string,
): Promise<{ readonly id: ContactPointId; readonly channel: Channel; readonly occurredAt: EpochMs }[]> {
  const points = await leftBeforeStore.sides(tx, personId);
  const left = points.find(({ id }) => id === pointId);
  if (left === undefined) return [];
  const facts = await consentStore.factsOfContact(tx, personId);
  const historyOf = (id: ContactPointId) =>
    new Map([
      [everything, facts.flatMap((one) => (one.pointId === id && one.scope.purposeId === everything ? one.fact : []))],
    ]);
  const held = points
    .filter(({ side }) => side === left.side)
    .map((one) => ({ ...one, objectedAt: null, history: historyOf(one.id), elsewhere: new Map() }));
  return points
    .filter(
      ({ side, inUse, joinedAt }) =>
        side !== left.side && inUse && Math.max(joinedAt ?? 0, left.joinedAt ?? 0) >= leftAt,
    )
    .flatMap(({ id, channel }) =>
      carriedRefusals(channel, held, historyOf(id), []).map(({ occurredAt }) => ({ id, channel, occurredAt })),
    );
}

interface SidePoint {
  readonly id: ContactPointId;
  readonly channel: Channel;
  readonly inUse: boolean;
  /** The contact whose it was first. */
  readonly side: ContactId;
  /** When it came, or was found to be a double; null: it was there. */
  readonly joinedAt: EpochMs | null;
}

interface Left {
  readonly eventId: string;
  readonly at: EpochMs;
  readonly channel: Channel;
}

const leftBeforeStore = {
  async after(tx: Tx, after: ContactPointId | null): Promise<ContactPointId[]> {
    const rows = await tx.sql<{ id: ContactPointId }>`
      SELECT contact_point_id AS id FROM consent.left_before
       WHERE ${after}::uuid IS NULL OR contact_point_id > ${after}::uuid
       ORDER BY contact_point_id LIMIT ${PAGE}`;
    return rows.map(({ id }) => id);
  },

  /** Off the list, which is what was on it; null where another worker was first. */
  async take(tx: Tx, pointId: ContactPointId): Promise<Left | null> {
    const rows = await tx.sql<Left & { brandId: BrandId }>`
      DELETE FROM consent.left_before b
       USING consent.contact_point p
       WHERE b.contact_point_id = ${pointId} AND p.id = b.contact_point_id
      RETURNING b.event_id AS "eventId", b.occurred_at AS at, p.channel`;
    return rows[0] ?? null;
  },

  /** The contact points of somebody who may have been several contacts, and whose each was. */
  async sides(tx: Tx, personId: ContactId): Promise<SidePoint[]> {
    return tx.sql<SidePoint>`
      SELECT p.id, p.channel, p.ended_at IS NULL AS "inUse", coalesce(h.first, p.contact_id) AS side,
             coalesce(h.until, CASE WHEN p.contact_id <> c.id THEN p.ended_at END) AS "joinedAt"
        FROM consent.contact c
        JOIN consent.contact_point p ON p.contact_id IN (SELECT id FROM consent.contact WHERE id = c.id OR merged_into = c.id)
        LEFT JOIN LATERAL (SELECT max(until) AS until, (array_agg(contact_id ORDER BY until))[1] AS first
                             FROM consent.former_holding WHERE contact_point_id = p.id) h ON true
       WHERE c.id = ${personId}`;
  },
};
