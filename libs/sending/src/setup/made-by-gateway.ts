import { Inject, Injectable } from '@nestjs/common';
import { definitionStore, databaseNow, PurposeService } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { Database } from '#lib/platform';
import { type TemplateFacts, TemplateService } from '../templates/template.service.js';

/** What a message needs that the gateway sends by itself. */
export interface Needed {
  /** Why nobody has to agree to it: a purpose that is not enforced. */
  readonly purpose: { readonly key: string; readonly legalBasis: string; readonly labels: { en: string; de: string } };
  /** One of this name is used, whoever published it. */
  readonly template: string;
  /** The one that is published where there is none. */
  readonly contents: (defaultLanguage: string) => TemplateFacts;
}

/** Sees to it that a brand has what such a message needs: what it has not written itself is made for it. */
@Injectable()
export class MadeByGateway {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TemplateService) private readonly templates: TemplateService,
    @Inject(PurposeService) private readonly purposes: PurposeService,
  ) {}

  async prepare(brandId: BrandId, needed: Needed): Promise<{ readonly template: string; readonly purpose: string }> {
    const { purpose, template } = needed;
    const isThere =
      (await exists(this.templates.get(brandId, template, null))) &&
      (await exists(this.purposes.get(brandId, purpose.key)));
    if (!isThere) await this.make(brandId, needed);
    return { template, purpose: purpose.key };
  }

  private async make(brandId: BrandId, { purpose, template, contents }: Needed): Promise<void> {
    const { tx } = this.database;
    const [brand] = await definitionStore.brands(tx, [brandId]);
    if (brand === undefined) throw new Error(`brand ${brandId} is not there`);
    const change = { by: 'gateway', at: await databaseNow(tx) };
    const { defaultLanguage } = brand;
    if (!(await exists(this.purposes.get(brandId, purpose.key)))) {
      const { key, legalBasis, labels } = purpose;
      const body = {
        enforcement: 'disabled',
        legalBasis,
        labels: { [defaultLanguage]: labels.en, ...labels },
      } as const;
      await this.purposes.put(brandId, key, body, change);
    }
    if (!(await exists(this.templates.get(brandId, template, null))))
      await this.templates.publish(brandId, template, contents(defaultLanguage), change, 'by_gateway');
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
