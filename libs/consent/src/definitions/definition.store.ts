import type { TrackingSettings } from '../brands/brand.service.js';
import type { BrandId, EnforcementModel } from '#lib/kernel';
import type { Tx } from '#lib/platform';

export interface BrandDefinition {
  readonly id: BrandId;
  readonly key: string;
  readonly name: string;
  readonly legalName: string;
  readonly postalAddress: string;
  readonly defaultLanguage: string;
  readonly defaultZone: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly senderName: string;
  readonly senderEmail: string;
  readonly storageLocations: readonly string[];
  /** Empty: nothing is counted. */
  readonly tracking?: Partial<TrackingSettings>;
}

export interface PurposeDefinition {
  readonly id: string;
  readonly brandId: BrandId;
  readonly key: string;
  readonly enforcement: EnforcementModel;
}

export interface TopicDefinition {
  readonly id: string;
  readonly brandId: BrandId;
  readonly purposeId: string;
  readonly key: string;
  /** Name of the topic by language. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What brands have defined, for those who decide about messages. Few rows, read anew for each batch. */
export const definitionStore = {
  async brands(tx: Tx, brandIds: readonly BrandId[]): Promise<BrandDefinition[]> {
    return tx.sql<BrandDefinition>`
      SELECT id, key, name, legal_name AS "legalName", postal_address AS "postalAddress", default_language AS "defaultLanguage",
             default_zone AS "defaultZone", country, sender_name AS "senderName", sender_email AS "senderEmail",
             storage_locations AS "storageLocations", tracking
        FROM consent.brand
       WHERE id = ANY (${[...brandIds]}::uuid[])`;
  },

  async purposes(tx: Tx, brandIds: readonly BrandId[]): Promise<PurposeDefinition[]> {
    return tx.sql<PurposeDefinition>`
      SELECT id, brand_id AS "brandId", key, enforcement FROM consent.purpose WHERE brand_id = ANY (${[...brandIds]}::uuid[])`;
  },

  async topics(tx: Tx, brandIds: readonly BrandId[]): Promise<TopicDefinition[]> {
    return tx.sql<TopicDefinition>`
      SELECT id, brand_id AS "brandId", purpose_id AS "purposeId", key, labels FROM consent.topic WHERE brand_id = ANY (${[...brandIds]}::uuid[])`;
  },
};
