import { Inject, Injectable } from '@nestjs/common';
import { accentStyle, ExportService, type PersonRecord } from '#lib/consent';
import type { BrandId, MessageId } from '#lib/kernel';
import { Database, Times } from '#lib/platform';
import { buildPersonExport, messageIdsOf, type PersonExport } from './domain/person-export.js';
import { type PersonPage, personPage } from './domain/person-page.js';
import type { PersonPageLanguage } from './domain/texts.js';
import { personMessagesStore } from './person-messages.store.js';

/** Answers in one call everything that is kept about one person. */
@Injectable()
export class PersonExportService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ExportService) private readonly people: ExportService,
  ) {}

  /**
   * Data, consent history, decisions, messages, touches and what other systems reported. That it was read is itself recorded.
   * @throws DomainError not_found
   */
  async export(brandId: BrandId, externalId: string, actor: string): Promise<PersonExport> {
    return this.build(await this.people.person(brandId, externalId, actor));
  }

  /**
   * The same as a page to be read, in words and on the clock of the person.
   * @throws DomainError not_found
   */
  async page(brandId: BrandId, externalId: string, actor: string, language: PersonPageLanguage): Promise<PersonPage> {
    const record = await this.people.person(brandId, externalId, actor);
    const { brand, contact } = record;
    const { tx } = this.database;
    const [data, page, names] = await Promise.all([
      this.build(record),
      personMessagesStore.look(tx, brandId),
      personMessagesStore.names(tx, brandId),
    ]);
    const zone = contact.wishes.zone ?? contact.zone ?? brand.defaultZone;
    return personPage(data, {
      language,
      times: new Times(language, zone, Date.parse(data.generatedAt)),
      names: { ...names, fallback: brand.defaultLanguage },
      brand: { name: brand.name, page },
      theme: accentStyle(page),
    });
  }

  private async build(record: PersonRecord): Promise<PersonExport> {
    const ids = messageIdsOf(record) as MessageId[];
    const { tx } = this.database;
    const [messages, touches, facts] = await Promise.all([
      personMessagesStore.messages(tx, record.brand.id, ids),
      personMessagesStore.touches(tx, ids),
      personMessagesStore.facts(tx, record.brand.id, record.contactIds),
    ]);
    return buildPersonExport(record, messages, touches, facts);
  }
}
