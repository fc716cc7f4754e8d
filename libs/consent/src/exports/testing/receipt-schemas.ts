/**
 * JSON Schemas of the two receipts, written from their specifications and independent of the code that makes them.
 * ISO/IEC TS 27560:2023, 6.3: the fields that a record and a receipt must have, in the terms that the DPV guide to 27560
 * gives them. Kantara Consent Receipt 1.1.0, 4.2 to 4.5 and its JSON schema (appendix C).
 */
const iri = { type: 'string', pattern: '^(urn:uuid:|https?:|mailto:|tel:).+' };
const text = { type: 'string', minLength: 1 };
const dateTime = {
  type: 'object',
  required: ['@type', '@value'],
  additionalProperties: false,
  properties: { '@type': { const: 'xsd:dateTime' }, '@value': { type: 'string', format: 'date-time' } },
};

/** One node with its type, and both terms for the identifier. */
const identified = (more: object = {}) => ({
  type: 'object',
  required: [
    '@type',
    'dct:identifier',
    'dpv:hasIdentifier',
    ...('required' in more ? (more.required as string[]) : []),
  ],
  properties: {
    'dct:identifier': text,
    'dpv:hasIdentifier': text,
    ...('properties' in more ? (more.properties as object) : {}),
  },
});
const untilEvent = (value: object = text) => ({
  type: 'object',
  required: ['@type', 'rdf:value'],
  additionalProperties: false,
  properties: { '@type': { const: 'dpv:UntilEventDuration' }, 'rdf:value': value },
});
const country = { pattern: '^[A-Z]{2}$' };
const place = { pattern: '^[A-Z]{2}(-[A-Z0-9]{1,3})?$' };
const right = {
  type: 'object',
  required: ['@type'],
  properties: {
    '@type': {
      type: 'array',
      minItems: 2,
      maxItems: 2,
      items: {
        enum: [
          'dpv:DataSubjectRight',
          ...['7-3', '15', '16', '17', '18', '20', '21', '77'].map((n) => `eu-gdpr:A${n}`),
        ],
      },
    },
  },
};
const consentStatus = [
  ...['Unknown', 'Requested', 'Given', 'Refused', 'Withdrawn', 'Revoked', 'Expired', 'Invalidated'].map(
    (word) => `dpv:Consent${word}`,
  ),
  'dpv:RenewedConsentGiven',
];
const consentType = ['dpv:ImpliedConsent', 'dpv:ExpressedConsent'];

/** The event, which is the status that it leaves. */
const status = identified({
  required: ['dpv:isIndicatedAtTime', 'dpv:isIndicatedBy', 'dpv:hasDuration'],
  properties: {
    '@type': { type: 'array', minItems: 1, maxItems: 2, items: { enum: [...consentStatus, ...consentType] } },
    'dpv:isIndicatedAtTime': dateTime,
    'dpv:isIndicatedBy': identified({ properties: { '@type': { enum: ['dpv:DataSubject', 'dpv:Entity'] } } }),
    'dpv:hasRight': right,
    'dpv:hasStatus': {
      enum: [
        ...['LegitimateInterestNotObjected', 'LegitimateInterestObjected', 'ContractActive', 'LegalObligationOngoing'],
        ...['VitalInterestOngoing', 'OfficialAuthorityExerciseOngoing'],
      ].map((word) => `dpv:${word}`),
    },
    'dpv:hasDuration': {
      anyOf: [
        {
          type: 'object',
          required: ['@type', 'rdf:value'],
          additionalProperties: false,
          properties: { '@type': { const: 'dpv:UntilTimeDuration' }, 'rdf:value': dateTime },
        },
        untilEvent({
          enum: [
            ...['until withdrawn', 'until consent is given', 'until consent is given anew', 'until objected to'],
            'for as long as its legal basis holds',
          ],
        }),
      ],
    },
  },
});
const typed = (words: readonly string[]) => ({
  properties: { '@type': { contains: { enum: words } } },
});
const given = ['dpv:ConsentGiven', 'dpv:RenewedConsentGiven'];

const record = identified({
  required: [
    ...['@id', 'dct:conformsTo', 'dpv:hasDataSubject', 'dpv:hasDataController', 'dpv:hasJurisdiction', 'dpv:hasNotice'],
    ...['dpv:hasProcess', 'dpv:hasConsentControl', 'dpv:hasRight', 'dpv:hasConsentStatus', 'dpv:hasLegalBasis'],
  ],
  properties: {
    '@id': iri,
    '@type': { type: 'array', contains: { const: 'dpv:ConsentRecord' } },
    'dct:conformsTo': { const: 'https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr' },
    'dpv:hasDataSubject': identified({ properties: { '@type': { const: 'dpv:DataSubject' } } }),
    'dpv:hasDataController': identified({
      required: ['@id', 'dpv:hasName', 'dpv:hasAddress', 'dpv:hasContact'],
      properties: {
        '@id': iri,
        '@type': { const: 'dpv:DataController' },
        'dpv:hasName': text,
        'dpv:hasAddress': text,
        'dpv:hasContact': { type: 'array', minItems: 1, items: iri },
        'dpv:hasJurisdiction': country,
      },
    }),
    'dpv:hasJurisdiction': place,
    // The general term where nobody knows which.
    'dpv:hasLegalBasis': {
      enum: [...['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `eu-gdpr:A6-1-${letter}`), 'dpv:LegalBasis'],
    },
    'dpv:hasNotice': {
      type: 'object',
      required: ['@type', 'dct:language'],
      properties: { '@type': { enum: ['dpv:Notice', 'dpv:ConsentNotice'] }, 'dct:language': text },
    },
    'dpv:hasProcess': {
      type: 'object',
      required: [
        ...['@type', 'dpv:hasPurpose', 'dpv:hasPersonalData', 'dpv:hasProcessing', 'dpv:hasRecipient'],
        'dpv:hasStorageCondition',
      ],
      properties: {
        '@type': { const: 'dpv:Process' },
        'dpv:hasPurpose': identified({ required: ['dct:title'], properties: { 'dct:title': text } }),
        'dpv:hasPersonalData': { type: 'string', pattern: '^pd:[A-Z][A-Za-z]+$' },
        'dpv:hasProcessing': { type: 'array', minItems: 1, items: { enum: ['dpv:Store', 'dpv:Use'] } },
        'dpv:hasRecipient': { type: 'array', minItems: 1, items: iri },
        'dpv:hasStorageCondition': {
          type: 'array',
          allOf: [
            {
              contains: {
                required: ['@type', 'dpv:hasLocation'],
                properties: {
                  '@type': { const: 'dpv:StorageLocation' },
                  'dpv:hasLocation': {
                    anyOf: [{ type: 'array', minItems: 1, items: country }, { const: 'not stated by the controller' }],
                  },
                },
              },
            },
            {
              contains: {
                required: ['@type', 'dpv:hasDuration'],
                properties: { '@type': { const: 'dpv:StorageDuration' }, 'dpv:hasDuration': untilEvent() },
              },
            },
          ],
        },
      },
    },
    'dpv:hasConsentControl': {
      type: 'object',
      required: ['@type', 'dpv:isExercisedAt'],
      properties: {
        '@type': { enum: ['dpv:WithdrawConsent', 'dpv:ProvideConsent', 'dpv:OptingOutFromProcess'] },
        'dpv:isExercisedAt': iri,
      },
    },
    'dpv:hasRight': { type: 'array', minItems: 1, items: { ...right, required: ['@type', 'dpv:isExercisedAt'] } },
    'dpv:hasConsentStatus': {
      ...status,
      // What kind of consent it is can be said of a consent alone.
      if: typed([...given, 'dpv:ConsentRequested']),
      then: typed(consentType),
      else: {
        not: typed(consentType),
        properties: { 'dpv:hasDuration': { not: { properties: { 'rdf:value': { const: 'until withdrawn' } } } } },
      },
    },
  },
});

export const ISO_27560 = {
  ...identified({
    required: ['@context', '@id', 'dct:conformsTo', 'dct:hasVersion', 'dct:created', 'dpv:hasRecordOfActivity'],
    properties: {
      '@context': {
        type: 'object',
        required: ['dpv', 'dct', 'xsd', 'rdf'],
        additionalProperties: {
          anyOf: [
            { type: 'string', format: 'uri' },
            { type: 'object', required: ['@type'], properties: { '@type': { const: '@id' } } },
          ],
        },
      },
      '@id': iri,
      '@type': { type: 'array', contains: { const: 'dpv:ConsentReceipt' } },
      'dct:conformsTo': { const: 'https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr' },
      'dct:hasVersion': { const: '27560:2023' },
      'dct:created': dateTime,
      'dct:publisher': iri,
      'dpv:hasRecordOfActivity': {
        ...record,
        // Only what rests on a consent is one that was given.
        if: { properties: { 'dpv:hasConsentStatus': typed(given) } },
        then: { properties: { 'dpv:hasLegalBasis': { const: 'eu-gdpr:A6-1-a' } } },
      },
    },
  }),
} as const;

/** Every term of the vocabulary that a receipt may have: those of DPV 2.2, and none that only sounds like one. */
export const DPV_TERMS: ReadonlySet<string> = new Set(
  [
    'hasAddress hasConsentControl hasConsentStatus hasContact hasDataController hasDataSubject hasDuration hasIdentifier',
    'hasIndicationMethod hasJurisdiction hasLegalBasis hasLocation hasName hasNotice hasPersonalData hasProcess',
    'hasProcessing hasPurpose hasRecipient hasRecordOfActivity hasRight hasStatus hasStorageCondition isExercisedAt',
    'isIndicatedAtTime isIndicatedBy',
    'ConsentNotice ConsentReceipt ConsentRecord DataController DataSubject DataSubjectRight Entity LegalBasis Notice',
    'OptingOutFromProcess Process ProvideConsent Purpose StorageDuration StorageLocation UntilEventDuration',
    'UntilTimeDuration WithdrawConsent Store Use ImpliedConsent ExpressedConsent RenewedConsentGiven',
    'ConsentUnknown ConsentRequested ConsentGiven ConsentRefused ConsentWithdrawn ConsentRevoked ConsentExpired',
    'ConsentInvalidated LegitimateInterestNotObjected LegitimateInterestObjected ContractActive LegalObligationOngoing',
    'VitalInterestOngoing OfficialAuthorityExerciseOngoing',
  ]
    .join(' ')
    .split(' '),
);

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
        required: ['piiController', 'contact', 'address', 'email', 'phone'],
        properties: {
          piiController: text,
          contact: text,
          address: { type: 'object' },
          email: { type: 'string', format: 'email' },
          phone: text,
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
