import type { Policy } from '#lib/decision';
import type { BrandId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { policyHash } from '../policies/policy.service.js';

/** A policy version as it is stored. */
export interface StoredPolicy {
  readonly policy: Policy;
  /** SHA-256 that was stored with it, hexadecimal. */
  readonly hash: string;
  /** The same of what is stored now: another, when somebody changed it. */
  readonly actualHash: string;
}

/** Few versions make most decisions. */
const MOST_VERSIONS = 500;

/** Policy versions by name, each read once while it is asked for often. */
export class PolicyVersions {
  private readonly known = new Map<string, StoredPolicy | null>();

  constructor(private readonly tx: Tx) {}

  /** Null when there never was one. */
  async find(brandId: BrandId, { key, version }: Pick<Policy, 'key' | 'version'>): Promise<StoredPolicy | null> {
    const name = `${brandId} ${key}@${version}`;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const [row] = await this.tx.sql<{ body: Omit<Policy, 'key' | 'version'>; hash: Buffer }>`
      SELECT body, hash FROM sending.policy WHERE brand_id = ${brandId} AND key = ${key} AND version = ${version}`;
    const found = row === undefined ? null : stored({ ...row.body, key, version }, row.hash);
    if (this.known.size >= MOST_VERSIONS) this.known.clear();
    this.known.set(name, found);
    return found;
  }
}

function stored(policy: Policy, hash: Buffer): StoredPolicy {
  return { policy, hash: hash.toString('hex'), actualHash: policyHash(policy).toString('hex') };
}
