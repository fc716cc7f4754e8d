import { describe, expect, it } from '@jest/globals';
import type { Decision, Facts } from '#lib/decision';
import { fromRecord, toRecord } from './decision-record.js';

const failed = {
  check: 'quiet_hours',
  passes: false,
  kind: 'defer',
  reason: 'quiet_hours',
  until: 2,
  detail: { rule: 'night' },
} as const;
const decision: Decision = {
  outcome: 'defer',
  reason: 'quiet_hours',
  until: 2,
  notBefore: 2,
  primary: failed,
  at: 1,
  policy: { key: 'default', version: 3 },
  local: { zone: 'Europe/Berlin', zoneFrom: 'contact', tzdb: '2026f', notBefore: null },
  checks: [{ check: 'expiry', passes: true, detail: { expiresAt: 9 } }, failed],
};

describe('the record of a decision', () => {
  const record = toRecord(decision, {} as Facts);

  it('names what passed and holds what failed whole, beside the verdict', () => {
    expect(record.decision).toEqual({ ...decision, checks: ['expiry', failed] });
  });

  it('reads back as the decision without the details of what passed', () => {
    const read = fromRecord(JSON.parse(JSON.stringify(record)) as typeof record);
    expect(read).toEqual({ ...decision, checks: [{ check: 'expiry', passes: true, detail: {} }, failed] });
  });

  it('of a pass says by what it was decided, and nothing that its facts and its policy tell', () => {
    const { key, version } = decision.policy;
    const local = { zone: 'Europe/Berlin', zoneFrom: 'contact', tzdb: '2026f' } as const;
    const pass: Decision = {
      ...{ outcome: 'pass', reason: null, until: null, notBefore: 1, primary: null, at: 1, policy: { key, version } },
      local: { ...local, notBefore: '1970-01-01T01:00:00.001+01:00' },
      checks: [{ check: 'expiry', passes: true, detail: { expiresAt: 9 } }],
    };
    const passed = toRecord(pass, {} as Facts);
    expect(passed.decision).toEqual({ outcome: 'pass', at: 1, policy: { key, version }, local });
    expect(fromRecord(passed)).toEqual({ ...pass, checks: [], local: { ...local, notBefore: null } });
  });

  it.each([
    ['a pass', { outcome: 'pass', reason: null, until: null, primary: null }],
    ['a hold', {}],
  ])('of %s keeps the version of the rules, and says none where the decision says none', (_name, verdict) => {
    const kept = toRecord({ ...decision, ...verdict, rules: 2 } as Decision, {} as Facts);
    expect([kept.decision.rules, fromRecord(kept).rules]).toEqual([2, 2]);
    expect(toRecord({ ...decision, ...verdict } as Decision, {} as Facts).decision).not.toHaveProperty('rules');
  });

  it.each([
    ['a pass', { outcome: 'pass', reason: null, until: null, primary: null }],
    ['a hold', {}],
  ])('of %s keeps the editions of the packs it was made under', (_name, verdict) => {
    const packs = [{ id: 'de', version: '2026-11-21' }];
    const kept = toRecord({ ...decision, ...verdict, packs } as Decision, {} as Facts);
    expect(kept.decision).toHaveProperty('packs', packs);
    expect(fromRecord(kept).packs).toEqual(packs);
    expect(toRecord({ ...decision, ...verdict } as Decision, {} as Facts).decision).not.toHaveProperty('packs');
  });
});
