import type { KeywordReading } from './read-keyword.js';

/** What is known about the number that wrote. */
export interface KeywordFacts {
  /** ISO 3166-1 alpha-2 of the number or person; null when neither tells. */
  readonly country: string | null;
  /** Whether the number's own last word was an opt-out by keyword. */
  readonly leftByKeyword: boolean;
  /** Whether a double opt-in to this number waits for its answer. */
  readonly confirmationPending: boolean;
}

/** What is done, and which one text is sent back: within five minutes and without advertising (47 CFR 64.1200 (a) (12)). */
export interface KeywordAnswer {
  readonly change: 'withdraw_all' | 'restore' | 'confirm' | null;
  readonly reply:
    | 'opt_out_confirmed'
    | 'opt_out_clarification'
    | 'opt_out_question'
    | 'help'
    | 'started'
    | 'sign_up_link'
    | null;
  /** Whether a person should read it. */
  readonly forReview: boolean;
}

/**
 * Where a keyword alone is enough to come back after leaving by keyword (CTIA Messaging Principles 5.1.3). Elsewhere,
 * and where nobody knows, a text message is no evidence of an informed consent (Art. 7 (1) GDPR; BGH I ZR 164/09), so
 * START is answered with the way to sign up.
 */
const START_COUNTRIES: ReadonlySet<string> = new Set(['US', 'CA']);

/**
 * What an inbound message changes.
 *
 * - Leaving withdraws everything at once, also when it was a slip or a sentence; then the reply asks whether something
 *   narrower was meant, and silence leaves everything withdrawn.
 * - Who likely means leaving is asked whether they do, and by which word; a person reads it besides.
 * - Help is answered whoever asks, subscribed or not.
 * - YES means something only while a question waits for it.
 */
export function answerKeyword(reading: KeywordReading, facts: KeywordFacts): KeywordAnswer {
  switch (reading.kind) {
    case 'opt_out': {
      const reply = reading.how === 'keyword' ? 'opt_out_confirmed' : 'opt_out_clarification';
      return { change: 'withdraw_all', reply, forReview: false };
    }
    case 'help':
      return { change: null, reply: 'help', forReview: false };
    case 'start': {
      const isEnough = facts.leftByKeyword && facts.country !== null && START_COUNTRIES.has(facts.country);
      if (isEnough) return { change: 'restore', reply: 'started', forReview: false };
      return { change: null, reply: 'sign_up_link', forReview: false };
    }
    case 'yes':
      return facts.confirmationPending ? { change: 'confirm', reply: 'started', forReview: false } : NOTHING;
    case 'other':
      return { ...NOTHING, reply: reading.isLikely ? 'opt_out_question' : null, forReview: reading.mentionsLeaving };
  }
}

const NOTHING: KeywordAnswer = { change: null, reply: null, forReview: false };
