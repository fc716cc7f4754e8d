import type { Article } from '../../consents/domain/legal-basis.js';
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

/** Prefixes, and which terms have a thing as their value that has a name of its own: JSON-LD takes a bare text for a text. */
const CONTEXT = {
  dpv: 'https://w3id.org/dpv#',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  pd: 'https://w3id.org/dpv/pd#',
  dct: 'http://purl.org/dc/terms/',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  spdx: 'http://spdx.org/rdf/terms#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  ...Object.fromEntries(
    [
      ...['dct:conformsTo', 'dct:publisher', 'dct:references', 'dct:replaces', 'dct:isReplacedBy'],
      ...['dpv:hasContact', 'dpv:hasLegalBasis', 'dpv:hasPersonalData', 'dpv:hasProcessing', 'dpv:hasRecipient'],
      ...['dpv:hasStatus', 'dpv:isExercisedAt', 'spdx:algorithm'],
    ].map((term) => [term, { '@type': '@id' }]),
  ),
};

/**
 * A receipt of one consent event by ISO/IEC TS 27560:2023 as JSON-LD in the words of the Data Privacy Vocabulary, as the
 * DPV guide to 27560 has it (profile receipt-eu-gdpr): a receipt about one record. The person is named by the controller's
 * own id for them.
 */
export function isoReceipt(given: ReceiptFacts): Record<string, unknown> {
  const facts = asItStands(given);
  const { brand, event } = facts;
  return {
    '@context': CONTEXT,
    '@id': `${urn(event.id)}#receipt`,
    '@type': ['dpv:ConsentReceipt'],
    ...named(event.id),
    'dct:conformsTo': 'https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr',
    'dct:hasVersion': '27560:2023',
    'dct:created': typed(event.recordedAt),
    'dct:publisher': urn(brand.id),
    'dpv:hasRecordOfActivity': recordOf(facts),
  };
}

function recordOf(facts: ReceiptFacts): Record<string, unknown> {
  const { brand, event, externalId, language } = facts;
  return {
    '@id': urn(event.id),
    '@type': ['dpv:ConsentRecord'],
    ...named(event.id),
    'dct:conformsTo': 'https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr',
    ...relationsOf(facts),
    'dpv:hasDataSubject': { '@type': 'dpv:DataSubject', ...named(externalId) },
    'dpv:hasDataController': {
      '@id': urn(brand.id),
      '@type': 'dpv:DataController',
      ...named(urn(brand.id)),
      'dpv:hasName': brand.legalName,
      'dpv:hasAddress': brand.postalAddress,
      'dpv:hasContact': [contactOf(facts), ...(brand.phone === null ? [] : [`tel:${brand.phone}`])],
      'dpv:hasJurisdiction': brand.country,
    },
    'dpv:hasJurisdiction': event.jurisdiction ?? brand.country,
    'dpv:hasLegalBasis': legalBasisOf(facts),
    'dpv:hasNotice':
      event.noticeKey === null
        ? { '@type': 'dpv:Notice', 'dct:language': language, 'dct:description': 'no published notice is on record' }
        : {
            '@type': 'dpv:ConsentNotice',
            ...named(`${event.noticeKey}/${event.noticeVersion ?? 0}`),
            'dct:language': event.noticeLanguage ?? language,
            'dct:hasVersion': event.noticeVersion,
            ...(event.noticeHash === null
              ? {}
              : {
                  'spdx:checksum': {
                    '@type': 'spdx:Checksum',
                    'spdx:algorithm': 'spdx:checksumAlgorithm_sha256',
                    'spdx:checksumValue': event.noticeHash,
                  },
                }),
            ...(event.noticeWording === null ? {} : { 'dct:description': event.noticeWording }),
          },
    'dpv:hasProcess': processOf(facts),
    'dpv:hasConsentControl': controlOf(facts),
    'dpv:hasRight': rightsOf(facts).map((article) => ({
      '@type': ['dpv:DataSubjectRight', `eu-gdpr:${article}`],
      'dpv:isExercisedAt': contactOf(facts),
    })),
    'dpv:hasConsentStatus': eventOf(facts),
  };
}

function processOf(facts: ReceiptFacts): Record<string, unknown> {
  const { brand, event, channel } = facts;
  const no = isNo(facts);
  const other = isStanding(facts) && !isConsent(facts);
  const kept = `${other ? durationOf(facts) : 'until the consent is withdrawn'}, and as evidence for as long as a claim may be raised`;
  return {
    '@type': 'dpv:Process',
    'dpv:hasPurpose': {
      '@type': 'dpv:Purpose',
      ...named([event.purpose, event.topic].filter(Boolean).join('/')),
      'dct:title': subjectOf(facts),
    },
    'dpv:hasPersonalData':
      channel === 'email'
        ? 'pd:EmailAddress'
        : channel === 'sms' || channel === 'phone' || channel === 'whatsapp'
          ? 'pd:TelephoneNumber'
          : 'pd:DeviceBased',
    'dpv:hasProcessing': no ? ['dpv:Store'] : ['dpv:Store', 'dpv:Use'],
    'dpv:hasRecipient': [urn(brand.id)],
    'dpv:hasStorageCondition': [
      {
        '@type': 'dpv:StorageLocation',
        'dpv:hasLocation': brand.storageLocations.length > 0 ? brand.storageLocations : 'not stated by the controller',
      },
      {
        '@type': 'dpv:StorageDuration',
        'dpv:hasDuration': untilEvent(
          isUnsaid(facts)
            ? 'as evidence for as long as a claim may be raised'
            : no
              ? 'as evidence of the refusal, for as long as a claim may be raised'
              : kept,
        ),
      },
    ],
  };
}

/** The event itself: what it leaves the consent as, by whom, how and when it was said, and for how long it holds. */
function eventOf(facts: ReceiptFacts): Record<string, unknown> {
  const { event, externalId, takenBack } = facts;
  const { status, other } = statusOf(facts);
  const hasType = !isNo(facts) && !(isStanding(facts) && !isConsent(facts));
  const end = takenBack?.at ?? event.validUntil;
  const right = rightOf(facts);
  return {
    '@type': [status, ...(hasType ? [isExpress(facts) ? 'dpv:ExpressedConsent' : 'dpv:ImpliedConsent'] : [])],
    ...named(event.id),
    ...(other === null ? {} : { 'dpv:hasStatus': other }),
    'dpv:isIndicatedAtTime': typed(event.occurredAt),
    'dpv:isIndicatedBy':
      event.actor === 'contact'
        ? { '@type': 'dpv:DataSubject', ...named(externalId) }
        : { '@type': 'dpv:Entity', ...named(event.actor) },
    'dpv:hasIndicationMethod': event.method,
    'dpv:hasDuration':
      end === null ? untilEvent(durationOf(facts)) : { '@type': 'dpv:UntilTimeDuration', 'rdf:value': typed(end) },
    // The right that was made use of.
    ...(right === null ? {} : { 'dpv:hasRight': { '@type': ['dpv:DataSubjectRight', `eu-gdpr:${right}`] } }),
    ...(event.wording === null ? {} : { 'dct:description': event.wording }),
    ...(event.source === null ? {} : { 'dct:source': event.source }),
  };
}

/** What an event leaves the consent as, and beside it what else holds: of that nothing is known of a consent. */
function statusOf(facts: ReceiptFacts): { readonly status: string; readonly other: string | null } {
  const { event, renewed } = facts;
  // What was taken back on the page was never said.
  if (isUnsaid(facts)) return { status: 'dpv:ConsentUnknown', other: null };
  const kind = event.kind === 'imported' ? 'granted' : event.kind;
  const term = `dpv:${dpvStatus(kind, renewed, endsConsent(facts), isStanding(facts) ? restsOn(facts) : 'a')}`;
  if (isStanding(facts) && !isConsent(facts))
    return { status: 'dpv:ConsentUnknown', other: restsOn(facts) === null ? null : term };
  const isObjected = rightOf(facts) === OBJECTION && restsOn(facts) === 'f';
  return { status: term, other: isObjected ? 'dpv:LegitimateInterestObjected' : null };
}

const [WITHDRAWAL, OBJECTION] = ['A7-3', 'A21'] as const;

/** A word that is no legal basis is said to be one, and nothing more. */
function legalBasisOf(facts: ReceiptFacts): string {
  const article = restsOn(facts);
  return article === null ? 'dpv:LegalBasis' : `eu-gdpr:A6-1-${article}`;
}

/**
 * The right that somebody made use of who said no: to withdraw a consent that they had given (Art. 7 (3)), or to object to
 * what rests on something else (Art. 21). Whoever refuses what they are asked for needs none.
 */
function rightOf(facts: ReceiptFacts): string | null {
  const { event, ends } = facts;
  const article = restsOn(facts);
  if (!isRefusal(event.kind) || article === null) return null;
  if (article !== 'a') return event.kind === 'refused' ? null : OBJECTION;
  return ends === null ? null : WITHDRAWAL;
}

/** Of everybody about whom something is kept: to see it, to have it put right, erased or restricted, and to complain. */
const ALWAYS = ['A15', 'A16', 'A17', 'A18', 'A77'] as const;
const BY_BASIS: Readonly<Partial<Record<Article, readonly string[]>>> = {
  a: ['A20'],
  b: ['A20'],
  e: [OBJECTION],
  f: [OBJECTION],
};

/** What somebody has a right to, as things stand by the event. A consent that stands can be withdrawn besides. */
function rightsOf(facts: ReceiptFacts): string[] {
  const article = restsOn(facts);
  const own = article === null ? [] : (BY_BASIS[article] ?? []);
  return [...(isConsent(facts) ? [WITHDRAWAL] : []), ...ALWAYS, ...own];
}

/** How what stands is ended, or what does not stand is given. */
function controlOf(facts: ReceiptFacts): Record<string, string> {
  const at = { 'dpv:isExercisedAt': contactOf(facts) };
  if (isNo(facts))
    return { '@type': 'dpv:ProvideConsent', ...at, 'dct:description': 'none is needed to leave: no consent stands' };
  return {
    '@type': isStanding(facts) && !isConsent(facts) ? 'dpv:OptingOutFromProcess' : 'dpv:WithdrawConsent',
    ...at,
    'dct:description': 'the link in every message, or the preference page it leads to',
  };
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

/** What it takes back and what stands by that, and what took it back. */
function relationsOf({ takesBack, takenBack }: ReceiptFacts): Record<string, string> {
  return {
    ...(takesBack !== null && { 'dct:replaces': urn(takesBack.taken.id) }),
    ...(takesBack?.stands != null && { 'dct:references': urn(takesBack.stands.id) }),
    ...(takenBack !== null && { 'dct:isReplacedBy': urn(takenBack.id) }),
  };
}

function contactOf({ brand }: ReceiptFacts): string {
  return `mailto:${brand.senderEmail}`;
}

/** Both terms that the standard's fields of identifiers are mapped to. */
function named(id: string): Record<string, string> {
  return { 'dct:identifier': id, 'dpv:hasIdentifier': id };
}

function untilEvent(words: string): Record<string, string> {
  return { '@type': 'dpv:UntilEventDuration', 'rdf:value': words };
}

function urn(id: string): string {
  return `urn:uuid:${id}`;
}

function typed(at: number): Record<string, string> {
  return { '@type': 'xsd:dateTime', '@value': new Date(at).toISOString() };
}
