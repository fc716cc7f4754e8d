import { describe, expect, it } from '@jest/globals';
import {
  CONSENT_KINDS,
  packChanges,
  quietHoursRule,
  type ConsentEvidence,
  type ConsentKind,
  type Facts,
  type Pack,
  type PackCap,
  type PackConsent,
  type PackQuietHours,
  type PackRule,
} from '#lib/decision';
import type { Channel } from '#lib/kernel';
import { DateTime } from 'luxon';
import { capUse, consent } from '../../libs/decision/src/testing/some-facts.js';
import { about, judged, packs, proven, somebodyIn } from './world.js';

/** Every rule of every pack, so that none can be shipped without a test. */
const rules = packs.flatMap((pack) => pack.rules.map((rule) => ({ pack, rule, name: `${pack.id}/${rule.id}` })));

const placeOf = (pack: Pack) => pack.region ?? pack.countries[0] ?? '';
const zoneOf = (facts: Facts) => facts.contact.zone ?? '';
const MINUTE = 60_000;

/** A Monday on which the rule is in force, with the two weeks after it. */
function mondayInForce({ from, to }: PackRule): string {
  const monday = '2026-11-23';
  if (to !== null && to < '2026-12-20')
    return DateTime.fromISO(to).minus({ weeks: 3 }).startOf('week').toISODate() ?? '';
  return from !== null && from > monday ? (DateTime.fromISO(from).plus({ weeks: 1 }).startOf('week').toISODate() ?? '') : monday; // prettier-ignore
}

describe.each(rules)('$name', ({ pack, rule, name }) => {
  it('says who made it and where that was read', () => {
    expect(rule.source.cite.length).toBeGreaterThan(5);
    expect(rule.source.url).toMatch(/^https:\/\//);
    expect(rule.source.seenOn <= pack.version).toBe(true);
  });

  it('leaves transactional messages alone unless it names them', () => {
    const named = rule.classes.includes('transactional');
    const facts = somebodyIn(placeOf(pack), rule.channels[0] ?? 'email', { message: { class: 'transactional' } });
    const result = about(judged(facts, `${mondayInForce(rule)}T02:00:00Z`), name);
    expect(result === undefined).toBe(!named || rule.kind === 'revocation' || rule.kind === 'duty');
  });

  it('is among the changes of the day it begins and of the day after it ends', () => {
    const namesOn = (date: string) => packChanges(packs, date).flatMap(({ before, after }) => [before, after]);
    if (rule.from !== null) expect(namesOn(rule.from)).toContain(rule);
    if (rule.to !== null)
      expect(namesOn(DateTime.fromISO(rule.to).plus({ days: 1 }).toISODate() ?? '')).toContain(rule);
  });

  switch (rule.kind) {
    case 'quiet_hours':
      return describeQuietHours(pack, rule, name);
    case 'frequency_cap':
      return describeCap(pack, rule, name);
    case 'consent':
      return describeConsent(pack, rule, name);
    case 'revocation':
    case 'duty':
      it('is there to be read, and checks nothing', () => {
        const facts = somebodyIn(placeOf(pack), rule.channels[0] ?? 'email');
        expect(about(judged(facts, `${mondayInForce(rule)}T12:00:00Z`), name)).toBeUndefined();
      });
  }
});

function describeQuietHours(pack: Pack, rule: PackQuietHours, name: string): void {
  it.each(rule.channels)('keeps every minute of a week on %s as its windows say, to the millisecond', (channel) => {
    const facts = somebodyIn(placeOf(pack), channel);
    const monday = DateTime.fromISO(mondayInForce(rule), { zone: zoneOf(facts) });
    const quiet = quietMinutes(rule);
    for (let minute = 0; minute < 7 * 1440; minute++) {
      const at = monday.toMillis() + minute * MINUTE;
      const changes = quiet[minute] !== quiet[(minute + 7 * 1440 - 1) % (7 * 1440)];
      const instants = changes ? [at - 1, at, at + 1] : minute % 37 === 0 ? [at + 30_000] : [];
      for (const instant of instants) {
        const isQuiet = quiet[Math.floor((instant - monday.toMillis()) / MINUTE + 7 * 1440) % (7 * 1440)];
        const result = about(judged(facts, instant), name);
        expect({ instant, passes: result?.passes }).toEqual({ instant, passes: !isQuiet });
        if (result !== undefined && !result.passes)
          expect(result.until).toBe(nextFree(quiet, monday.toMillis(), instant));
      }
    }
  });

  it('binds from the first instant of its first day to the last of its last', () => {
    // Quiet all day on every day, and otherwise the rule as it is: what is left is its dates.
    const always: PackQuietHours = {
      ...rule,
      windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '00:00', end: '23:59' }],
    };
    expectTerm(
      pack,
      always,
      name,
      (facts, at, law) => about(judged(facts, at, undefined, law), name)?.passes === false,
    );
  });

  it('hands its holidays on', () => {
    expect(quietHoursRule(pack, rule).holidays ?? false).toBe(rule.holidays);
  });
}

function describeCap(pack: Pack, rule: PackCap, name: string): void {
  const hour = 60 * MINUTE;
  const now = Date.parse(`${mondayInForce(rule)}T15:00:00Z`);
  const length = DateTime.fromMillis(0).plus(parseIso(rule.window)).toMillis();
  const uses = (count: number, change: Partial<Facts['capUses'][number]> = {}) =>
    Array.from({ length: count }, (_, i) =>
      capUse(now - length + (i + 1) * hour, { channel: channelOf(rule), ...change }),
    );
  const result = (capUses: Facts['capUses'], at = now, topic: Facts['topic'] = { key: 'newsletter' }) =>
    about(judged(somebodyIn(placeOf(pack), channelOf(rule), { capUses, topic }), at), name);

  it('lets the last of its limit through and holds the next until the first has left the window', () => {
    expect(result(uses(rule.limit - 1))?.passes).toBe(true);
    const held = result(uses(rule.limit));
    expect(held).toMatchObject({ passes: false, kind: 'defer', until: now + hour });
    expect(result(uses(rule.limit), now + hour - 1)?.passes).toBe(false);
    expect(result(uses(rule.limit), now + hour)?.passes).toBe(true);
  });

  it('counts its own channels and classes', () => {
    const other: Channel = rule.channels.includes('email') ? 'teams' : 'email';
    expect(result(uses(rule.limit, { channel: other }))?.passes).toBe(true);
    expect(result(uses(rule.limit, { class: 'transactional' }))?.passes).toBe(true);
  });

  it('counts what may be about the same subject', () => {
    expect(result(uses(rule.limit, { topic: 'events' }))?.passes).toBe(rule.scope === 'topic');
    expect(result(uses(rule.limit, { topic: null }))?.passes).toBe(false);
    expect(result(uses(rule.limit, { topic: 'events' }), now, null)?.passes).toBe(false);
  });

  it('binds from the first instant of its first day to the last of its last', () => {
    expectTerm(pack, { ...rule, limit: 0 }, name, (facts, at, law) => about(judged(facts, at, undefined, law), name)?.passes === false); // prettier-ignore
  });
}

function describeConsent(pack: Pack, rule: PackConsent, name: string): void {
  const now = Date.parse(`${mondayInForce(rule)}T15:00:00Z`);
  const given = now - 86_400_000;
  const result = (kind: ConsentKind, evidence: readonly ConsentEvidence[], at = now, channel = channelOf(rule)) => {
    const state = consent('granted', { basis: { kind, at: given, evidence } });
    return about(judged(somebodyIn(placeOf(pack), channel, { consent: { purpose: state, topic: state } }), at), name);
  };

  it.each(CONSENT_KINDS)('takes %s exactly if it accepts it, on each of its channels', (kind) => {
    const accepted = rule.accepts.find((permission) => permission.kind === kind);
    for (const channel of rule.channels) {
      const found = result(kind, accepted?.evidence ?? [], now, channel);
      expect(found).toMatchObject(accepted === undefined ? { passes: false, kind: 'drop', reason: 'jurisdiction' } : { passes: true }); // prettier-ignore
    }
  });

  const needed = rule.accepts.flatMap(({ kind, evidence }) => evidence.map((fact) => ({ kind, evidence, fact })));
  if (needed.length > 0) {
    it.each(needed)('drops $kind without $fact', ({ kind, evidence, fact }) => {
      const left = evidence.filter((other) => other !== fact);
      expect(result(kind, left)).toMatchObject({ passes: false, reason: 'jurisdiction', detail: { missing: fact } });
    });
  }

  const timed = rule.accepts.flatMap((accepted) => (accepted.lasts === null ? [] : [{ ...accepted, lasts: accepted.lasts }])); // prettier-ignore
  if (timed.length > 0) {
    it.each(timed)('lets $kind hold to the end of the day that is $lasts later', ({ kind, evidence, lasts }) => {
      const { zone } = somebodyIn(placeOf(pack), channelOf(rule)).contact;
      const end = DateTime.fromMillis(given, { zone: zone ?? '' })
        .plus(parseIso(lasts))
        .endOf('day')
        .toMillis();
      expect(result(kind, evidence, end)?.passes).toBe(true);
      expect(result(kind, evidence, end + 1)).toMatchObject({ passes: false, reason: 'consent_expired' });
    });
  }

  it('judges a consent from before kinds were as express, with no evidence but its confirmation', () => {
    const express = rule.accepts.find(({ kind }) => kind === 'express');
    const state = consent('confirmed');
    const facts = somebodyIn(placeOf(pack), channelOf(rule), { consent: { purpose: state, topic: state } });
    const enough = express !== undefined && express.evidence.every((fact) => fact === 'confirmed');
    expect(about(judged(facts, now), name)?.passes).toBe(enough);
  });

  it('takes no consent that was not given, or is not there', () => {
    for (const state of [null, { ...proven(), status: 'requested' as const }, consent('withdrawn')]) {
      const facts = somebodyIn(placeOf(pack), channelOf(rule), {
        purpose: { enforcement: 'disabled' },
        consent: { purpose: state, topic: state },
      });
      expect(about(judged(facts, now), name)).toMatchObject({ passes: false, reason: 'jurisdiction' });
    }
  });

  it('binds from the first instant of its first day to the last of its last', () => {
    expectTerm(pack, rule, name, (facts, at, law) => {
      const bare = { ...facts, consent: { purpose: null, topic: null } };
      return about(judged(bare, at, undefined, law), name)?.passes === false;
    });
  });
}

/** With the rule's own dates, and with dates on both sides, since hardly any law has an end. */
function expectTerm<Rule extends PackRule>(
  pack: Pack,
  rule: Rule,
  name: string,
  binds: (facts: Facts, at: number, law: readonly Pack[]) => boolean,
): void {
  const facts = somebodyIn(placeOf(pack), channelOf(rule));
  const dated = { ...rule, from: rule.from ?? '2026-03-02', to: rule.to ?? '2026-10-30' };
  if (dated.to < dated.from) dated.to = DateTime.fromISO(dated.from).plus({ days: 40 }).toISODate() ?? '';
  const law = [{ ...pack, rules: [dated] }];
  const first = DateTime.fromISO(dated.from, { zone: zoneOf(facts) }).toMillis();
  const after = DateTime.fromISO(dated.to, { zone: zoneOf(facts) })
    .plus({ days: 1 })
    .toMillis();
  expect([first - 1, first, after - 2 * MINUTE, after].map((at) => binds(facts, at, law))).toEqual([false, true, true, false]); // prettier-ignore
  const last = about(judged(rule.kind === 'consent' ? { ...facts, consent: { purpose: null, topic: null } } : facts, after - 2 * MINUTE, undefined, law), name); // prettier-ignore
  // What no longer binds tomorrow holds nothing back beyond today.
  if (rule.kind !== 'quiet_hours') expect(last).toMatchObject({ passes: false, until: after });
}

/** Worked out minute by minute, without the engine's own way of reading windows. */
function quietMinutes({ windows }: PackQuietHours): boolean[] {
  const quiet = Array.from({ length: 7 * 1440 }, () => false);
  const minuteOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  for (const { days, start, end } of windows) {
    for (const day of days) {
      const length = (minuteOf(end) - minuteOf(start) + 1440 - 1) % 1440 + 1; // prettier-ignore
      for (let i = 0; i < length; i++) quiet[((day - 1) * 1440 + minuteOf(start) + i) % (7 * 1440)] = true;
    }
  }
  return quiet;
}

function nextFree(quiet: readonly boolean[], monday: number, instant: number): number {
  let minute = Math.floor((instant - monday) / MINUTE);
  do minute++;
  while (quiet[(minute + 7 * 1440) % (7 * 1440)]);
  return monday + minute * MINUTE;
}

function channelOf({ channels }: PackRule): Channel {
  return channels[0] ?? 'email';
}

function parseIso(duration: string) {
  const [, years, months, days, hours] = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(\d+)H)?$/.exec(duration) ?? [];
  return { years: Number(years ?? 0), months: Number(months ?? 0), days: Number(days ?? 0), hours: Number(hours ?? 0) };
}
