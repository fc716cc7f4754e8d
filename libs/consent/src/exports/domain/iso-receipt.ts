import { isRefusal } from '../../consents/domain/consent-fold.js';
import { dpvStatus } from '../../consents/domain/dpv.js';
import {
  asItStands,
  endsConsent,
  isConsent,
  isExpress,
  isNo,
  isStanding,
  isUnsaid,
  type ReceiptFacts,
  restsOn,
  subjectOf,
} from './receipt-facts.js';

/** What an event leaves the consent as. Where something else than a consent holds, nothing is known of one. */
function statusOf(facts: ReceiptFacts): Record<string, string> {
  const { event, renewed } = facts;
  // What was taken back on the page was never said.
  if (isUnsaid(facts)) return { 'dpv:hasConsentStatus': 'dpv:ConsentUnknown' };
  const status = event.kind === 'imported' ? 'granted' : event.kind;
  const term = `dpv:${dpvStatus(status, renewed, endsConsent(facts), isStanding(facts) ? restsOn(facts) : 'a')}`;
  if (isStanding(facts) && !isConsent(facts))
    return {
      'dpv:hasConsentStatus': 'dpv:ConsentUnknown',
      ...(restsOn(facts) === null ? {} : { 'dpv:hasStatus': term }),
    };
  const isObjected = rightOf(facts)['dpv:hasRight'] === OBJECTION && restsOn(facts) === 'f';
  return {
    'dpv:hasConsentStatus': term,
    ...(isObjected ? { 'dpv:hasStatus': 'dpv:LegitimateInterestObjected' } : {}),
  };
}

const [WITHDRAWAL, OBJECTION] = ['eu-gdpr:A7-3', 'eu-gdpr:A21'] as const;

/** A word that is no legal basis is said to be one, and nothing more. */
function legalBasisOf(facts: ReceiptFacts): string {
  const article = restsOn(facts);
  return article === null ? 'dpv:LegalBasis' : `eu-gdpr:A6-1-${article}`;
}

/**
 * The right that somebody made use of who said no: to withdraw a consent that they had given (Art. 7 (3)), or to object to
 * what rests on something else (Art. 21). Whoever refuses what they are asked for needs none.
 */
function rightOf(facts: ReceiptFacts): Record<string, string> {
  const { event, ends } = facts;
  const article = restsOn(facts);
  if (!isRefusal(event.kind) || article === null) return {};
  if (article !== 'a') return event.kind === 'refused' ? {} : { 'dpv:hasRight': OBJECTION };
  return ends === null ? {} : { 'dpv:hasRight': WITHDRAWAL };
}

/** For how long it holds, where no day was set. */
function durationOf(facts: ReceiptFacts): string {
  if (isUnsaid(facts)) return 'until consent is given';
  if (isNo(facts)) return 'until consent is given anew';
  if (!isStanding(facts) || isConsent(facts)) return 'until withdrawn';
  return restsOn(facts) === 'f' || restsOn(facts) === 'e'
    ? 'until objected to'
    : 'for as long as its legal basis holds';
}

/**
 * A receipt of one consent event by ISO/IEC TS 27560:2023 as JSON-LD in the words of the Data Privacy Vocabulary
 * (profile receipt-eu-gdpr of the DPV guide to 27560). The person is named by the controller's own id for them.
 */
export function isoReceipt(given: ReceiptFacts): Record<string, unknown> {
  const facts = asItStands(given);
  const { brand, event, externalId, channel, language } = facts;
  const occurred = iso(event.occurredAt);
  const [no, other] = [isNo(facts), isStanding(facts) && !isConsent(facts)];
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
      'dpv:hasLegalBasis': legalBasisOf(facts),
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
          'dct:description': isUnsaid(facts)
            ? 'as evidence for as long as a claim may be raised'
            : no
              ? 'as evidence of the refusal, for as long as a claim may be raised'
              : `${other ? durationOf(facts) : 'until the consent is withdrawn'}, and as evidence for as long as a claim may be raised`,
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
      ...statusOf(facts),
      ...(no || other
        ? {}
        : {
            'dpv:hasConsentType': isExpress(facts) ? 'dpv:ExpressedConsent' : 'dpv:ImpliedConsent',
          }),
      ...relationsOf(facts),
      'dpv:hasDuration': typedEnd(facts) ?? durationOf(facts),
      'dpv:isIndicatedBy':
        event.actor === 'contact' ? { 'dct:identifier': externalId } : { 'dct:identifier': event.actor },
      'dpv:hasIndicationMethod': event.method,
      ...(event.wording === null ? {} : { 'dct:description': event.wording }),
      ...(event.source === null ? {} : { 'dct:source': event.source }),
    },
  };
}

/** What it takes back and what stands by that, and what took it back. */
function relationsOf({ takesBack, takenBack }: ReceiptFacts): Record<string, string> {
  return {
    ...(takesBack !== null && { 'dct:replaces': `urn:uuid:${takesBack.taken.id}` }),
    ...(takesBack?.stands != null && { 'dct:references': `urn:uuid:${takesBack.stands.id}` }),
    ...(takenBack !== null && { 'dct:isReplacedBy': `urn:uuid:${takenBack.id}` }),
  };
}

/** Until when it holds, or held before it was taken back; null: no day is set. */
function typedEnd({ event: { validUntil }, takenBack }: ReceiptFacts): Record<string, string> | null {
  const end = takenBack?.at ?? validUntil;
  return end === null ? null : typed(end);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function typed(at: number): Record<string, string> {
  return { '@type': 'xsd:dateTime', '@value': iso(at) };
}
