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
});
