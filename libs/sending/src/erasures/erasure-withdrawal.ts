import { Inject, Injectable } from '@nestjs/common';
import { ErasureOrders, type PageLink, type WithdrawnErasure } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { Database, type Tx } from '#lib/platform';
import { MessageService } from '../messages/message.service.js';
import { farewellStore } from './farewell.store.js';

/** Takes back, until it is carried out, that somebody asked to be erased or that it was ordered. */
@Injectable()
export class ErasureWithdrawal {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ErasureOrders) private readonly orders: ErasureOrders,
    @Inject(MessageService) private readonly messages: MessageService,
  ) {}

  /**
   * The request, the order, and the mail that would tell the person.
   * @throws DomainError unknown_contact; conflict when nobody waits to be erased, or they may have been told already
   */
  async withdraw(brandId: BrandId, externalId: string, actor: string): Promise<WithdrawnErasure> {
    return this.database.transaction(async (tx) => {
      const withdrawn = await this.orders.withdrawIn(tx, brandId, externalId, actor);
      await this.callOff(tx, brandId, withdrawn, actor);
      return withdrawn;
    });
  }

  /**
   * The same, by the person who asked for it on their page. Null where they had taken it back before.
   * @param details where they said it, and how; part of the evidence
   * @throws DomainError unknown_contact where the link names nobody or may only reduce; conflict as above, and when they
   * did not ask on their page
   */
  async withdrawByLink(link: PageLink, details: Readonly<Record<string, unknown>>): Promise<WithdrawnErasure | null> {
    return this.database.transaction(async (tx) => {
      const taken = await this.orders.withdrawByLinkIn(tx, link, details);
      if (taken === null) return null;
      const { brandId, ...withdrawn } = taken;
      await this.callOff(tx, brandId, withdrawn, 'contact');
      return withdrawn;
    });
  }

  private async callOff(tx: Tx, brandId: BrandId, { farewell }: WithdrawnErasure, actor: string): Promise<void> {
    if (farewell === null) return;
    const state = await farewellStore.stateOf(tx, farewell);
    if (state === 'told')
      throw new DomainError(
        'conflict',
        'The mail that tells this person of their erasure is on its way; they are erased in a moment.',
      );
    if (state === 'waits') await this.messages.cancelIn(tx, brandId, farewell, actor);
  }
}
