import { Inject, Injectable } from '@nestjs/common';
import { definitionStore, databaseNow, PurposeService } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { Database } from '#lib/platform';
import { TemplateService } from '../templates/template.service.js';
import { type ErasureMail, erasureTemplate } from './erasure-template.js';

/** Templates of these names are used, whoever published them. */
const TEMPLATES: Readonly<Record<ErasureMail, string>> = {
  received: 'erasure-received',
  refused: 'erasure-refused',
  done: 'erasure-done',
};
const PURPOSE = 'data-rights';

/** Sees to it that a brand can answer requests to be erased: what it has not written itself is made for it. */
@Injectable()
export class ErasureMailSetup {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TemplateService) private readonly templates: TemplateService,
    @Inject(PurposeService) private readonly purposes: PurposeService,
  ) {}

  async prepare(brandId: BrandId, mail: ErasureMail): Promise<{ readonly template: string; readonly purpose: string }> {
    const template = TEMPLATES[mail];
    const isThere = (await exists(this.templates.get(brandId, template, null))) && (await this.hasPurpose(brandId));
    if (!isThere) await this.make(brandId, mail, template);
    return { template, purpose: PURPOSE };
  }

  private async make(brandId: BrandId, mail: ErasureMail, template: string): Promise<void> {
    const { tx } = this.database;
    const [brand] = await definitionStore.brands(tx, [brandId]);
    if (brand === undefined) throw new Error(`brand ${brandId} is not there`);
    const change = { by: 'gateway', at: await databaseNow(tx) };
    const { defaultLanguage } = brand;
    if (!(await this.hasPurpose(brandId))) {
      const labels = { en: 'Answers about your data', de: 'Antworten zu Ihren Daten' };
      // Whoever is asked must answer (GDPR Art. 6 (1) (c) with Art. 12 (3) and (4)).
      await this.purposes.put(
        brandId,
        PURPOSE,
        {
          enforcement: 'disabled',
          legalBasis: 'legal_obligation',
          labels: { [defaultLanguage]: labels.en, ...labels },
        },
        change,
      );
    }
    if (!(await exists(this.templates.get(brandId, template, null))))
      await this.templates.publish(brandId, template, erasureTemplate(mail, defaultLanguage), change, 'by_gateway');
  }

  private async hasPurpose(brandId: BrandId): Promise<boolean> {
    return exists(this.purposes.get(brandId, PURPOSE));
  }
}

async function exists(found: Promise<unknown>): Promise<boolean> {
  try {
    await found;
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return false;
    throw error;
  }
}
