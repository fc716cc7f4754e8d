import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CONSENT_EVENT_KINDS, SUPPRESSION_REASONS } from '#lib/consent';
import { DROP_REASONS, HOLD_REASONS } from '#lib/decision';
import { CHANNELS } from '#lib/kernel';
import { ENTRY_TYPES } from '#lib/ledger';
import { Times } from '#lib/platform';
import { FEEDBACK_TYPES } from '../../feedback/domain/feedback.js';
import { ENDS } from '../../messages/domain/message.js';
import type { ExportedConsent, PersonExport } from './person-export.js';
import { personPage } from './person-page.js';
import type { PersonTextKey } from './person-texts.js';
import { PERSON_PAGE_LANGUAGES, PERSON_TEXTS, type PersonPageLanguage } from './texts.js';

const ROOT = path.resolve(import.meta.dirname, '../../../../..');
const AT = '2026-06-01T10:00:00.000Z';
const STATUSES = ['queued', 'started', ...ENDS];
const FAILURES = ['provider_rejected', 'provider_unavailable', 'throttle_error', 'render_error', 'configuration_error'];
/** What stands in people's chains, consents and touches aside: they are called as elsewhere. */
const ENTRIES = Object.entries(ENTRY_TYPES)
  .filter(([type, { subject }]) => subject !== 'none' && !/^(consent|touch)\./.test(type))
  .map(([type]) => type);

/** Every way in which this product's own code says that something was said. */
function methodsInCode(): string[] {
  const folders = ['libs/consent/src', 'apps/center/src'].map((folder) => path.join(ROOT, folder));
  const files = folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)),
    )
    .filter((file) => file.endsWith('.ts') && !/spec\.ts$|\/testing\//.test(file));
  const found = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bmethod: ([^,\n;}()]+)(?=[,\n;}])|type Ending = ([^;]+);/g)].flatMap(
      ([, value = '', ending = '']) => [...`${value}${ending}`.matchAll(/'([a-z_]+)'/g)].map(([, word = '']) => word),
    ),
  );
  return [...new Set(found)];
}

const METHODS = methodsInCode();

/** Every code that can occur, by the key under which its words stand. */
const CODES: readonly string[] = [
  ...CHANNELS.map((channel) => `channel.${channel}`),
  ...CONSENT_EVENT_KINDS.map((kind) => `record.${kind}`),
  ...SUPPRESSION_REASONS.map((reason) => `suppression.${reason}`),
  ...STATUSES.map((status) => `status.${status}`),
  ...HOLD_REASONS.map((reason) => `held.${reason}`),
  ...[...DROP_REASONS, ...FAILURES].map((reason) => `ended.${reason}`),
  ...['sent', ...FEEDBACK_TYPES].map((type) => `touch.${type}`),
  ...ENTRIES.map((type) => `entry.${type}`),
];

const consent = (kind: string, method: string): ExportedConsent => ({
  id: 'id',
  kind,
  purpose: 'commercial',
  topic: 'product_news',
  happenedAt: AT,
  recordedAt: AT,
  validUntil: AT,
  counted: false,
  retracts: null,
  legalBasis: 'consent',
  method,
  source: 'https://www.nordlicht.example/form',
  recordedBy: 'key',
  wording: 'Ja <b>bitte</b>',
  notice: { key: 'form', version: 1, language: 'de', wording: 'Wortlaut' },
  evidence: {},
  ledgerEntry: 'entry',
});

/** A person to whom everything has happened. */
function everything(): PersonExport {
  const message = { id: 'id', channel: 'email', kind: 'commercial', purpose: 'commercial', topic: 'product_news' };
  const sent = {
    ...message,
    campaign: null,
    template: 'news 1',
    language: 'de',
    variables: {},
    countedLinks: [],
    acceptedAt: AT,
  };
  const ends = [
    ...HOLD_REASONS.map((reason) => ['queued', reason] as const),
    ...DROP_REASONS.map((reason) => ['dropped', reason] as const),
    ...FAILURES.map((reason) => ['failed', reason] as const),
    ...STATUSES.map((status) => [status, null] as const),
  ];
  const steps = ENTRIES.filter((type) => type.startsWith('send.')).map((type) => type.slice('send.'.length));
  return {
    generatedAt: AT,
    controller: { name: 'Nordlicht GmbH', address: 'Kai 7\nHamburg', country: 'DE', contact: 'post@nordlicht.example' },
    person: {
      externalId: 'person-1',
      language: 'de',
      zone: 'Europe/Berlin',
      country: 'DE',
      region: 'DE-HH',
      postalCode: '20457',
      deviceZone: 'Europe/Berlin',
      segments: ['regulars'],
      wishes: {
        zone: 'America/Los_Angeles',
        quietHours: [{ days: [6, 7], start: '20:00', end: '09:00' }],
        frequency: [{ limit: 2, window: 'P7D', channel: 'email', topic: null }],
      },
      account: 'Beispiel AG',
      attributes: { name: 'Ada' },
      pausedUntil: AT,
      erasedAt: AT,
      mergedInto: '01938f5e-7c1a-7abc-8def-000000000001',
    },
    contactPoints: CHANNELS.map((channel) => ({
      id: 'id',
      channel,
      address: 'ada@example.org',
      since: AT,
      until: AT,
      suppressions: SUPPRESSION_REASONS.map((reason) => ({ reason, since: AT, until: null })),
      standing: CONSENT_EVENT_KINDS.map((status) => ({
        purpose: 'commercial',
        topic: null,
        status,
        since: AT,
        validUntil: AT,
      })),
      history: [
        ...CONSENT_EVENT_KINDS.map((kind) => consent(kind, 'api')),
        ...METHODS.map((method) => consent('granted', method)),
      ],
    })),
    facts: [
      {
        ...{ kind: 'opportunity', id: 'deal-7', version: 1, role: 'buyer', at: AT, recordedAt: AT, isOver: true },
        said: { status: 'won', value: { amount: 10_001, currency: 'EUR' }, owner: '<Meier>' },
      },
    ],
    messages: ends.map(([status, reason]) => ({
      ...sent,
      status,
      reason,
      endedAt: AT,
      decisions: [
        ...steps.map((step) => ({ at: AT, step, outcome: 'sent', reason: null, facts: null })),
        ...['pass', 'defer', 'drop'].map((outcome) => ({
          at: AT,
          step: 'decided',
          outcome,
          reason: outcome === 'pass' ? null : 'quiet_hours',
          facts: null,
        })),
      ],
      touches: ['sent', ...FEEDBACK_TYPES].map((type) => ({ type, at: AT })),
    })),
    ledger: Object.entries(ENTRY_TYPES)
      .filter(([, { subject }]) => subject !== 'none')
      .map(([type], position) => ({ id: 'id', position, type, at: AT, via: null, disclosed: {} })),
  };
}

const page = (data: PersonExport, language: PersonPageLanguage, zone = 'Europe/Berlin', theme: string | null = null) =>
  personPage(data, {
    language,
    times: new Times(language, zone, Date.parse(data.generatedAt)),
    names: {
      purposes: new Map([['commercial', { de: 'Werbung', en: 'Marketing' }]]),
      topics: new Map([['product_news', { de: 'Neuheiten' }]]),
      fallback: 'de',
    },
    brand: { name: 'Nordlicht Kaffee', page: { privacyUrl: 'https://www.nordlicht.example/privacy' } },
    theme,
  });

/** What a reader is told in words: without marks, and without what is set as a code. */
const wordsOf = (html: string): string => html.replace(/<(head|code)\b[^>]*>.*?<\/\1>/gs, ' ').replace(/<[^>]+>/g, ' ');

describe.each(PERSON_PAGE_LANGUAGES)('what is kept about a person, in %s', (language) => {
  const texts: Readonly<Record<string, string>> = PERSON_TEXTS[language];

  it('has words for every code that can occur', () => {
    expect(CODES.filter((key) => (texts[key] ?? '').trim() === '')).toEqual([]);
    expect(METHODS.length).toBeGreaterThan(9);
    expect(METHODS.filter((method) => !Object.hasOwn(texts, `method.${method}`))).toEqual([]);
  });

  it('shows people no code in place of words', () => {
    const { html } = page(everything(), language);
    const words = wordsOf(html);
    expect(
      words.match(/\b[a-z]+(?:_[a-z]+)+\b|\b(?:send|touch|consent|entry|record|ended|held|own|field)\.[a-z]\w*/g),
    ).toBeNull();
    expect(words).not.toMatch(/[{}]/);
    for (const name of ['externalId', 'deviceZone', 'pausedUntil', 'commercial']) expect(words).not.toContain(name);
    expect(html.match(/<bdi lang="de">Neuheiten<\/bdi>/g) ?? []).toHaveLength(
      language === 'de' ? 0 : (html.match(/>Neuheiten</g) ?? []).length,
    );
  });

  it('is one page that runs and loads nothing, in its direction', () => {
    const { html, styles } = page(everything(), language, 'Europe/Berlin', ':root{--accent:#123456}');
    expect(html).toContain(`<html lang="${language}" dir="${['ar', 'he'].includes(language) ? 'rtl' : 'ltr'}">`);
    expect(html).not.toMatch(/<(script|img|link|iframe|object|form)\b|\ssrc=|url\(|@import|\son\w+=|<b>/i);
    expect(styles).toHaveLength(2);
    for (const style of styles) expect(html).toContain(`<style>${style}</style>`);
  });
});

describe('a text about what is kept', () => {
  it.each(PERSON_PAGE_LANGUAGES)('takes the same values in %s as in English, and is of its own words', (language) => {
    const valuesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
    for (const key of Object.keys(PERSON_TEXTS.en) as PersonTextKey[]) {
      const [text, english] = [PERSON_TEXTS[language][key], PERSON_TEXTS.en[key]];
      expect([key, valuesOf(text)]).toEqual([key, valuesOf(english)]);
      if (language !== 'en' && english.length > 12 && key !== 'channel.teams')
        expect([key, text]).not.toEqual([key, english]);
    }
  });
});

it('tells instants on the person’s own clock, in their language', () => {
  const data = { ...everything(), contactPoints: [], messages: [], ledger: [] };
  expect(page(data, 'de', 'Europe/Berlin').html).toContain('1. Juni 2026 um 12:00 MESZ');
  expect(page(data, 'en', 'America/Los_Angeles').html).toContain('June 1, 2026 at 3:00 AM PDT');
});

it('tells what other systems reported as they said it, amounts as money', () => {
  const { html } = page({ ...everything(), contactPoints: [], messages: [], ledger: [] }, 'de');
  expect(html).toContain('<code dir="ltr">opportunity</code> <bdi>deal-7</bdi> · <bdi>buyer</bdi>');
  expect(html).toContain('<code dir="ltr">value</code> <bdi>100,01\u00a0€</bdi>');
  expect(html).toContain('<bdi>&#60;Meier&#62;</bdi>');
  expect(html).toContain('Aufbewahrt als Geschichte');
});

describe('an entry that details changed', () => {
  const told = (change: object, language: PersonPageLanguage): string => {
    const entry = { id: 'id', position: 7, type: 'contact.changed', at: AT, via: null, disclosed: { change } };
    const { html } = page({ ...everything(), contactPoints: [], messages: [], ledger: [entry] }, language);
    const line = /<span>7<\/span><span>(.*?)<small>/.exec(html)?.[1] ?? '';
    return line.replace(/<[^>]+>/g, '');
  };
  const daily = [{ days: [1, 2, 3, 4, 5, 6, 7], start: '20:00', end: '08:00' }];

  it.each([
    [{ 'wishes.zone': 'Asia/Tokyo' }, 'Angaben zu Ihnen geändert: Zeitzone: Tokyo (GMT+9)'],
    [{ 'wishes.quietHours': daily }, 'Angaben zu Ihnen geändert: Ruhezeiten: 20:00–08:00'],
    [
      { 'wishes.frequency': [{ limit: 1, window: 'P7D', channel: null, topic: null }] },
      'Angaben zu Ihnen geändert: Wie oft: 7 Tage: höchstens 1',
    ],
    [{ language: 'fr' }, 'Angaben zu Ihnen geändert: Sprache: Französisch'],
    [{ pausedUntil: Date.parse(AT) }, 'Angaben zu Ihnen geändert: Pause bis: 1. Juni 2026 um 12:00 MESZ'],
    [{ 'wishes.quietHours': null }, 'Angaben zu Ihnen geändert: Ruhezeiten: –'],
    [{ pausedUntil: null }, 'Angaben zu Ihnen geändert: Pause bis: –'],
    [
      { created: false, zone: 'Europe/Berlin', language: 'de', attributes: { name: 'Ada' }, saidAt: 1 },
      'Angaben zu Ihnen geändert: Zeitzone; Sprache: Deutsch; Weitere Angaben',
    ],
    [{ merged: { id: 'a', externalId: 'b' }, subject: 'c' }, 'Angaben zu Ihnen geändert'],
  ])('says what: %j', (change, line) => {
    expect(told(change, 'de')).toBe(line);
  });

  it('says of a whole record what was not so before', () => {
    const record = (position: number, change: object) => {
      const disclosed = { contact: { id: 'c' }, change };
      return { id: `${position}`, position, type: 'contact.changed', at: AT, via: null, disclosed };
    };
    const [before, after] = [
      { language: 'de', zone: 'Europe/Berlin', wishes: {} },
      { country: 'AT', pausedUntil: null },
    ];
    const ledger = [record(7, { created: true, ...before }), record(8, { created: false, ...before, ...after })];
    const { html } = page({ ...everything(), contactPoints: [], messages: [], ledger }, 'en');
    const lines = [...html.matchAll(/<span>[78]<\/span><span>(.*?)<small>/g)].map(([, line]) => line);
    expect(lines).toEqual([
      'Details about you changed: Language: German; Time zone',
      'Details about you changed: Country',
    ]);
  });

  it.each(PERSON_PAGE_LANGUAGES)('says which choice in words of %s', (language) => {
    const texts = PERSON_TEXTS[language];
    const frequency = [{ limit: 1, window: 'P7D', channel: null, topic: null }];
    for (const [change, name] of [
      [{ 'wishes.zone': 'Asia/Tokyo' }, texts['field.zone']],
      [{ 'wishes.quietHours': daily }, texts['quiet.heading']],
      [{ 'wishes.frequency': frequency }, texts['frequency.heading']],
      [{ language: 'fr' }, texts['field.language']],
      [{ pausedUntil: Date.parse(AT) }, texts['field.pausedUntil']],
    ] as const)
      expect(told(change, language)).toContain(`: ${name}: `);
  });
});

it('calls an entry as it calls the consent that it records, also one that took something back', () => {
  const [point] = everything().contactPoints;
  if (point === undefined) throw new Error('no contact point');
  const said = (via: string): string[] => {
    const entry = { id: 'entry', position: 7, type: 'consent.invalidated', at: AT, via, disclosed: {} };
    const contactPoints = [{ ...point, standing: [], history: [consent('invalidated', via)] }];
    const { html } = page({ ...everything(), contactPoints, messages: [], ledger: [entry] }, 'en');
    return [/<strong>([^<]*)<\/strong>/, /<span>7<\/span><span>([^<]*)</].map((line) => line.exec(html)?.[1] ?? '');
  };
  expect(said('page_undo')).toEqual(['Taken back', 'Taken back']);
  expect(said('import_undo')).toEqual(['No longer valid', 'No longer valid']);
});

it('keeps a method that no list knows beside the words for it', () => {
  const [point] = everything().contactPoints;
  const data = {
    ...everything(),
    contactPoints: point === undefined ? [] : [{ ...point, history: [consent('granted', 'fax')] }],
  };
  expect(page(data, 'en').html).toContain('in another way <code dir="ltr">fax</code>');
});
