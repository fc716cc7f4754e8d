import { describe, expect, it } from '@jest/globals';
import type { Pack, PackRule } from '#lib/decision';
import { changesText, contentText, listText, packText } from './packs-text.js';

const cited = {
  title: 'A rule',
  force: 'statute',
  source: { cite: 'Some act s. 1', url: 'https://example.org/', seenOn: '2026-01-01' },
  from: '2026-02-01',
  to: null,
  channels: ['email', 'sms'],
  classes: ['commercial'],
} as const;
const revocation: PackRule = { ...cited, id: 'stop', kind: 'revocation', keywords: ['STOP'], scope: 'channel', withinBusinessDays: 10 }; // prettier-ignore
const pack: Pack = { id: 'de', version: '2026-01-01', title: 'Germany', countries: ['DE'], region: null, rules: [revocation] }; // prettier-ignore

describe('packs for a reader', () => {
  it.each<[PackRule, string]>([
    [
      { ...cited, id: 'q', kind: 'quiet_hours', windows: [{ days: [1, 2, 3], start: '21:00', end: '08:00' }, { days: [6, 7], start: '00:00', end: '24:00' }, { days: [1, 2, 3, 4, 5, 6, 7], start: '12:00', end: '13:00' }], holidays: true }, // prettier-ignore
      'quiet Mon-Wed 21:00-08:00, Sat Sun 00:00-24:00, daily 12:00-13:00, holidays',
    ],
    [{ ...cited, id: 'c', kind: 'frequency_cap', limit: 3, window: 'PT24H', scope: 'topic' }, 'at most 3 in PT24H about the same topic'], // prettier-ignore
    [
      { ...cited, id: 'p', kind: 'consent', accepts: [{ kind: 'express', evidence: ['wording', 'told_of_objection'], lasts: null }, { kind: 'implied_inquiry', evidence: [], lasts: 'P6M' }] }, // prettier-ignore
      'needs express with wording, told of objection; or implied inquiry for P6M',
    ],
    [revocation, 'a revocation (STOP) is obeyed within 10 business days, for that kind of message'],
    [{ ...revocation, keywords: [], scope: 'sender', withinBusinessDays: null }, 'a revocation is obeyed at once, for everything from the sender'], // prettier-ignore
    [{ ...cited, id: 'd', kind: 'duty', keepEvidence: 'P5Y', mustCarry: ['opt_out'] }, 'evidence is kept for P5Y from each use; carries opt out'], // prettier-ignore
  ])('says what a rule asks for (%#)', (rule, text) => {
    expect(contentText(rule)).toBe(text);
  });

  it('shows a pack with the force, the dates and the source of every rule', () => {
    expect(packText({ ...pack, digest: 'abc' })).toContain('stop (statute, from 2026-02-01)\n  A rule\n  email, sms; commercial: a revocation'); // prettier-ignore
    expect(packText({ ...pack, digest: 'abc' })).toMatch(/^de 2026-01-01: Germany\nfor DE\nsha256 abc\n/);
  });

  it('lists packs as a table', () => {
    expect(listText([pack])).toBe('PACK  EDITION     WHERE  RULES  TITLE\nde    2026-01-01  DE     1      Germany');
  });

  it('says that nothing changes, and what does', () => {
    expect(changesText([], '2026-02-02')).toBe('Nothing starts, ends or changes on 2026-02-02.');
    const text = changesText([{ change: 'starts', pack, before: null, after: revocation }], '2026-02-01');
    expect(text).toContain('de    starts  -       stop   statute');
    expect(text).toContain('from 2026-02-01 on: a revocation (STOP) is obeyed');
  });
});
