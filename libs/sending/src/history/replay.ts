import { CannotDecide, decide, type Decision, type ReferenceData } from '#lib/decision';
import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import type { Database } from '#lib/platform';
import { underTablesOf } from '../messages/decide-again.js';
import { toRecord } from '../messages/domain/decision-record.js';
import { asDecided } from '../packs/as-decided.js';
import { reference as productReference } from '../reference.js';
import { type Difference, differences } from './domain/differences.js';
import { pastSteps, type PastStep, type Period } from './past-decisions.js';
import { PolicyVersions, type StoredPolicy } from './policy-versions.js';

/** A stored decision that does not come out as it was recorded. */
export interface ReplayDifference {
  readonly entry: EntryId;
  readonly position: number;
  readonly brandId: BrandId;
  readonly at: EpochMs;
  readonly type: string;
  /** Where the record and what is derived now differ: `/leaf/...` in clear, `/decision/...` sealed, `/policy/...` its rules. */
  readonly differences: readonly Difference[];
}

export interface ReplayCounts {
  /** Decisions made again. */
  readonly decisions: number;
  readonly same: number;
  readonly different: number;
  /** Of those that are the same, made by newer tables (zones, places, holidays) than the first time. */
  readonly underNewTables: number;
  /** Decisions about people who were erased: their facts are gone, and nothing can be made again. */
  readonly erased: number;
}

/**
 * Makes every stored decision of a period again, from the facts and by the policy version that it names, and compares
 * all that was recorded: the sealed verdict, what the entry says in clear, and the hash of the policy, taken again from
 * the rules as they are stored. Zones, places and holidays are those of today: a release of them that says the same
 * about a decision makes no difference, and one that says something else is named beside the difference it makes.
 *
 * @param report called for each difference, in the order of the log
 */
export async function replay(
  stores: { readonly database: Database; readonly ledger: LedgerService },
  period: Period,
  report: (difference: ReplayDifference) => void,
  reference: ReferenceData = productReference,
): Promise<ReplayCounts> {
  const policies = new PolicyVersions(stores.database.tx);
  let [decisions, different, underNewTables, erased] = [0, 0, 0, 0];
  for await (const steps of pastSteps(stores, period)) {
    for (const step of steps) {
      if (step.type === 'send.cancelled') continue;
      if (step.content?.record == null) {
        erased++;
        continue;
      }
      decisions++;
      const named = step.content.record.decision.policy;
      const { found, tables } = compare(step, await policies.find(step.brandId, named), reference);
      if (found.length === 0) {
        if (tables.length > 0) underNewTables++;
        continue;
      }
      different++;
      const { entry, position, brandId, at, type } = step;
      report({ entry, position, brandId, at, type, differences: [...found, ...tables] });
    }
  }
  return { decisions, same: decisions - different, different, underNewTables, erased };
}

interface Comparison {
  readonly found: readonly Difference[];
  /** Tables of another version than those the decision was made by, which alone are no difference. */
  readonly tables: readonly Difference[];
}

function compare({ clear, content }: PastStep, stored: StoredPolicy | null, reference: ReferenceData): Comparison {
  const only = (found: readonly Difference[]): Comparison => ({ found, tables: [] });
  const record = content?.record;
  if (record == null) return only([]);
  const { facts, decision } = record;
  const name = `${decision.policy.key}@${decision.policy.version}`;
  if (stored === null) return only([{ pointer: '/policy', recorded: name, derived: null }]);

  const rules = [
    ...differences(clear.pol, stored.hash, '/leaf/pol'),
    ...differences(stored.hash, stored.actualHash, '/policy/hash'),
    ...differences(clear.tz, decision.local.tzdb, '/leaf/tz'),
  ];
  // The law as it was: each edition of a pack is kept.
  const world = asDecided(reference, decision.packs);
  if (world === null) return only([...rules, { pointer: '/decision/packs', recorded: decision.packs, derived: null }]);
  try {
    const again = decide(facts, stored.policy, decision.at, world);
    // What was recorded is JSON, where members that are undefined are not there.
    const asThen = toRecord(underTablesOf(decision, again), facts).decision;
    const derived: unknown = JSON.parse(JSON.stringify(asThen));
    const { channel: ch, class: mc } = facts.message;
    const open = { ch, mc, out: again.outcome, reason: again.reason ?? undefined };
    const shown = { ch: clear.ch, mc: clear.mc, out: clear.out, reason: clear.reason };
    return {
      found: [...rules, ...differences(shown, open, '/leaf'), ...differences(decision, derived, '/decision')],
      tables: differences(versionsOf(decision), versionsOf(again), '/tables'),
    };
  } catch (error) {
    if (!(error instanceof CannotDecide)) throw error;
    return only([...rules, { pointer: '/decision', recorded: decision.outcome, derived: error.message }]);
  }
}

function versionsOf({ local: { tzdb, places, holidays } }: { readonly local: Omit<Decision['local'], 'notBefore'> }) {
  return { tzdb, places, holidays };
}
