import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { CHANNELS, type BrandId, type ContactPointId } from '#lib/kernel';
import { CONSENT_EVENT_KINDS } from '../../consents/domain/consent-fold.js';
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
  language: fc.constantFrom('de', 'en', 'pt-BR'),
  event: fc.record({
    id: fc.uuid(),
    pointId: fc.uuid().map((id) => id as ContactPointId),
    entryId: fc.uuid(),
    purpose: fc.constant('commercial'),
    purposeLabels: fc.constantFrom<Record<string, string>>({ de: 'Werbung', en: 'Marketing' }, { fr: 'Publicité' }, {}),
    topic: nullable(fc.constant('newsletter')),
    topicLabels: nullable(fc.constant({ de: 'Rundbrief' })),
    kind: fc.constantFrom(...CONSENT_EVENT_KINDS),
    legalBasis: fc.constantFrom('consent', 'soft_opt_in', 'implied_purchase', 'contract', 'withdrawal'),
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
    jurisdiction: nullable(fc.constantFrom('DE', 'US-CA', 'DE-BY')),
  }),
});

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
        const { kind } = some.event;
        const term = `dpv:${dpvStatus(kind === 'imported' ? 'granted' : kind, some.renewed)}`;
        expect(isoReceipt(some)).toMatchObject({ 'dpv:hasConsentEvent': { 'dpv:hasConsentStatus': term } });
      }),
    );
  });

  it('says of a no which right it is, and of nothing that a notice was shown that was not', () => {
    fc.assert(
      fc.property(facts, (some) => {
        const receipt = isoReceipt(some) as { 'dpv:hasProcess': object; 'dpv:hasNotice': { '@type': string } };
        const right = receipt['dpv:hasProcess'] as { 'dpv:hasRight'?: string };
        const { kind, noticeKey } = some.event;
        if (kind === 'objected') expect(right['dpv:hasRight']).toBe('eu-gdpr:A21');
        else if (kind === 'withdrawn' || kind === 'revoked') expect(right['dpv:hasRight']).toBe('eu-gdpr:A7-3');
        else if (kind === 'granted') expect(right).not.toHaveProperty('dpv:hasRight');
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

  it('names no address and no protected evidence', () => {
    fc.assert(
      fc.property(facts, (some) => {
        for (const receipt of [isoReceipt(some), kantaraReceipt(some)])
          expect(JSON.stringify(receipt)).not.toContain('192.0.2.1');
      }),
    );
  });
});
