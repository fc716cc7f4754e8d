import { describe, expect, it } from '@jest/globals';
import { decide, passesUntil } from '../decide.js';
import type { Facts } from '../facts.js';
import type { PackRule } from '../packs/pack.js';
import type { JurisdictionRule } from '../policy.js';
import { consent, ms, someFacts } from '../testing/some-facts.js';
import { cap, night, pack, permission, stop, under } from '../testing/some-packs.js';
import { testReference } from '../testing/test-reference.js';

const NOON = ms('2026-06-01T12:00:00+02:00');
const proven = (kind: 'express' | 'implied_purchase', evidence: readonly ('wording' | 'method')[], at = NOON - 1000) =>
  consent('granted', { basis: { kind, at, evidence }, eventId: `${kind}-1` });
const inGermany = (purpose: Facts['consent']['purpose'], change: Parameters<typeof someFacts>[0] = {}) =>
  someFacts({ ...change, contact: { country: 'DE' }, topic: null, consent: { purpose, topic: null } });
const world = (rules: readonly PackRule[]) => ({ ...testReference, packs: [pack('de', rules)] });

/** What the check of the law says. */
function said(
  facts: Facts,
  rules: readonly PackRule[],
  jurisdiction: JurisdictionRule = { packs: 'contact' },
  at = NOON,
) {
  // prettier-ignore
  return decide(facts, under(jurisdiction), at, world(rules)).checks.filter(({ check }) => check === 'jurisdiction');
}

describe('the check of the law', () => {
  const asksForBoth = { ...permission, accepts: [{ kind: 'express', evidence: ['wording', 'method'], lasts: null }] } as const; // prettier-ignore
  const timed = { ...permission, accepts: [{ kind: 'implied_purchase', evidence: [], lasts: 'P6M' }] } as const;
  const about = { rule: 'de/consent', force: 'statute', scope: 'purpose', key: 'commercial' };

  it('passes with the permission that the message rests on, and nothing that is missing', () => {
    const detail = { ...about, event: 'express-1', basis: 'express', missing: null, endsAt: null };
    expect(said(inGermany(proven('express', ['wording', 'method'])), [asksForBoth])).toEqual([
      { check: 'jurisdiction', passes: true, detail },
    ]);
  });

  it('ends the message for all that is not on file, named', () => {
    expect(said(inGermany(proven('express', [])), [asksForBoth])).toMatchObject([
      { passes: false, kind: 'drop', reason: 'jurisdiction', until: null, detail: { missing: 'wording method' } },
    ]);
  });

  it('says of a permission whose time is over that it expired, and when', () => {
    const old = inGermany(proven('implied_purchase', [], ms('2025-11-01T12:00:00+01:00')));
    expect(said(old, [timed])).toMatchObject([
      { passes: false, reason: 'consent_expired', detail: { endsAt: ms('2026-05-02T00:00:00+02:00'), missing: null } },
    ]);
    const other = inGermany(proven('express', []));
    expect(said(other, [timed])).toMatchObject([
      { passes: false, reason: 'jurisdiction', detail: { scope: 'purpose' } },
    ]);
  });

  it('passes no longer than the permission lasts', () => {
    const soon = inGermany(proven('implied_purchase', [], ms('2025-12-01T12:00:00+01:00')));
    const last = passesUntil(soon, under(), NOON, NOON + 86_400_000, world([timed]));
    expect(last).toBe(ms('2026-06-01T23:59:59.999+02:00'));
  });

  it('tells what the policy overrides, and how hard that binds', () => {
    const overrides = [{ pack: 'de', rule: 'consent', reason: 'r', actor: 'a' }];
    expect(
      said(inGermany(null, { purpose: { enforcement: 'disabled' } }), [permission], { packs: 'contact', overrides }),
    ).toEqual([
      // prettier-ignore
      { check: 'jurisdiction', passes: true, detail: { rule: 'de/consent', kind: 'consent', force: 'statute', overridden: true } }, // prettier-ignore
    ]);
    const half = [{ pack: 'de', rule: 'night', reason: 'r', actor: 'a' }];
    const both = said(inGermany(proven('express', ['wording'])), [permission, night], { packs: 'contact', overrides: half }); // prettier-ignore
    expect(both.map(({ detail }) => [detail['rule'], detail['overridden']])).toEqual([
      ['de/consent', undefined],
      ['de/night', true],
    ]);
  });

  it('says that no rule of so many packs asks for anything, or that the policy applies none', () => {
    const plain = inGermany(proven('express', []));
    const of = (detail: object) => [{ check: 'jurisdiction', passes: true, detail }];
    expect(said(plain, [cap, stop])).toEqual(of({ rule: null, packs: 1 }));
    expect(said(plain, [permission], { packs: 'none', reason: 'r', actor: 'a' })).toEqual(of({ rule: null, packs: 0, waived: true })); // prettier-ignore
  });

  it('begins with a rule that is still to come: the message passes up to that midnight', () => {
    const bare = inGermany(proven('express', []));
    const tomorrow = { ...permission, from: '2026-06-02' };
    expect(said(bare, [tomorrow])).toMatchObject([{ passes: true, detail: { rule: null } }]);
    const last = passesUntil(bare, under(), NOON, NOON + 86_400_000, world([tomorrow]));
    expect(last).toBe(ms('2026-06-01T23:59:59.999+02:00'));
    const over = { ...permission, to: '2026-05-31' };
    expect(said(bare, [over])).toMatchObject([{ passes: true, detail: { rule: null } }]);
    expect(passesUntil(bare, under(), NOON, NOON + 1000, world([over]))).toBe(NOON + 1000);
    expect(said(bare, [tomorrow, permission])).toMatchObject([{ passes: false, detail: { rule: 'de/consent' } }]);
  });

  it('that is in force until a day ends the message, and says that it would not the day after', () => {
    const today = { ...permission, to: '2026-06-01' };
    expect(said(inGermany(proven('express', [])), [today])).toMatchObject([
      { passes: false, until: ms('2026-06-02T00:00:00+02:00') },
    ]);
  });
});

describe('what passing checks looked at', () => {
  it.each([
    ['the end of its time', {}, { check: 'expiry', detail: { expiresAt: ms('2030-01-01T00:00:00Z') } }],
    ['the instant asked for, when that is over', { message: { sendAt: NOON } }, { check: 'send_time', detail: { sendAt: NOON } }], // prettier-ignore
    ['no instant, where none was asked for', {}, { check: 'send_time', detail: { sendAt: null } }],
    ['the end of a break that is over', { contact: { pausedUntil: NOON } }, { check: 'pause', detail: { pausedUntil: NOON } }], // prettier-ignore
    ['a campaign', { campaign: { key: 'spring', status: 'active' } }, { check: 'campaign', detail: { campaign: 'spring' } }], // prettier-ignore
  ] as const)('is %s', (_name, change, expected) => {
    const { checks } = decide(
      someFacts(change),
      under({ packs: 'none', reason: 'r', actor: 'a' }),
      NOON,
      testReference,
    );
    expect(checks.find(({ check }) => check === expected.check)).toEqual({ passes: true, ...expected });
  });
});
