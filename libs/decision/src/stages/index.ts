import type { EpochMs } from '#lib/kernel';
import { Findings } from '../findings.js';
import type { Situation } from '../situation.js';
import { consent } from './consent.js';
import { jurisdiction } from './jurisdiction.js';
import { frequencyCaps } from './frequency-caps.js';
import { campaign, expiry, sendTime } from './message.js';
import { contactPoint, erased, pause, suppression } from './person.js';
import { quietHours } from './quiet-hours.js';
import { rateLimits } from './rates.js';
import { warmUp } from './warm-up.js';

/**
 * One rule of the send decision, as it stands at `at`: one finding, or several where it looks at several things.
 * What fails with an `until` fails at every instant from `at` to `until` and not at `until`.
 */
export type Stage = (situation: Situation, at: EpochMs, found: Findings) => void;

/**
 * The order decides which failing check is the primary reason of a decision, so it is the order in which a person
 * would explain it: what is true of the person and the address for every message comes first, since no change to this
 * message would help; then what ended this message itself; then the person's will about this subject and what the law makes of it; then what only
 * asks for patience, the person's own wishes and the caller's before the rules of the house, and the machine's limits
 * last. New stages go where their sentence would go.
 */
export const STAGES: readonly Stage[] = [
  erased,
  contactPoint,
  suppression,
  expiry,
  campaign,
  consent,
  jurisdiction,
  pause,
  sendTime,
  frequencyCaps,
  quietHours,
  warmUp,
  rateLimits,
];

/** For what would become of a message if no rate and no warm-up held it. */
export const UNRATED_STAGES: readonly Stage[] = STAGES.filter((stage) => stage !== rateLimits && stage !== warmUp);

/** Whether a message may reach its person, whenever it was handed over: not what asks for patience before that. */
export const REACHING_STAGES: readonly Stage[] = [expiry, consent, jurisdiction, quietHours];

/** Those that can end a message for good by themselves, whatever holds it. */
export const ENDING_STAGES: readonly Stage[] = [
  erased,
  contactPoint,
  suppression,
  expiry,
  campaign,
  consent,
  jurisdiction,
];

/**
 * What every check says at one instant, in the order of the stages.
 *
 * @param wanted whether passing checks are reported as well, or only what they mean for the search over time
 * @param stages every stage; their order decides which failing check is named first, and nothing else
 */
export function runStages(
  situation: Situation,
  at: EpochMs,
  wanted: 'all' | 'failing',
  stages: readonly Stage[] = STAGES,
): Findings {
  const found = new Findings(wanted === 'all');
  for (const stage of stages) stage(situation, at, found);
  return found;
}
