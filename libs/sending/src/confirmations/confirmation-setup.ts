import { Inject, Injectable } from '@nestjs/common';
import {
  type Change,
  definitionStore,
  DoubleOptInService,
  type DoubleOptInSetting,
  PurposeService,
} from '#lib/consent';
import { type BrandId, type Channel, DomainError } from '#lib/kernel';
import { Database } from '#lib/platform';
import { TemplateService } from '../templates/template.service.js';
import { confirmationTemplate } from './confirmation-template.js';

/** What a brand says about confirming addresses of a channel; what it leaves out is made for it. */
export interface ConfirmationInput extends Pick<
  DoubleOptInSetting,
  'enabled' | 'required' | 'validDays' | 'mailsPerDay'
> {
  readonly template?: string;
  readonly purpose?: string;
}

const TEMPLATE = 'double-opt-in';
const PURPOSE = 'confirmation';

/** Switches double opt-in on for a brand and channel, with a message and a purpose for it where the brand has none. */
@Injectable()
export class ConfirmationSetup {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DoubleOptInService) private readonly optIns: DoubleOptInService,
    @Inject(TemplateService) private readonly templates: TemplateService,
    @Inject(PurposeService) private readonly purposes: PurposeService,
  ) {}

  /** @throws DomainError unknown_template, unknown_purpose, invalid_request */
  async put(brandId: BrandId, channel: Channel, input: ConfirmationInput, change: Change): Promise<DoubleOptInSetting> {
    const [brand] = await definitionStore.brands(this.database.tx, [brandId]);
    if (brand === undefined) throw new Error(`brand ${brandId} is not there`);
    const template = await this.templateFor(brandId, channel, input.template, brand.defaultLanguage, change);
    const purpose = await this.purposeFor(brandId, input.purpose, brand.defaultLanguage, change);
    const { enabled, required, validDays, mailsPerDay } = input;
    const setting = { channel, enabled, required, validDays, mailsPerDay, template, purpose };
    await this.optIns.putSetting(brandId, setting, change);
    return setting;
  }

  private async templateFor(
    brandId: BrandId,
    channel: Channel,
    named: string | undefined,
    language: string,
    change: Change,
  ): Promise<string> {
    const key = named ?? TEMPLATE;
    const found = await missingAsNull(this.templates.get(brandId, key, null));
    if (found === null && named === undefined && channel === 'email') {
      await this.templates.publish(brandId, key, confirmationTemplate(language), change);
      return key;
    }
    if (found === null)
      throw new DomainError('unknown_template', 'Publish a transactional template of the channel and name it.');
    if (found.channel !== channel || found.class !== 'transactional')
      throw new DomainError(
        'invalid_request',
        'A confirmation is neutral: name a transactional template of the channel.',
        {
          violations: [{ pointer: '/template', detail: `is ${found.class} and for ${found.channel}` }],
        },
      );
    return key;
  }

  private async purposeFor(
    brandId: BrandId,
    named: string | undefined,
    language: string,
    change: Change,
  ): Promise<string> {
    const key = named ?? PURPOSE;
    const found = await missingAsNull(this.purposes.get(brandId, key));
    if (found !== null) return key;
    if (named !== undefined)
      throw new DomainError('unknown_purpose', 'Name a purpose of this brand; GET /v1/purposes lists them.');
    const labels = { en: 'Confirmation of addresses', de: 'Bestätigung von Adressen' };
    await this.purposes.put(
      brandId,
      key,
      // Who must prove consent must be able to ask for it (GDPR Art. 6 (1) (c) with Art. 7 (1)).
      { enforcement: 'disabled', legalBasis: 'legal_obligation', labels: { [language]: labels.en, ...labels } },
      change,
    );
    return key;
  }
}

async function missingAsNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return null;
    throw error;
  }
}
