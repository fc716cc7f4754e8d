import { Inject, Injectable } from '@nestjs/common';
import { ExportService } from '#lib/consent';
import type { BrandId, MessageId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { buildPersonExport, messageIdsOf, type PersonExport } from './domain/person-export.js';
import { personMessagesStore } from './person-messages.store.js';

/** Answers in one call everything that is kept about one person. */
@Injectable()
export class PersonExportService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ExportService) private readonly people: ExportService,
  ) {}

  /**
   * Data, consent history, decisions, messages and touches. That it was read is itself recorded.
   * @throws DomainError not_found
   */
  async export(brandId: BrandId, externalId: string, actor: string): Promise<PersonExport> {
    const record = await this.people.person(brandId, externalId, actor);
    const ids = messageIdsOf(record) as MessageId[];
    const { tx } = this.database;
    const [messages, touches] = await Promise.all([
      personMessagesStore.messages(tx, brandId, ids),
      personMessagesStore.touches(tx, ids),
    ]);
    return buildPersonExport(record, messages, touches);
  }
}
