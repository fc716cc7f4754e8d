import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR, instantsOf, localIso, MINUTE, readingAt } from './local-time.js';
import { ms } from './testing/some-facts.js';
import { testZone } from './testing/test-zones.js';
import { runs } from '../../../test/support/runs.js';

/** What a wall clock shows, as `readingAt` writes it. */
const reading = (text: string) => Date.parse(`${text}:00Z`);
const iso = (instant: number) => new Date(instant).toISOString().replace(':00.000Z', 'Z');

describe('instantsOf', () => {
  it.each([
    // Ordinary times: one instant.
    ['Europe/Berlin', '2025-07-01T08:00', '2025-07-01T06:00Z', '2025-07-01T06:00Z', 'summer in Berlin'],
    ['Europe/Berlin', '2025-12-01T08:00', '2025-12-01T07:00Z', '2025-12-01T07:00Z', 'winter in Berlin'],
    ['Asia/Kolkata', '2025-06-01T08:00', '2025-06-01T02:30Z', '2025-06-01T02:30Z', 'half an hour off'],
    ['Asia/Kathmandu', '2025-06-01T08:00', '2025-06-01T02:15Z', '2025-06-01T02:15Z', 'a quarter of an hour off'],
    ['Pacific/Kiritimati', '2025-06-01T08:00', '2025-05-31T18:00Z', '2025-05-31T18:00Z', 'fourteen hours ahead'],
    ['Pacific/Pago_Pago', '2025-06-01T08:00', '2025-06-01T19:00Z', '2025-06-01T19:00Z', 'eleven hours behind'],
    // Skipped times: the instant after the leap.
    ['Europe/Berlin', '2025-03-30T01:59', '2025-03-30T00:59Z', '2025-03-30T00:59Z', 'the last minute of winter'],
    ['Europe/Berlin', '2025-03-30T02:00', '2025-03-30T01:00Z', '2025-03-30T01:00Z', 'skipped, its first minute'],
    ['Europe/Berlin', '2025-03-30T02:30', '2025-03-30T01:00Z', '2025-03-30T01:00Z', 'skipped'],
    ['Europe/Berlin', '2025-03-30T03:00', '2025-03-30T01:00Z', '2025-03-30T01:00Z', 'the first minute of summer'],
    ['America/New_York', '2025-03-09T02:30', '2025-03-09T07:00Z', '2025-03-09T07:00Z', 'skipped, west of Greenwich'],
    ['Australia/Lord_Howe', '2025-10-05T02:15', '2025-10-04T15:30Z', '2025-10-04T15:30Z', 'half an hour skipped'],
    ['Africa/Cairo', '2025-04-25T00:30', '2025-04-24T22:00Z', '2025-04-24T22:00Z', 'a day without its midnight'],
    ['Asia/Beirut', '2025-03-30T00:00', '2025-03-29T22:00Z', '2025-03-29T22:00Z', 'a day without its midnight'],
    ['America/Havana', '2025-03-09T00:30', '2025-03-09T05:00Z', '2025-03-09T05:00Z', 'a day without its midnight'],
    ['America/Santiago', '2025-09-07T00:00', '2025-09-07T04:00Z', '2025-09-07T04:00Z', 'a day without its midnight'],
    ['Africa/Casablanca', '2025-04-06T02:30', '2025-04-06T02:00Z', '2025-04-06T02:00Z', 'the end of Ramadan'],
    ['Pacific/Auckland', '2025-09-28T02:30', '2025-09-27T14:00Z', '2025-09-27T14:00Z', 'skipped, furthest east'],
    ['Pacific/Chatham', '2025-09-28T03:00', '2025-09-27T14:00Z', '2025-09-27T14:00Z', 'skipped, further still'],
    ['America/Adak', '2025-03-09T02:30', '2025-03-09T12:00Z', '2025-03-09T12:00Z', 'skipped, furthest west'],
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00Z', '2011-12-30T10:00Z', 'a whole day that never was'],
    // Times that occur twice: the first and the last.
    ['Europe/Berlin', '2025-10-26T01:59', '2025-10-25T23:59Z', '2025-10-25T23:59Z', 'just before the hour twice'],
    ['Europe/Berlin', '2025-10-26T02:30', '2025-10-26T00:30Z', '2025-10-26T01:30Z', 'twice'],
    ['Europe/Berlin', '2025-10-26T03:00', '2025-10-26T02:00Z', '2025-10-26T02:00Z', 'just after the hour twice'],
    ['America/New_York', '2025-11-02T01:30', '2025-11-02T05:30Z', '2025-11-02T06:30Z', 'twice, west of Greenwich'],
    ['Pacific/Auckland', '2025-04-06T02:30', '2025-04-05T13:30Z', '2025-04-05T14:30Z', 'twice, furthest east'],
    ['America/Adak', '2025-11-02T01:30', '2025-11-02T10:30Z', '2025-11-02T11:30Z', 'twice, furthest west'],
    ['Australia/Lord_Howe', '2025-04-06T01:45', '2025-04-05T14:45Z', '2025-04-05T15:15Z', 'half an hour twice'],
    ['Africa/Cairo', '2025-10-30T23:30', '2025-10-30T20:30Z', '2025-10-30T21:30Z', 'the hour before midnight twice'],
    ['America/Havana', '2025-11-02T00:00', '2025-11-02T04:00Z', '2025-11-02T05:00Z', 'midnight twice'],
    [
      'America/Santiago',
      '2025-04-05T23:30',
      '2025-04-06T02:30Z',
      '2025-04-06T03:30Z',
      'the hour before midnight twice',
    ],
    ['Africa/Casablanca', '2025-02-23T02:30', '2025-02-23T01:30Z', '2025-02-23T02:30Z', 'the start of Ramadan'],
  ])('%s %s is %s, and at last %s: %s', (zone, local, first, last) => {
    const instants = instantsOf(testZone(zone), reading(local));

    expect({ first: iso(instants.first), last: iso(instants.last) }).toEqual({ first, last });
  });

  it('finds for every instant of two years the reading that leads back to it', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/Havana'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: ms('2024-01-01T00:00:00Z') / MINUTE, max: ms('2025-12-31T00:00:00Z') / MINUTE }),
        (name, minute) => {
          const zone = testZone(name);
          const { first, last } = instantsOf(zone, readingAt(zone, minute * MINUTE));
          expect([first, last]).toContain(minute * MINUTE);
          expect(last - first).toBeLessThanOrEqual(HOUR);
        },
      ),
      { numRuns: runs(500) },
    );
  });

  it('goes forward with the reading, whatever the clock does', () => {
    const wrong: unknown[] = [];
    for (const name of ['Europe/Berlin', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Cairo']) {
      const zone = testZone(name);
      for (const day of [
        '2025-03-30',
        '2025-04-05',
        '2025-04-25',
        '2025-09-07',
        '2025-10-05',
        '2025-10-26',
        '2025-10-30',
      ]) {
        let previous = { first: 0, last: 0 };
        for (let at = reading(`${day}T00:00`) - DAY / 2; at < reading(`${day}T00:00`) + 2 * DAY; at += 5 * MINUTE) {
          const instants = instantsOf(zone, at);
          if (instants.last < instants.first || instants.last < previous.last) wrong.push({ name, at, instants });
          previous = instants;
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('localIso', () => {
  it.each([
    ['Europe/Berlin', '2025-11-24T08:00:00.000+01:00'],
    ['America/Los_Angeles', '2025-07-01T00:00:00.001-07:00'],
    ['America/St_Johns', '2025-07-01T23:59:59.999-02:30'],
    ['Asia/Kathmandu', '2025-07-01T08:00:00.000+05:45'],
    ['Africa/Abidjan', '2025-07-01T08:00:00.000+00:00'],
  ])('writes an instant as the clock in %s shows it: %s', (zone, text) => {
    expect(localIso(testZone(zone), ms(text))).toBe(text);
  });
});
