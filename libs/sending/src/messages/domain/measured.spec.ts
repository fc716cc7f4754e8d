import { expect, it } from '@jest/globals';
import type { Channel } from '#lib/kernel';
import type { Arm, Goal } from './best-arm.js';
import { isMeasured } from './measured.js';

const COUNTED = { links: true, opens: true };
const [NEVER, NOT_YET, ONCE, TWO_SEGMENTS]: readonly (readonly Arm[])[] = [
  [{ tried: 300, met: 0 }],
  [{ tried: 99, met: 0 }],
  [{ tried: 5_000, met: 1 }],
  [
    { tried: 60, met: 0 },
    { tried: 40, met: 0 },
  ],
];

it.each<[string, Goal, Channel, Partial<typeof COUNTED>, readonly Arm[] | undefined, boolean]>([
  ['clicks of mails are counted', 'clicked', 'email', {}, NEVER, true],
  ['clicks of mails of a brand that counts none are not', 'clicked', 'email', { links: false }, NEVER, false],
  ['openings of mails are counted', 'opened', 'email', {}, NEVER, true],
  ['openings of mails of a brand that counts none are not', 'opened', 'email', { opens: false }, NEVER, false],
  ['of clicks in a text nobody knows', 'clicked', 'sms', {}, NEVER, false],
  ['of clicks in a text nobody knows, in whichever segment', 'clicked', 'sms', {}, TWO_SEGMENTS, false],
  ['of clicks in a text somebody told', 'clicked', 'sms', {}, ONCE, true],
  ['of clicks in a text somebody may tell yet', 'clicked', 'sms', {}, NOT_YET, true],
  ['a text has a receipt', 'delivered', 'sms', {}, NEVER, true],
  ['a mail has none', 'delivered', 'email', {}, NEVER, false],
  ['a mail can be replied to', 'replied', 'email', {}, NEVER, true],
  ['WhatsApp tells what was read', 'opened', 'whatsapp', {}, NEVER, true],
  ['a push tells nothing', 'replied', 'push', {}, NEVER, false],
])('%s', (_name, goal, channel, counted, results, measured) => {
  expect(isMeasured(goal, channel, { ...COUNTED, ...counted }, results ?? [])).toBe(measured);
});
