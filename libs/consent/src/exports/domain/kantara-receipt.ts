import {
  asItStands,
  isConsent,
  isExpress,
  isNo,
  isStanding,
  isUnsaid,
  labelIn,
  type ReceiptFacts,
  subjectOf,
} from './receipt-facts.js';

/**
 * The same receipt in the shape of the Kantara Consent Receipt 1.1.0, which many tools read. `sensitive` is false: the
 * gateway keeps no special categories of data. It has receipts of consents alone, so one of a no, of a request or of what rests on
 * something else says `NONE` where the type of the consent stands.
 */
export function kantaraReceipt(given: ReceiptFacts): Record<string, unknown> {
  const facts = asItStands(given);
  const { brand, event, externalId, language, channel } = facts;
  return {
    version: 'KI-CR-v1.1.0',
    jurisdiction: event.jurisdiction ?? brand.country,
    consentTimestamp: Math.floor((facts.takesBack?.stands ?? event).occurredAt / 1000),
    collectionMethod: event.source === null ? event.method : `${event.method}: ${event.source}`,
    consentReceiptID: event.id,
    language: event.noticeLanguage ?? language,
    piiPrincipalId: externalId,
    piiControllers: [
      {
        piiController: brand.legalName,
        contact: brand.senderName,
        address: { streetAddress: brand.postalAddress, addressCountry: brand.country },
        email: brand.senderEmail,
        phone: brand.phone ?? 'not stated by the controller',
      },
    ],
    policyUrl:
      event.noticeKey === null
        ? (brand.privacyUrl ?? '')
        : `urn:notice:${event.noticeKey}:${event.noticeVersion ?? 0}:${event.noticeHash ?? ''}`,
    services: [
      {
        service: brand.name,
        purposes: [
          {
            purpose: subjectOf(facts),
            purposeCategory: [labelIn(event.purposeLabels, language, event.purpose)],
            consentType: !isConsent(facts) ? 'NONE' : isExpress(facts) ? 'EXPLICIT' : 'IMPLICIT',
            piiCategory: [
              channel === 'email'
                ? 'E-mail address'
                : channel === 'sms' || channel === 'phone' || channel === 'whatsapp'
                  ? 'Telephone number'
                  : 'Device identifier',
            ],
            primaryPurpose: true,
            termination: terminationOf(facts),
            thirdPartyDisclosure: false,
          },
        ],
      },
    ],
    sensitive: false,
    spiCat: [],
    consentStatus: event.kind,
  };
}

/** When the consent ends, or ended; the date is that of the no, or of the end that somebody set. */
function terminationOf(facts: ReceiptFacts): string {
  const { kind, occurredAt, validUntil } = facts.event;
  if (facts.takenBack !== null) return `Taken back on ${new Date(facts.takenBack.at).toISOString()}`;
  if (isUnsaid(facts)) return `Nothing stands: what was said was taken back on ${new Date(occurredAt).toISOString()}`;
  if (isNo(facts)) return `Ended: ${kind} on ${new Date(validUntil ?? occurredAt).toISOString()}`;
  if (kind === 'requested') return 'Not given yet: a confirmation was asked for';
  if (validUntil === null && isStanding(facts) && !isConsent(facts))
    return 'No consent: when it is objected to, or its legal basis ends';
  return validUntil === null ? 'When it is withdrawn' : new Date(validUntil).toISOString();
}
