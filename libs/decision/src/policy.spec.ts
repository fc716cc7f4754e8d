import { describe, expect, it } from '@jest/globals';
import { appliesLaw, type Policy } from './policy.js';
import { capHorizonMs } from './windows.js';
import { rateLimits } from './rate-limits.js';
import { someCap, somePolicy, someRate } from './testing/some-facts.js';

describe('whether a policy applies any law', () => {
  it.each([
    [undefined, false],
    [{ packs: 'none' as const, reason: 'employees', actor: 'dpo' }, false],
    [{ packs: 'contact' as const }, true],
    [{ packs: { always: ['de'] } }, true],
  ])('%j', (jurisdiction, applies) => {
    const policy: Policy = { ...somePolicy(), ...(jurisdiction && { jurisdiction }) };
    expect(appliesLaw(policy)).toBe(applies);
  });
});

describe('capHorizonMs', () => {
  it('is the longest window of all caps', () => {
    const caps = [someCap({ window: 'P1D' }), someCap({ window: 'P30D' }), someCap({ window: 'PT12H' })];

    expect(capHorizonMs(somePolicy({ caps }))).toBe(30 * 86_400_000);
  });

  it('is nothing without caps', () => {
    expect(capHorizonMs(somePolicy())).toBe(0);
  });

  it.each([
    ['day', 2],
    ['week', 8],
    ['month', 32],
  ] as const)('reaches back over a calendar %s that the clocks made longer', (unit, days) => {
    const caps = [someCap({ window: { unit, zone: 'contact' } }), someCap({ window: 'P1D' })];

    expect(capHorizonMs(somePolicy({ caps }))).toBe(days * 86_400_000);
  });

  it('reaches back as far as the contact chose', () => {
    const choices = ['P60D', 'P2D'].map((window) => ({ limit: 1, window, channel: null, topic: null }));

    expect(capHorizonMs(somePolicy(), choices)).toBe(60 * 86_400_000);
    expect(capHorizonMs(somePolicy({ caps: [someCap({ window: 'P90D' })] }), choices)).toBe(90 * 86_400_000);
  });

  it('refuses a choice and a calendar that make no sense', () => {
    const choice = { limit: 1, window: 'P1M', channel: null, topic: null };
    const yearly = someCap({ window: JSON.parse('{"unit":"year","zone":"contact"}') as never });

    expect(() => capHorizonMs(somePolicy(), [choice])).toThrow('unsettled: the contact chose the window "P1M"');
    expect(() => capHorizonMs(somePolicy({ caps: [yearly] }))).toThrow('unusable_policy: cap weekly has the window');
  });

  it('refuses a window without one length', () => {
    expect(() => capHorizonMs(somePolicy({ caps: [someCap({ window: 'P1M' })] }))).toThrow(
      'unusable_policy: cap weekly has the window "P1M"; policyProblems says what it must look like',
    );
  });
});

describe('rateLimits', () => {
  const message = { brand: 'brand-1', channel: 'email' as const, provider: 'provider-1', campaign: 'spring' };

  it('names one bucket for each rule, after the member of its scope', () => {
    const rates = [
      someRate({ id: 'all', scope: 'brand', permits: 100, burst: 20 }),
      someRate({ id: 'mail', scope: 'channel' }),
      someRate({ id: 'account', scope: 'provider', permits: 7 }),
      someRate({ id: 'slow', scope: 'campaign', permits: 1, interval: 'PT1H' }),
    ];

    expect(rateLimits(somePolicy({ rates }), message)).toEqual([
      { rule: 'all', scope: 'brand', key: 'brand-1', emissionIntervalUs: 10_000, burst: 20 },
      { rule: 'mail', scope: 'channel', key: 'email', emissionIntervalUs: 100_000, burst: 1 },
      { rule: 'account', scope: 'provider', key: 'provider-1', emissionIntervalUs: 142_858, burst: 1 },
      { rule: 'slow', scope: 'campaign', key: 'spring', emissionIntervalUs: 3_600_000_000, burst: 1 },
    ]);
  });

  it('names the domains a message is sent from and to', () => {
    const rates = [
      someRate({ id: 'from', scope: 'sending_domain' }),
      someRate({ id: 'to', scope: 'mailbox_domain', permits: 1, burst: 3 }),
    ];
    const domains = { sending_domain: 'news.example', mailbox_domain: 'mail.example' };
    const keys = (more: object) => rateLimits(somePolicy({ rates }), { ...message, ...more }).map(({ key }) => key);

    expect(rateLimits(somePolicy({ rates }), { ...message, ...domains })).toEqual([
      { rule: 'from', scope: 'sending_domain', key: 'news.example', emissionIntervalUs: 100_000, burst: 1 },
      { rule: 'to', scope: 'mailbox_domain', key: 'mail.example', emissionIntervalUs: 1_000_000, burst: 3 },
    ]);
    expect(keys({ sending_domain: null, mailbox_domain: 'mail.example' })).toEqual(['mail.example']);
    // Not toEqual, which takes a list of undefined for an empty one.
    expect(keys({})).toStrictEqual([]);
  });

  it('leaves out what the message does not have, and channels the rule does not name', () => {
    const rates = [
      someRate({ id: 'account', scope: 'provider' }),
      someRate({ id: 'slow', scope: 'campaign' }),
      someRate({ id: 'texts', channels: ['sms'] }),
      someRate({ id: 'mail', channels: ['email'] }),
    ];
    const limits = rateLimits(somePolicy({ rates }), { ...message, provider: null, campaign: null });

    expect(limits.map((limit) => limit.rule)).toEqual(['mail']);
  });

  it('refuses an interval without one length', () => {
    expect(() => rateLimits(somePolicy({ rates: [someRate({ id: 'slow', interval: 'P1Y' })] }), message)).toThrow(
      'unusable_policy: rate slow has the interval "P1Y"',
    );
  });
});
