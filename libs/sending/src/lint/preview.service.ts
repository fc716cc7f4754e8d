import { Inject, Injectable } from '@nestjs/common';
import { BrandService, type Brand, recipientStore } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import { CONFIG, type Config, Database } from '#lib/platform';
import { renderData } from '../templates/domain/render-data.js';
import type { RenderResult } from '../templates/render.js';
import { Renderer } from '../templates/renderer.js';
import {
  contentsInPlace,
  type PublishedTemplate,
  type TemplateFacts,
  TemplateService,
} from '../templates/template.service.js';

/** For whom a template is rendered to be looked at. */
export interface PreviewRequest {
  /** Left out: the language of the contact, then of the brand. */
  readonly language?: string | undefined;
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** External id of somebody whose language and attributes it is shown with; left out: of nobody. */
  readonly contact?: string | undefined;
}

export interface Preview {
  readonly template: Pick<PublishedTemplate, 'key' | 'version' | 'channel'>;
  readonly result: RenderResult;
}

/** Shows what a message would say. Nothing is stored, and its links lead nowhere. */
@Injectable()
export class PreviewService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BrandService) private readonly brands: BrandService,
    @Inject(TemplateService) private readonly templates: TemplateService,
    @Inject(Renderer) private readonly renderer: Renderer,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws DomainError not_found, unknown_contact */
  async preview(brandId: BrandId, key: string, version: number | null, request: PreviewRequest): Promise<Preview> {
    const template = await this.templates.get(brandId, key, version);
    const brand = await this.brands.byId(brandId);
    const facts = { ...template, contents: contentsInPlace(template) };
    return { template, result: await this.render(brand, `${brandId} ${template.hash}`, facts, request) };
  }

  /** @param facts with blocks in place @param id under which what was compiled is remembered @throws DomainError unknown_contact */
  async render(brand: Brand, id: string, facts: TemplateFacts, request: PreviewRequest): Promise<RenderResult> {
    const somebody = await this.contactOf(brand.id, facts, request.contact);
    const language = request.language ?? somebody?.language ?? brand.defaultLanguage;
    const center = this.config.CENTER_URL.replace(/\/$/, '');
    const isCommercial = facts.class === 'commercial';
    const data = renderData({
      variables: request.variables,
      brand,
      language,
      attributes: somebody?.attributes ?? {},
      topic: { key: 'topic', labels: {} },
      links: {
        unsubscribeUrl: isCommercial ? `${center}/u/preview` : null,
        preferencesUrl: `${center}/p/preview`,
        confirmUrl: `${center}/c/preview`,
        denyUrl: `${center}/c/preview/not-me`,
      },
    });
    const { defaultLanguage, contents } = facts;
    return this.renderer.render({ id, defaultLanguage, contents }, language, data);
  }

  private async contactOf(brandId: BrandId, { channel }: TemplateFacts, externalId: string | undefined) {
    if (externalId === undefined) return null;
    const [found] = await recipientStore.find(this.database.tx, [{ brandId, externalId, channel }], false);
    if (found === null || found === undefined || found.erased)
      throw new DomainError('unknown_contact', 'There is no such contact of this brand.');
    return found;
  }
}
