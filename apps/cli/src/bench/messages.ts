import { NAMES, contactKey } from './seed.js';

/** Body of one message, the same for the bulk stream, for single requests and, as data, for the baseline. */
export function messageBody(i: number, contacts: number) {
  return {
    to: contactKey(i % contacts),
    template: NAMES.template,
    topic: NAMES.topic,
    campaign: NAMES.campaign,
    step: NAMES.step,
    variables: { name: `Reader ${i}` },
  };
}

/** The line of message `i` in a bulk stream. `run` keeps the keys of several runs apart. */
export function bulkLine(run: string, i: number, contacts: number) {
  return { idempotencyKey: `${run}-${i}`, ...messageBody(i, contacts) };
}
