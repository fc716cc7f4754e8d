import type { Tx } from '#lib/platform';
import { armNames } from '../money/domain/exposures.js';
import { firstNamed } from '../money/domain/kept-touches.js';
import type { KeptScope } from '../money/kept-scope.js';
import { keptStore } from '../money/kept.store.js';
import { actsOf, countActs } from './domain/account-acts.js';
import { ACT_SORTS, ActCells, changedCells } from './domain/act-cells.js';
import { keptActStore } from './kept-act.store.js';

/** Accounts that are read together. */
const PART = 5_000;
const NOTHING = Buffer.alloc(0);
const EVER = Date.UTC(9999, 11, 31);
/** Before whatever happened. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');

/** Two ways to one figure. */
interface Compared {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

/** Acts of these accounts against facts, and counts of all days against what is kept of all accounts. */
export async function actDifferences(tx: Tx, scope: KeptScope): Promise<Compared[]> {
  const { brandId, accounts } = scope;
  const [kept, inFacts] = [await keptActStore.kept(tx, brandId, accounts), await keptActStore.facts(tx, scope)];
  const unlike = accounts.filter((account) => kept.get(account) !== inFacts.get(account)).length;
  return [
    { what: 'accounts whose acts are not kept as facts have them', expected: 0, found: unlike },
    {
      what: 'days of acts that are not what accounts add up to',
      expected: 0,
      found: await daysUnlikeAccounts(tx, scope),
    },
  ];
}

async function daysUnlikeAccounts(tx: Tx, { brandId }: KeptScope): Promise<number> {
  const acts = await keptActStore.kept(tx, brandId, null);
  const all = new Set([...acts.values()].flatMap((packed) => actsOf(packed).map(({ page }) => page)));
  const names = {
    channel: firstNamed(await keptStore.names(tx, brandId, 'channel')),
    pages: await keptActStore.knownPages(tx, brandId, [...all]),
    arms: armNames(await keptStore.names(tx, brandId, 'campaign'), await keptStore.variants(tx, brandId)),
  };
  const cells = new ActCells();
  let after: string | null = null;
  for (;;) {
    const rows = await keptStore.accountsAfter(tx, brandId, after, PART);
    if (rows.length === 0) break;
    for (const { account, ...touches } of rows) {
      const own = acts.get(account);
      acts.delete(account);
      countActs(cells, { ...touches, acts: own === undefined ? [] : actsOf(own) }, names, 1);
    }
    after = rows.at(-1)?.account ?? null;
  }
  for (const packed of acts.values())
    countActs(cells, { contacts: [], delivered: NOTHING, engaged: NOTHING, acts: actsOf(packed) }, names, 1);
  const days = new Map<string, Buffer>();
  for (const { sort, day, cells: had } of await keptActStore.days(tx, brandId, ACT_SORTS, { from: FIRST, to: EVER }))
    days.set(`${sort} ${day}`, had);
  let unlike = 0;
  for (const one of cells.changed()) {
    const key = `${one.sort} ${one.day}`;
    if (days.get(key)?.equals(changedCells(NOTHING, one)) !== true) unlike++;
    days.delete(key);
  }
  return unlike + days.size;
}
