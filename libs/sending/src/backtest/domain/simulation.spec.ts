import { describe, expect, it } from '@jest/globals';
import type { CapRule, Facts, Policy, RateRule, WarmUpRule } from '#lib/decision';
import { reference } from '../../reference.js';
import { DueLine } from './due-line.js';
import { type PastEvent, Simulation } from './simulation.js';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-18T12:00:00+01:00');
const facts: Facts = {
  message: { class: 'commercial', channel: 'email', sendAt: null, expiresAt: NOON + 72 * HOUR },
  contact: { zone: 'Europe/Berlin', erased: false, pausedUntil: null },
  contactPoint: { valid: true },
  brand: { zone: 'Europe/Berlin' },
  purpose: { key: 'commercial', enforcement: 'permissive' },
  topic: null,
  campaign: { key: 'autumn', status: 'active' },
  consent: { purpose: null, topic: null },
  suppressions: [],
  capUses: [],
  rates: [],
};
const free: Policy = { key: 'draft', version: 1, caps: [], quietHours: [], rates: [] };
const cap = (change: Partial<CapRule>): Policy => ({
  ...free,
  caps: [
    {
      id: 'cap',
      scope: 'any',
      limit: 1,
      window: 'P1D',
      action: 'drop',
      classes: { bound: ['commercial'], counted: ['commercial'] },
      ...change,
    },
  ],
});

/** A message that was accepted and handed over at once. */
function sent(message: string, at: number, change: Partial<Facts> = {}, contact = 'anna'): PastEvent[] {
  const about = {
    at,
    brand: 'b',
    contact,
    message,
    facts: { ...facts, ...change },
    reachMs: 7 * 24 * HOUR,
    askedWhere: false,
  };
  return [
    { ...about, happened: { kind: 'decided', outcome: 'pass', reason: null } },
    { ...about, happened: { kind: 'handed_over', again: false } },
  ];
}
function run(policy: Policy, events: PastEvent[], to: number | null = NOON + 100 * HOUR) {
  const simulation = new Simulation(policy, NOON - 24 * HOUR, reference);
  for (const event of events) simulation.take(event);
  return simulation.finish(to);
}

describe('the past under another policy', () => {
  it('is as it was under a policy that lets everything go', () => {
    const { total, campaigns, channels, weeks, reasons } = run(free, [...sent('1', NOON), ...sent('2', NOON + HOUR)]);
    const tally = {
      messages: 2,
      happened: { sent: 2, held: 0, dropped: 0 },
      would: { sent: 2, held: 0, dropped: 0 },
      lost: 0,
      gained: 0,
      later: 0,
    };
    expect(total).toEqual(tally);
    expect(campaigns).toEqual([{ key: 'autumn', ...tally }]);
    expect(channels).toEqual([{ key: 'email', ...tally }]);
    expect(weeks).toEqual([{ key: '2026-W47', ...tally }]);
    expect(reasons).toEqual([]);
  });

  it('has room for a later one when a cap took an earlier one away', () => {
    // Three in 36 hours: a cap of one a day takes the second and leaves room for the third, whatever the records say.
    const really = {
      capUses: [
        { at: NOON, channel: 'email', class: 'commercial', purpose: 'commercial', topic: null, campaign: 'autumn' },
      ],
    } as const;
    const { total, reasons } = run(cap({}), [
      ...sent('1', NOON),
      ...sent('2', NOON + 12 * HOUR, really),
      ...sent('3', NOON + 25 * HOUR, { capUses: [...really.capUses, { ...really.capUses[0], at: NOON + 12 * HOUR }] }),
      ...sent('4', NOON + 12 * HOUR, {}, 'bert'),
    ]);
    expect(total).toMatchObject({ messages: 4, would: { sent: 3, dropped: 1 }, lost: 1 });
    expect(reasons).toEqual([{ key: 'frequency_cap', happened: 0, would: 1 }]);
  });

  it('counts hand-overs before the period as they were', () => {
    const before = {
      at: NOON - 30 * HOUR,
      channel: 'email',
      class: 'commercial',
      purpose: 'p',
      topic: null,
      campaign: null,
    } as const;
    expect(run(cap({ window: 'P7D' }), sent('1', NOON, { capUses: [before] })).total.lost).toBe(1);
    const often = { ...before, at: NOON - HOUR, alsoAt: [NOON - 30 * HOUR, NOON - 31 * HOUR] };
    expect(run(cap({ window: 'P7D', limit: 2 }), sent('1', NOON, { capUses: [often] })).total.lost).toBe(1);
    expect(run(cap({ window: 'P7D', limit: 3 }), sent('1', NOON, { capUses: [often] })).total.lost).toBe(0);
  });

  it('says of how many it does not know, because a cap of the draft looks further back than what was written down', () => {
    // What was written down reaches 7 days back, and the period begins a day before noon.
    const [early, late] = [sent('1', NOON), sent('2', NOON + 12 * 24 * HOUR, {}, 'bert')];
    const unjudged = (draft: Policy, events = early) => run(draft, events, null).unjudged;
    const wide = { window: 'P10D', limit: 9 };
    expect(unjudged(cap({ window: 'P7D', limit: 9 }))).toBe(0);
    expect(unjudged(cap(wide))).toBe(1);
    // Ten days later everything that it asks for lies within the period.
    expect(unjudged(cap(wide), [...early, ...late])).toBe(1);
    // A cap that has no say about the message asks for nothing, and one that stops it knows enough.
    expect(unjudged(cap({ ...wide, classes: { bound: ['transactional'], counted: ['commercial'] } }))).toBe(0);
    expect(unjudged(cap({ ...wide, limit: 0 }))).toBe(0);
    // Where the period is all there ever was, nothing is missing.
    const ever = new Simulation(cap(wide), null, reference);
    early.forEach((event) => ever.take(event));
    expect(ever.finish(null).unjudged).toBe(0);
  });

  it('does not know what a cap would have counted before the period where facts left hand-overs out', () => {
    const unjudged = (draft: Policy, allSince: number, change: Partial<Facts> = {}) =>
      run(draft, sent('1', NOON, { ...change, capUsesLeftOut: { told: 2, allSince } }), null).unjudged;
    const week = cap({ window: 'P7D', limit: 9 });
    expect(unjudged(week, NOON - 2 * HOUR)).toBe(1);
    expect(unjudged(cap({ window: 'P1D', limit: 9 }), NOON - 2 * HOUR)).toBe(0);
    expect(unjudged(week, NOON - 7 * 24 * HOUR)).toBe(0);
    const frequency = [{ limit: 1, window: 'P7D', channel: null, topic: null }];
    const contact = { ...facts.contact, frequency };
    expect(unjudged(free, NOON - 2 * HOUR, { contact })).toBe(1);
    expect(unjudged(free, NOON - 7 * 24 * HOUR, { contact })).toBe(0);
  });

  describe('says what was not recorded, and how many messages that is about', () => {
    const because = (draft: Policy, ...events: PastEvent[]) => {
      const { unjudged, unjudgedBecause, total } = run(draft, events);
      return {
        unjudged,
        doubts: unjudgedBecause.map(({ doubt, messages }) => [doubt, messages]),
        sent: total.would.sent,
      };
    };
    const rate = (scope: RateRule['scope']): Policy => ({
      ...free,
      rates: [{ id: 'pace', scope, permits: 1, interval: 'PT1H', burst: 1 }],
    });
    const drawn = (scope: RateRule['scope'], key: string) => ({
      rates: [{ rule: 'then', scope, key, emissionIntervalUs: 1, burst: 1, tat: 0 }],
    });
    const warm = (change: Partial<WarmUpRule>): Policy => ({
      ...free,
      warmUps: [
        {
          id: 'warm',
          scope: 'sending_domain',
          startsOn: '2026-11-18',
          ceilings: [1, 2],
          halt: { bounced: 0.1, complained: 0.1, atLeast: 1, lookBackDays: 1 },
          ...change,
        },
      ],
    });
    const inNameOf = (domain: string | null) => ({
      message: { ...facts.message, route: { provider: 'smtp', sending_domain: domain } },
    });

    it('of the mail server they were for', () => {
      expect(because(rate('mailbox_domain'), ...sent('1', NOON))).toEqual({ unjudged: 1, doubts: [['mailbox', 1]], sent: 1 }); // prettier-ignore
      const two = ['1', '2'].flatMap((id) => sent(id, NOON, drawn('mailbox_domain', 'gmail.com'), id));
      const apart = sent('3', NOON, drawn('mailbox_domain', 'gmx.de'), '3');
      expect(run(rate('mailbox_domain'), [...two, ...apart], NOON + 1)).toMatchObject({
        unjudged: 0,
        total: { would: { sent: 2, held: 1 } },
      });
    });

    it('of the provider, where it did not limit them then either', () => {
      expect(because(rate('provider'), ...sent('1', NOON))).toEqual({ unjudged: 1, doubts: [['sender', 1]], sent: 1 });
      expect(because(rate('provider'), ...sent('1', NOON, drawn('provider', 'smtp'))).doubts).toEqual([]);
    });

    it('and not of the domain of the brand, which is one', () => {
      const events = ['1', '2'].flatMap((id) => sent(id, NOON, {}, id));
      expect(run(rate('sending_domain'), events, NOON + 1)).toMatchObject({
        unjudged: 0,
        total: { would: { sent: 1, held: 1 } },
      });
      const texts = events.map((event) => ({ ...event, facts: { ...facts, message: { ...facts.message, channel: 'sms' as const } } })); // prettier-ignore
      expect(run(rate('sending_domain'), texts, NOON + 1)).toMatchObject({
        unjudged: 0,
        total: { would: { sent: 2 } },
      });
    });

    it('of whom a warm-up is about; else it counts day by day what the draft lets go', () => {
      expect(because(warm({}), ...sent('1', NOON))).toEqual({ unjudged: 1, doubts: [['sender', 1]], sent: 1 });
      const events = ['1', '2', '3', '4'].flatMap((id) => sent(id, NOON, inNameOf('news.example'), id));
      const { unjudged, total } = run(warm({}), events, NOON + 13 * HOUR);
      // One on the first day, two on the second, which begins twelve hours later.
      expect([unjudged, total.would]).toEqual([0, { sent: 3, held: 1, dropped: 0 }]);
      expect(run(warm({ key: 'else.example' }), events).total.would.sent).toBe(4);
      expect(run(warm({ channels: ['sms'] }), sent('1', NOON)).unjudged).toBe(0);
    });

    it('of the place, where a phone number might have told another law', () => {
      const lawful: Policy = { ...free, jurisdiction: { packs: 'contact' } };
      const basis = { kind: 'express', at: 0, evidence: ['wording', 'method'] } as const;
      const consent = { purpose: { status: 'granted', since: 0, validUntil: null, eventId: 'e', basis }, topic: null } as const; // prettier-ignore
      const living = (contact: Partial<Facts['contact']>) => sent('1', NOON, { consent, contact: { ...facts.contact, ...contact } }); // prettier-ignore
      expect(because(lawful, ...living({}))).toEqual({ unjudged: 1, doubts: [['place', 1]], sent: 1 });
      expect(because(lawful, ...living({ country: 'US' })).doubts).toEqual([['place', 1]]);
      expect(because(lawful, ...living({ country: 'DE' })).doubts).toEqual([]);
      expect(because(lawful, ...living({ country: 'US', region: 'US-TX' })).doubts).toEqual([]);
      expect(because(lawful, ...living({}).map((event) => ({ ...event, askedWhere: true }))).doubts).toEqual([]);
      expect(because(free, ...living({})).doubts).toEqual([]);
    });

    it('of what cannot be decided at all, which is counted as held', () => {
      const nowhere = { contact: { ...facts.contact, zone: null }, brand: { zone: 'Moon/Tycho' } };
      const report = run(free, sent('1', NOON, nowhere));
      expect(report).toMatchObject({ unjudged: 1, total: { would: { held: 1 } } });
      expect(report.unjudgedBecause[0]).toMatchObject({
        doubt: 'undecidable',
        sentence: expect.stringMatching(/held$/),
      });
    });
  });

  it('asks again when a hold ends, and sends later', () => {
    const { total } = run(cap({ action: 'defer' }), [...sent('1', NOON), ...sent('2', NOON + HOUR)]);
    expect(total).toMatchObject({ would: { sent: 2 }, later: 1, lost: 0 });
  });

  it('leaves what waits at the end of the period as held, and drops what expires', () => {
    const events = [...sent('1', NOON), ...sent('2', NOON + HOUR)];
    expect(run(cap({ action: 'defer' }), events, NOON + 5 * HOUR).total).toMatchObject({
      would: { sent: 1, held: 1 },
      lost: 1,
    });
    expect(run(cap({ action: 'defer', window: 'P7D' }), events).reasons).toEqual([
      { key: 'expired', happened: 0, would: 1 },
    ]);
  });

  it('would have sent what was dropped, when only a rule had dropped it', () => {
    const about = { at: NOON, brand: 'b', contact: 'anna', facts, reachMs: 0, askedWhere: false };
    const { total, reasons } = run(free, [
      { ...about, message: '1', happened: { kind: 'decided', outcome: 'drop', reason: 'quiet_hours' } },
      { ...about, message: '2', happened: { kind: 'decided', outcome: 'defer', reason: 'quiet_hours' } },
    ]);
    expect(total).toMatchObject({ happened: { dropped: 1, held: 1 }, would: { sent: 2 }, gained: 2 });
    expect(reasons).toEqual([{ key: 'quiet_hours', happened: 2, would: 0 }]);
  });

  it('ends what its sender took back, in both worlds, and counts further tries of a hand-over once', () => {
    const about = { brand: 'b', contact: 'anna', message: '1', reachMs: 0, askedWhere: false };
    const { total } = run(cap({ limit: 0 }), [
      {
        ...about,
        at: NOON,
        facts: { ...facts, message: { ...facts.message, sendAt: NOON + HOUR } },
        happened: { kind: 'decided', outcome: 'defer', reason: 'send_time' },
      },
      { ...about, at: NOON + 1, facts: null, happened: { kind: 'cancelled' } },
    ]);
    expect(total).toMatchObject({ messages: 1, happened: { dropped: 1 }, would: { dropped: 1 } });
    const tries = sent('2', NOON);
    const again: PastEvent = {
      ...(tries[1] as PastEvent),
      at: NOON + HOUR,
      happened: { kind: 'handed_over', again: true },
    };
    expect(run(free, [...tries, again]).total.messages).toBe(1);
  });

  describe('counts apart what was not to be tried, whatever a policy says', () => {
    const accepted = (message: string, at: number, change: Partial<PastEvent> = {}): PastEvent => ({
      ...(sent(message, at)[0] as PastEvent),
      ...change,
    });
    const leftAlone = (message: string, at: number, reason: 'holdout' | 'reached_on_other_channel'): PastEvent => ({
      ...accepted(message, at),
      facts: null,
      happened: { kind: 'left_alone', reason },
    });

    it('contacts who are left alone for comparison, who take no place of others', () => {
      const events = [
        accepted('1', NOON),
        leftAlone('1', NOON, 'holdout'),
        ...sent('2', NOON + 1),
        ...sent('3', NOON + 2),
      ];
      const rates = [{ id: 'pace', scope: 'channel' as const, permits: 1, interval: 'PT1H', burst: 1 }];
      expect(run({ ...free, rates }, events, NOON + HOUR / 2)).toMatchObject({
        total: { messages: 2, would: { sent: 1, held: 1 }, gained: 0 },
        apart: [{ reason: 'holdout', messages: 1 }],
      });
      expect(run(cap({}), events).total).toMatchObject({ messages: 2, would: { sent: 1, dropped: 1 }, lost: 1 });
      const warmUps = [{ id: 'new', scope: 'provider' as const, startsOn: '2026-11-18', ceilings: [1], halt: { bounced: 1, complained: 1, atLeast: 100, lookBackDays: 1 } }]; // prettier-ignore
      const routed = events.map((event) => (event.facts === null ? event : { ...event, facts: { ...event.facts, message: { ...event.facts.message, route: { provider: 'p', sending_domain: null } } } })); // prettier-ignore
      expect(run({ ...free, warmUps }, routed, NOON + HOUR).total).toMatchObject({ would: { sent: 1, held: 1 } });
    });

    it('those whose contact was reached on another channel, and those that still wait for one', () => {
      const report = run(free, [
        ...sent('1', NOON),
        accepted('2', NOON, { isBehind: true }),
        accepted('3', NOON, { isBehind: true }),
        leftAlone('2', NOON + HOUR, 'reached_on_other_channel'),
      ]);
      expect(report).toMatchObject({
        total: { messages: 1, happened: { sent: 1, held: 0 }, would: { sent: 1 }, gained: 0 },
        apart: [
          { reason: 'reached_on_other_channel', messages: 1 },
          { reason: 'other_channel', messages: 1 },
        ],
      });
      expect(report.reasons).toEqual([]);
    });

    it('and asks the draft about one of those when its turn comes', () => {
      const [, handedOver] = sent('2', NOON + 3 * HOUR);
      const { total, apart } = run(cap({}), [
        ...sent('1', NOON),
        accepted('2', NOON, { isBehind: true }),
        handedOver as PastEvent,
      ]);
      expect(total).toMatchObject({ messages: 2, would: { sent: 1, dropped: 1 }, lost: 1 });
      expect(apart).toEqual([]);
    });

    it('also one that began before the period, which nobody knows', () => {
      const { total, apart } = run(free, [leftAlone('0', NOON, 'holdout')]);
      expect([total.messages, apart]).toEqual([0, []]);
    });
  });

  it('lets a line of messages go one by one as a rate allows', () => {
    const rates = [{ id: 'pace', scope: 'channel' as const, permits: 1, interval: 'PT1H', burst: 1 }];
    const events = Array.from({ length: 10 }, (_, i) => sent(String(i), NOON + i, {}, `c${i}`)).flat();
    const { total } = run({ ...free, rates }, events, NOON + 4 * HOUR + 20);
    expect(total.would).toEqual({ sent: 5, held: 5, dropped: 0 });
  });
});

describe('a line of what is due', () => {
  it('gives in order of time, equals in order of arrival, and nothing early', () => {
    const line = new DueLine<number>();
    const times = Array.from({ length: 200 }, (_, i) => (i * 7919) % 50);
    times.forEach((at, i) => line.put(at, i));
    const taken: [number, number][] = [];
    for (let next = line.take(39); next !== null; next = line.take(39)) taken.push([next.at, next.what]);
    const expected = times.flatMap((at, i): [number, number][] => (at <= 39 ? [[at, i]] : []));
    expect(taken).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    expect(line.take(100)?.at).toBe(40);
  });
});
