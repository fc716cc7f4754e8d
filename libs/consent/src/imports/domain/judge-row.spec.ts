import { describe, expect, it } from '@jest/globals';
import type { ImportRow } from '../import-row.js';
import { judgeRow, type Scopes } from './judge-row.js';

const NOW = Date.UTC(2026, 10, 1);
const SCOPES: Scopes = {
  purposes: new Map([
    ['marketing', { id: 'p', enforcement: 'restrictive', legalBasis: 'consent', topics: new Map([['news', 't']]) }],
    ['service', { id: 'q', enforcement: 'permissive', legalBasis: 'legitimate_interests', topics: new Map() }],
    ['strict', { id: 'r', enforcement: 'restrictive', legalBasis: 'legitimate_interests', topics: new Map() }],
    ['*', { id: 'brand', enforcement: 'permissive', legalBasis: 'legitimate_interests', topics: new Map() }],
  ]),
  everything: 'brand',
  confirmedOnly: new Set(['sms']),
};
const AT = { channel: 'email', address: 'ada@example.org' } as const;
const SMS = { channel: 'sms', address: '+4930123456' } as const;
/** What is no express consent, however well it is documented. */
const IMPLIED = [
  'implied_purchase',
  'implied_inquiry',
  'soft_opt_in',
  'contract',
  'legitimate_interest',
  'legal_obligation',
  'whatever',
];
const EVIDENCE = { occurredAt: NOW - 1000, method: 'web_form', wording: 'Yes, please.' };

function verdict(row: Partial<ImportRow>): string {
  const judgement = judgeRow({ externalId: 'c', ...row }, SCOPES, NOW);
  if (!judgement.ok) return judgement.code;
  return [judgement.wish?.kind ?? 'no consent', ...(judgement.note === null ? [] : [judgement.note])].join(', ');
}

describe('a row of an import', () => {
  it.each<[string, Partial<ImportRow>, string]>([
    ['says nothing about consent', {}, 'no consent'],
    ['adds an address', AT, 'no consent'],
    ['has an address without a channel', { address: 'a@example.org' }, 'incomplete'],
    ['says yes to nothing', { ...AT, kind: 'granted' }, 'incomplete'],
    ['says yes for no address', { purpose: 'marketing', ...EVIDENCE }, 'incomplete'],
    ['names another purpose', { ...AT, purpose: 'spam' }, 'unknown_purpose'],
    ['names a topic of another purpose', { ...AT, purpose: 'service', topics: ['news'] }, 'unknown_topic'],
    ['says yes without evidence', { ...AT, purpose: 'marketing' }, 'evidence_missing'],
    [
      'says yes without a time',
      { ...AT, purpose: 'marketing', method: 'web_form', wording: 'Yes' },
      'evidence_missing',
    ],
    ['says yes without anything but a time', { ...AT, purpose: 'marketing', occurredAt: NOW }, 'evidence_missing'],
    ['says yes with all evidence', { ...AT, purpose: 'marketing', kind: 'granted', ...EVIDENCE }, 'granted'],
    [
      'says yes with where, but not with which words',
      {
        ...AT,
        purpose: 'marketing',
        kind: 'granted',
        occurredAt: NOW,
        method: 'web_form',
        source: 'https://x.example',
      },
      'imported, recorded_as_imported',
    ],
    ...IMPLIED.flatMap((legalBasis): [string, object, string][] => {
      const row = { ...AT, ...EVIDENCE, legalBasis };
      const what = `rests on ${legalBasis}, which is no express consent`;
      return [
        [`${what}, where a yes has to be said`, { ...row, purpose: 'marketing', kind: 'granted' }, 'not_express'],
        [`claims one that ${what}, there`, { ...row, purpose: 'marketing' }, 'not_express'],
        [`confirms one that ${what}, there`, { ...row, purpose: 'marketing', kind: 'confirmed' }, 'not_express'],
        [`${what}, and says no`, { ...row, purpose: 'marketing', kind: 'withdrawn' }, 'withdrawn'],
        [
          `${what}, where silence is enough`,
          { ...row, purpose: 'service', kind: 'granted' },
          'imported, recorded_as_imported',
        ],
      ];
    }),
    [
      'claims a yes that rests on what its purpose does, which is no consent',
      { ...AT, purpose: 'strict', ...EVIDENCE },
      'not_express',
    ],
    [
      'says such a yes in the words of the person, so that it is a consent',
      { ...AT, purpose: 'strict', kind: 'granted', ...EVIDENCE },
      'granted',
    ],
    [
      'claims a yes to such a purpose and says that it was a consent',
      { ...AT, purpose: 'strict', ...EVIDENCE, legalBasis: 'consent' },
      'imported',
    ],
    [
      'rests on consent in so many words',
      { ...AT, purpose: 'marketing', kind: 'granted', ...EVIDENCE, legalBasis: 'consent' },
      'granted',
    ],
    [
      'says yes where confirmed ones alone are taken',
      { ...SMS, purpose: 'marketing', kind: 'granted', ...EVIDENCE },
      'confirmation_missing',
    ],
    ['claims one there', { ...SMS, purpose: 'marketing', ...EVIDENCE }, 'confirmation_missing'],
    ['brings what was confirmed there', { ...SMS, purpose: 'marketing', kind: 'confirmed', ...EVIDENCE }, 'confirmed'],
    ['takes something back there', { ...SMS, purpose: 'marketing', kind: 'withdrawn' }, 'withdrawn'],
    ['says yes there where silence is enough', { ...SMS, purpose: 'service' }, 'imported'],
    ['claims a consent', { ...AT, purpose: 'marketing', ...EVIDENCE }, 'imported'],
    ['says yes where silence is enough', { ...AT, purpose: 'service' }, 'imported'],
    [
      'says yes without evidence where silence is enough',
      { ...AT, purpose: 'service', kind: 'granted' },
      'imported, recorded_as_imported',
    ],
    ['says no, which needs no evidence', { ...AT, purpose: 'marketing', kind: 'withdrawn' }, 'withdrawn'],
    ['objects', { ...AT, purpose: 'service', kind: 'objected' }, 'objected'],
    [
      'comes from the future',
      { ...AT, purpose: 'marketing', ...EVIDENCE, occurredAt: NOW + 3_600_000 },
      'in_the_future',
    ],
    ['ends before it begins', { ...AT, purpose: 'marketing', ...EVIDENCE, validUntil: NOW - 2000 }, 'invalid'],
  ])('that %s', (_what, row, expected) => {
    expect(verdict(row)).toBe(expected);
  });
});
