import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { CHANNELS, type BrandId, type ContactPointId } from '#lib/kernel';
import { CONSENT_EVENT_KINDS } from '../../consents/domain/consent-fold.js';
import { articleOf } from '../../consents/domain/legal-basis.js';
import { dpvStatus } from '../../consents/domain/dpv.js';
import { DPV_TERMS, ISO_27560, KANTARA } from '../testing/receipt-schemas.js';
import { isoReceipt } from './iso-receipt.js';
import { kantaraReceipt } from './kantara-receipt.js';
import type { ReceiptFacts } from './receipt-facts.js';

const ajv = new Ajv({ allErrors: true, strict: false });
formats.default(ajv);
const [isIso, isKantara] = [ajv.compile(ISO_27560), ajv.compile(KANTARA)];

const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const words = fc.string({ minLength: 1, maxLength: 20 });
const instants = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });

const facts: fc.Arbitrary<ReceiptFacts> = fc.record({
  brand: fc.record({
    id: fc.uuid().map((id) => id as BrandId),
    key: fc.constant('acme'),
    name: words,
    legalName: words,
    postalAddress: words,
    defaultLanguage: fc.constant('de'),
    defaultZone: fc.constant('Europe/Berlin'),
    country: fc.constantFrom('DE', 'CA'),
    senderName: words,
    senderEmail: fc.constant('news@acme.example'),
    storageLocations: fc.constantFrom(['DE'], ['DE', 'IE'], []),
    privacyUrl: nullable(fc.constant('https://acme.example/privacy')),
    phone: nullable(fc.constant('+493012345678')),
  }),
  externalId: words,
  channel: fc.constantFrom(...CHANNELS),
  renewed: fc.boolean(),
  ends: nullable(fc.constantFrom('consent', 'soft_opt_in', 'contract')),
  takesBack: fc.constant(null),
  takenBack: fc.constant(null),
  language: fc.constantFrom('de', 'en', 'pt-BR'),
  event: fc.record({
    id: fc.uuid(),
    pointId: fc.uuid().map((id) => id as ContactPointId),
    entryId: fc.uuid(),
    purpose: fc.constant('commercial'),
    purposeLabels: fc.constantFrom<Record<string, string>>({ de: 'Werbung', en: 'Marketing' }, { fr: 'Publicité' }, {}),
    purposeBasis: fc.constantFrom('consent', 'legitimate-interests', 'contract', 'eu-gdpr:A6-1-e', 'blah'),
    topic: nullable(fc.constant('newsletter')),
    topicLabels: nullable(fc.constant({ de: 'Rundbrief' })),
    kind: fc.constantFrom(...CONSENT_EVENT_KINDS),
    legalBasis: fc.constantFrom('consent', 'soft_opt_in', 'implied_purchase', 'contract', 'withdrawal', 'blah'),
    noticeKey: nullable(fc.constant('terms')),
    noticeVersion: nullable(fc.constant(3)),
    noticeLanguage: nullable(fc.constantFrom('de', 'pt-BR')),
    noticeHash: nullable(fc.constant('ab'.repeat(32))),
    noticeWording: nullable(words),
    wording: nullable(words),
    method: fc.constant('web_form'),
    source: nullable(words),
    actor: fc.constantFrom('contact', 'key-1'),
    evidence: fc.constant({ ip: '192.0.2.1' }),
    occurredAt: instants,
    recordedAt: instants,
    validUntil: nullable(instants),
    effective: fc.boolean(),
    retracts: fc.constant(null),
    jurisdiction: nullable(fc.constantFrom('DE', 'US-CA', 'DE-BY')),
  }),
});

interface Told extends Record<string, unknown> {
  readonly 'dpv:hasLegalBasis': string;
  readonly 'dpv:hasNotice': { readonly '@type': string };
  readonly 'dpv:hasRight': readonly { readonly '@type': readonly string[] }[];
  readonly 'dpv:hasConsentStatus': { readonly '@type': readonly string[] } & Record<string, unknown>;
}

/** The record that a receipt is about, and the event in it. */
function told(receipt: Record<string, unknown>) {
  const record = receipt['dpv:hasRecordOfActivity'] as Told;
  return { record, event: record['dpv:hasConsentStatus'] };
}

/** Receipts of a first yes without an end, as both forms have it. */
function receiptsOn(legalBasis: string, kind: 'granted' | 'confirmed' | 'imported') {
  const [some] = fc.sample(facts, 1);
  if (some === undefined) throw new Error('no sample');
  const given = { ...some, renewed: false, event: { ...some.event, kind, legalBasis, validUntil: null } };
  return { iso: isoReceipt(given), kantara: kantaraReceipt(given) };
}

const [TAKEN, BEFORE] = ['0196a000-0000-7000-8000-000000000001', '0196a000-0000-7000-8000-000000000002'] as const;

describe('a consent receipt', () => {
  it('has what ISO/IEC TS 27560 asks for, whatever is on file', () => {
    fc.assert(
      fc.property(facts, (some) => {
        isIso(JSON.parse(JSON.stringify(isoReceipt(some))));
        expect(isIso.errors).toBeNull();
      }),
    );
  });

  it('has what the Kantara receipt asks for, whatever is on file', () => {
    fc.assert(
      fc.property(facts, (some) => {
        isKantara(JSON.parse(JSON.stringify(kantaraReceipt(some))));
        expect(isKantara.errors).toBeNull();
      }),
    );
  });

  it('is refused by those schemas when a mandatory part is missing', () => {
    const [some] = fc.sample(facts, 1);
    if (some === undefined) throw new Error('no sample');
    for (const [receipt, check] of [
      [isoReceipt(some), isIso],
      [kantaraReceipt(some), isKantara],
    ] as const) {
      for (const name of Object.keys(receipt).filter((one) => one !== 'dct:publisher' && one !== 'consentStatus')) {
        expect([name, check({ ...receipt, [name]: undefined })]).toEqual([name, false]);
      }
    }
    const iso = isoReceipt(some);
    const { record, event } = told(iso);
    const OF_SOME = ['dct:replaces', 'dct:references', 'dct:isReplacedBy'];
    for (const name of Object.keys(record).filter((one) => !OF_SOME.includes(one))) {
      const without = { ...iso, 'dpv:hasRecordOfActivity': { ...record, [name]: undefined } };
      expect([name, isIso(JSON.parse(JSON.stringify(without)))]).toEqual([name, false]);
    }
    for (const name of ['@type', 'dpv:isIndicatedAtTime', 'dpv:isIndicatedBy', 'dpv:hasDuration']) {
      const status = { ...event, [name]: undefined };
      const without = { ...iso, 'dpv:hasRecordOfActivity': { ...record, 'dpv:hasConsentStatus': status } };
      expect([name, isIso(JSON.parse(JSON.stringify(without)))]).toEqual([name, false]);
    }
    const kantara = kantaraReceipt(some) as { piiControllers: Record<string, unknown>[] };
    for (const name of Object.keys(kantara.piiControllers[0] ?? {})) {
      const piiControllers = kantara.piiControllers.map((one) => ({ ...one, [name]: undefined }));
      expect([name, isKantara({ ...kantara, piiControllers })]).toEqual([name, false]);
    }
  });

  it('has no term that the vocabulary does not have, and names things by names and not by texts', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(facts, (some) => {
        const receipt = isoReceipt(some);
        const context = receipt['@context'] as Record<string, unknown>;
        const look = (value: unknown, under: string): void => {
          if (Array.isArray(value)) for (const one of value) look(one, under);
          else if (typeof value === 'object' && value !== null)
            for (const [name, one] of Object.entries(value)) {
              if (name.startsWith('dpv:')) seen.add(name.slice(4));
              look(one, name);
            }
          else if (typeof value === 'string' && /^(dpv|eu-gdpr|pd|spdx):[A-Za-z0-9_-]+$/.test(value)) {
            if (value.startsWith('dpv:')) seen.add(value.slice(4));
            if (under !== '@type') expect([under, context[under]]).toEqual([under, { '@type': '@id' }]);
          }
        };
        look({ ...receipt, '@context': null }, '');
      }),
    );
    expect([...seen].filter((term) => !DPV_TERMS.has(term))).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
  });

  it('says which rights somebody has, and how they leave what stands', () => {
    fc.assert(
      fc.property(facts, (some) => {
        const { record, event } = told(isoReceipt(some));
        const rights = record['dpv:hasRight'].map((one) => one['@type'][1]);
        const isGiven = /^dpv:(Renewed)?Consent(Given)$/.test(event['@type'][0] ?? '');
        expect(rights.includes('eu-gdpr:A7-3')).toBe(isGiven);
        expect(rights.includes('eu-gdpr:A21')).toBe(/A6-1-[ef]$/.test(record['dpv:hasLegalBasis']));
        expect(rights).toEqual(expect.arrayContaining(['eu-gdpr:A15', 'eu-gdpr:A17', 'eu-gdpr:A77']));
      }),
    );
  });

  it('calls the consent what the standing of a person calls it', () => {
    fc.assert(
      fc.property(facts, (some) => {
        const { kind, legalBasis } = some.event;
        const status = kind === 'imported' ? 'granted' : kind;
        const term = `dpv:${dpvStatus(status, some.renewed, some.ends === 'consent', articleOf(legalBasis))}`;
        const { event } = told(isoReceipt(some));
        // What no consent is has its own word, beside which nothing is known of a consent.
        const own = event['@type'][0] === 'dpv:ConsentUnknown' ? event['dpv:hasStatus'] : undefined;
        expect(own ?? event['@type'][0]).toBe(term);
      }),
    );
  });

  it('says of a no which right it is, and of nothing that a notice was shown that was not', () => {
    fc.assert(
      fc.property(facts, (some) => {
        const { record, event } = told(isoReceipt(some));
        const right = (event['dpv:hasRight'] as { '@type': string[] } | undefined)?.['@type'][1];
        const basis = record['dpv:hasLegalBasis'];
        const { kind, noticeKey } = some.event;
        // Nobody withdraws what was never given, and against a consent nobody objects.
        if (right === 'eu-gdpr:A7-3') expect([basis, some.ends]).toEqual(['eu-gdpr:A6-1-a', 'consent']);
        if (right === 'eu-gdpr:A21') expect(basis).toMatch(/^eu-gdpr:A6-1-[b-f]$/);
        if (kind === 'granted') expect(right).toBeUndefined();
        expect(record['dpv:hasNotice']['@type']).toBe(noticeKey === null ? 'dpv:Notice' : 'dpv:ConsentNotice');
      }),
    );
  });

  it('says of what is no consent neither that it is one nor that it could be withdrawn', () => {
    const receiptsOf = (some: ReceiptFacts, kind: (typeof CONSENT_EVENT_KINDS)[number]) => {
      const given = { ...some, event: { ...some.event, kind, validUntil: null, legalBasis: 'consent' } };
      return { iso: JSON.stringify(isoReceipt(given)), kantara: JSON.stringify(kantaraReceipt(given)) };
    };
    const [some] = fc.sample(facts, 1);
    if (some === undefined) throw new Error('no sample');
    for (const kind of ['refused', 'withdrawn', 'revoked', 'objected', 'expired', 'invalidated'] as const) {
      const { iso, kantara } = receiptsOf(some, kind);
      expect([kind, iso]).toEqual([
        kind,
        expect.not.stringMatching(/until withdrawn|pliedConsent|pressedConsent|WithdrawConsent|dpv:Use|link in every/),
      ]);
      expect([kind, kantara]).toEqual([kind, expect.not.stringMatching(/EXPLICIT|IMPLICIT|When it is withdrawn/)]);
      expect(kantara).toContain(`Ended: ${kind} on ${new Date(some.event.occurredAt).toISOString()}`);
    }
    expect(receiptsOf(some, 'requested').kantara).toMatch(/NONE.*Not given yet/);
    expect(receiptsOf(some, 'imported').kantara).toMatch(/IMPLICIT.*When it is withdrawn/);
    expect(receiptsOf(some, 'granted').kantara).toMatch(/EXPLICIT.*When it is withdrawn/);
  });

  it.each([
    ['withdrawn', 'consent', 'consent', 'A6-1-a', 'A7-3', 'ConsentWithdrawn'],
    ['withdrawn', null, 'consent', 'A6-1-a', undefined, 'ConsentRefused'],
    ['withdrawn', null, 'legitimate_interests', 'A6-1-f', 'A21', 'ConsentRefused'],
    ['objected', null, 'gdpr_6_1_f', 'A6-1-f', 'A21', 'ConsentRefused'],
    ['objected', null, 'eu-gdpr:A6-1-e', 'A6-1-e', 'A21', 'ConsentRefused'],
    ['objected', 'consent', 'consent', 'A6-1-a', 'A7-3', 'ConsentWithdrawn'],
    ['withdrawn', 'soft_opt_in', 'consent', 'A6-1-f', 'A21', 'ConsentRefused'],
    ['withdrawn', 'legitimate_interests', 'legitimate_interests', 'A6-1-f', 'A21', 'ConsentRefused'],
    ['refused', null, 'consent', 'A6-1-a', undefined, 'ConsentRefused'],
    ['granted', null, 'legitimate_interests', 'A6-1-a', undefined, 'ConsentGiven'],
  ] as const)(
    'of what is %s, given as %s before, for a purpose on %s',
    (kind, ends, purposeBasis, basis, right, status) => {
      const [some] = fc.sample(facts, 1);
      if (some === undefined) throw new Error('no sample');
      const event = { ...some.event, kind, purposeBasis, legalBasis: kind === 'granted' ? 'consent' : 'withdrawal' };
      const { record, event: said } = told(isoReceipt({ ...some, event, ends, renewed: false }));
      expect(record['dpv:hasLegalBasis']).toBe(`eu-gdpr:${basis}`);
      const used = right === undefined ? undefined : { '@type': ['dpv:DataSubjectRight', `eu-gdpr:${right}`] };
      expect(said['dpv:hasRight']).toEqual(used);
      expect(said['@type'][0]).toBe(`dpv:${status}`);
    },
  );

  it.each([
    ['consent', 'dpv:ExpressedConsent', 'EXPLICIT'],
    ['express', 'dpv:ExpressedConsent', 'EXPLICIT'],
    ['implied_purchase', 'dpv:ImpliedConsent', 'IMPLICIT'],
    ['implied_inquiry', 'dpv:ImpliedConsent', 'IMPLICIT'],
  ])('calls a yes on %s a consent', (legalBasis, type, consentType) => {
    for (const kind of ['granted', 'confirmed'] as const) {
      const { iso, kantara } = receiptsOn(legalBasis, kind);
      expect(told(iso).record).toMatchObject({
        'dpv:hasLegalBasis': 'eu-gdpr:A6-1-a',
        'dpv:hasConsentControl': { '@type': 'dpv:WithdrawConsent' },
        'dpv:hasConsentStatus': { '@type': ['dpv:ConsentGiven', type] },
      });
      expect(JSON.stringify(iso)).toContain('until withdrawn');
      expect(kantara).toMatchObject({
        services: [{ purposes: [{ consentType, termination: 'When it is withdrawn' }] }],
      });
    }
  });

  it.each([
    ['legitimate_interests', 'eu-gdpr:A6-1-f', 'dpv:LegitimateInterestNotObjected', 'until objected to'],
    ['legitimate_interest', 'eu-gdpr:A6-1-f', 'dpv:LegitimateInterestNotObjected', 'until objected to'],
    ['soft_opt_in', 'eu-gdpr:A6-1-f', 'dpv:LegitimateInterestNotObjected', 'until objected to'],
    ['contract', 'eu-gdpr:A6-1-b', 'dpv:ContractActive', 'for as long as its legal basis holds'],
    ['legal_obligation', 'eu-gdpr:A6-1-c', 'dpv:LegalObligationOngoing', 'for as long as its legal basis holds'],
    ['vital_interest', 'eu-gdpr:A6-1-d', 'dpv:VitalInterestOngoing', 'for as long as its legal basis holds'],
    ['public_task', 'eu-gdpr:A6-1-e', 'dpv:OfficialAuthorityExerciseOngoing', 'until objected to'],
    ['withdrawal', 'dpv:LegalBasis', undefined, 'for as long as its legal basis holds'],
    ['blah', 'dpv:LegalBasis', undefined, 'for as long as its legal basis holds'],
  ])(
    'calls none what rests on %s, and has the word of the vocabulary for that',
    (legalBasis, basis, status, duration) => {
      for (const kind of ['granted', 'confirmed', 'imported'] as const) {
        const { iso, kantara } = receiptsOn(legalBasis, kind);
        const { record, event } = told(iso);
        expect(record).toMatchObject({
          'dpv:hasLegalBasis': basis,
          'dpv:hasConsentControl': { '@type': 'dpv:OptingOutFromProcess' },
        });
        expect(event['@type']).toEqual(['dpv:ConsentUnknown']);
        expect(event['dpv:hasDuration']).toMatchObject({ 'rdf:value': duration });
        expect(event['dpv:hasStatus']).toBe(status);
        expect(JSON.stringify(iso)).not.toMatch(/A6-1-a|A7-3|ConsentGiven|pliedConsent|pressedConsent|[Ww]ithdraw/);
        expect(kantara).toMatchObject({ services: [{ purposes: [{ consentType: 'NONE' }] }] });
        expect(JSON.stringify(kantara)).not.toContain('withdrawn');
      }
    },
  );

  const takes = (taken: 'withdrawn' | 'granted', stands: Partial<ReceiptFacts['event']> | null): ReceiptFacts => {
    const [some] = fc.sample(facts, 1);
    if (some === undefined) throw new Error('no sample');
    const event = {
      ...some.event,
      kind: 'invalidated' as const,
      method: 'page_undo',
      legalBasis: 'taken_back',
      validUntil: null,
    };
    const before = { ...some.event, id: BEFORE, occurredAt: Date.UTC(2026, 0, 1), validUntil: null, ...stands };
    const takesBack = { taken: { id: TAKEN, kind: taken }, stands: stands === null ? null : before };
    return { ...some, renewed: false, ends: null, event, takesBack };
  };

  it('of what takes a no back says what stands again, on its own terms', () => {
    const given = takes('withdrawn', { kind: 'granted', legalBasis: 'consent', purposeBasis: 'consent' });
    const [iso, kantara] = [isoReceipt(given), kantaraReceipt(given)];
    expect(isIso(JSON.parse(JSON.stringify(iso)))).toBe(true);
    expect(told(iso).record).toMatchObject({
      ...{ 'dct:identifier': given.event.id, 'dpv:hasLegalBasis': 'eu-gdpr:A6-1-a' },
      ...{ 'dct:replaces': `urn:uuid:${TAKEN}`, 'dct:references': `urn:uuid:${BEFORE}` },
      'dpv:hasProcess': { 'dpv:hasProcessing': ['dpv:Store', 'dpv:Use'] },
      'dpv:hasConsentStatus': {
        ...{ '@type': ['dpv:ConsentGiven', 'dpv:ExpressedConsent'], 'dpv:hasIndicationMethod': 'page_undo' },
        'dpv:hasDuration': { 'rdf:value': 'until withdrawn' },
      },
    });
    expect(JSON.stringify(iso)).not.toMatch(/refusal|no consent stands|Invalidated/);
    expect(kantara).toMatchObject({
      ...{ consentStatus: 'granted', consentTimestamp: Date.UTC(2026, 0, 1) / 1000 },
      services: [{ purposes: [{ consentType: 'EXPLICIT', termination: 'When it is withdrawn' }] }],
    });
    const implied = takes('withdrawn', {
      kind: 'granted',
      legalBasis: 'implied_purchase',
      validUntil: Date.UTC(2027, 0, 1),
    });
    expect(told(isoReceipt(implied)).event).toMatchObject({
      '@type': ['dpv:ConsentGiven', 'dpv:ImpliedConsent'],
      'dpv:hasDuration': { 'rdf:value': { '@value': '2027-01-01T00:00:00.000Z' } },
    });
  });

  it('of what takes back all that was said says that nothing is known, and of a yes that it ended', () => {
    const undone = takes('withdrawn', null);
    const [iso, kantara] = [isoReceipt(undone), JSON.stringify(kantaraReceipt(undone))];
    expect(isIso(JSON.parse(JSON.stringify(iso)))).toBe(true);
    expect(told(iso).record).toMatchObject({
      'dct:replaces': `urn:uuid:${TAKEN}`,
      'dpv:hasConsentStatus': {
        ...{ '@type': ['dpv:ConsentUnknown'], 'dpv:hasDuration': { 'rdf:value': 'until consent is given' } },
      },
    });
    expect(JSON.stringify(iso)).not.toMatch(/refusal|Invalidated/);
    expect(kantara).toMatch(/NONE.*Nothing stands/);
    expect(told(isoReceipt(takes('granted', null))).event['@type']).toEqual(['dpv:ConsentInvalidated']);
  });

  it('of what was taken back says by what, and that it holds no more', () => {
    const [some] = fc.sample(facts, 1);
    if (some === undefined) throw new Error('no sample');
    const at = Date.UTC(2026, 5, 1);
    const event = { ...some.event, kind: 'withdrawn' as const, validUntil: null };
    const no = { ...some, event, takenBack: { id: TAKEN, at } };
    expect(told(isoReceipt(no)).record).toMatchObject({
      'dct:isReplacedBy': `urn:uuid:${TAKEN}`,
      'dpv:hasConsentStatus': { 'dpv:hasDuration': { 'rdf:value': { '@value': '2026-06-01T00:00:00.000Z' } } },
    });
    expect(JSON.stringify(kantaraReceipt(no))).toContain('Taken back on 2026-06-01T00:00:00.000Z');
  });

  it('calls a yes that nothing shows no express one', () => {
    const [some] = fc.sample(facts, 1);
    if (some === undefined) throw new Error('no sample');
    const event = { ...some.event, kind: 'granted' as const, legalBasis: 'consent', evidence: { unproven: true } };
    expect(told(isoReceipt({ ...some, event })).event['@type'][1]).toBe('dpv:ImpliedConsent');
    expect(JSON.stringify(kantaraReceipt({ ...some, event }))).toContain('IMPLICIT');
  });

  it('names no address and no protected evidence', () => {
    fc.assert(
      fc.property(facts, (some) => {
        for (const receipt of [isoReceipt(some), kantaraReceipt(some)])
          expect(JSON.stringify(receipt)).not.toContain('192.0.2.1');
      }),
    );
  });
});
