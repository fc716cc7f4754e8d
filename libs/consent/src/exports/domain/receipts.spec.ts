import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { CHANNELS, type BrandId, type ContactPointId } from '#lib/kernel';
import { CONSENT_EVENT_KINDS } from '../../consents/domain/consent-fold.js';
import { articleOf } from '../../consents/domain/legal-basis.js';
import { dpvStatus } from '../../consents/domain/dpv.js';
import { ISO_27560, KANTARA } from '../testing/receipt-schemas.js';
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
      for (const name of Object.keys(receipt).filter((one) => one !== 'dct:issued' && one !== 'consentStatus')) {
        expect([name, check({ ...receipt, [name]: undefined })]).toEqual([name, false]);
      }
    }
  });

  it('calls the consent what the standing of a person calls it', () => {
    fc.assert(
      fc.property(facts, (some) => {
        const { kind, legalBasis } = some.event;
        const status = kind === 'imported' ? 'granted' : kind;
        const term = `dpv:${dpvStatus(status, some.renewed, some.ends === 'consent', articleOf(legalBasis))}`;
        const event = isoReceipt(some)['dpv:hasConsentEvent'] as Record<string, string>;
        // What no consent is has its own word, beside which nothing is known of a consent.
        const own = event['dpv:hasConsentStatus'] === 'dpv:ConsentUnknown' ? event['dpv:hasStatus'] : undefined;
        expect(own ?? event['dpv:hasConsentStatus']).toBe(term);
      }),
    );
  });

  it('says of a no which right it is, and of nothing that a notice was shown that was not', () => {
    fc.assert(
      fc.property(facts, (some) => {
        const receipt = isoReceipt(some) as { 'dpv:hasProcess': object; 'dpv:hasNotice': { '@type': string } };
        const { 'dpv:hasRight': right, 'dpv:hasLegalBasis': basis } = receipt['dpv:hasProcess'] as Record<
          string,
          string
        >;
        const { kind, noticeKey } = some.event;
        // Nobody withdraws what was never given, and against a consent nobody objects.
        if (right === 'eu-gdpr:A7-3') expect([basis, some.ends]).toEqual(['eu-gdpr:A6-1-a', 'consent']);
        if (right === 'eu-gdpr:A21') expect(basis).toMatch(/^eu-gdpr:A6-1-[b-f]$/);
        if (kind === 'granted') expect(right).toBeUndefined();
        expect(receipt['dpv:hasNotice']['@type']).toBe(noticeKey === null ? 'dpv:Notice' : 'dpv:ConsentNotice');
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
        expect.not.stringMatching(/until withdrawn|ConsentType|dpv:Use|link in every/),
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
      const receipt = isoReceipt({ ...some, event, ends, renewed: false }) as Record<string, Record<string, unknown>>;
      expect(receipt['dpv:hasProcess']?.['dpv:hasLegalBasis']).toBe(`eu-gdpr:${basis}`);
      expect(receipt['dpv:hasProcess']?.['dpv:hasRight']).toBe(right === undefined ? undefined : `eu-gdpr:${right}`);
      expect(receipt['dpv:hasConsentEvent']?.['dpv:hasConsentStatus']).toBe(`dpv:${status}`);
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
      expect(iso).toMatchObject({
        'dpv:hasProcess': { 'dpv:hasLegalBasis': 'eu-gdpr:A6-1-a' },
        'dpv:hasConsentEvent': { 'dpv:hasConsentStatus': 'dpv:ConsentGiven', 'dpv:hasConsentType': type },
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
        expect(iso).toMatchObject({
          'dpv:hasProcess': { 'dpv:hasLegalBasis': basis },
          'dpv:hasConsentEvent': { 'dpv:hasConsentStatus': 'dpv:ConsentUnknown', 'dpv:hasDuration': duration },
        });
        expect((iso['dpv:hasConsentEvent'] as Record<string, unknown>)['dpv:hasStatus']).toBe(status);
        expect(JSON.stringify(iso)).not.toMatch(/A6-1-a|ConsentGiven|ConsentType|withdrawn/);
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
    expect(iso).toMatchObject({
      'dct:identifier': given.event.id,
      'dpv:hasProcess': { 'dpv:hasLegalBasis': 'eu-gdpr:A6-1-a', 'dpv:hasProcessing': ['dpv:Store', 'dpv:Use'] },
      'dpv:hasConsentEvent': {
        ...{ 'dpv:hasConsentStatus': 'dpv:ConsentGiven', 'dpv:hasConsentType': 'dpv:ExpressedConsent' },
        ...{ 'dpv:hasDuration': 'until withdrawn', 'dpv:hasIndicationMethod': 'page_undo' },
        ...{ 'dct:replaces': `urn:uuid:${TAKEN}`, 'dct:references': `urn:uuid:${BEFORE}` },
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
    expect(isoReceipt(implied)).toMatchObject({
      'dpv:hasConsentEvent': {
        ...{ 'dpv:hasConsentType': 'dpv:ImpliedConsent', 'dpv:hasDuration': { '@value': '2027-01-01T00:00:00.000Z' } },
      },
    });
  });

  it('of what takes back all that was said says that nothing is known, and of a yes that it ended', () => {
    const undone = takes('withdrawn', null);
    const [iso, kantara] = [isoReceipt(undone), JSON.stringify(kantaraReceipt(undone))];
    expect(isIso(JSON.parse(JSON.stringify(iso)))).toBe(true);
    expect(iso).toMatchObject({
      'dpv:hasConsentEvent': {
        ...{ 'dpv:hasConsentStatus': 'dpv:ConsentUnknown', 'dpv:hasDuration': 'until consent is given' },
        'dct:replaces': `urn:uuid:${TAKEN}`,
      },
    });
    expect(JSON.stringify(iso)).not.toMatch(/refusal|Invalidated/);
    expect(kantara).toMatch(/NONE.*Nothing stands/);
    expect(isoReceipt(takes('granted', null))).toMatchObject({
      'dpv:hasConsentEvent': { 'dpv:hasConsentStatus': 'dpv:ConsentInvalidated' },
    });
  });

  it('of what was taken back says by what, and that it holds no more', () => {
    const [some] = fc.sample(facts, 1);
    if (some === undefined) throw new Error('no sample');
    const at = Date.UTC(2026, 5, 1);
    const event = { ...some.event, kind: 'withdrawn' as const, validUntil: null };
    const no = { ...some, event, takenBack: { id: TAKEN, at } };
    expect(isoReceipt(no)).toMatchObject({
      'dpv:hasConsentEvent': {
        ...{ 'dct:isReplacedBy': `urn:uuid:${TAKEN}`, 'dpv:hasDuration': { '@value': '2026-06-01T00:00:00.000Z' } },
      },
    });
    expect(JSON.stringify(kantaraReceipt(no))).toContain('Taken back on 2026-06-01T00:00:00.000Z');
  });

  it('calls a yes that nothing shows no express one', () => {
    const [some] = fc.sample(facts, 1);
    if (some === undefined) throw new Error('no sample');
    const event = { ...some.event, kind: 'granted' as const, legalBasis: 'consent', evidence: { unproven: true } };
    expect(isoReceipt({ ...some, event })).toMatchObject({
      'dpv:hasConsentEvent': { 'dpv:hasConsentType': 'dpv:ImpliedConsent' },
    });
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
