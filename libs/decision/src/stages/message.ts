import type { EpochMs } from '#lib/kernel';
import type { CheckResult } from '../decision.js';
import type { Situation } from '../situation.js';
import { defer, drop, pass } from './results.js';

/** A message is stale from `expiresAt` on, that instant included. */
export function expiry({ facts }: Situation, at: EpochMs): CheckResult {
  const { expiresAt } = facts.message;
  return at < expiresAt ? pass('expiry', { expiresAt }) : drop('expiry', 'expired', { expiresAt });
}

/** Stopping a campaign ends what it still has on the way. */
export function campaign({ facts }: Situation): CheckResult {
  if (facts.campaign === null) return pass('campaign');
  const detail = { campaign: facts.campaign.key };
  return facts.campaign.status === 'stopped' ? drop('campaign', 'campaign_stopped', detail) : pass('campaign', detail);
}

/** Not before the instant the caller asked for. */
export function sendTime({ facts }: Situation, at: EpochMs): CheckResult {
  const { sendAt } = facts.message;
  return sendAt !== null && sendAt > at ? defer('send_time', 'send_time', sendAt) : pass('send_time', { sendAt });
}
