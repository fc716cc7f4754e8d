import { Inject, Injectable } from '@nestjs/common';
import {
  afterVersion,
  canonicalHash,
  type Change,
  lockBrandSetup,
  type Page,
  type PageRequest,
  positionOf,
  type Put,
  toPage,
} from '#lib/consent';
import { type BrandId, type Channel, DomainError, type EpochMs, type MessageClass, type Violation } from '#lib/kernel';
import { type JsonObject, type JsonValue, LedgerService } from '#lib/ledger';
import { Database, type ModelTx, newId } from '#lib/platform';
import { blockStore } from '../blocks/block.store.js';
import { includedIn, putInPlace } from '../blocks/put-in-place.js';
import type { MailSender } from './domain/mail-sender.js';
import type { TemplateContent } from './domain/template-content.js';
import { dataProblems, textsOf } from './domain/template-data.js';
import { brandSettings, refuseName } from '../setup/brand-settings.js';
import type { DataShape } from './domain/data-shape.js';
import { undeclared } from './shape-check.js';
import { sourceProblems } from './template-problems.js';
import { wayOutProblem } from './way-out.js';

export interface TemplateFacts {
  readonly channel: Channel;
  /** Fixed with the version: a message cannot call itself transactional. */
  readonly class: MessageClass;
  /** Used for whoever reads none of the languages of `contents`. */
  readonly defaultLanguage: string;
  /** As it was written. */
  readonly contents: Readonly<Record<string, TemplateContent>>;
  /** Whom its mails are from; left out: whoever the brand names. */
  readonly sender?: MailSender | undefined;
}

/** One version of a template. */
export interface PublishedTemplate extends TemplateFacts {
  readonly key: string;
  readonly version: number;
  /** The contents that messages are made of, where those that were written include shared blocks. */
  readonly expanded?: TemplateFacts['contents'];
  /**
   * SHA-256 of the canonical JSON of {key, version, channel, class, defaultLanguage, contents, and sender and expanded where it has
   * them}, hexadecimal.
   */
  readonly hash: string;
  readonly createdAt: EpochMs;
}

/** Publishes what messages say. A version is never changed. */
@Injectable()
export class TemplateService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /**
   * Publishes the next version; what equals the latest version is not published again.
   * @param by the gateway names its own and says what it sends along, whatever the brand has declared
   * @throws DomainError invalid_template; invalid_request when a new one is not named as the brand names templates
   */
  async publish(
    brandId: BrandId,
    key: string,
    facts: TemplateFacts,
    change: Change,
    by: 'by_brand' | 'by_gateway' = 'by_brand',
  ): Promise<Put<PublishedTemplate>> {
    const whole = await this.inPlace(brandId, facts);
    refuse(whole.violations);
    refuse(templateProblems(whole.facts));
    const expanded = whole.facts === facts ? undefined : whole.facts.contents;
    return this.database.transactionWithModels(async (tx) => {
      await lockBrandSetup(tx, brandId);
      const latest = await tx.models.template.findFirst({ where: { brandId, key }, orderBy: { version: 'desc' } });
      if (latest !== null && hashOf(key, latest.version, facts, expanded).equals(latest.hash)) {
        return { value: toTemplate(latest), created: false };
      }
      const { names, dataShape } = await brandSettings(tx, brandId);
      const isOurs = by === 'by_gateway';
      if (latest === null && !isOurs) refuseName(names.template, key);
      if (dataShape !== null && !isOurs) refuse(undeclaredIn(whole.facts, dataShape));
      const version = (latest?.version ?? 0) + 1;
      const hash = hashOf(key, version, facts, expanded);
      const { channel, class: messageClass, defaultLanguage } = facts;
      const contents = toJson(facts.contents);
      const more = moreJson(facts, expanded);
      const row = await tx.models.template.create({
        data: {
          id: newId(),
          brandId,
          key,
          version,
          channel,
          class: messageClass,
          defaultLanguage,
          contents,
          ...more,
          hash: new Uint8Array(hash),
          createdAt: new Date(change.at),
        },
      });
      const template = { id: row.id, key, version, channel, class: messageClass, defaultLanguage, contents, ...more };
      await this.ledger.append(tx, [
        {
          type: 'template.published',
          at: change.at,
          brandId,
          clear: { tpl: hash.toString('hex'), ch: channel, mc: messageClass },
          disclosed: { template, actor: change.by },
        },
      ]);
      return { value: toTemplate(row), created: true };
    });
  }

  /** The facts themselves where they include no shared block; else those with the blocks in place. A version of one never changes. */
  async inPlace(
    brandId: BrandId,
    facts: TemplateFacts,
  ): Promise<{ readonly facts: TemplateFacts; readonly violations: readonly Violation[] }> {
    const blocks = await blockStore.versions(this.database.tx, brandId, includedIn(facts.contents));
    const { contents, violations } = putInPlace(facts.contents, blocks);
    return { facts: contents === facts.contents ? facts : { ...facts, contents }, violations };
  }

  /** The version asked for, or the latest. @throws DomainError not_found */
  async get(brandId: BrandId, key: string, version: number | null): Promise<PublishedTemplate> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, key, ...(version === null ? {} : { version }) };
      const row = await tx.models.template.findFirst({ where, orderBy: { version: 'desc' } });
      if (row === null)
        throw new DomainError('not_found', 'There is no such template or version. GET /v1/templates lists them.');
      return toTemplate(row);
    });
  }

  /** Every version, in order of key and version. */
  async list(brandId: BrandId, { after, limit }: PageRequest): Promise<Page<PublishedTemplate>> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, ...afterVersion(after) };
      const orderBy = [{ key: 'asc' as const }, { version: 'asc' as const }];
      return toPage(
        await tx.models.template.findMany({ where, orderBy, take: limit + 1 }),
        limit,
        positionOf,
        toTemplate,
      );
    });
  }
}

function refuse(violations: readonly Violation[]): void {
  if (violations.length > 0) throw new DomainError('invalid_template', 'Correct what `errors` names.', { violations });
}

/** What keeps a template from being published, whatever its brand has declared. Its blocks must be in place. */
export function templateProblems(facts: TemplateFacts): Violation[] {
  const { contents, defaultLanguage } = facts;
  const violations: Violation[] = Object.entries(contents).flatMap(([language, content]) =>
    (['subject', 'preheader', 'html', 'text'] as const).flatMap((form) =>
      formProblems(facts, form, content[form] ?? null).map((detail) => ({
        pointer: `/contents/${language}/${form}`,
        detail,
      })),
    ),
  );
  for (const [language, { data }] of Object.entries(contents)) {
    if (data !== undefined) violations.push(...structuredProblems(facts.channel, `/contents/${language}/data`, data));
  }
  if (facts.sender !== undefined && facts.channel !== 'email')
    violations.push({ pointer: '/sender', detail: `goes with the channel email alone; ${facts.channel} has none` });
  if (!Object.hasOwn(contents, defaultLanguage)) {
    violations.push({ pointer: '/contents', detail: `must have the default language ${defaultLanguage}` });
  }
  return violations;
}

/** What it refers to that its brand has not declared. Of sources with their blocks in place that have no other problem. */
export function undeclaredIn({ contents }: TemplateFacts, shape: DataShape): Violation[] {
  return Object.entries(contents).flatMap(([language, { data, ...forms }]) => [
    ...Object.entries(forms).flatMap(([form, source]: [string, string | null]) =>
      undeclared(source ?? '', shape).map((detail) => ({ pointer: `/contents/${language}/${form}`, detail })),
    ),
    ...textsOf(data ?? null).flatMap(({ path, text }) =>
      undeclared(text, shape).map((detail) => ({ pointer: [`/contents/${language}/data`, ...path].join('/'), detail })),
    ),
  ]);
}

/** Channels whose providers take more than texts. */
const STRUCTURED: readonly Channel[] = ['push', 'whatsapp', 'teams', 'phone', 'webhook'];

function structuredProblems(channel: Channel, pointer: string, data: JsonValue): Violation[] {
  if (!STRUCTURED.includes(channel)) return [{ pointer, detail: `the channel ${channel} has texts alone` }];
  const problems = dataProblems(data);
  if (problems.length > 0) return problems.map((detail) => ({ pointer, detail }));
  return textsOf(data).flatMap(({ path, text }) =>
    sourceProblems(text).map((detail) => ({ pointer: [pointer, ...path].join('/'), detail })),
  );
}

function formProblems(
  { channel, class: messageClass }: TemplateFacts,
  form: Exclude<keyof TemplateContent, 'data'>,
  source: string | null,
): string[] {
  if (source === null) return [];
  const problems = sourceProblems(source, form === 'html' ? 'html' : 'plain');
  if (problems.length > 0 || channel !== 'email') return problems;
  if (form === 'subject') return source === '' ? ['must not be empty on the channel email'] : [];
  if (form === 'preheader') return [];
  const missing = messageClass === 'commercial' ? wayOutProblem(form, source) : null;
  return missing === null ? [] : [missing];
}

type StoredContents = Record<string, { subject: string; html: string | null; text: string }>;

type TemplateRow = Awaited<ReturnType<ModelTx['models']['template']['findFirstOrThrow']>>;

function hashOf(
  key: string,
  version: number,
  facts: TemplateFacts,
  expanded: TemplateFacts['contents'] | undefined,
): Buffer {
  const { channel, class: messageClass, defaultLanguage } = facts;
  return canonicalHash({
    key,
    version,
    channel,
    class: messageClass,
    defaultLanguage,
    contents: toJson(facts.contents),
    ...moreJson(facts, expanded),
  });
}

/** What only some have. */
function moreJson(
  { sender }: TemplateFacts,
  expanded: TemplateFacts['contents'] | undefined,
): { sender?: { name: string; email: string }; expanded?: Record<string, JsonObject> } {
  return {
    ...(sender !== undefined && { sender: { name: sender.name, email: sender.email } }),
    ...(expanded !== undefined && { expanded: toJson(expanded) }),
  };
}

function toJson(contents: TemplateFacts['contents']): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(contents).map(([language, { subject, preheader, html, text, data }]) => [
      language,
      { subject, html, text, ...(preheader !== undefined && { preheader }), ...(data !== undefined && { data }) },
    ]),
  );
}

function toTemplate({
  key,
  version,
  channel,
  class: messageClass,
  defaultLanguage,
  contents,
  expanded,
  sender,
  hash,
  createdAt,
}: TemplateRow): PublishedTemplate {
  return {
    key,
    version,
    channel: channel as Channel,
    class: messageClass as MessageClass,
    defaultLanguage,
    contents: contents as StoredContents,
    ...(expanded !== null && { expanded: expanded as StoredContents }),
    ...(sender !== null && { sender: sender as MailSender }),
    hash: Buffer.from(hash).toString('hex'),
    createdAt: createdAt.getTime(),
  };
}

/** What messages are made of: the contents, with shared blocks in place. */
export function contentsInPlace({ contents, expanded }: PublishedTemplate): TemplateFacts['contents'] {
  return expanded ?? contents;
}
