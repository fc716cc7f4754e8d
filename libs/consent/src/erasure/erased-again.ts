import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, ContactId, EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database } from '#lib/platform';
import { lockContact } from '../consents/locked-contact.js';
import { contactStore } from '../contacts/contact.store.js';
import { databaseNow } from '../database-now.js';
import { ErasureService } from './erasure.service.js';
import { erasureStore } from './erasure.store.js';
import { isToldErased } from './told-by-log.js';

/** Somebody who was erased, by an id that says nothing to whoever lacks the database from before. */
export interface Erased {
  readonly id: ContactId;
  readonly brandId: BrandId;
  readonly at: EpochMs;
}

const PAGE = 500;

/**
 * Erases anew whom a restored backup has brought back. Whoever keeps the list of the erased outside the database hands
 * it in after every start.
 */
@Injectable()
export class ErasedAgain {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(ErasureService) private readonly erasures: ErasureService,
  ) {}

  /** Who was erased since, in order of when; nobody of whom their own chain does not tell it. */
  async since(at: EpochMs): Promise<Erased[]> {
    const told: Erased[] = [];
    for (const { subjectId, ...one } of await erasureStore.erasedSince(this.database.tx, at))
      if (await isToldErased(this.database.tx, this.ledger, subjectId)) told.push(one);
    return told;
  }

  /** Answers of how many people the database knew something again. */
  async erase(list: readonly Erased[], signal?: AbortSignal): Promise<number> {
    let count = 0;
    for (let start = 0; start < list.length && signal?.aborted !== true; start += PAGE) {
      const ids = list.slice(start, start + PAGE).map(({ id }) => id);
      for (const one of await erasureStore.backAgain(this.database.tx, ids)) count += await this.eraseOne(one);
    }
    return count;
  }

  private async eraseOne({ id, brandId }: { readonly id: ContactId; readonly brandId: BrandId }): Promise<number> {
    return this.database.transaction(async (tx) => {
      const contact = await lockContact(tx, await contactStore.byId(tx, id));
      if (contact === null || contact.erasedAt !== null) return 0;
      const request = { basis: 'erased_before', reason: 'restored', note: null };
      await this.erasures.eraseIn(tx, brandId, contact, request, 'restore', await databaseNow(tx));
      return 1;
    });
  }
}
