import { CannotDecide, decide, type Decision, type ReferenceData, RULES, rulesOf } from '#lib/decision';
import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import { CannotOpen, type LedgerService } from '#lib/ledger';
import type { Database } from '#lib/platform';
import { underTablesOf } from '../messages/decide-again.js';
import { type DecisionRecord, toRecord } from '../messages/domain/decision-record.js';
import { asDecided } from '../packs/as-decided.js';
import { reference as productReference } from '../reference.js';
import { type Difference, differences } from './domain/differences.js';
import { pastSteps, type PastStep, type Period } from './past-decisions.js';
import { PolicyVersions, type StoredPolicy } from './policy-versions.js';

/** A stored decision of which there is something to say. */
export interface ReplayDifference {
  /**
   * `difference`: it does not come out as it was recorded, by the rules it was made by. `other_rules`: it does, and the
   * rules of today, which were changed on purpose, would say something else.
   */
  readonly kind: 'difference' | 'other_rules';
  readonly entry: EntryId;
  readonly position: number;
  readonly brandId: BrandId;
  readonly at: EpochMs;
  readonly type: string;
  /** Of the facts it was made again from; where the entry does not commit to them, that is a difference. */
  readonly factsDigest: string | null;
  /** Where the record and what is derived now differ: `/leaf/...` in clear, `/decision/...` sealed, `/policy/...` its rules. */
  readonly differences: readonly Difference[];
}

export interface ReplayCounts {
  /** Decisions made again. */
  readonly decisions: number;
  readonly same: number;
  readonly different: number;
  /** Of those that are the same, made by today's zones, places or holidays, because those they name are not there. */
  readonly underOtherTables: number;
  /** Of those that are the same, made again by rules of before today's, which they name. */
  readonly underOlderRules: number;
  /** Of those, decisions that the rules of today would make otherwise. */
  readonly otherwiseToday: number;
  /** Decisions about people who were erased: their facts are gone, and nothing can be made again. */
  readonly erased: number;
}

/**
 * Makes every stored decision of a period again, from the facts and by the policy version, the editions of packs, of the
 * time zone database, of the tables of places and of holidays, and the version of the rules that it names, and compares
 * all that was recorded: the sealed verdict, what the entry says in clear, that the entry commits to these facts, and the
 * hash of the policy, taken again from the rules as they are stored. Where this release has not the tables that a decision
 * names, it is made by those of today: what they say the same is counted apart, and what they do not is a difference,
 * beside which the tables are named.
 *
 * @param report called for each decision of which there is something to say, in the order of the log
 * @throws CannotOpen with another key than what was recorded is sealed with
 */
export async function replay(
  stores: { readonly database: Database; readonly ledger: LedgerService },
  period: Period,
  report: (difference: ReplayDifference) => void,
  reference: ReferenceData = productReference,
): Promise<ReplayCounts> {
  const policies = new PolicyVersions(stores.database.tx);
  let [decisions, different, underOtherTables, underOlderRules, otherwiseToday, erased] = [0, 0, 0, 0, 0, 0];
  let isFirst = true;
  for await (const steps of pastSteps(stores, period)) {
    const [step] = steps;
    // Where nothing can be opened the key is another, and a line for each decision would say no more.
    if (isFirst && step !== undefined && steps.every(({ isUnopened }) => isUnopened))
      throw new CannotOpen(step.entry, null);
    isFirst = false;
    for (const step of steps) {
      if (step.kind !== 'decision') continue;
      const { content } = step;
      if (step.isUnopened) {
        decisions++;
        different++;
        report({ kind: 'difference', ...placeOf(step), factsDigest: null, differences: [SEALED] });
        continue;
      }
      if (content?.record == null) {
        erased++;
        continue;
      }
      decisions++;
      const about = { ...placeOf(step), factsDigest: content.factsDigest };
      const { decision } = content.record;
      const stored = await policies.find(step.brandId, decision.policy);
      const { found, tables } = compare(step, content.record, stored, reference);
      if (found.length > 0) {
        different++;
        report({ kind: 'difference', ...about, differences: [...found, ...tables] });
        continue;
      }
      if (tables.length > 0) underOtherTables++;
      const rules = rulesOf(decision);
      if (rules === RULES || stored === null) continue;
      underOlderRules++;
      const otherwise = changedByRules(content.record, stored, reference);
      if (otherwise.length === 0) continue;
      otherwiseToday++;
      const named = { pointer: '/decision/rules', recorded: rules, derived: RULES };
      report({ kind: 'other_rules', ...about, differences: [named, ...otherwise] });
    }
  }
  const same = decisions - different;
  return { decisions, same, different, underOtherTables, underOlderRules, otherwiseToday, erased };
}

/** A record that cannot be opened says nothing, so nothing can be made again from it. */
const SEALED: Difference = { pointer: '/decision', recorded: 'cannot be opened', derived: null };

function placeOf({ entry, position, brandId, at, type }: PastStep) {
  return { entry, position, brandId, at, type };
}

interface Comparison {
  readonly found: readonly Difference[];
  /** Tables that it names and that are not there, with those that it was made again by; alone they are no difference. */
  readonly tables: readonly Difference[];
}

function compare(
  { clear, content }: PastStep,
  { facts, decision }: DecisionRecord,
  stored: StoredPolicy | null,
  reference: ReferenceData,
): Comparison {
  const only = (found: readonly Difference[]): Comparison => ({ found, tables: [] });
  const name = `${decision.policy.key}@${decision.policy.version}`;
  if (stored === null) return only([{ pointer: '/policy', recorded: name, derived: null }]);

  const digest = content?.factsDigest ?? null;
  const isCommitted = digest !== null && (clear._sd?.includes(digest) ?? false);
  const named = [
    ...(isCommitted ? [] : [{ pointer: '/leaf/_sd', recorded: null, derived: digest }]),
    ...differences(clear.pol, stored.hash, '/leaf/pol'),
    ...differences(stored.hash, stored.actualHash, '/policy/hash'),
    ...differences(clear.tz, decision.local.tzdb, '/leaf/tz'),
    ...differences(clear.rules, decision.rules, '/leaf/rules'),
  ];
  if (rulesOf(decision) === null)
    return only([...named, { pointer: '/decision/rules', recorded: decision.rules, derived: null }]);
  // The law and the tables as they were: each edition is kept.
  const world = asDecided(reference, decision);
  if (world === null) return only([...named, { pointer: '/decision/packs', recorded: decision.packs, derived: null }]);
  try {
    const again = decide(facts, stored.policy, decision.at, world);
    const derived = asRecorded(underTablesOf(decision, again), facts);
    const { channel: ch, class: mc } = facts.message;
    const open = { ch, mc, out: again.outcome, reason: again.reason ?? undefined };
    const shown = { ch: clear.ch, mc: clear.mc, out: clear.out, reason: clear.reason };
    return {
      found: [...named, ...differences(shown, open, '/leaf'), ...differences(decision, derived, '/decision')],
      tables: differences(versionsOf(decision), versionsOf(again), '/tables'),
    };
  } catch (error) {
    if (!(error instanceof CannotDecide)) throw error;
    return only([...named, { pointer: '/decision', recorded: decision.outcome, derived: error.message }]);
  }
}

/** What the rules of today would say of a decision that came out as recorded, besides which rules they are. */
function changedByRules(
  { facts, decision }: DecisionRecord,
  { policy }: StoredPolicy,
  reference: ReferenceData,
): readonly Difference[] {
  // Zones and holidays are those of then; newer rules ask tables of places for what only those of today say.
  const { places: _, ...local } = decision.local;
  const world = asDecided(reference, { packs: decision.packs, rules: RULES, local });
  if (world === null) return [];
  try {
    const { rules: __, ...today } = underTablesOf(decision, decide(facts, policy, decision.at, world));
    const { places, ...clock } = today.local;
    // That the tables were asked for a place is no other verdict.
    const local = decision.local.places === undefined ? clock : { ...clock, places };
    return differences(withoutRules(decision), asRecorded({ ...today, local }, facts), '/decision');
  } catch (error) {
    if (!(error instanceof CannotDecide)) throw error;
    return [{ pointer: '/decision', recorded: decision.outcome, derived: error.message }];
  }
}

function withoutRules({ rules: _, ...others }: DecisionRecord['decision']): unknown {
  return others;
}

/** What is recorded is JSON, where members that are undefined are not there. */
function asRecorded(decision: Decision, facts: DecisionRecord['facts']): unknown {
  return JSON.parse(JSON.stringify(toRecord(decision, facts).decision));
}

function versionsOf({ local: { tzdb, places, holidays } }: { readonly local: Omit<Decision['local'], 'notBefore'> }) {
  return { tzdb, places, holidays };
}
