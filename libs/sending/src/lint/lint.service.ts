import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Brand, BrandService } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import { CONFIG, type Config, Database } from '#lib/platform';
import { accountFor } from '../providers/domain/account-for.js';
import { SmtpSettings } from '../senders/smtp-settings.js';
import { brandSettings } from '../setup/brand-settings.js';
import { senderOf, sendingDomain } from '../templates/domain/mail-sender.js';
import { type TemplateFacts, templateProblems, TemplateService } from '../templates/template.service.js';
import { blockStore } from '../blocks/block.store.js';
import { includedIn } from '../blocks/put-in-place.js';
import { blockFindings } from './block-findings.js';
import { type Finding, finding } from './domain/finding.js';
import { type LintSetup, setupFindings } from './domain/setup-findings.js';
import { renderFindings, templateFindings } from './lint-template.js';
import { PreviewService } from './preview.service.js';

/** What is looked at: a template that is published, or a draft of one. */
export type LintSubject =
  | { readonly template: string; readonly version: number | null }
  | { readonly draft: TemplateFacts; readonly key: string | null };

/** Says what a message lacks before it is sent to anybody. Nothing is stored. */
@Injectable()
export class LintService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BrandService) private readonly brands: BrandService,
    @Inject(TemplateService) private readonly templates: TemplateService,
    @Inject(PreviewService) private readonly previews: PreviewService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param variables with which it is rendered in each of its languages; null: it is not rendered
   * @throws DomainError not_found
   */
  async lint(
    brandId: BrandId,
    subject: LintSubject,
    variables: Readonly<Record<string, JsonValue>> | null,
  ): Promise<Finding[]> {
    const written =
      'draft' in subject ? { ...subject.draft, key: subject.key } : await this.published(brandId, subject);
    const { facts, violations } = await this.templates.inPlace(brandId, written);
    if (violations.length > 0)
      return violations.map(({ pointer, detail }) => finding('unusable_template', pointer, detail));
    // What is there keeps its name.
    const isThere = 'template' in subject || (await this.isThere(brandId, written.key));
    const template = { ...facts, key: isThere ? null : written.key };
    const brand = await this.brands.byId(brandId);
    const settings = await brandSettings(this.database.tx, brandId);
    const { defaultLanguage, name, legalName, page } = brand;
    const hasContact = page?.contactUrl !== undefined;
    return [
      ...templateFindings(template, { ...settings, defaultLanguage, hasContact, name, legalName }),
      ...(await this.ofBlocks(brandId, written)),
      ...(variables === null ? [] : await this.rendered(brand, template, variables)),
      ...setupFindings(template.channel, template.class, await this.setupOf(brand, template)),
    ];
  }

  private async ofBlocks(brandId: BrandId, { contents }: TemplateFacts): Promise<Finding[]> {
    const { tx } = this.database;
    const refs = includedIn(contents);
    const newest = await blockStore.newest(tx, brandId, [...new Set(refs.map(({ key }) => key))]);
    return blockFindings(contents, await blockStore.versions(tx, brandId, refs), newest);
  }

  private async isThere(brandId: BrandId, key: string | null): Promise<boolean> {
    const rows = await this.database.tx.sql`
      SELECT 1 FROM sending.template WHERE brand_id = ${brandId} AND key = ${key} LIMIT 1`;
    return rows.length > 0;
  }

  private async published(brandId: BrandId, { template, version }: { template: string; version: number | null }) {
    return this.templates.get(brandId, template, version);
  }

  /** With the variables that were given, in each of its languages. A source that cannot be published is not rendered. */
  private async rendered(
    brand: Brand,
    template: TemplateFacts,
    variables: Readonly<Record<string, JsonValue>>,
  ): Promise<Finding[]> {
    if (templateProblems(template).some(({ detail }) => !/way out|link out/.test(detail))) return [];
    const id = createHash('sha256')
      .update(JSON.stringify([brand.id, template]))
      .digest('hex');
    const languages = Object.keys(template.contents);
    const results = await Promise.all(
      languages.map((language) => this.previews.render(brand, id, template, { language, variables })),
    );
    return results.flatMap((result, i) => renderFindings(languages[i] ?? '', result));
  }

  private async setupOf(brand: Brand, { channel, sender }: TemplateFacts): Promise<LintSetup> {
    const { tx } = this.database;
    const from = senderOf({ sender: sender ?? null }, brand);
    const providers = await tx.sql<{
      key: string;
      kind: string;
      settings: unknown;
      sendingDomains: string[];
      enabled: boolean;
    }>`
      SELECT key, kind, settings, sending_domains AS "sendingDomains", enabled FROM sending.provider
       WHERE brand_id = ${brand.id} AND channel = ${channel} ORDER BY priority, key`;
    const provider = accountFor(providers, sendingDomain(channel, from));
    const purpose = brand.tracking?.purpose;
    const there =
      purpose === undefined
        ? []
        : await tx.sql`SELECT 1 FROM consent.purpose WHERE brand_id = ${brand.id} AND key = ${purpose}`;
    const smtp = provider?.kind === 'smtp' ? SmtpSettings.parse(provider.settings) : null;
    return {
      centerUrl: this.config.CENTER_URL.replace(/\/$/, ''),
      hasMailbox: this.config.UNSUBSCRIBE_MAILBOX !== undefined,
      postalAddress: brand.postalAddress,
      senderEmail: from.email,
      provider:
        provider === undefined
          ? null
          : {
              key: provider.key,
              isSmtp: smtp !== null,
              dkimDomain: smtp?.dkim?.domain ?? null,
              hasReturnPath: smtp?.returnPath !== undefined,
            },
      tracking: purpose === undefined ? null : { purpose, isThere: there.length > 0 },
    };
  }
}
