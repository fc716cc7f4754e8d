import { Inject, Injectable } from '@nestjs/common';
import { type AskedByLaw, type ConsentUse, type EvidenceDuty, InFlight, type MessageAbout } from '#lib/consent';
import type { BrandId, Channel, ContactId, EntryId, EpochMs, MessageId, SubjectId } from '#lib/kernel';
import { LedgerService, type NewEntry } from '#lib/ledger';
import { newId, type Tx } from '#lib/platform';
import { messageIdOf } from '../exports/domain/person-export.js';
import { reference } from '../reference.js';
import { trackedLinkStore } from '../tracking/tracked-link.store.js';
import { erasedEntry } from './domain/entries.js';
import { askedByLaw } from './asked-by-law.js';
import { limitStore } from './limit.store.js';
import { messageStore } from './message.store.js';

/** Tells `consent` what it must know about messages, under the locks that order hand-overs and changes. */
@Injectable()
export class StartedMessages extends InFlight {
  constructor(@Inject(LedgerService) private readonly ledger: LedgerService) {
    super();
  }

  started(tx: Tx, contactIds: readonly ContactId[]): Promise<MessageId[]> {
    return messageStore.started(tx, contactIds);
  }

  async leftAt(tx: Tx, messageId: MessageId): Promise<EpochMs | null> {
    const rows = await tx.sql<{ at: EpochMs | null }>`
      SELECT CASE WHEN first_started_at IS NOT NULL THEN coalesce(ended_at, first_started_at) END AS at
        FROM sending.message WHERE id = ${messageId}`;
    return rows[0]?.at ?? null;
  }

  async endWaiting(
    tx: Tx,
    contactIds: readonly ContactId[],
    now: EpochMs,
  ): Promise<{ ended: MessageId[]; entries: NewEntry[] }> {
    const waiting = (await messageStore.waiting(tx, contactIds)).map((message) => ({
      message,
      entryId: newId<EntryId>(),
    }));
    if (waiting.length === 0) return { ended: [], entries: [] };
    const changed = await messageStore.decide(
      tx,
      waiting.map(({ message, entryId }) => {
        const { id, attempt, worker, providerId, providerRef, firstStartedAt } = message;
        const kept = { attempt, worker, providerId, providerRef, firstStartedAt };
        return {
          id,
          status: 'dropped',
          reason: 'erased',
          notBefore: null,
          dueAt: null,
          endedAt: now,
          entryId,
          ...kept,
        };
      }),
    );
    const ended = waiting.filter(({ message }) => changed.has(message.id));
    return {
      ended: ended.map(({ message }) => message.id),
      entries: ended.map(({ message, entryId }) => erasedEntry(entryId, now, message)),
    };
  }

  reconsider(tx: Tx, contactIds: readonly ContactId[], now: EpochMs): Promise<void> {
    return messageStore.reconsider(tx, contactIds, now);
  }

  async forget(tx: Tx, subjectIds: readonly SubjectId[]): Promise<void> {
    const ids = new Set<MessageId>();
    for (const subjectId of subjectIds)
      for await (const { disclosed } of this.ledger.entriesOf(tx, subjectId)) {
        const id = messageIdOf(disclosed);
        if (id !== null) ids.add(id as MessageId);
      }
    await messageStore.empty(tx, [...ids]);
    await trackedLinkStore.forget(tx, [...ids]);
  }

  uses(tx: Tx, contactIds: readonly ContactId[]): Promise<ConsentUse[]> {
    return limitStore.uses(tx, contactIds);
  }

  async carryOver(tx: Tx, from: { readonly id: ContactId }, into: ContactId): Promise<void> {
    await limitStore.copyPlaces(tx, from.id, into);
  }

  /** By the packs in use, also for a region of the country: what is kept too long is kept at most as long as a neighbour asks. */
  dutiesFor(jurisdiction: string | null, channel: Channel): EvidenceDuty[] {
    const country = jurisdiction?.slice(0, 2) ?? null;
    if (country === null) return [];
    return reference.packs.flatMap(({ id, countries, region, rules }) => {
      if (!countries.includes(country) || (region !== null && region !== jurisdiction)) return [];
      return rules.flatMap((rule): EvidenceDuty[] => {
        if (rule.kind !== 'duty' || rule.keepEvidence === null || !rule.channels.includes(channel)) return [];
        return [{ id: `${id}:${rule.id}`, keep: rule.keepEvidence, isStatute: rule.force === 'statute' }];
      });
    });
  }

  askedByLaw(
    tx: Tx,
    contact: { readonly id: ContactId; readonly brandId: BrandId },
    about: readonly MessageAbout[],
    now: EpochMs,
  ): Promise<readonly AskedByLaw[]> {
    return askedByLaw(tx, contact, about, now);
  }
}
