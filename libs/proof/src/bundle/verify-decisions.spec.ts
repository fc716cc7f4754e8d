import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '../canonical-json.js';
import { recordsCsv, recordsCsvs, type ShownRecord } from './records-csv.js';
import { checkDecisions } from './verify-decisions.js';

const DIGEST = 'D'.repeat(43);
const POL = 'a'.repeat(64);
const CLEAR = { t: 'send.decided', out: 'defer', reason: 'quiet_hours', pol: POL, tz: '2026f', rules: 2 };
const DECISION = {
  outcome: 'defer',
  reason: 'quiet_hours',
  policy: { key: 'default', version: 3 },
  rules: 2,
  local: { zone: 'UTC', tzdb: '2026f' },
};
const shown = (name: string, value: JsonValue) => ({ salt: 's', name, value, digest: DIGEST });
const record = (clear: JsonObject, ...disclosed: ReturnType<typeof shown>[]): ShownRecord => ({
  idx: 7,
  entry: { clear, digests: [DIGEST], disclosed },
});
const decided = (clear: JsonObject = {}, decision: JsonObject = {}): ShownRecord =>
  record({ ...CLEAR, ...clear }, shown('checks', { decision: { ...DECISION, ...decision }, facts: {} }));
const document = (text: string) => new Map([[`documents/${POL}.json`, Buffer.from(text)]]);
const OWN = document('{"key":"default","version":3}');

describe('the decisions that a bundle shows', () => {
  it.each<[string, ShownRecord, Map<string, Buffer>]>([
    ['that say what their entries say', decided(), OWN],
    ['of a policy that the bundle does not have', decided(), new Map()],
    ['of a document that is none', decided(), document('not JSON')],
    ['of before rules had versions', decided({ rules: undefined as never }, { rules: undefined as never }), OWN],
    ['that pass, for which there is no reason', record({ ...CLEAR, out: 'pass', reason: undefined as never }, shown('checks', { decision: { ...DECISION, outcome: 'pass', reason: undefined as never }, facts: {} })), OWN], // prettier-ignore
    ['that were erased', record(CLEAR), OWN],
    ['that are none, because a provider was waited for', record({ t: 'send.decided', out: 'defer' }, shown('checks', { handover: {} })), OWN], // prettier-ignore
    ['of entries about something else', record({ t: 'consent.granted', pol: POL }, shown('event', {})), OWN],
  ])('hold: those %s', (_what, one, files) => {
    expect(checkDecisions([one], files)).toEqual({ holds: true });
  });

  it.each<[string, ShownRecord, Map<string, Buffer>]>([
    ['says another outcome', decided({ out: 'pass' }), OWN],
    ['says another reason', decided({ reason: 'paused' }), OWN],
    ['says another reason', decided({}, { reason: 'paused' }), OWN],
    ['says another version of the clocks', decided({ tz: '2025a' }), OWN],
    ['says another version of the clocks', decided({}, { local: null }), OWN],
    ['says another version of the rules', decided({ rules: 1 }), OWN],
    ['says another version of the rules', decided({ rules: undefined as never }), OWN],
    ['says another policy', decided({}, { policy: { key: 'default', version: 4 } }), OWN],
    ['says another policy', decided(), document('{"key":"other","version":3}')],
    ['shows no facts', record(CLEAR, shown('message', { id: 'm' })), OWN],
    ['shows no facts', record(CLEAR, shown('checks', 'facts')), OWN],
    ['shows no decision beside its facts', record(CLEAR, shown('checks', { facts: {} })), OWN],
    ['shows no decision beside its facts', record(CLEAR, shown('checks', { facts: {}, decision: [] })), OWN],
  ])('do not hold where one %s', (problem, one, files) => {
    const check = checkDecisions([decided(), one], files);
    expect(check).toMatchObject({ holds: false, problem: expect.stringContaining(problem) });
    expect(check).toMatchObject({ problem: expect.stringContaining('record 7') });
  });
});

describe('the table of records', () => {
  it('says by which rules it was decided, and the digest of the facts, where facts are shown', () => {
    const [header, first, second] = recordsCsv([decided(), record(CLEAR, shown('checks', { handover: {} }))]).split(
      '\r\n',
    );
    expect(header).toMatch(/,person,number,rules,facts_digest,count,disclosed$/);
    expect(first).toContain(`,2,${DIGEST},,"{`);
    expect(second).toContain(',2,,,"{');
  });

  it('may be one of before, which says no counts, or neither of the others', () => {
    const [now = '', old = '', older = '', ...others] = recordsCsvs([record({ ...CLEAR, cnt: 3 })]);
    expect(others).toEqual([]);
    expect(now).toBe(recordsCsv([record({ ...CLEAR, cnt: 3 })]));
    expect(old).toBe(now.replace(',count', '').replace(',3,\r\n', ',\r\n'));
    expect(older).toBe(old.replace(',rules,facts_digest', '').replace(',2,,\r\n', ',\r\n'));
  });
});
