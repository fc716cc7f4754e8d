import { type TouchGroups, type Touches, TouchLog } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import type { Conversion } from './books.js';

/** A touch that waits until those of other accounts are read. */
interface Waiting {
  readonly id: string;
  readonly at: EpochMs;
  readonly contact: string;
  readonly name: string;
  readonly send: string | null;
}

/** What one account converted, and the touches that may have led there. */
export interface OfCommittee {
  readonly log: Touches;
  /** Of the touches, by their index in the log. */
  readonly ids: readonly string[];
  readonly conversions: readonly Conversion[];
}

/**
 * Deals in which people of other accounts have a role. Touches are read account by account, and those of one such deal are of
 * several: what its account converted waits until all are read.
 */
export class Committees {
  private readonly conversions = new Map<string, Conversion[]>();
  /** People who have a role in a deal of another account, and the accounts that they are of. */
  private readonly guests = new Set<string>();
  private readonly homes = new Set<string>();
  private readonly touches = new Map<string, Waiting[]>();

  /** @param all by account; those that wait here are taken out */
  constructor(all: Map<string, Conversion[]>) {
    for (const [account, conversions] of all) {
      const having = conversions.filter(({ abroad }) => abroad.size > 0);
      if (having.length === 0) continue;
      this.conversions.set(account, conversions);
      for (const { abroad } of having)
        for (const [contact, home] of abroad) {
          this.guests.add(contact);
          this.homes.add(home);
        }
    }
    for (const account of this.conversions.keys()) all.delete(account);
  }

  /** Whether what an account converted waits here. */
  has(account: string): boolean {
    return this.conversions.has(account);
  }

  /** Keeps of some accounts, whole ones, what may lead to a deal that waits. */
  note(log: Touches, groups: TouchGroups, ids: readonly string[]): void {
    if (this.conversions.size === 0) return;
    for (const account of groups.names) {
      const isOwn = this.has(account);
      if (!isOwn && !this.homes.has(account)) continue;
      for (const touch of groups.of(account)) {
        const contact = log.contactOf(touch);
        if (!isOwn && !this.guests.has(contact)) continue;
        const [at, name, send] = [log.atOf(touch), log.nameOf(touch), log.sendOf(touch)];
        const known = this.touches.get(account);
        const one = { id: ids[touch] ?? '', at, contact, name, send };
        if (known === undefined) this.touches.set(account, [one]);
        else known.push(one);
      }
    }
  }

  /** What waited, account by account, once all touches are read; each once. */
  *settled(): Generator<OfCommittee, void> {
    for (const [account, conversions] of this.conversions) {
      this.conversions.delete(account);
      const abroad = new Set(conversions.flatMap((one) => [...one.abroad.values()]));
      const log = new TouchLog();
      const ids: string[] = [];
      for (const [rank, whose] of [account, ...[...abroad].sort()].entries())
        for (const [place, { id, ...touch }] of (this.touches.get(whose) ?? []).entries()) {
          // Of touches of one instant those of the account itself come first, and of one account in the order that they have.
          log.add({ ...touch, id: [rank, place].map((n) => String(n).padStart(10, '0')).join(' '), account });
          ids[log.size - 1] = id;
        }
      // A deal of which no roles are known is led to by everybody in its account, and by no guest of another deal.
      const own = new Set([account, ...(this.touches.get(account) ?? []).map(({ contact }) => contact)]);
      yield {
        log,
        ids,
        conversions: conversions.map((one) => (one.committee?.size ? one : { ...one, committee: own })),
      };
    }
  }
}
