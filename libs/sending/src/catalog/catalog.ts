import {
  type BrandDefinition,
  definitionStore,
  everythingOf,
  type PurposeDefinition,
  type TopicDefinition,
} from '#lib/consent';
import type { Policy } from '#lib/decision';
import type { BrandId, Channel, EpochMs, MessageClass } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { Circuit } from '../providers/domain/circuit.js';
import { accountFor } from '../providers/domain/account-for.js';
import type { MailSender } from '../templates/domain/mail-sender.js';

export interface CampaignDefinition {
  readonly id: string;
  readonly brandId: BrandId;
  readonly key: string;
  readonly status: 'active' | 'stopped';
  readonly policyKey: string;
}

/** A template version without its contents. */
export interface TemplateDefinition {
  readonly id: string;
  readonly brandId: BrandId;
  readonly key: string;
  readonly version: number;
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly defaultLanguage: string;
  readonly languages: readonly string[];
  /** Whom its mails are from; null: whoever the brand names. */
  readonly sender: MailSender | null;
  /** Hexadecimal, as the ledger shows it. */
  readonly hash: string;
}

/** A policy in force: the newest version of its key. */
export interface PolicyInForce {
  readonly brandId: BrandId;
  readonly policy: Policy;
  /** Hexadecimal, as the ledger shows it. */
  readonly hash: string;
}

export interface ProviderDefinition {
  readonly id: string;
  readonly brandId: BrandId;
  readonly key: string;
  readonly channel: Channel;
  /** Mails from these domains leave by it, and no others; empty: those from all domains that no other account names. */
  readonly sendingDomains: readonly string[];
  /** One that is not takes no mail, and keeps that of its domains from others. */
  readonly enabled: boolean;
  /** When it is asked again, as it said itself; null when it did not. */
  readonly resumesAt: EpochMs | null;
  /** What its recent calls say of it. */
  readonly circuit: Circuit | null;
}

/** What a batch of messages needs looked up; keys where messages are accepted, ids where they are attempted. */
export interface CatalogNeeds {
  readonly brandIds: readonly BrandId[];
  readonly campaignKeys?: readonly string[];
  readonly campaignIds?: readonly string[];
  /** Without a version: the newest. */
  readonly templates?: readonly { readonly key: string; readonly version?: number | undefined }[];
  readonly templateIds?: readonly string[];
  readonly policyKeys: readonly string[];
}

/** Everything that brands have set up, as far as one batch needs it, read in that batch's own transaction. */
export class Catalog {
  private constructor(
    private readonly brands: ReadonlyMap<BrandId, BrandDefinition>,
    private readonly purposes: readonly PurposeDefinition[],
    private readonly topics: readonly TopicDefinition[],
    private readonly campaigns: readonly CampaignDefinition[],
    private readonly templates: readonly TemplateDefinition[],
    private readonly policies: ReadonlyMap<string, PolicyInForce>,
    private readonly providers: readonly ProviderDefinition[],
  ) {}

  static async load(tx: Tx, needs: CatalogNeeds): Promise<Catalog> {
    const brandIds = [...new Set(needs.brandIds)];
    const brands = await definitionStore.brands(tx, brandIds);
    const purposes = await definitionStore.purposes(tx, brandIds);
    const topics = await definitionStore.topics(tx, brandIds);
    const campaigns = await loadCampaigns(tx, brandIds, needs);
    const templates = await loadTemplates(tx, brandIds, needs);
    const keys = [...new Set([...needs.policyKeys, ...campaigns.map((c) => c.policyKey)])];
    const policies = await loadPolicies(tx, brandIds, keys);
    const providers = await loadProviders(tx, brandIds);
    return new Catalog(
      new Map(brands.map((brand) => [brand.id, brand])),
      purposes,
      topics,
      campaigns,
      templates,
      new Map(policies.map((inForce) => [`${inForce.brandId} ${inForce.policy.key}`, inForce])),
      providers,
    );
  }

  brand(id: BrandId): BrandDefinition {
    const brand = this.brands.get(id);
    if (brand === undefined) throw new Error(`brand ${id} is not there`);
    return brand;
  }

  purpose(brandId: BrandId, by: { key: string } | { id: string }): PurposeDefinition | undefined {
    return this.purposes.find((p) => p.brandId === brandId && matches(p, by));
  }

  /** Those that messages can be sent for; what was said of everything stands under one besides. */
  purposesOf(brandId: BrandId): readonly PurposeDefinition[] {
    return this.purposes.filter((p) => p.brandId === brandId && p.id !== everythingOf(brandId));
  }

  topicsOf({ id }: PurposeDefinition): readonly TopicDefinition[] {
    return this.topics.filter((t) => t.purposeId === id);
  }

  topic(brandId: BrandId, by: { key: string } | { id: string }): TopicDefinition | undefined {
    return this.topics.find((t) => t.brandId === brandId && matches(t, by));
  }

  campaign(brandId: BrandId, by: { key: string } | { id: string }): CampaignDefinition | undefined {
    return this.campaigns.find((c) => c.brandId === brandId && matches(c, by));
  }

  /** The version asked for, or the latest. */
  template(brandId: BrandId, key: string, version?: number): TemplateDefinition | undefined {
    return this.templates.find(
      (t) => t.brandId === brandId && t.key === key && (version === undefined || t.version === version),
    );
  }

  templateById(brandId: BrandId, id: string): TemplateDefinition | undefined {
    return this.templates.find((t) => t.brandId === brandId && t.id === id);
  }

  policy(brandId: BrandId, key: string): PolicyInForce | undefined {
    return this.policies.get(`${brandId} ${key}`);
  }

  /** The provider that comes first of those that are enabled: of the channel, and of the domain of the From line where there is one. */
  provider(brandId: BrandId, channel: Channel, domain: string | null): ProviderDefinition | undefined {
    return accountFor(
      this.providers.filter((p) => p.brandId === brandId && p.channel === channel),
      domain,
    );
  }
}

function matches(row: { id: string; key: string }, by: { key: string } | { id: string }): boolean {
  return 'key' in by ? row.key === by.key : row.id === by.id;
}

async function loadCampaigns(tx: Tx, brandIds: BrandId[], needs: CatalogNeeds): Promise<CampaignDefinition[]> {
  const keys = [...new Set(needs.campaignKeys)];
  const ids = [...new Set(needs.campaignIds)];
  if (keys.length === 0 && ids.length === 0) return [];
  return tx.sql<CampaignDefinition>`
    SELECT id, brand_id AS "brandId", key, status, policy_key AS "policyKey"
      FROM sending.campaign
     WHERE brand_id = ANY (${brandIds}::uuid[]) AND (key = ANY (${keys}::text[]) OR id = ANY (${ids}::uuid[]))`;
}

/** The newest version of each key, the versions asked for, and those that have these ids; newest first. */
async function loadTemplates(tx: Tx, brandIds: BrandId[], needs: CatalogNeeds): Promise<TemplateDefinition[]> {
  const wanted = needs.templates ?? [];
  const keys = [...new Set(wanted.flatMap(({ key, version }) => (version === undefined ? [key] : [])))];
  const versions = wanted.filter(({ version }) => version !== undefined);
  const ids = [...new Set(needs.templateIds)];
  return tx.sql<TemplateDefinition>`
    WITH wanted AS (
      SELECT id FROM sending.template WHERE id = ANY (${ids}::uuid[])
      UNION
      SELECT newest.id
        FROM unnest(${brandIds}::uuid[]) AS brand (id)
       CROSS JOIN unnest(${keys}::text[]) AS named (key)
       CROSS JOIN LATERAL (SELECT t.id FROM sending.template t
                            WHERE t.brand_id = brand.id AND t.key = named.key
                            ORDER BY t.version DESC LIMIT 1) newest
      UNION
      SELECT t.id
        FROM unnest(${versions.map(({ key }) => key)}::text[], ${versions.map(({ version }) => version)}::int[])
             AS named (key, version)
        JOIN sending.template t
          ON t.brand_id = ANY (${brandIds}::uuid[]) AND t.key = named.key AND t.version = named.version
    )
    SELECT id, brand_id AS "brandId", key, version, channel, class, default_language AS "defaultLanguage",
           encode(hash, 'hex') AS hash, ARRAY(SELECT jsonb_object_keys(contents)) AS languages, sender
      FROM wanted JOIN sending.template USING (id)
     WHERE brand_id = ANY (${brandIds}::uuid[])
     ORDER BY version DESC`;
}

async function loadPolicies(tx: Tx, brandIds: BrandId[], keys: string[]): Promise<PolicyInForce[]> {
  const rows = await tx.sql<{
    brandId: BrandId;
    key: string;
    version: number;
    body: Omit<Policy, 'key' | 'version'>;
    hash: string;
  }>`
    SELECT DISTINCT ON (brand_id, key) brand_id AS "brandId", key, version, body, encode(hash, 'hex') AS hash
      FROM sending.policy
     WHERE brand_id = ANY (${brandIds}::uuid[]) AND key = ANY (${keys}::text[])
     ORDER BY brand_id, key, version DESC`;
  return rows.map(({ brandId, key, version, body, hash }) => ({ brandId, hash, policy: { ...body, key, version } }));
}

/** Those of these versions that were ever in force, by `key@version`. */
export async function policyVersions(
  tx: Tx,
  brandId: BrandId,
  wanted: readonly { readonly key: string; readonly version: number }[],
): Promise<Map<string, Policy>> {
  if (wanted.length === 0) return new Map();
  const rows = await tx.sql<{ key: string; version: number; body: Omit<Policy, 'key' | 'version'> }>`
    SELECT key, version, body
      FROM sending.policy
     WHERE brand_id = ${brandId}
       AND (key, version) IN (SELECT * FROM unnest(${wanted.map(({ key }) => key)}::text[],
                                                   ${wanted.map(({ version }) => version)}::int[]))`;
  return new Map(rows.map(({ key, version, body }) => [`${key}@${version}`, { ...body, key, version }]));
}

async function loadProviders(tx: Tx, brandIds: BrandId[]): Promise<ProviderDefinition[]> {
  return tx.sql<ProviderDefinition>`
    SELECT id, brand_id AS "brandId", key, channel, sending_domains AS "sendingDomains", enabled,
           resumes_at AS "resumesAt", circuit
      FROM sending.provider
     WHERE brand_id = ANY (${brandIds}::uuid[])
     ORDER BY priority, key`;
}
