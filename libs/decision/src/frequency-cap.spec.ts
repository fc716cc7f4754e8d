import { describe, expect, it } from '@jest/globals';
import { calendarUsage, capBinds, capUsage, countsUse } from './frequency-cap.js';
import { capUse, ms, someCap, someFacts } from './testing/some-facts.js';
import { testZone } from './testing/test-zones.js';

describe('capUsage in the window (at - 100, at]', () => {
  it.each([
    ['nothing was sent: free', 3, [], 1000, { usage: 0, nextFreeAt: 1000 }],
    ['one below the limit: free', 3, [950, 960], 1000, { usage: 2, nextFreeAt: 1000 }],
    ['at the limit: free when the oldest leaves', 3, [950, 960, 970], 1000, { usage: 3, nextFreeAt: 1050 }],
    [
      'above the limit: as many must leave as are too many',
      2,
      [910, 920, 930, 940],
      1000,
      { usage: 4, nextFreeAt: 1030 },
    ],
    ['exactly a window ago has left', 1, [900], 1000, { usage: 0, nextFreeAt: 1000 }],
    ['a millisecond later has not', 1, [901], 1000, { usage: 1, nextFreeAt: 1001 }],
    ['this very instant counts', 1, [1000], 1000, { usage: 1, nextFreeAt: 1100 }],
    ['a clock that is ahead counts too', 1, [1010], 1000, { usage: 1, nextFreeAt: 1110 }],
    ['several at one instant leave together', 2, [950, 950, 950], 1000, { usage: 3, nextFreeAt: 1050 }],
    ['old ones do not count', 2, [100, 200, 950], 1000, { usage: 1, nextFreeAt: 1000 }],
    ['a limit of none is never free', 0, [], 1000, { usage: 0, nextFreeAt: null }],
    ['not even when something was sent', 0, [950], 1000, { usage: 1, nextFreeAt: null }],
  ])('%s', (_sentence, limit, uses, at, expected) => {
    const past = { facts: someFacts(), uses: uses.map((use) => capUse(use)) };
    expect(capUsage(someCap(), limit, 100, past, at)).toEqual(expected);
  });
});

describe('calendarUsage on the clocks of several zones', () => {
  /** Noon of 2 June in Berlin; in Tokyo the day ends at 15:00Z, in Berlin at 22:00Z, in Honolulu it began at 10:00Z. */
  const NOON = ms('2025-06-02T10:00:00Z');
  const [berlin, tokyo, honolulu] = ['Europe/Berlin', 'Asia/Tokyo', 'Pacific/Honolulu'].map(testZone);
  const EARLY = ms('2025-06-02T09:00:00Z');
  const day = (limit: number, zones: readonly (typeof berlin)[], uses: readonly number[]) =>
    calendarUsage(
      someCap(),
      limit,
      { unit: 'day', zone: 'contact' },
      zones.flatMap((zone) => zone ?? []),
      { facts: someFacts(), uses: uses.map((use) => capUse(use)) },
      NOON,
    );

  it.each([
    ['there is room on all: now, by the first', 2, [berlin, tokyo], [EARLY], 1, NOON, 'Europe/Berlin'],
    ['the last to have room decides', 1, [tokyo, berlin], [EARLY], 1, ms('2025-06-02T22:00Z'), 'Europe/Berlin'],
    ['in whatever order they stand', 1, [berlin, tokyo], [EARLY], 1, ms('2025-06-02T22:00Z'), 'Europe/Berlin'],
    [
      'of two alike the first is named',
      1,
      [berlin, berlin, tokyo],
      [EARLY],
      1,
      ms('2025-06-02T22:00Z'),
      'Europe/Berlin',
    ],
    ['a day that has just begun there counts nothing', 1, [honolulu], [EARLY], 0, NOON, 'Pacific/Honolulu'],
    ['the fullest day is the usage', 1, [honolulu, berlin], [EARLY], 1, ms('2025-06-02T22:00Z'), 'Europe/Berlin'],
    ['a limit of none is never free, by the first', 0, [berlin, tokyo], [], 0, null, 'Europe/Berlin'],
    ['nor when something was sent', 0, [tokyo, berlin], [EARLY], 1, null, 'Asia/Tokyo'],
  ])('%s', (_sentence, limit, zones, uses, usage, nextFreeAt, zone) => {
    expect(day(limit, zones, uses)).toEqual({ usage, nextFreeAt, zone });
  });
});

describe('what a cap binds', () => {
  it.each([
    ['a commercial message by default', {}, {}, true],
    ['no transactional message unless it is named', {}, { message: { class: 'transactional' as const } }, false],
    [
      'a transactional message that is named',
      { classes: { bound: ['transactional' as const], counted: ['commercial' as const] } },
      { message: { class: 'transactional' as const } },
      true,
    ],
    ['only its channels', { channels: ['sms' as const] }, {}, false],
    ['its channels', { channels: ['email' as const] }, {}, true],
    ['a message with a topic', { scope: 'topic' as const }, {}, true],
    ['no message without a topic', { scope: 'topic' as const }, { topic: null }, false],
    [
      'a message of a campaign',
      { scope: 'campaign' as const },
      { campaign: { key: 'spring', status: 'active' as const } },
      true,
    ],
    ['no message without a campaign', { scope: 'campaign' as const }, {}, false],
  ])('%s', (_sentence, rule, facts, expected) => {
    expect(capBinds(someCap(rule), someFacts(facts))).toBe(expected);
  });
});

describe('what a cap counts', () => {
  const facts = someFacts({
    campaign: { key: 'spring', status: 'active' },
    capUses: [
      capUse(1, { purpose: 'own', topic: null }),
      capUse(2, { campaign: 'spring' }),
      capUse(3, { channel: 'sms' }),
      capUse(4, { topic: 'events' }),
      capUse(5, { channel: 'sms', topic: 'events', purpose: 'own', campaign: 'autumn' }),
      capUse(6, { class: 'transactional' }),
    ],
  });

  it.each([
    ['everything commercial', {}, [1, 2, 3, 4, 5]],
    ['classes that it names', { classes: { bound: [], counted: ['transactional' as const] } }, [6]],
    ['the same channel', { scope: 'channel' as const }, [1, 2, 4]],
    ['the same purpose', { scope: 'purpose' as const }, [2, 3, 4]],
    ['the same topic', { scope: 'topic' as const }, [2, 3]],
    ['the same campaign', { scope: 'campaign' as const }, [2]],
    ['the channels that it names', { channels: ['sms' as const] }, [3, 5]],
  ])('%s', (_sentence, rule, expected) => {
    const cap = someCap(rule);
    expect(facts.capUses.filter((use) => countsUse(cap, use, facts)).map(({ at }) => at)).toEqual(expected);
  });
});
