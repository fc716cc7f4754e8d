import type { EpochMs } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import type { ToldEntry } from './compare-rows.js';
import type { Difference } from './difference.js';
import { memberOf } from './entry-rows.js';

/** A stored API key, without its secret. */
export interface KeyRow {
  readonly id: string;
  readonly brandId: string | null;
  readonly publicId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly test: boolean;
  readonly expiresAt: EpochMs | null;
  readonly revokedAt: EpochMs | null;
  readonly replacesId: string | null;
  readonly createdAt: EpochMs;
  /** Whether it is bound to anything. */
  readonly isBound: boolean;
}

interface ToldKey extends Omit<KeyRow, 'isBound'> {
  /** Its end was brought forward by an entry of before, which does not say to when. */
  readonly endsSooner: boolean;
}

const TABLE = 'consent.api_key';

/** What the log says last of each API key. */
export class KeysTold {
  private readonly keys = new Map<string, ToldKey>();

  /** In the order of the log. */
  add({ clear, disclosed }: ToldEntry): void {
    const key = disclosed?.['key'];
    const id = textOf(key, 'id');
    const at = instantOf(clear['now']);
    if (id === null || at === null) return;
    if (clear['t'] === 'key.revoked') return this.change(id, { revokedAt: at });
    if (clear['t'] !== 'key.issued' && clear['t'] !== 'key.rotated') return;
    const replacesId = textOf(key, 'replacesId');
    const scopes = memberOf(key, 'scopes');
    this.keys.set(id, {
      ...{ id, replacesId, createdAt: at, revokedAt: null, endsSooner: false },
      brandId: textOf(clear, 'br'),
      publicId: textOf(key, 'publicId') ?? '',
      name: textOf(key, 'name') ?? '',
      scopes: Array.isArray(scopes) ? scopes.filter((one): one is string => typeof one === 'string') : [],
      test: memberOf(key, 'test') === true,
      expiresAt: instantOf(memberOf(key, 'expiresAt')),
    });
    if (clear['t'] !== 'key.rotated' || replacesId === null) return;
    const until = instantOf(memberOf(key, 'replacedUntil'));
    this.change(replacesId, until === null ? { endsSooner: true } : { expiresAt: until });
  }

  /** In both directions: no key is there that was not issued, and none that was is gone. */
  differences(rows: readonly KeyRow[]): Difference[] {
    const there = new Set(rows.map(({ id }) => id));
    return [
      ...rows.flatMap((row) => {
        const told = this.keys.get(row.id);
        if (told === undefined) return [{ table: TABLE, row: row.id, problem: 'is in no entry of the log' }];
        const columns = columnsOf(told, row);
        if (columns.length === 0) return [];
        return [{ table: TABLE, row: row.id, problem: `says otherwise than its entry: ${columns.join(', ')}` }];
      }),
      ...[...this.keys.keys()]
        .filter((id) => !there.has(id))
        .map((id) => ({ table: TABLE, row: id, problem: 'is in the log and not in the table' })),
    ];
  }

  private change(id: string, to: Partial<ToldKey>): void {
    const told = this.keys.get(id);
    if (told !== undefined) this.keys.set(id, { ...told, ...to });
  }
}

function columnsOf(told: ToldKey, row: KeyRow): string[] {
  const differ: readonly (readonly [column: string, isSame: boolean])[] = [
    ['brand_id', told.brandId === row.brandId],
    ['public_id', told.publicId === row.publicId],
    ['name', told.name === row.name],
    ['scopes', told.scopes.join() === row.scopes.join()],
    ['test', told.test === row.test],
    ['expires_at', told.endsSooner ? endsBy(row.expiresAt, told.expiresAt) : told.expiresAt === row.expiresAt],
    ['revoked_at', told.revokedAt === row.revokedAt],
    ['replaces_id', told.replacesId === row.replacesId],
    ['created_at', told.createdAt === row.createdAt],
    ['binding', row.isBound || told.revokedAt !== null],
  ];
  return differ.flatMap(([column, isSame]) => (isSame ? [] : [column]));
}

function endsBy(end: EpochMs | null, latest: EpochMs | null): boolean {
  return end !== null && (latest === null || end <= latest);
}

function textOf(value: JsonValue | undefined, name: string): string | null {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : null;
}

function instantOf(value: JsonValue | undefined): EpochMs | null {
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
}
