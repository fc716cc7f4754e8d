import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, Channel, ContactId, ContactPointId, EpochMs } from '#lib/kernel';
import { type JsonValue, LedgerService, type NewEntry } from '#lib/ledger';
import { Database, type Tx } from '#lib/platform';
import { adopted, isAdopted } from '../adoption.js';
import { databaseNow } from '../database-now.js';
import { saidAgain } from '../suppressions/record-reports.js';
import { type StandingRow, suppressionStore } from '../suppressions/suppression.store.js';

/** What stays of an address when its person is erased. */
interface KeptAddress {
  readonly pointId: ContactPointId;
  readonly brandId: BrandId;
  readonly channel: Channel;
  readonly addressHash: Buffer;
}

/** Of more addresses one entry does not tell. */
const PAGE = 500;

/**
 * What an erasure leaves of people's addresses, said on nobody's chain: under which keyed hash each of their contact points
 * stays, because what was refused there stays refused.
 */
export async function keptAddresses(
  tx: Tx,
  contactIds: readonly ContactId[],
  now: EpochMs,
  actor: string,
): Promise<NewEntry[]> {
  const kept = await tx.sql<KeptAddress>`
    SELECT id AS "pointId", brand_id AS "brandId", channel, address_hash AS "addressHash"
      FROM consent.contact_point WHERE contact_id = ANY (${[...contactIds]}::uuid[]) ORDER BY id`;
  return entriesOf(kept, now, actor);
}

/** Tells the log of keyed hashes that earlier versions kept and told nobody of. */
@Injectable()
export class KeptAddresses {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /**
   * On the word of an operator, once in a deployment's life: what the tables say then is what they are held against from
   * then on. What was begun and not finished is said again. Answers of how many; null when the log says that it was done.
   */
  async adopt(by: string): Promise<number | null> {
    if (await this.database.transaction((tx) => isAdopted(tx, this.ledger, 'addresses'))) return null;
    const count = (await this.adoptPoints()) + (await this.adoptSuppressions());
    await this.database.transaction(async (tx) => {
      if (!(await isAdopted(tx, this.ledger, 'addresses')))
        await adopted(tx, this.ledger, 'addresses', count, { by, at: await databaseNow(tx) });
    });
    return count;
  }

  private async adoptPoints(): Promise<number> {
    let count = 0;
    for (let after: ContactPointId | null = null; ;) {
      const kept: KeptAddress[] = await this.database.tx.sql<KeptAddress>`
        SELECT p.id AS "pointId", p.brand_id AS "brandId", p.channel, p.address_hash AS "addressHash"
          FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id AND c.erased_at IS NOT NULL
         WHERE ${after}::uuid IS NULL OR p.id > ${after}::uuid
         ORDER BY p.id LIMIT ${PAGE}::int`;
      const last = kept.at(-1);
      if (last === undefined) return count;
      await this.database.transaction(async (tx) =>
        this.ledger.append(tx, entriesOf(kept, await databaseNow(tx), 'upgrade')),
      );
      count += kept.length;
      after = last.pointId;
    }
  }

  private async adoptSuppressions(): Promise<number> {
    let count = 0;
    for (let after: StandingRow | null = null; ;) {
      const page: StandingRow[] = await suppressionStore.standing(this.database.tx, after, PAGE);
      const last = page.at(-1);
      if (last === undefined) return count;
      count += await this.database.transaction((tx) => this.adoptStanding(tx, page));
      after = last;
    }
  }

  /** Those of these that are in force and of which no entry tells at which address, by its hash or by a person's chain. */
  private async adoptStanding(tx: Tx, page: readonly StandingRow[]): Promise<number> {
    await suppressionStore.lock(tx, page);
    const now = await databaseNow(tx);
    const standing = await suppressionStore.stillStanding(tx, page);
    const told = await this.ledger.disclosures(
      tx,
      standing.map(({ entryId }) => entryId),
    );
    const untold = standing.filter(({ entryId }) => {
      const { contact, evidence } = told.get(entryId) ?? {};
      return !has(contact, 'id') && !has(evidence, 'addressHash');
    });
    const by = { via: 'upgrade', actor: 'upgrade' };
    await this.ledger.append(
      tx,
      untold.flatMap((row) => saidAgain(row, row, [], now, { kind: 'kept' }, by)),
    );
    return untold.length;
  }
}

function entriesOf(kept: readonly KeptAddress[], now: EpochMs, actor: string): NewEntry[] {
  const brands = new Map<BrandId, KeptAddress[]>();
  for (const one of kept) brands.set(one.brandId, [...(brands.get(one.brandId) ?? []), one]);
  return Array.from(brands, ([brandId, all]): NewEntry => ({
    type: 'addresses.kept',
    brandId,
    at: now,
    clear: { cnt: all.length },
    disclosed: {
      addresses: all.map(({ pointId, channel, addressHash }) => ({
        point: pointId,
        channel,
        hash: addressHash.toString('hex'),
      })),
      actor,
    },
  }));
}

function has(value: JsonValue | undefined, name: string): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && name in value;
}
