import type { Channel } from '#lib/kernel';
import type { Arm, Goal } from './best-arm.js';

/** What a brand lets be counted of its mails. */
export interface MailsCounted {
  readonly links: boolean;
  readonly opens: boolean;
}

/** Of which channels the gateway itself learns of a goal: by receipts, by what comes back, and of mails by what is counted. */
const HEARD: Record<Goal, readonly Channel[]> = {
  delivered: ['sms', 'whatsapp'],
  opened: ['whatsapp'],
  clicked: [],
  replied: ['email', 'sms', 'whatsapp'],
};
/** Nobody met the goal in so many tries: of a channel of which only others could tell, they tell nothing. */
const ENOUGH = 100;

/**
 * Whether what is known of a channel says how good it is for a goal. A channel of which nobody would know stands at none of
 * so many tries for ever, however good it is, and one that is counted wins against it with whatever it has. Others may
 * report what the gateway does not hear: whoever met the goal once shows that they do, and until it was tried a while it
 * is not known.
 * @param results of the channel, of all segments
 */
export function isMeasured(goal: Goal, channel: Channel, mails: MailsCounted, results: readonly Arm[]): boolean {
  const isCounted = channel === 'email' && ((goal === 'clicked' && mails.links) || (goal === 'opened' && mails.opens));
  if (isCounted || HEARD[goal].includes(channel)) return true;
  const sum = (of: keyof Arm): number => results.reduce((all, one) => all + one[of], 0);
  return sum('met') > 0 || sum('tried') < ENOUGH;
}
