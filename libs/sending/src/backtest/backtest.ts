import { setImmediate } from 'node:timers/promises';
import { recipientStore } from '#lib/consent';
import { appliesLaw, asksWhere, capHorizonMs, type ConsentState, type Facts, type Policy } from '#lib/decision';
import { CannotOpen, type LedgerService } from '#lib/ledger';
import type { Database } from '#lib/platform';
import { pastSteps, type PastStep, type Period } from '../history/past-decisions.js';
import { PolicyVersions } from '../history/policy-versions.js';
import { reference } from '../reference.js';
import { type BacktestReport, LEFT_ALONE } from './domain/backtest-report.js';
import { PastChoices } from './domain/past-choices.js';
import { type PastEvent, Simulation } from './domain/simulation.js';

/** Some milliseconds of work. */
const STEPS_AT_ONCE = 50;

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
  const choices = new PastChoices();
  let [decisions, erased, complete, taken] = [0, 0, true, 0];
  for await (const recorded of pastSteps(stores, period)) {
    const steps = appliesLaw(draft) ? await withBases(stores.database, recorded) : recorded;
    for (const step of steps) {
      if (step.clear.test === 1) continue;
      if (step.isUnopened) throw new CannotOpen(step.entry, null);
      if (step.content === null && step.kind !== 'decision') continue;
      if (decisions === mostDecisions) {
        complete = false;
        break;
      }
      if (step.content === null) {
        erased++;
        continue;
      }
      // Whoever else is served by this process must not wait for a page of decisions.
      if (++taken % STEPS_AT_ONCE === 0) await setImmediate();
      if (step.kind === 'decision') decisions++;
      const isBehind = choices.isBehind(step.content.choiceId, step.content.record);
      simulation.take({ ...eventOf(step, step.content, await askedBy(step, policies)), isBehind });
    }
    if (!complete) break;
  }
  const { key, version } = draft;
  const { from, to } = period;
  const result = simulation.finish(complete ? to : null);
  return { policy: { key, version }, from, to, decisions, erased, complete, ...result };
}

/**
 * What consents rest on was read only where a policy applied the law. The events that gave them are kept for ever, so a
 * draft that applies it reads there what the decision of then would have read.
 */
async function withBases(database: Database, steps: readonly PastStep[]): Promise<readonly PastStep[]> {
  const isBare = (state: ConsentState | null): state is ConsentState => state !== null && state.basis === undefined;
  const states = steps.flatMap(({ content }) => Object.values(content?.record?.facts.consent ?? {}));
  const events = new Set(states.filter(isBare).map(({ eventId }) => eventId));
  if (events.size === 0) return steps;
  const bases = await recipientStore.bases(database.tx, [...events]);
  const told = <State extends ConsentState | null>(state: State): State => {
    const basis = isBare(state) ? bases.get(state.eventId) : undefined;
    return basis === undefined ? state : { ...state, basis };
  };
  return steps.map((step) => {
    const { content } = step;
    if (content?.record == null) return step;
    const { consent } = content.record.facts;
    const facts: Facts = {
      ...content.record.facts,
      consent: { purpose: told(consent.purpose), topic: told(consent.topic) },
    };
    return { ...step, content: { ...content, record: { ...content.record, facts } } };
  });
}

/** What the policy asked for that a decision was made by. */
interface Asked {
  /** How far back the facts list hand-overs. */
  readonly reachMs: number;
  readonly askedWhere: boolean;
}

async function askedBy({ brandId, content }: PastStep, policies: PolicyVersions): Promise<Asked> {
  const stored = content?.record == null ? null : await policies.find(brandId, content.record.decision.policy);
  if (content?.record == null || stored === null) return { reachMs: 0, askedWhere: false };
  const { frequency } = content.record.facts.contact;
  return {
    reachMs: capHorizonMs(stored.policy, frequency, reference.packs),
    askedWhere: asksWhere(stored.policy),
  };
}

function eventOf(
  { kind, at, brandId, type, clear }: PastStep,
  content: NonNullable<PastStep['content']>,
  asked: Asked,
): Omit<PastEvent, 'isBehind'> {
  const { messageId: message, subjectId: contact, record } = content;
  const about = { brand: brandId, contact, message, ...asked };
  if (record === null) {
    const reason = kind === 'not_tried' ? LEFT_ALONE.find((one) => one === clear.reason) : undefined;
    const happened: PastEvent['happened'] = reason === undefined ? { kind: 'cancelled' } : { kind: 'left_alone', reason }; // prettier-ignore
    return { at, ...about, happened, facts: null };
  }
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
