/**
 * JSON Schemas of the two receipts, written from their specifications and independent of the code that makes them.
 * ISO/IEC TS 27560:2023, 6.3: the fields that a record and a receipt must have, in the terms that the DPV guide to 27560
 * gives them. Kantara Consent Receipt 1.1.0, 4.2 to 4.5 and its JSON schema (appendix C).
 */
const iri = { type: 'string', pattern: '^(urn:uuid:|https?:|mailto:).+' };
const text = { type: 'string', minLength: 1 };
const dateTime = {
  type: 'object',
  required: ['@type', '@value'],
  additionalProperties: false,
  properties: { '@type': { const: 'xsd:dateTime' }, '@value': { type: 'string', format: 'date-time' } },
};

export const ISO_27560 = {
  type: 'object',
  required: [
    '@context',
    '@id',
    '@type',
    'dct:conformsTo',
    'dct:hasVersion',
    'dct:identifier',
    'dpv:hasDataSubject',
    'dpv:hasDataController',
    'dpv:hasNotice',
    'dpv:hasProcess',
    'dpv:hasConsentEvent',
  ],
  // Only what rests on a consent is one that was given.
  if: {
    properties: { 'dpv:hasConsentEvent': { properties: { 'dpv:hasConsentStatus': { pattern: 'Given' } } } },
  },
  then: { properties: { 'dpv:hasProcess': { properties: { 'dpv:hasLegalBasis': { const: 'eu-gdpr:A6-1-a' } } } } },
  properties: {
    '@context': {
      type: 'object',
      required: ['dpv', 'dct', 'xsd'],
      additionalProperties: { type: 'string', format: 'uri' },
    },
    '@id': iri,
    '@type': { type: 'array', contains: { const: 'dpv:ConsentReceipt' } },
    'dct:conformsTo': { const: 'https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr' },
    'dct:hasVersion': { const: '27560:2023' },
    'dct:identifier': { type: 'string', format: 'uuid' },
    'dct:issued': dateTime,
    'dpv:hasDataSubject': { type: 'object', required: ['dct:identifier'], properties: { 'dct:identifier': text } },
    'dpv:hasDataController': {
      type: 'object',
      required: ['@id', '@type', 'dpv:hasName', 'dpv:hasAddress', 'dpv:hasContact', 'dpv:hasJurisdiction'],
      properties: {
        '@id': iri,
        'dpv:hasName': text,
        'dpv:hasAddress': text,
        'dpv:hasContact': iri,
        'dpv:hasJurisdiction': { pattern: '^[A-Z]{2}$' },
      },
    },
    'dpv:hasNotice': { type: 'object', required: ['@type', 'dct:language'], properties: { 'dct:language': text } },
    'dpv:hasProcess': {
      type: 'object',
      required: [
        'dpv:hasPurpose',
        'dpv:hasLegalBasis',
        'dpv:hasPersonalData',
        'dpv:hasProcessing',
        'dpv:hasJurisdiction',
        'dpv:hasRecipient',
        'dpv:hasStorageCondition',
        'dpv:hasWithdrawalMethod',
      ],
      properties: {
        'dpv:hasPurpose': {
          type: 'object',
          required: ['dct:identifier', 'dct:title'],
          properties: { 'dct:title': text },
        },
        // The general term where nobody knows which.
        'dpv:hasLegalBasis': {
          enum: [...['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `eu-gdpr:A6-1-${letter}`), 'dpv:LegalBasis'],
        },
        'dpv:hasPersonalData': { type: 'string', pattern: '^pd:[A-Z][A-Za-z]+$' },
        'dpv:hasRecipient': { type: 'array', minItems: 1 },
        'dpv:hasJurisdiction': { pattern: '^[A-Z]{2}(-[A-Z0-9]{1,3})?$' },
        'dpv:hasStorageCondition': {
          type: 'array',
          allOf: [
            {
              contains: {
                required: ['@type', 'dpv:hasLocation'],
                properties: {
                  '@type': { const: 'dpv:StorageLocation' },
                  'dpv:hasLocation': {
                    anyOf: [
                      { type: 'array', minItems: 1, items: { pattern: '^[A-Z]{2}$' } },
                      { const: 'not stated by the controller' },
                    ],
                  },
                },
              },
            },
            {
              contains: {
                required: ['@type', 'dct:description'],
                properties: { '@type': { const: 'dpv:StorageDuration' }, 'dct:description': text },
              },
            },
          ],
        },
      },
    },
    'dpv:hasConsentEvent': {
      type: 'object',
      // What kind of consent it is can be said of a consent alone.
      if: { properties: { 'dpv:hasConsentStatus': { pattern: 'Given|Requested' } } },
      then: { required: ['dpv:hasConsentType'] },
      else: {
        properties: { 'dpv:hasConsentType': false, 'dpv:hasDuration': { not: { const: 'until withdrawn' } } },
      },
      required: ['dct:identifier', 'dct:date', 'dpv:hasConsentStatus', 'dpv:hasDuration', 'dpv:isIndicatedBy'],
      properties: {
        'dct:date': dateTime,
        'dpv:hasConsentStatus': {
          enum: [
            ...['Unknown', 'Requested', 'Given', 'Refused', 'Withdrawn', 'Revoked', 'Expired', 'Invalidated'].map(
              (word) => `dpv:Consent${word}`,
            ),
            'dpv:RenewedConsentGiven',
          ],
        },
        'dpv:hasConsentType': { enum: ['dpv:ImpliedConsent', 'dpv:ExpressedConsent'] },
        'dpv:hasStatus': {
          enum: [
            ...[
              'LegitimateInterestNotObjected',
              'LegitimateInterestObjected',
              'ContractActive',
              'LegalObligationOngoing',
            ],
            ...['VitalInterestOngoing', 'OfficialAuthorityExerciseOngoing'],
          ].map((word) => `dpv:${word}`),
        },
        'dpv:hasDuration': {
          anyOf: [
            dateTime,
            {
              enum: [
                ...['until withdrawn', 'until consent is given', 'until consent is given anew', 'until objected to'],
                'for as long as its legal basis holds',
              ],
            },
          ],
        },
      },
    },
  },
} as const;

export const KANTARA = {
  type: 'object',
  required: [
    'version',
    'jurisdiction',
    'consentTimestamp',
    'collectionMethod',
    'consentReceiptID',
    'language',
    'piiPrincipalId',
    'piiControllers',
    'policyUrl',
    'services',
    'sensitive',
    'spiCat',
  ],
  properties: {
    version: { const: 'KI-CR-v1.1.0' },
    jurisdiction: text,
    consentTimestamp: { type: 'integer', minimum: 0, maximum: 253_402_300_799 },
    collectionMethod: text,
    consentReceiptID: { type: 'string', format: 'uuid' },
    language: { type: 'string', pattern: '^[a-z]{2,3}' },
    piiPrincipalId: text,
    piiControllers: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['piiController', 'contact', 'address', 'email'],
        properties: {
          piiController: text,
          contact: text,
          address: { type: 'object' },
          email: { type: 'string', format: 'email' },
        },
      },
    },
    policyUrl: { type: 'string' },
    services: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['service', 'purposes'],
        properties: {
          service: text,
          purposes: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              required: [
                'purpose',
                'purposeCategory',
                'consentType',
                'piiCategory',
                'primaryPurpose',
                'termination',
                'thirdPartyDisclosure',
              ],
              properties: {
                purpose: text,
                purposeCategory: { type: 'array', minItems: 1, items: text },
                // Of what is no consent the specification has no receipt.
                consentType: { enum: ['EXPLICIT', 'IMPLICIT', 'NONE'] },
                piiCategory: { type: 'array', minItems: 1, items: text },
                primaryPurpose: { type: 'boolean' },
                termination: text,
                thirdPartyDisclosure: { type: 'boolean' },
              },
            },
          },
        },
      },
    },
    sensitive: { type: 'boolean' },
    spiCat: { type: 'array' },
  },
} as const;
