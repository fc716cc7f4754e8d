import { Counter, Histogram } from 'prom-client';
import type { Decision } from '#lib/decision';
import type { Channel, MessageClass } from '#lib/kernel';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** A queue may be longer than any call may take. */
const QUEUE_SECONDS = [...SECONDS, 120, 300, 600, 1800];

const decisions = new Counter({
  name: 'gateway_decisions_total',
  help: 'Decisions by where they were made (accept, attempt), channel, outcome and reason',
  labelNames: ['at', 'channel', 'outcome', 'reason'],
});

const results = new Counter({
  name: 'gateway_hand_over_results_total',
  help: 'What providers answered, by channel',
  labelNames: ['channel', 'result'],
});

const texts = new Counter({
  name: 'gateway_inbound_texts_total',
  help: 'What people wrote back through providers, by channel and how it was read; unclear: it may mean leaving, and a person should read it at the provider; unheard: somebody wants to leave, and nobody can tell at which address',
  labelNames: ['channel', 'reading'],
});

const mails = new Counter({
  name: 'gateway_inbound_mails_total',
  help: 'Mails that came to the mailbox, by how they were read; unclear: it may mean leaving, and a person should read it in the mailbox; other: written by a person, and nothing of leaving in it; unreadable: no program can read it, and a person should',
  labelNames: ['reading'],
});

const batches = new Histogram({
  name: 'gateway_transaction_seconds',
  help: 'Time of one transaction over many messages, by what it does',
  labelNames: ['step'],
  buckets: SECONDS,
});

const calls = new Histogram({
  name: 'gateway_provider_call_seconds',
  help: 'Time until a provider answered, by channel',
  labelNames: ['channel'],
  buckets: SECONDS,
});

const waits = new Histogram({
  name: 'gateway_queue_wait_seconds',
  help: 'How long wake-ups had stood in their queue when a worker took them up, by channel and class',
  labelNames: ['channel', 'class'],
  buckets: QUEUE_SECONDS,
});

/** What is counted of a decision. */
export type CountedDecision = Pick<Decision, 'outcome' | 'reason'> & { readonly channel: Channel };

/** Counts decisions, once they are committed. */
export function countDecisions(at: 'accept' | 'attempt', made: readonly CountedDecision[]): void {
  // Most of a batch are alike, and every call of the counter looks its labels up anew.
  let from = 0;
  made.forEach(({ channel, outcome, reason }, i) => {
    const next = made[i + 1];
    if (next?.channel === channel && next.outcome === outcome && next.reason === reason) return;
    decisions.inc({ at, channel, outcome, reason: reason ?? '' }, i + 1 - from);
    from = i + 1;
  });
}

export function countResult(channel: Channel, result: string): void {
  results.inc({ channel, result });
}

/** @param reading what the text was read as; `unclear` for one that may mean leaving and was not understood, `unheard` for a wish to leave from what is no address */
export function countText(channel: Channel, reading: string): void {
  texts.inc({ channel, reading });
}

/** @param reading `opt_out`, `reported`, `unclear` for what may mean leaving, `other`, or why nothing was done */
export function countMail(reading: string): void {
  mails.inc({ reading });
}

/** Counts a wake-up that a worker took up. Clocks of two machines may differ: it never waited for less than no time. */
export function countWait(channel: Channel, messageClass: MessageClass, ms: number): void {
  waits.observe({ channel, class: messageClass }, Math.max(0, ms) / 1000);
}

/** Measures one transaction over a batch. */
export async function timeBatch<T>(step: 'accept' | 'attempt' | 'outcome', work: () => Promise<T>): Promise<T> {
  const end = batches.startTimer({ step });
  try {
    return await work();
  } finally {
    end();
  }
}

/** Measures one call of a provider. */
export async function timeCall<T>(channel: Channel, work: () => Promise<T>): Promise<T> {
  const end = calls.startTimer({ channel });
  try {
    return await work();
  } finally {
    end();
  }
}
