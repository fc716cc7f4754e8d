import type { BrandId, EpochMs } from '#lib/kernel';
import type { CopiedRow, Tx } from '#lib/platform';
import { addressOf } from '../facts/domain/fact.js';
import { planForJoins, planForLookups } from '../plan-for-all.js';
import { contentActStore } from './content-act.store.js';
import { instantIn } from './domain/contact-block.js';
import { ContentActs, ContentActsRead } from './domain/content-acts.js';

/** Where the bytes of a field are behind its length. */
const UUID_FIELD = 20;
const INSTANT_FIELD = 12;
/** Addresses as they were written that are remembered while all are read. */
const MOST_WRITTEN = 20_000;

interface ReadScope {
  readonly brandId: BrandId;
  readonly through: EpochMs;
}

/** Everything that anybody did at these addresses, out of the log. */
export async function readContents(tx: Tx, scope: ReadScope, addresses: readonly string[]): Promise<ContentActs> {
  const read = new ContentActsRead(addresses);
  if (addresses.length === 0) return ContentActs.of(addresses, read);
  const written = new Map<string, number>();
  const numberOf = (about: string): number => {
    let number = written.get(about);
    if (number === undefined) {
      if (written.size === MOST_WRITTEN) written.clear();
      written.set(about, (number = read.numberOf(addressOf(about))));
    }
    return number;
  };
  await contentActStore.all(tx, scope, (row) => {
    const ids = row.start + 4;
    const at = row.start + 3 * UUID_FIELD;
    const kind = textAt(row, at + INSTANT_FIELD);
    const address = numberOf(textAt(row, at + INSTANT_FIELD + 4 + kind.length));
    if (address < 0) return;
    const [of = 0, account = 0, person = 0] = [0, 1, 2].map((i) => read.ids.add(row.view, ids + i * UUID_FIELD));
    read.add(instantIn(row.view, at + 4), of, account, person, kind, address);
  });
  return ContentActs.of(addresses, read);
}

/** The same a moment later. @param changed accounts that were kept anew since */
export async function laterContents(
  tx: Tx,
  scope: ReadScope,
  known: ContentActs,
  changed: readonly string[],
): Promise<ContentActs> {
  if (changed.length === 0) return known;
  const read = known.reading();
  await planForLookups(tx);
  for (const [of, account, person, at, kind, about] of await contentActStore.ofSome(tx, {
    ...scope,
    accounts: changed,
  })) {
    const address = read.numberOf(addressOf(about));
    if (address < 0) continue;
    const { ids } = read;
    read.add(at, ids.addText(of), ids.addText(account), ids.addText(person), kind, address);
  }
  await planForJoins(tx);
  return known.with(changed, read);
}

function textAt({ bytes, view }: CopiedRow, at: number): string {
  return bytes.toString('utf8', at + 4, at + 4 + view.getInt32(at));
}
