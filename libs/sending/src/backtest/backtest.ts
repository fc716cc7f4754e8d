import { capHorizonMs, type Policy } from '#lib/decision';
import type { LedgerService } from '#lib/ledger';
import type { Database } from '#lib/platform';
import { pastSteps, type PastStep, type Period } from '../history/past-decisions.js';
import { PolicyVersions } from '../history/policy-versions.js';
import { reference } from '../reference.js';
import type { BacktestReport } from './domain/backtest-report.js';
import { type PastEvent, Simulation } from './domain/simulation.js';

/**
 * What a draft policy would have made of the decisions of a period; reads them as they were recorded and writes nothing.
 * Messages of test keys are left out.
 *
 * @param mostDecisions where to stop; the report then says that it is not complete
 */
export async function backtest(
  stores: { readonly database: Database; readonly ledger: LedgerService },
  period: Period,
  draft: Policy,
  mostDecisions = Infinity,
): Promise<BacktestReport> {
  const simulation = new Simulation(draft, period.from, reference);
  const policies = new PolicyVersions(stores.database.tx);
  let [decisions, erased, complete] = [0, 0, true];
  for await (const steps of pastSteps(stores, period)) {
    for (const step of steps) {
      if (step.clear.test === 1) continue;
      if (decisions === mostDecisions) {
        complete = false;
        break;
      }
      if (step.content === null) {
        erased++;
        continue;
      }
      if (step.type !== 'send.cancelled') decisions++;
      simulation.take(eventOf(step, step.content, await reachOf(step, policies)));
    }
    if (!complete) break;
  }
  const { key, version } = draft;
  const { from, to } = period;
  const result = simulation.finish(complete ? to : null);
  return { policy: { key, version }, from, to, decisions, erased, complete, ...result };
}

/** How far back the facts of a decision list hand-overs: as far as the policy asked that it was made by. */
async function reachOf({ brandId, content }: PastStep, policies: PolicyVersions): Promise<number> {
  if (content?.record == null) return 0;
  const { facts, decision } = content.record;
  const stored = await policies.find(brandId, decision.policy);
  return stored === null ? 0 : capHorizonMs(stored.policy, facts.contact.frequency, reference.packs);
}

function eventOf(
  { at, brandId, type, clear }: PastStep,
  content: NonNullable<PastStep['content']>,
  reachMs: number,
): PastEvent {
  const { messageId: message, subjectId: contact, record } = content;
  const about = { brand: brandId, contact, message };
  if (record === null) return { at, ...about, happened: { kind: 'cancelled' }, facts: null, reachMs };
  const { facts, decision } = record;
  const { outcome } = decision;
  const reason = decision.outcome === 'pass' ? null : decision.reason;
  const happened: PastEvent['happened'] =
    type === 'send.handover_started'
      ? { kind: 'handed_over', again: (clear.att ?? 1) > 1 }
      : { kind: 'decided', outcome, reason };
  // The instant that the decision judged, which is what its facts are about.
  return { at: decision.at, ...about, happened, facts, reachMs };
}
