import { Inject, Injectable } from '@nestjs/common';
import { type ConsentFact, foldConsent, isRefusal } from '#lib/consent';
import { LedgerService } from '#lib/ledger';
import { Database, type Tx } from '#lib/platform';
import { consentEventOf, sendOf, suppressionOf } from './domain/entry-rows.js';
import { type Difference, type ScopeFact, shadowStore, type StateShadow } from './shadow.store.js';

/** What was compared, and what differs. */
export interface Reconciled {
  readonly entries: number;
  /** Of each table at most MOST_SHOWN. */
  readonly differences: readonly Difference[];
}

const KINDS = ['consent', 'suppression', 'send'];
const POINTS = 2_000;
export const MOST_SHOWN = 1_000;

/**
 * Makes consents, suppressions, ends of messages and places under caps again from the log, and compares them with the
 * tables, in both directions and as of one instant. Trusts the log: whether that is sound is for `ledger fsck` to say.
 */
@Injectable()
export class Reconciler {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /** Any difference is written into the log, once as long as it stays the same, and turns readiness red. */
  async run(): Promise<Reconciled> {
    const found = await this.database.transaction(async (tx) => {
      await shadowStore.begin(tx);
      // Whoever takes away what an entry disclosed takes it out of the comparison as well.
      const torn = (await this.ledger.chainProblems(tx)).map((problem): Difference => ({
        table: 'ledger.disclosure',
        row: '',
        problem,
      }));
      const compared = await this.compare(tx).catch((error: unknown) => {
        // What cannot be opened is told already.
        if (torn.length === 0) throw error;
        return { entries: 0, differences: [] };
      });
      await shadowStore.clear(tx);
      return { entries: compared.entries, differences: [...torn, ...compared.differences] };
    });
    await this.ledger.recordReconciliation(this.database, found.entries, countsOf(found.differences));
    return found;
  }

  private async compare(tx: Tx): Promise<Reconciled> {
    const entries = await this.readLog(tx);
    await shadowStore.fillErased(tx);
    await this.foldStates(tx);
    return { entries, differences: await shadowStore.differences(tx, MOST_SHOWN) };
  }

  private async readLog(tx: Tx): Promise<number> {
    let entries = 0;
    for await (const page of this.ledger.allEntries(tx, KINDS)) {
      const of = (kind: string) => page.filter(({ clear }) => isOf(kind, clear['t']));
      await shadowStore.addEvents(tx, of('consent').map(consentEventOf));
      await shadowStore.addSuppressions(tx, of('suppression').map(suppressionOf));
      await shadowStore.addSends(tx, of('send').map(sendOf));
      entries += page.length;
    }
    return entries;
  }

  private async foldStates(tx: Tx): Promise<void> {
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const facts = await shadowStore.facts(tx, after, POINTS);
      await shadowStore.addStates(tx, statesOf(facts));
      const last = facts.at(-1);
      if (last === undefined) return;
      after = last.pointId;
    }
  }
}

function statesOf(facts: readonly ScopeFact[]): StateShadow[] {
  const scopes = new Map<string, ScopeFact[]>();
  for (const fact of facts) {
    const key = `${fact.pointId} ${fact.scopeId}`;
    const scope = scopes.get(key);
    if (scope === undefined) scopes.set(key, [fact]);
    else scope.push(fact);
  }
  return [...scopes.values()].flatMap((scope) => {
    const [first] = scope;
    const state = foldConsent(scope);
    if (first === undefined || state === null) return [];
    return [{ pointId: first.pointId, scopeId: first.scopeId, ...state, refusedAt: lastRefusal(scope) }];
  });
}

function lastRefusal(facts: readonly ConsentFact[]): number | null {
  const times = facts.filter(({ kind }) => isRefusal(kind)).map(({ occurredAt }) => occurredAt);
  return times.length === 0 ? null : Math.max(...times);
}

const isOf = (kind: string, type: unknown): boolean => typeof type === 'string' && type.startsWith(`${kind}.`);

function countsOf(differences: readonly Difference[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { table } of differences) counts[table] = (counts[table] ?? 0) + 1;
  return counts;
}
