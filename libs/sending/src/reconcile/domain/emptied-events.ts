import type { JsonValue } from '#lib/ledger';
import type { ConsentEventRow, ToldEntry } from './compare-rows.js';
import type { Difference } from './difference.js';
import { isObject, memberOf } from './entry-rows.js';

interface Told extends ToldEntry {
  readonly n: number;
}

/** What an erasure takes out of the rows of whoever's evidence a statute keeps, which entries go on to disclose. */
const EMPTIED: ReadonlySet<string> = new Set(['source', 'wording', 'evidence']);

/**
 * Events of consent whose evidence is gone from their rows while their entries still disclose it. That is as it should be of
 * people whom a later entry of the log says to be erased but for evidence, and of those who became them; of anybody else
 * somebody took it out.
 */
export class EmptiedEvents {
  private readonly held = new Map<string, { readonly n: number; readonly difference: Difference }[]>();
  private readonly restrictedAt = new Map<string, number>();
  private readonly became = new Map<string, string>();

  /** @returns whether the difference waits for what the log says later */
  hold(entry: Told, row: ConsentEventRow, columns: readonly string[], difference: Difference): boolean {
    const contact = memberOf(entry.disclosed?.['contact'], 'id');
    const isEmptied = row.source === null && row.wording === null && isEmpty(row.evidence);
    if (typeof contact !== 'string' || !isEmptied || !columns.every((one) => EMPTIED.has(one))) return false;
    const waiting = this.held.get(contact) ?? [];
    waiting.push({ n: entry.n, difference });
    this.held.set(contact, waiting);
    return true;
  }

  /** Any entry, in the order of the log. */
  add({ n, clear, disclosed }: Told): void {
    const contact = memberOf(disclosed?.['contact'], 'id');
    if (typeof contact !== 'string') return;
    const merged = memberOf(memberOf(disclosed?.['change'], 'merged'), 'id');
    if (clear['t'] === 'erasure.restricted') this.restrictedAt.set(contact, n);
    else if (typeof merged === 'string') this.became.set(merged, contact);
  }

  /** Those that no entry explains. */
  unexplained(): Difference[] {
    return [...this.held].flatMap(([contact, waiting]) => {
      const until = this.restrictedAt.get(this.lastOf(contact)) ?? -Infinity;
      return waiting.filter(({ n }) => n > until).map(({ difference }) => difference);
    });
  }

  /** Who somebody is in the end. */
  private lastOf(contact: string): string {
    const seen = new Set<string>();
    for (let one = contact; ;) {
      const next = this.became.get(one);
      if (next === undefined || seen.has(one)) return one;
      seen.add(one);
      one = next;
    }
  }
}

function isEmpty(value: JsonValue): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
