import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, EntryId } from '#lib/kernel';
import { type JsonValue, LedgerService } from '#lib/ledger';
import { Database } from '#lib/platform';
import { contactStore } from '../contacts/contact.store.js';
import { exportStore } from '../exports/export.store.js';
import { RetentionService, type Retention } from '../erasure/retention.service.js';
import { type ConsentEventRow, consentStore } from './consent.store.js';
import { whoIs } from './locked-contact.js';

/** Everything there is to show about one consent event, and about the request it confirms. */
export interface ConsentProof {
  readonly event: ConsentEventRow;
  /** The wording of the notice that stood beside the control; null without one, and once it is erased. */
  readonly notice: string | null;
  /** Address, user agent and whatever else supports it; null once it is erased. */
  readonly evidence: JsonValue;
  /** Position of its ledger entry; null for the moment until it has one. */
  readonly position: number | null;
  /** Until when it is kept once it counts no longer, and by which rule. */
  readonly retention: Retention | null;
  readonly request: ConsentProof | null;
}

/** Shows what proves a consent, in one call (GDPR Art. 7 (1)). */
@Injectable()
export class ProofService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(RetentionService) private readonly retention: RetentionService,
  ) {}

  /** Null for an unknown person, or an event that is not theirs, under whichever of their names. */
  async find(brandId: BrandId, externalId: string, eventId: string): Promise<ConsentProof | null> {
    const { tx } = this.database;
    const contact = await whoIs(tx, await contactStore.find(tx, brandId, externalId));
    if (contact === null) return null;
    const family = await contactStore.family(tx, contact.id);
    const points = await exportStore.points(
      tx,
      family.map(({ id }) => id),
    );
    const events = (await Promise.all(points.map(({ id }) => consentStore.history(tx, id)))).flat();
    const event = events.find(({ id }) => id === eventId);
    if (event === undefined) return null;
    const request = events.find(({ id }) => id === event.requestId);
    const shown = request === undefined ? [event] : [event, request];
    const entries: EntryId[] = shown.map(({ entryId }) => entryId);
    const disclosed = await this.ledger.disclosures(tx, entries);
    const positions = await this.ledger.positions(tx, entries);
    const retention = (await Promise.all(family.map(({ id }) => this.retention.of(tx, id)))).flat();
    const proofOf = (one: ConsentEventRow, of: ConsentProof | null): ConsentProof => {
      const { wording, evidence } = disclosed.get(one.entryId) ?? {};
      return {
        event: one,
        notice: (wording as { notice?: string | null } | undefined)?.notice ?? null,
        evidence: evidence ?? null,
        position: positions.get(one.entryId) ?? null,
        retention: retention.find((kept) => kept.eventId === one.id) ?? null,
        request: of,
      };
    };
    return proofOf(event, request === undefined ? null : proofOf(request, null));
  }
}
