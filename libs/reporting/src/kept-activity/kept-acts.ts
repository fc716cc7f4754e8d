import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { KeptScope } from '../money/kept-scope.js';
import { type AccountActivity, type ActNames, actsOf, countActs } from './domain/account-acts.js';
import { ActCells, type ActChanges, changedCells } from './domain/act-cells.js';
import { keptActStore, type PackedActs } from './kept-act.store.js';

/** What is kept of the touches of an account. */
type KeptRow = Omit<AccountActivity, 'acts'> & { readonly account: string };

/** What names of touches are counted under. */
type TouchNames = Omit<ActNames, 'pages'>;

/** Days that are changed together: of all touches of a brand they are large. */
const PART_DAYS = 100;

const NO_TOUCHES = { contacts: [], delivered: Buffer.alloc(0), engaged: Buffer.alloc(0) };

/** What is kept of what people did, while their accounts are kept anew: counts with what changes in them. */
export class KeptActs {
  private readonly cells = new ActCells();

  private constructor(
    private readonly brandId: BrandId,
    /** Acts of accounts that nobody has counted yet: out of what was kept, and into it. */
    private readonly waiting: Readonly<Record<1 | -1, PackedActs>>,
    private readonly names: ActNames,
  ) {}

  /**
   * Of some accounts. Whoever begins counts with -1 what was kept of their touches, with 1 what is kept of them now, and ends.
   */
  static async ofSome(tx: Tx, scope: KeptScope, names: TouchNames): Promise<KeptActs> {
    const before = await keptActStore.forget(tx, scope.brandId, scope.accounts);
    await keptActStore.putAhead(tx, scope);
    return KeptActs.begin(tx, scope.brandId, before, await keptActStore.facts(tx, scope), names);
  }

  /** Of everybody, where nothing is kept. */
  static async ofAll(
    tx: Tx,
    scope: { readonly brandId: BrandId; readonly through: EpochMs },
    names: TouchNames,
  ): Promise<KeptActs> {
    return KeptActs.begin(tx, scope.brandId, new Map(), await keptActStore.readAll(tx, scope), names);
  }

  private static async begin(
    tx: Tx,
    brandId: BrandId,
    before: PackedActs,
    now: PackedActs,
    names: TouchNames,
  ): Promise<KeptActs> {
    const pages = new Set<string>();
    for (const acts of [before, now])
      for (const one of acts.values()) for (const { page } of actsOf(one)) pages.add(page);
    const ids = await keptActStore.pageIds(tx, brandId, [...pages]);
    await keptActStore.keep(tx, brandId, now);
    return new KeptActs(brandId, { [-1]: before, 1: new Map(now) }, { ...names, pages: ids });
  }

  /** Counts an account once, with whatever its people did. */
  count({ account, ...touches }: KeptRow, sign: 1 | -1): void {
    const acts = this.waiting[sign].get(account);
    this.waiting[sign].delete(account);
    countActs(this.cells, { ...touches, acts: acts === undefined ? [] : actsOf(acts) }, this.names, sign);
  }

  /** Accounts whose acts nobody has counted yet: with no touch before, or with none now. */
  withoutTouches(): string[] {
    return [...new Set([...this.waiting[-1].keys(), ...this.waiting[1].keys()])];
  }

  async end(tx: Tx): Promise<void> {
    // Of accounts without a touch.
    for (const sign of [-1, 1] as const)
      for (const account of [...this.waiting[sign].keys()]) this.count({ ...NO_TOUCHES, account }, sign);
    let part: ActChanges[] = [];
    for (const one of this.cells.changed()) {
      part.push(one);
      if (part.length < PART_DAYS) continue;
      await changeDays(tx, this.brandId, part);
      part = [];
    }
    await changeDays(tx, this.brandId, part);
  }
}

async function changeDays(tx: Tx, brandId: BrandId, changed: readonly ActChanges[]): Promise<void> {
  if (changed.length === 0) return;
  const before = new Map<string, Buffer>();
  for (const { cells, ...day } of await keptActStore.takeDays(tx, brandId, changed)) before.set(keyOf(day), cells);
  const days = changed.map((one) => ({
    ...{ sort: one.sort, day: one.day },
    cells: changedCells(before.get(keyOf(one)) ?? NO_TOUCHES.engaged, one),
  }));
  await keptActStore.keepDays(tx, brandId, days);
}

function keyOf({ sort, day }: Pick<ActChanges, 'sort' | 'day'>): string {
  return `${sort} ${day}`;
}
