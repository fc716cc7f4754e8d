import type { Policy } from '#lib/decision';
import type { LedgerService } from '#lib/ledger';
import type { Database } from '#lib/platform';
import { pastSteps, type PastStep, type Period } from '../history/past-decisions.js';
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
      simulation.take(eventOf(step, step.content));
    }
    if (!complete) break;
  }
  const { key, version } = draft;
  const { from, to } = period;
  const result = simulation.finish(complete ? to : null);
  return { policy: { key, version }, from, to, decisions, erased, complete, ...result };
}

function eventOf({ at, brandId, type, clear }: PastStep, content: NonNullable<PastStep['content']>): PastEvent {
  const { messageId: message, subjectId: contact, record } = content;
  const about = { brand: brandId, contact, message };
  if (record === null) return { at, ...about, happened: { kind: 'cancelled' }, facts: null };
  const { facts, decision } = record;
  const { outcome } = decision;
  const reason = decision.outcome === 'pass' ? null : decision.reason;
  const happened: PastEvent['happened'] =
    type === 'send.handover_started'
      ? { kind: 'handed_over', again: (clear.att ?? 1) > 1 }
      : { kind: 'decided', outcome, reason };
  // The instant that the decision judged, which is what its facts are about.
  return { at: decision.at, ...about, happened, facts };
}
