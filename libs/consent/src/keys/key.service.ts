import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import {
  bindApiKey,
  Database,
  isBoundApiKey,
  isSameSecret,
  KEY_RING,
  type KeyRing,
  newApiKey,
  newId,
  publicIdOf,
  type Scope,
  SCOPES,
  toIso,
  type Tx,
} from '#lib/platform';
import { type Change, type Page, type PageRequest, toPage } from '../setup-change.js';
import { adopted, isAdopted } from '../adoption.js';
import { findBrandId } from '../brands/brand.service.js';
import { decideIssue, type Grantor } from './domain/key-rules.js';

/** Who a request comes from. */
export interface Principal {
  readonly keyId: string;
  /** Null for the operator of the deployment, who belongs to no brand. */
  readonly brandId: BrandId | null;
  readonly scopes: readonly Scope[];
  /** What is sent with a test key runs the whole pipeline and never leaves the machine. */
  readonly test: boolean;
}

export interface ApiKey {
  readonly id: string;
  /** Part of the key's text by which it is recognised; no secret. */
  readonly publicId: string;
  /** Null for an operator key. */
  readonly brand: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly test: boolean;
  readonly expiresAt: EpochMs | null;
  readonly revokedAt: EpochMs | null;
  readonly replacesId: string | null;
  readonly createdAt: EpochMs;
}

/** `text` is the key itself. It exists here and nowhere else: only its hash is stored. */
export interface IssuedKey {
  readonly key: ApiKey;
  readonly text: string;
}

export interface KeyRequest {
  /** Key of the brand; null for an operator key, left out for one of the grantor's kind. */
  readonly brand?: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly test: boolean;
  readonly expiresAt: EpochMs | null;
}

/** A row to be. */
interface NewKey extends Omit<KeyRequest, 'brand'> {
  readonly brandId: BrandId | null;
  readonly replacesId: string | null;
}

interface KeyRow {
  readonly id: string;
  readonly public_id: string;
  readonly brand_id: BrandId | null;
  readonly brand: string | null;
  readonly name: string;
  readonly scopes: string[];
  readonly test: boolean;
  readonly expires_at: EpochMs | null;
  readonly revoked_at: EpochMs | null;
  readonly replaces_id: string | null;
  readonly created_at: EpochMs;
}

/** What of a row opens something, and what binds it. */
interface BoundRow extends Pick<KeyRow, 'id' | 'public_id' | 'brand_id' | 'scopes' | 'test' | 'expires_at'> {
  readonly secret_hash: Buffer;
  readonly binding: Buffer | null;
}

/** Issues, rotates and revokes API keys, and says whose key a text is. */
@Injectable()
export class KeyService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(KEY_RING) private readonly ring: Pick<KeyRing, 'apiKeys'>,
  ) {}

  /**
   * Whose key this is; null when it is malformed, unknown, wrong, expired or revoked, or when its row is not as it was
   * issued.
   * Asks the database each time, so a revocation works on the next request of every process.
   */
  async authenticate(text: string): Promise<Principal | null> {
    const publicId = publicIdOf(text);
    if (publicId === null) return null;
    const [row] = await this.database.tx.sql<BoundRow>`
      SELECT id, public_id, brand_id, scopes, test, expires_at, secret_hash, binding
        FROM consent.api_key
       WHERE public_id = ${publicId} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`;
    if (row === undefined || !isSameSecret(text, row.secret_hash)) return null;
    return this.principalOf(row);
  }

  /** Whose key has this id; null as for `authenticate`. For who was authenticated before. */
  async standing(id: string): Promise<Principal | null> {
    const [row] = await this.database.tx.sql<BoundRow>`
      SELECT id, public_id, brand_id, scopes, test, expires_at, secret_hash, binding
        FROM consent.api_key
       WHERE id = ${id} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`;
    return row === undefined ? null : this.principalOf(row);
  }

  /** Keys that have not ended and are not bound as they are stored, so that they open nothing. */
  async unbound(): Promise<ApiKey[]> {
    const rows = await this.database.tx.sql<KeyRow & BoundRow>`
      SELECT k.*, b.key AS brand
        FROM consent.api_key k LEFT JOIN consent.brand b ON b.id = k.brand_id
       WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())
       ORDER BY k.id`;
    return rows.filter((row) => !isBoundApiKey(this.ring.apiKeys, storedOf(row), row.binding)).map(toApiKey);
  }

  /**
   * Binds the keys that versions before stored, on the word of an operator: once in a deployment's life. What their rows
   * say is believed. Answers of how many; null when the log says that it was done.
   */
  async adopt(change: Change): Promise<number | null> {
    return this.database.transaction(async (tx) => {
      if (await isAdopted(tx, this.ledger, 'keys')) return null;
      const rows = await tx.sql<BoundRow>`
        SELECT id, public_id, brand_id, scopes, test, expires_at, secret_hash, binding
          FROM consent.api_key WHERE binding IS NULL AND revoked_at IS NULL FOR UPDATE`;
      for (const row of rows)
        await tx.execute`UPDATE consent.api_key SET binding = ${this.bindingOf(row)} WHERE id = ${row.id}`;
      await adopted(tx, this.ledger, 'keys', rows.length, change);
      return rows.length;
    });
  }

  /**
   * @param grantor the caller, who cannot give what it does not have; null on the deployment's own machine.
   * @throws DomainError forbidden, not_found (brand).
   */
  async issue(request: KeyRequest, change: Change, grantor: Grantor | null): Promise<IssuedKey> {
    return this.database.transaction(async (tx) => {
      const own = grantor?.brandId ?? null;
      const brandId =
        typeof request.brand === 'string'
          ? await findBrandId(tx, request.brand, own)
          : request.brand === null
            ? null
            : own;
      decideIssue({ ...request, brandId }, grantor, change.at);
      return this.insert(tx, { ...request, brandId, replacesId: null }, change, 'key.issued');
    });
  }

  /**
   * Issues a successor with the same rights. The old key works on for `overlapHours`, 0 ends it at once.
   *
   * @throws DomainError not_found, forbidden; conflict when the key ended or has a successor, or its row was changed.
   */
  async rotate(
    id: string,
    request: { readonly overlapHours: number; readonly expiresAt: EpochMs | null },
    change: Change,
    grantor: Grantor | null,
  ): Promise<IssuedKey> {
    return this.database.transaction(async (tx) => {
      const old = await this.lock(tx, id, grantor);
      const successor: NewKey = {
        brandId: old.brand_id,
        name: old.name,
        scopes: knownScopes(old.scopes),
        test: old.test,
        expiresAt: request.expiresAt,
        replacesId: id,
      };
      decideIssue(successor, grantor, change.at);
      if (old.revoked_at !== null || (old.expires_at !== null && old.expires_at <= change.at)) {
        throw new DomainError('conflict', 'The key has ended. Issue a new one with POST /v1/keys.');
      }
      // Whoever widened the row must not have it issued anew, as wide as it is.
      if (!isBoundApiKey(this.ring.apiKeys, storedOf(old), old.binding)) {
        throw new DomainError('conflict', 'The key is not stored as it was issued. Revoke it, and issue a new one.');
      }
      const successors = await tx.sql`SELECT 1 FROM consent.api_key WHERE replaces_id = ${id}`;
      if (successors.length > 0) throw new DomainError('conflict', 'The key was rotated before. Rotate its successor.');

      const overlapEnd = change.at + request.overlapHours * 3_600_000;
      const end = Math.min(overlapEnd, old.expires_at ?? overlapEnd);
      const binding = this.bindingOf({ ...old, expires_at: end });
      await tx.execute`UPDATE consent.api_key SET expires_at = ${toIso(end)}, binding = ${binding} WHERE id = ${id}`;
      return this.insert(tx, successor, change, 'key.rotated', { replacedUntil: toIso(end) });
    });
  }

  /** Ends a key at once. Again is fine. @throws DomainError not_found. */
  async revoke(id: string, change: Change, grantor: Grantor | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const key = await this.lock(tx, id, grantor);
      if (key.revoked_at !== null) return;
      await tx.execute`UPDATE consent.api_key SET revoked_at = ${toIso(change.at)}, binding = NULL WHERE id = ${id}`;
      await this.ledger.append(tx, [
        {
          type: 'key.revoked',
          at: change.at,
          brandId: key.brand_id,
          clear: {},
          disclosed: { key: { id }, actor: change.by },
        },
      ]);
    });
  }

  /** @throws DomainError not_found, also when it belongs to another brand than the viewer. */
  async get(id: string, viewer: BrandId | null): Promise<ApiKey> {
    return read(this.database.tx, id, viewer);
  }

  /** Keys of the viewer's brand, or of all for the operator; ended ones included, newest last. */
  async list(viewer: BrandId | null, { after, limit }: PageRequest): Promise<Page<ApiKey>> {
    const rows = await this.database.tx.sql<KeyRow>`
      SELECT k.*, b.key AS brand
        FROM consent.api_key k LEFT JOIN consent.brand b ON b.id = k.brand_id
       WHERE (${viewer}::uuid IS NULL OR k.brand_id = ${viewer}::uuid) AND (${after}::uuid IS NULL OR k.id > ${after}::uuid)
       ORDER BY k.id
       LIMIT ${limit + 1}`;
    return toPage(rows, limit, ({ id }) => id, toApiKey);
  }

  private principalOf(row: BoundRow): Principal | null {
    if (!isBoundApiKey(this.ring.apiKeys, storedOf(row), row.binding)) return null;
    return { keyId: row.id, brandId: row.brand_id, scopes: knownScopes(row.scopes), test: row.test };
  }

  private bindingOf(row: Omit<BoundRow, 'binding'>): Buffer {
    return bindApiKey(this.ring.apiKeys, storedOf(row));
  }

  /** @param told what the entry says besides, of another key */
  private async insert(
    tx: Tx,
    key: NewKey,
    change: Change,
    type: 'key.issued' | 'key.rotated',
    told: { readonly replacedUntil?: string } = {},
  ): Promise<IssuedKey> {
    const { text, publicId, secretHash } = newApiKey(key.test);
    const { brandId, name, scopes, test, replacesId } = key;
    const expiresAt = key.expiresAt === null ? null : toIso(key.expiresAt);
    const id = newId();
    const binding = bindApiKey(this.ring.apiKeys, { ...key, id, publicId, secretHash });
    await tx.execute`
      INSERT INTO consent.api_key (id, public_id, brand_id, name, secret_hash, scopes, test, expires_at, replaces_id,
                                   created_at, binding)
      VALUES (${id}, ${publicId}, ${brandId}, ${name}, ${secretHash}, ${scopes}::text[], ${test}, ${expiresAt}, ${replacesId},
              ${toIso(change.at)}, ${binding})`;
    await this.ledger.append(tx, [
      {
        type,
        at: change.at,
        brandId,
        clear: {},
        disclosed: { key: { id, publicId, name, scopes, test, expiresAt, replacesId, ...told }, actor: change.by },
      },
    ]);
    return { key: await read(tx, id, brandId), text };
  }

  private async lock(tx: Tx, id: string, grantor: Grantor | null): Promise<KeyRow & BoundRow> {
    const brandId = grantor?.brandId ?? null;
    const [row] = await tx.sql<KeyRow & BoundRow>`
      SELECT *, NULL AS brand
        FROM consent.api_key k
       WHERE k.id = ${id} AND (${brandId}::uuid IS NULL OR k.brand_id = ${brandId}::uuid)
         FOR UPDATE`;
    if (row === undefined) throw unknownKey();
    return row;
  }
}

async function read(tx: Tx, id: string, viewer: BrandId | null): Promise<ApiKey> {
  const [row] = await tx.sql<KeyRow>`
    SELECT k.*, b.key AS brand
      FROM consent.api_key k LEFT JOIN consent.brand b ON b.id = k.brand_id
     WHERE k.id = ${id} AND (${viewer}::uuid IS NULL OR k.brand_id = ${viewer}::uuid)`;
  if (row === undefined) throw unknownKey();
  return toApiKey(row);
}

function unknownKey(): DomainError {
  return new DomainError('not_found', 'There is no such API key. GET /v1/keys lists them.');
}

function storedOf({ id, public_id, brand_id, scopes, test, expires_at, secret_hash }: Omit<BoundRow, 'binding'>) {
  return { id, publicId: public_id, brandId: brand_id, scopes, test, expiresAt: expires_at, secretHash: secret_hash };
}

/** Scopes that this version knows; one that was removed since gives nothing. */
function knownScopes(scopes: readonly string[]): Scope[] {
  return SCOPES.filter((scope) => scopes.includes(scope));
}

function toApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    publicId: row.public_id,
    brand: row.brand,
    name: row.name,
    scopes: knownScopes(row.scopes),
    test: row.test,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    replacesId: row.replaces_id,
    createdAt: row.created_at,
  };
}
