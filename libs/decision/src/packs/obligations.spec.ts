import { describe, expect, it } from '@jest/globals';
import type { Policy } from '../policy.js';
import { ms, someFacts, somePolicy } from '../testing/some-facts.js';
import { somePlaces } from '../testing/some-places.js';
import { cap, night, permission } from '../testing/some-packs.js';
import { testReference } from '../testing/test-reference.js';
import { obligationsOf } from './obligations.js';
import type { Pack, PackDuty, PackRevocation } from './pack.js';

const cited = {
  title: 'A rule',
  force: 'statute',
  source: { cite: 'A law', url: 'https://example.org/', seenOn: '2025-01-01' },
  from: null,
  to: null,
  channels: ['email'],
  classes: ['commercial'],
} as const;
const marks: PackDuty = { ...cited, id: 'marks', kind: 'duty', mustCarry: ['opt_out', 'postal_address'], keepEvidence: null }; // prettier-ignore
const evidence: PackDuty = { ...cited, id: 'evidence', kind: 'duty', mustCarry: [], keepEvidence: 'P5Y' };
const stop: PackRevocation = { ...cited, id: 'stop', kind: 'revocation', keywords: ['STOP', 'END'], scope: 'channel', withinBusinessDays: 10 }; // prettier-ignore
const objection: PackRevocation = { ...cited, id: 'objection', kind: 'revocation', keywords: [], scope: 'sender', withinBusinessDays: null }; // prettier-ignore
const NOW = ms('2025-06-02T10:00:00+02:00');
const lawful: Policy = { ...somePolicy(), jurisdiction: { packs: 'contact' } };

function asked(rules: Pack['rules'], policy: Policy = lawful, change: Parameters<typeof someFacts>[0] = {}, now = NOW) {
  const packs = [{ id: 'de', version: '2025-01-01', title: 'Germany', countries: ['DE'], region: null, rules }];
  const facts = someFacts({ ...change, contact: { country: 'DE', ...change.contact } });
  return obligationsOf(facts, policy, now, { ...testReference, places: somePlaces, packs });
}

describe('what a law asks that no check can see to', () => {
  it.each([
    ['what it must carry', marks, 'The message must carry a way out, a postal address.'],
    ['how long evidence is kept', evidence, 'Evidence of the consent is kept for P5Y from every use.'],
    ['which words end it', stop, 'An objection, and each of the words STOP, END, ends what is sent on this channel about this within 10 business days.'], // prettier-ignore
    ['that an objection does', objection, 'An objection ends everything from the sender at once.'],
  ] as const)('says %s', (_name, rule, sentence) => {
    expect(asked([rule])).toEqual([{ rule: `de/${rule.id}`, force: 'statute', sentence }]);
  });

  it('says both in one, and nothing of rules that checks see to', () => {
    const both = { ...marks, keepEvidence: 'P5Y' };
    expect(asked([both, night, cap, permission]).map(({ sentence }) => sentence)).toEqual([
      'The message must carry a way out, a postal address. Evidence of the consent is kept for P5Y from every use.',
    ]);
  });

  it('binds the channels, classes, dates and places of its rule', () => {
    expect(asked([marks, stop]).map(({ rule }) => rule)).toEqual(['de/marks', 'de/stop']);
    expect(asked([marks], lawful, { message: { channel: 'sms' } })).toEqual([]);
    expect(asked([marks], lawful, { message: { class: 'transactional' } })).toEqual([]);
    expect(asked([marks], lawful, { contact: { country: 'FR' } })).toEqual([]);
    const dated = { ...marks, from: '2025-06-03', to: '2025-06-03' };
    expect(asked([dated])).toEqual([]);
    expect(asked([dated], lawful, {}, ms('2025-06-03T00:00:00+02:00'))).toHaveLength(1);
    expect(asked([dated], lawful, {}, ms('2025-06-04T00:00:00+02:00'))).toEqual([]);
  });

  it('is nothing where no law is applied, or where the rule is overridden', () => {
    expect(asked([marks], somePolicy())).toEqual([]);
    expect(asked([marks], { ...lawful, jurisdiction: { packs: 'none', reason: 'r', actor: 'a' } })).toEqual([]);
    const left = (...overridden: (readonly [string, string])[]) => {
      const overrides = overridden.map(([pack, rule]) => ({ pack, rule, reason: 'r', actor: 'a' }));
      return asked([marks, stop], { ...lawful, jurisdiction: { packs: 'contact', overrides } }).map(({ rule }) => rule);
    };
    expect(left(['de', 'marks'])).toEqual(['de/stop']);
    expect(left(['de', 'marks'], ['fr', 'stop'])).toEqual(['de/stop']);
    expect(left(['fr', 'marks'])).toEqual(['de/marks', 'de/stop']);
  });
});
