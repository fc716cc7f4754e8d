import type { EpochMs } from '#lib/kernel';
import { type Findings, NO_DETAIL, sharedPass } from '../findings.js';
import type { Situation } from '../situation.js';

const NO_CAMPAIGN = sharedPass('campaign');
const AT_ANY_TIME = sharedPass('send_time', { sendAt: null });

/** A message is stale from `expiresAt` on, that instant included. */
export function expiry({ facts }: Situation, at: EpochMs, found: Findings): void {
  const { expiresAt } = facts.message;
  if (at < expiresAt) found.pass('expiry', { expiresAt }, expiresAt);
  else found.end('expiry', 'expired', { expiresAt });
}

/** Stopping a campaign ends what it still has on the way. */
export function campaign({ facts }: Situation, _at: EpochMs, found: Findings): void {
  if (facts.campaign === null) return found.passAs(NO_CAMPAIGN);
  const detail = { campaign: facts.campaign.key };
  if (facts.campaign.status === 'stopped') found.end('campaign', 'campaign_stopped', detail);
  else found.pass('campaign', detail);
}

/** Not before the instant the caller asked for. */
export function sendTime({ facts }: Situation, at: EpochMs, found: Findings): void {
  const { sendAt } = facts.message;
  if (sendAt !== null && !(sendAt <= at)) found.defer('send_time', 'send_time', sendAt, NO_DETAIL);
  else if (sendAt === null) found.passAs(AT_ANY_TIME);
  else found.pass('send_time', { sendAt });
}
