import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { explainDecision as explained, explainTurn as turnOf } from './explain.js';
import type { CheckDetail, CheckName, Decision, PassedCheck } from './decision.js';
import type { QuietWindow } from './policy.js';
import { capUse, consent, ms, someCap, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
import { testReference } from './testing/test-reference.js';
import { DROP_REASONS, type DropReason, HOLD_REASONS, type HoldReason } from './reasons.js';

const explainDecision = (decision: Decision) => explained(decision, testReference.zones);
const explainTurn = (decision: Decision, asksAt: number) => turnOf(decision, asksAt, testReference.zones);

const NOON = ms('2025-11-23T12:00:00+01:00');
const EVENING = ms('2025-11-23T22:00:00+01:00');
const HOUR = 3_600_000;
const NIGHT = somePolicy({ quietHours: [someQuietHours()] });
const cap = someCap({ limit: 1, window: 'P1D' });
const rate = { rule: 'pace', scope: 'provider' as const, key: 'smtp', emissionIntervalUs: 1, burst: 1 };

const LATE: QuietWindow = { days: [1, 2, 3, 4, 5, 6, 7], start: '22:15', end: '08:00' };

describe('explainDecision', () => {
  it.each([
    ['May leave: every check passes under policy marketing v7.', {}, NIGHT, NOON],
    [
      'Held until Mon 24 Nov 08:00 Europe/Berlin: quiet hours of policy marketing v7 (21:00-08:00).',
      {},
      NIGHT,
      EVENING,
    ],
    [
      'Held until Thu 1 Jan 2026 00:00 Europe/Berlin: the contact has paused messages.',
      { contact: { pausedUntil: ms('2026-01-01T00:00:00+01:00') } },
      somePolicy(),
      NOON,
    ],
    [
      'Held until Sun 23 Nov 04:00 America/Los_Angeles: it was planned for that time.',
      { contact: { zone: 'America/Los_Angeles' }, message: { sendAt: ms('2025-11-23T13:00:00+01:00') } },
      somePolicy(),
      NOON,
    ],
    [
      'Held until Mon 24 Nov 11:00:01 Europe/Berlin: frequency cap weekly of policy marketing v7 (1 of 1 used in 24 hours).',
      { capUses: [capUse(NOON - HOUR + 250)] },
      somePolicy({ caps: [cap] }),
      NOON,
    ],
    [
      'Held until Sun 23 Nov 12:00:02 Europe/Berlin: rate limit pace of the provider.',
      { rates: [{ ...rate, tat: (NOON + 2000) * 1000 }] },
      somePolicy(),
      NOON,
    ],
    ['Dropped: no consent was ever recorded for purpose commercial.', { consent: { purpose: null } }, NIGHT, NOON],
    ['Dropped: consent for topic newsletter was withdrawn.', { consent: { topic: consent('withdrawn') } }, NIGHT, NOON],
    ['Dropped: the message is expired.', { message: { expiresAt: NOON } }, NIGHT, EVENING],
    [
      'Dropped: at the end of its hold (quiet hours of policy marketing v7 (21:00-08:00)) the message is expired.',
      { message: { expiresAt: EVENING + HOUR } },
      NIGHT,
      EVENING,
    ],
    [
      'Dropped: frequency cap weekly of policy marketing v7 (1 of 1 used in 24 hours). ' +
        'The earliest it could have left is Mon 24 Nov 11:00 Europe/Berlin.',
      { capUses: [capUse(NOON - HOUR)] },
      somePolicy({ caps: [{ ...cap, action: 'drop' as const }] }),
      NOON,
    ],
    [
      'Dropped: frequency cap weekly of policy marketing v7 (1 of 1 used in 24 hours). ' +
        'The earliest it could have left is Mon 24 Nov 11:00 Europe/Berlin.',
      { capUses: [capUse(NOON - HOUR)], message: { sendAt: NOON - HOUR } },
      somePolicy({ caps: [{ ...cap, action: 'drop' as const }, someCap({ id: 'other', scope: 'topic' })] }),
      NOON,
    ],
    [
      'Held until Mon 24 Nov 08:00 Europe/Berlin: quiet hours of policy marketing v7 (21:00-08:00). Cap weekly (3 per 7 days) is at 2.',
      { capUses: [capUse(NOON - HOUR), capUse(NOON - 30 * HOUR)] },
      { ...NIGHT, caps: [someCap(), someCap({ id: 'unused', scope: 'campaign' })] },
      EVENING,
    ],
    [
      'Held until Mon 24 Nov 11:00 Europe/Berlin: frequency cap weekly of policy marketing v7 (1 of 1 used in 24 hours). ' +
        'Also: quiet hours of policy marketing v7 (21:00-08:00), until Mon 24 Nov 08:00 Europe/Berlin.',
      { capUses: [capUse(NOON - HOUR)] },
      { ...NIGHT, caps: [cap] },
      EVENING,
    ],
    [
      'May leave: every check passes under policy marketing v7. Cap weekly (3 per 7 days) is at 1.',
      { capUses: [capUse(NOON - HOUR)] },
      somePolicy({ caps: [someCap()] }),
      NOON,
    ],
    [
      'Dropped: the contact was erased. Also: the message is expired.',
      { contact: { erased: true }, message: { expiresAt: NOON, sendAt: NOON + HOUR } },
      NIGHT,
      NOON,
    ],
    [
      'Held until Mon 24 Nov 08:00 Europe/Berlin: the contact has paused messages until Sun 23 Nov 22:30 Europe/Berlin, and other rules from then on.',
      { contact: { pausedUntil: EVENING + HOUR / 2 } },
      somePolicy({ quietHours: [someQuietHours({ windows: [LATE] })] }),
      EVENING,
    ],
    [
      'Held until Mon 24 Nov 08:00 Europe/Berlin: the contact has paused messages until Sun 23 Nov 22:30 Europe/Berlin. ' +
        'Also: quiet hours of policy marketing v7 (21:00-08:00), until Mon 24 Nov 08:00 Europe/Berlin.',
      { contact: { pausedUntil: EVENING + HOUR / 2 } },
      NIGHT,
      EVENING,
    ],
    [
      'Held until Mon 24 Nov 11:00 Europe/Berlin: what the contact chose (1 of 1 used in 24 hours).',
      {
        contact: { frequency: [{ limit: 1, window: 'P1D', channel: null, topic: null }] },
        capUses: [capUse(NOON - HOUR)],
      },
      somePolicy(),
      NOON,
    ],
    [
      'Held until Mon 24 Nov 11:00 Europe/Berlin: frequency cap weekly of policy marketing v7 (1 of 3 used in 24 hours, 2 kept for what matters more).',
      { capUses: [capUse(NOON - HOUR)] },
      somePolicy({ caps: [{ ...cap, limit: 3, headroom: [{ below: 9, keep: 2 }] }] }),
      NOON,
    ],
    [
      'May leave: every check passes under policy marketing v7. Cap weekly (1 per 24 hours) is at 1, and was lifted from this message.',
      {
        capUses: [capUse(NOON - HOUR)],
        message: { override: { caps: true as const, actor: 'key-1', reason: 'recall' } },
      },
      somePolicy({ caps: [cap] }),
      NOON,
    ],
    [
      'May leave: every check passes under policy marketing v7. What the contact chose (3 per 24 hours) is at 1.',
      {
        contact: { frequency: [{ limit: 3, window: 'P1D', channel: null, topic: null }] },
        capUses: [capUse(NOON - HOUR)],
      },
      somePolicy(),
      NOON,
    ],
    ['May leave: every check passes under policy marketing v7.', {}, somePolicy({ caps: [cap] }), NOON],
    [
      'Held until Mon 24 Nov 08:00 Europe/Berlin: the contact has paused messages until Sun 23 Nov 22:30 Europe/Berlin, and other rules from then on. ' +
        'Also: frequency cap weekly of policy marketing v7 (1 of 1 used in 24 hours), until Mon 24 Nov 08:00 Europe/Berlin.',
      {
        contact: { pausedUntil: EVENING + HOUR / 2 },
        capUses: [capUse(ms('2025-11-23T08:00:00+01:00'))],
      },
      somePolicy({ quietHours: [someQuietHours({ windows: [LATE] })], caps: [{ ...cap, action: 'drop' as const }] }),
      EVENING,
    ],
    [
      'Dropped: at the end of its hold (quiet hours of policy marketing v7 (21:00-08:00)) ' +
        'frequency cap weekly of policy marketing v7 (1 of 1 used in 24 hours). ' +
        'The earliest it could have left is Mon 24 Nov 11:00 Europe/Berlin.',
      { contact: { pausedUntil: EVENING + HOUR }, capUses: [capUse(NOON - HOUR)] },
      { ...NIGHT, caps: [{ ...cap, action: 'drop' as const }] },
      EVENING,
    ],
    [
      'Dropped: at the end of its hold (the contact has paused messages) the message is expired.',
      { contact: { pausedUntil: EVENING + 24 * HOUR }, message: { expiresAt: EVENING + 2 * HOUR } },
      NIGHT,
      EVENING,
    ],
    [
      'Dropped: at the end of its hold (the contact has paused messages) the message is expired.',
      {
        contact: { pausedUntil: ms('2025-11-24T08:00:00+01:00') },
        message: { expiresAt: EVENING + 2 * HOUR },
      },
      NIGHT,
      EVENING,
    ],
    [
      'Dropped: the contact was erased. Also: the contact has no address on this channel. ' +
        'Also: the message is expired. Also: the campaign was stopped.',
      {
        contact: { erased: true },
        contactPoint: null,
        consent: { purpose: null },
        campaign: { key: 'spring', status: 'stopped' as const },
        message: { expiresAt: EVENING },
      },
      NIGHT,
      EVENING,
    ],
  ])('%s', (sentence, facts, policy, now) => {
    expect(explainDecision(decide(someFacts(facts), policy, now, testReference))).toBe(sentence);
  });

  it('has words for every reason there is', () => {
    const decision = decide(someFacts({ contact: { erased: true } }), somePolicy(), NOON, testReference);
    if (decision.outcome !== 'drop') throw new Error('expected a drop');
    const detail = { scope: 'topic', key: 'newsletter', rule: 'r', window: 'w', usage: 1, limit: 1 };

    for (const reason of DROP_REASONS) {
      const sentence = explainDecision({ ...decision, reason, primary: { ...decision.primary, reason, detail } });
      expect(sentence).toMatch(/^Dropped: \w.*[^.]\.$/);
      expect(sentence).not.toContain('undefined');
    }
  });

  it.each<[HoldReason | DropReason, CheckDetail, string]>([
    ['warm_up', { haltedBy: 'complained' }, 'the warm-up is halted, too much was complained about'],
    ['warm_up', { haltedBy: 'bounced' }, 'the warm-up is halted, too much bounced'],
    ['warm_up', { haltedBy: null }, 'the sender is being warmed up'],
    ['quiet_hours', { rule: 'contact', window: '21:00-08:00' }, 'quiet hours of the contact (21:00-08:00)'],
    [
      'quiet_hours',
      { rule: 'night', window: '21:00-08:00', never: true, zones: 'Europe/Paris Pacific/Wallis' },
      'quiet hours of policy marketing v7 (21:00-08:00), which leave no hour on all 2 clocks that may be the contact’s',
    ],
    ['quiet_hours', { rule: 'contact', window: '00:00-24:00', never: true }, 'quiet hours of the contact (00:00-24:00), which leave no hour of the week'], // prettier-ignore
    ['quiet_hours', { rule: 'de/night', window: '21:00-08:00' }, 'quiet hours of pack de (21:00-08:00)'],
    ['quiet_hours', { rule: 'night', dates: '12-24' }, 'quiet hours of policy marketing v7 (12-24)'],
    ['quiet_hours', { rule: 'night', holiday: 'Karfreitag' }, 'quiet hours of policy marketing v7 (Karfreitag)'],
    [
      'frequency_cap',
      { rule: 'us/calls', usage: 3, limit: 3, effectiveLimit: 3, window: 'P1D' },
      'frequency cap us/calls of pack us (3 of 3 used in 24 hours)',
    ],
    [
      'jurisdiction',
      { rule: 'de/email', scope: 'topic', missing: 'wording double_opt_in' },
      'the law where the contact may be does not allow it (de/email: the consent lacks wording, double opt in)',
    ],
    [
      'jurisdiction',
      { rule: 'de/email', scope: 'topic' },
      'the law where the contact may be does not allow it (de/email: the consent is not of a kind it accepts)',
    ],
    [
      'jurisdiction',
      { rule: 'de/email', scope: null },
      'the law where the contact may be does not allow it (de/email: there is no consent)',
    ],
  ])('says of %s with %j what it rests on', (reason, detail, words) => {
    const decision = decide(someFacts({ contact: { erased: true } }), somePolicy(), NOON, testReference);
    if (decision.outcome !== 'drop') throw new Error('expected a drop');
    const primary = { ...decision.primary, reason, detail } as typeof decision.primary;

    expect(explainDecision({ ...decision, primary, checks: [] })).toBe(`Dropped: ${words}.`);
  });

  it.each([
    ['P7D', '1 of 1 used in 7 days', '9 per 7 days'],
    ['P1W', '1 of 1 used in 7 days', '9 per 7 days'],
    ['P1D', '1 of 1 used in 24 hours', '9 per 24 hours'],
    ['PT36H', '1 of 1 used in 36 hours', '9 per 36 hours'],
    ['PT1H', '1 of 1 used in 60 minutes', '9 per 60 minutes'],
    ['PT90M', '1 of 1 used in 90 minutes', '9 per 90 minutes'],
    ['PT1M', '1 of 1 used in 60 seconds', '9 per 60 seconds'],
    ['PT90S', '1 of 1 used in 90 seconds', '9 per 90 seconds'],
    [{ unit: 'day', zone: 'contact' } as const, '1 of 1 used this day', '9 per day'],
    [{ unit: 'month', zone: 'brand' } as const, '1 of 1 used this month', '9 per month'],
  ])('says how long the window %j is in words', (window, used, per) => {
    const capUses = [capUse(NOON - 1000)];
    const [full, half] = [1, 9].map((limit) =>
      explainDecision(
        decide(someFacts({ capUses }), somePolicy({ caps: [someCap({ limit, window })] }), NOON, testReference),
      ),
    );
    expect(full).toContain(`(${used})`);
    expect(half).toContain(`Cap weekly (${per}) is at 1.`);
  });

  it('tells the use of caps alone, three things at most', () => {
    const decision = decide(someFacts(), somePolicy(), NOON, testReference);
    const use = (check: CheckName, rule: string, usage: number): PassedCheck => ({
      check,
      passes: true,
      detail: { rule, usage, limit: 5, window: 'P7D' },
    });
    const checks = [
      use('rate_limit', 'pace', 1),
      use('frequency_cap', 'none', 0),
      ...[1, 2, 3, 4].map((usage) => use('frequency_cap', `cap-${usage}`, usage)),
    ];

    expect(explainDecision({ ...decision, checks })).toBe(
      'May leave: every check passes under policy marketing v7. ' +
        'Cap cap-1 (5 per 7 days) is at 1. Cap cap-2 (5 per 7 days) is at 2. Cap cap-3 (5 per 7 days) is at 3.',
    );
  });

  it('reads a decision that was stored as JSON', () => {
    const decision = decide(someFacts(), NIGHT, EVENING, testReference);

    expect(explainDecision(JSON.parse(JSON.stringify(decision)) as typeof decision)).toBe(explainDecision(decision));
  });

  it('has words for every hold there is', () => {
    const decision = decide(someFacts(), NIGHT, EVENING, testReference);
    if (decision.outcome !== 'defer') throw new Error('expected a hold');

    for (const reason of HOLD_REASONS) {
      const sentence = explainDecision({ ...decision, reason, primary: { ...decision.primary, reason } });
      expect(sentence).toMatch(/^Held until Mon 24 Nov 08:00 Europe\/Berlin: \w.*\.$/);
    }
  });
});

describe('explainTurn', () => {
  const held = decide(
    someFacts({ rates: [{ ...rate, tat: (NOON + 2000) * 1000 }] }),
    somePolicy(),
    NOON,
    testReference,
  );

  it('says when somebody in line is asked again', () => {
    expect(explainTurn(held, NOON + 3 * HOUR)).toBe('It is asked again Sun 23 Nov 15:00 Europe/Berlin.');
  });
  it('says nothing that the decision has said, and nothing of what is not held', () => {
    expect(held.notBefore).toBe(NOON + 2000);
    expect(explainTurn(held, NOON + 2000)).toBeNull();
    expect(explainTurn(decide(someFacts(), somePolicy(), NOON, testReference), NOON + HOUR)).toBeNull();
  });
});
