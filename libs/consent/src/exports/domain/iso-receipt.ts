import { type ConsentEventKind, isRefusal } from '../../consents/domain/consent-fold.js';
import { dpvStatus } from '../../consents/domain/dpv.js';
import { isExpress, isNo, type ReceiptFacts, subjectOf } from './receipt-facts.js';

/** What an event of a kind leaves the consent as. */
function statusOf(kind: ConsentEventKind, renewed: boolean): string {
  return `dpv:${dpvStatus(kind === 'imported' ? 'granted' : kind, renewed)}`;
}

/** Article 6 (1) by the words that our legal bases use; consent where nothing else was recorded. */
function legalBasisOf(basis: string): string {
  if (basis === 'contract') return 'eu-gdpr:A6-1-b';
  if (basis === 'legal_obligation') return 'eu-gdpr:A6-1-c';
  if (basis === 'legitimate_interest' || basis === 'legitimate_interests' || basis === 'soft_opt_in')
    return 'eu-gdpr:A6-1-f';
  return 'eu-gdpr:A6-1-a';
}

/** The right that somebody made use of who said no: to withdraw (Art. 7 (3)), or to object (Art. 21). */
function rightOf({ event }: ReceiptFacts): Record<string, string> {
  if (event.kind === 'objected') return { 'dpv:hasRight': 'eu-gdpr:A21' };
  return isRefusal(event.kind) ? { 'dpv:hasRight': 'eu-gdpr:A7-3' } : {};
}

/**
 * A receipt of one consent event by ISO/IEC TS 27560:2023 as JSON-LD in the words of the Data Privacy Vocabulary
 * (profile receipt-eu-gdpr of the DPV guide to 27560). The person is named by the controller's own id for them.
 */
export function isoReceipt(facts: ReceiptFacts): Record<string, unknown> {
  const { brand, event, externalId, channel, language } = facts;
  const occurred = iso(event.occurredAt);
  const no = isNo(facts);
  const controller = {
    '@id': `urn:uuid:${brand.id}`,
    '@type': 'dpv:DataController',
    'dpv:hasName': brand.legalName,
    'dpv:hasAddress': brand.postalAddress,
    'dpv:hasContact': `mailto:${brand.senderEmail}`,
    'dpv:hasJurisdiction': brand.country,
  };
  return {
    '@context': {
      dpv: 'https://w3id.org/dpv#',
      'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
      pd: 'https://w3id.org/dpv/pd#',
      dct: 'http://purl.org/dc/terms/',
      xsd: 'http://www.w3.org/2001/XMLSchema#',
    },
    '@id': `urn:uuid:${event.id}`,
    '@type': ['dpv:ConsentReceipt'],
    'dct:conformsTo': 'https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr',
    'dct:hasVersion': '27560:2023',
    'dct:identifier': event.id,
    'dct:issued': typed(event.recordedAt),
    'dpv:hasDataSubject': { '@type': 'dpv:DataSubject', 'dct:identifier': externalId },
    'dpv:hasDataController': controller,
    'dpv:hasNotice':
      event.noticeKey === null
        ? { '@type': 'dpv:Notice', 'dct:language': language, 'dct:description': 'no published notice is on record' }
        : {
            '@type': 'dpv:ConsentNotice',
            'dct:language': event.noticeLanguage ?? language,
            'dct:identifier': `${event.noticeKey}/${event.noticeVersion ?? 0}`,
            'dct:hasVersion': event.noticeVersion,
            'dpv:hasHash': event.noticeHash,
            ...(event.noticeWording === null ? {} : { 'dct:description': event.noticeWording }),
          },
    'dpv:hasProcess': {
      '@type': 'dpv:Process',
      'dpv:hasPurpose': {
        '@type': 'dpv:Purpose',
        'dct:identifier': [event.purpose, event.topic].filter(Boolean).join('/'),
        'dct:title': subjectOf(facts),
      },
      'dpv:hasLegalBasis': legalBasisOf(event.legalBasis),
      ...rightOf(facts),
      'dpv:hasPersonalData':
        channel === 'email'
          ? 'pd:EmailAddress'
          : channel === 'sms' || channel === 'phone' || channel === 'whatsapp'
            ? 'pd:TelephoneNumber'
            : 'pd:DeviceBased',
      'dpv:hasProcessing': no ? ['dpv:Store'] : ['dpv:Store', 'dpv:Use'],
      'dpv:hasJurisdiction': event.jurisdiction ?? brand.country,
      'dpv:hasRecipient': [controller['@id']],
      'dpv:hasStorageCondition': [
        {
          '@type': 'dpv:StorageLocation',
          'dpv:hasLocation':
            brand.storageLocations.length > 0 ? brand.storageLocations : 'not stated by the controller',
        },
        {
          '@type': 'dpv:StorageDuration',
          'dct:description': no
            ? 'as evidence of the refusal, for as long as a claim may be raised'
            : 'until the consent is withdrawn, and as evidence for as long as a claim may be raised',
        },
      ],
      'dpv:hasWithdrawalMethod': no
        ? 'none is needed: no consent stands'
        : 'the link in every message, or the preference page it leads to',
    },
    'dpv:hasConsentEvent': {
      '@type': 'dpv:ConsentEvent',
      'dct:identifier': event.id,
      'dct:date': { '@type': 'xsd:dateTime', '@value': occurred },
      'dpv:hasConsentStatus': statusOf(event.kind, facts.renewed),
      ...(no
        ? {}
        : {
            'dpv:hasConsentType': isExpress(facts) ? 'dpv:ExpressedConsent' : 'dpv:ImpliedConsent',
          }),
      'dpv:hasDuration':
        event.validUntil === null ? (no ? 'until consent is given anew' : 'until withdrawn') : typed(event.validUntil),
      'dpv:isIndicatedBy':
        event.actor === 'contact' ? { 'dct:identifier': externalId } : { 'dct:identifier': event.actor },
      'dpv:hasIndicationMethod': event.method,
      ...(event.wording === null ? {} : { 'dct:description': event.wording }),
      ...(event.source === null ? {} : { 'dct:source': event.source }),
    },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function typed(at: number): Record<string, string> {
  return { '@type': 'xsd:dateTime', '@value': iso(at) };
}
