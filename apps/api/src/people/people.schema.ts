import { z } from 'zod';
import {
  BASES_OF_A_NO,
  type Contact,
  CONSENT_BASES,
  CONSENT_EVENT_KINDS,
  isReducing,
  LEGAL_BASES,
  OTHER_LEGAL_BASES,
  STATED_EVIDENCE,
  SUPPRESSION_REASONS,
  type ConsentEventRow,
  type Standings,
  type StandingState,
} from '#lib/consent';
import { durationProblem, ownHoursProblems } from '#lib/decision';
import { toIso } from '#lib/platform';
import {
  ChannelName,
  Country,
  Instant,
  InstantInput,
  Key,
  Language,
  line,
  MAX_VERSION,
  Place,
  Region,
  toInstant,
  Uuid,
  Zone,
} from '../http/scalars.schema.js';

export const ExternalId = line(200).meta({
  id: 'ExternalId',
  description: 'The contact’s id in your system.',
  examples: ['crm-4711'],
});

export const ContactPath = z.strictObject({ externalId: ExternalId });
export type ContactPath = z.infer<typeof ContactPath>;

const QuietWindows = z
  .array(
    z.strictObject({
      days: z
        .array(z.literal([1, 2, 3, 4, 5, 6, 7]))
        .min(1)
        .max(7)
        .meta({ description: 'ISO weekdays, 1 is Monday.' }),
      start: z.string().max(5),
      end: z.string().max(5),
    }),
  )
  .max(20)
  .superRefine((windows, context) => {
    for (const problem of ownHoursProblems(windows)) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ description: 'HH:MM on the contact’s own clock; an end not after the start is on the next day.' });

const Wishes = z
  .strictObject({
    zone: Zone.optional().meta({ description: 'IANA zone by which the person says they live.' }),
    quietHours: QuietWindows.optional(),
    frequency: z
      .array(
        z.strictObject({
          limit: z.int().min(0).max(1000),
          window: z
            .string()
            .max(40)
            .refine(
              (text) => durationProblem(text) === null,
              'must be an exact ISO 8601 duration such as P7D, of 366 days at most',
            ),
          channel: ChannelName.nullable().default(null),
          topic: Key.nullable().default(null),
        }),
      )
      .max(20)
      .optional()
      .meta({ description: 'The most the person wants to get: so many in a rolling window.' }),
  })
  .meta({ id: 'Wishes', description: 'What the person chose for themselves; replaces what was chosen before.' });

const Attributes = z
  .record(z.string().min(1).max(100), z.json())
  .meta({ id: 'Attributes', description: 'What templates may say about the person.' });

export const ContactRequest = z
  .strictObject({
    language: Language.nullable().optional(),
    zone: Zone.nullable().optional(),
    country: Country.nullable().optional(),
    region: Region.nullable().optional(),
    postalCode: line(20).nullable().optional(),
    deviceZone: Zone.nullable().optional().meta({ description: 'What the person’s device reported last.' }),
    segments: z
      .array(Key)
      .max(200)
      .optional()
      .meta({ description: 'All segments the person is in; caps and quiet hours can be about one.' }),
    wishes: Wishes.optional(),
    pausedUntil: InstantInput.nullable()
      .optional()
      .meta({ description: 'No commercial message before; null: no pause.' }),
    saidAt: InstantInput.optional().meta({
      description:
        'When the person themselves said what is sent, on the telephone for example. Later than their own choice on the preference page, it takes the place of it; without it the language, quiet hours, zone, frequency and break that they chose there stay, and the answer names them in kept. Taken from live keys alone.',
    }),
    account: line(200).nullable().optional().meta({ description: 'Company the person belongs to (B2B).' }),
    attributes: Attributes.optional(),
    contactPoints: z
      .array(z.strictObject({ channel: ChannelName, address: z.string().min(1).max(2048) }))
      .max(50)
      .optional()
      .meta({ description: 'When given, these are all; others end. A changed address has no consent.' }),
  })
  .meta({ id: 'ContactRequest', description: 'What is left out stays as it is; null clears it.' });
export type ContactRequest = z.infer<typeof ContactRequest>;

export const ContactAnswer = z
  .strictObject({
    externalId: z.string(),
    language: Language.nullable(),
    zone: Zone.nullable(),
    country: Country.nullable(),
    region: Region.nullable(),
    postalCode: z.string().nullable(),
    deviceZone: Zone.nullable(),
    segments: z.array(Key),
    wishes: Wishes,
    pausedUntil: Instant.nullable(),
    account: z.string().nullable(),
    attributes: Attributes,
    contactPoints: z.array(z.strictObject({ id: Uuid, channel: ChannelName, address: z.string() })),
    erased: z.boolean(),
    mergedInto: z.string().nullable().meta({
      description: 'External id of the contact that this one was merged into; a no under the old id is taken for it.',
    }),
  })
  .meta({ id: 'Contact' });

export const ContactChangeAnswer = ContactAnswer.extend({
  kept: z.array(z.enum(['language', 'pausedUntil', 'wishes.zone', 'wishes.quietHours', 'wishes.frequency'])).meta({
    description: 'What was asked for otherwise and stays as the person chose it on their preference page.',
  }),
}).meta({ id: 'ChangedContact' });

/** One word in lower case: it stands in the ledger in clear, so it cannot hold anything personal. */
export const word = z.string().regex(/^[a-z0-9_]{1,32}$/, 'must be 1 to 32 lower-case letters, digits and underscores');

export const ConsentRequest = z
  .strictObject({
    channel: ChannelName,
    address: z.string().min(1).max(2048).optional().meta({
      description:
        'Needed for a yes when the contact has several on the channel. A no without it is one to all of them.',
    }),
    purpose: Key,
    topics: z.array(Key).max(100).default([]).meta({ description: 'Empty: the purpose as a whole.' }),
    kind: z.enum(CONSENT_EVENT_KINDS).meta({ id: 'ConsentEventKind' }),
    legalBasis: z
      .enum([...LEGAL_BASES, ...OTHER_LEGAL_BASES, ...BASES_OF_A_NO], {
        error: `must be one of ${LEGAL_BASES.join(', ')}`,
      })
      .meta({
        description: `On what a yes rests; laws about messages tell apart ${CONSENT_BASES.join(', ')}, and take consent for express and contract for a purchase. A yes to a restrictive purpose rests on consent or express. A no may say ${BASES_OF_A_NO.join(', ')} instead.`,
        examples: ['consent', 'soft_opt_in', 'contract'],
      }),
    notice: z
      .strictObject({ key: Key, version: z.int().min(1).max(MAX_VERSION), language: Language })
      .optional()
      .meta({ description: 'The wording that was shown, as published.' }),
    served: Uuid.optional().meta({ description: 'Id of the notice as it was served: POST /v1/served-notices.' }),
    request: Uuid.optional().meta({
      description: 'Of a confirmation: the event that asked for it, at the same contact point.',
    }),
    jurisdiction: Place.optional().meta({
      description: 'Where the person was (ISO 3166); left out: where the contact is.',
    }),
    wording: z.string().min(1).max(4000).optional().meta({ description: 'Exact text of the control that was used.' }),
    method: word.meta({ examples: ['web_form', 'phone', 'import'] }),
    source: line(2048).optional().meta({ description: 'Form name or URL.' }),
    occurredAt: InstantInput.optional().meta({
      description: 'Left out: now. A yes after an opt-out needs it.',
    }),
    validUntil: InstantInput.optional(),
    evidence: z
      .record(z.string().min(1).max(100), z.json())
      .default({})
      .meta({
        description: `IP address, user agent, reference and the like; protected. Facts that a law asks for are stated as true: ${STATED_EVIDENCE.join(', ')}.`,
      }),
  })
  .refine(({ kind, legalBasis }) => isReducing(kind) || !BASES_OF_A_NO.some((name) => name === legalBasis), {
    path: ['legalBasis'],
    error: `is said by a no; what is no no rests on one of ${LEGAL_BASES.join(', ')}`,
  })
  .meta({ id: 'ConsentRequest', description: 'What a person agreed to or took back, with the evidence.' });
export type ConsentRequest = z.infer<typeof ConsentRequest>;

export const ConsentChangeAnswer = z
  .strictObject({
    events: z.array(z.strictObject({ id: Uuid, entry: Uuid, effective: z.boolean() })),
    inFlight: z
      .array(Uuid)
      .meta({ description: 'Messages whose hand-over had started before this; no other starts after it.' }),
  })
  .meta({ id: 'ConsentChange' });

const ShownNotice = z
  .strictObject({ key: Key, version: z.int(), language: Language, hash: z.string() })
  .meta({ id: 'ShownNotice', description: 'The wording that was shown; its hash is in the ledger entry in clear.' });

const StateAnswer = z.strictObject({
  purpose: Key,
  topic: Key.nullable(),
  status: z.string(),
  since: Instant,
  validUntil: Instant.nullable(),
  event: Uuid.meta({ description: 'The consent event that counts.' }),
  elsewhere: z
    .boolean()
    .meta({ description: 'Said under another contact with the same address; it holds for the address.' }),
  setUpChanged: z.boolean().meta({
    description:
      'The purpose was set up once more after that instant: of each of its rules the way counts that lets less through.',
  }),
  dpv: z.url().meta({ description: 'The status in the Data Privacy Vocabulary.' }),
  notice: ShownNotice.nullable(),
  explanation: z.strictObject({ de: z.string(), en: z.string() }).meta({ description: 'The same in a sentence.' }),
});

export const ConsentsAnswer = z
  .strictObject({
    at: Instant,
    asKnownAt: Instant,
    contactPoints: z.array(
      z.strictObject({
        id: Uuid,
        channel: ChannelName,
        inUse: z.boolean(),
        suppressions: z
          .array(z.strictObject({ reason: z.enum(SUPPRESSION_REASONS), since: Instant, until: Instant.nullable() }))
          .meta({ description: 'What keeps messages from the address then, whatever was agreed to.' }),
        states: z.array(StateAnswer),
      }),
    ),
  })
  .meta({
    id: 'Consents',
    description: 'Where each contact point stood at that instant, as it was known at the other.',
  });

export const AsOfQuery = z.strictObject({
  at: InstantInput.optional().meta({ description: 'What had happened by then; left out: now.' }),
  asKnownAt: InstantInput.optional().meta({ description: 'What had been recorded by then; left out: now.' }),
});
export type AsOfQuery = z.infer<typeof AsOfQuery>;

export const EventAnswer = z.strictObject({
  id: Uuid,
  purpose: Key,
  topic: Key.nullable(),
  kind: z.string(),
  legalBasis: z.string(),
  notice: ShownNotice.nullable(),
  served: Uuid.nullable(),
  request: Uuid.nullable().meta({ description: 'The event that asked for what this one confirms.' }),
  retracts: Uuid.nullable().meta({
    description:
      'The event that this one takes back, as though that had never been said: neither of the two counts. Of `invalidated` alone, and null where a consent merely ends.',
  }),
  jurisdiction: z.string().nullable(),
  wording: z.string().nullable(),
  method: z.string(),
  source: z.string().nullable(),
  actor: z.string(),
  stated: z.record(z.string(), z.json()).meta({
    description:
      'Facts that laws ask for; `flags`: what speaks against a confirmation by the person; `undated`: a list brought it without its time; `unproven`: whoever brought it gave nothing that shows it; `brought`: a yes to a purpose that only came along with one to a topic.',
  }),
  occurredAt: Instant,
  recordedAt: Instant,
  validUntil: Instant.nullable(),
  effective: z.boolean(),
  entry: Uuid,
});

export const HistoryAnswer = z
  .strictObject({
    contactPoints: z.array(z.strictObject({ id: Uuid, channel: ChannelName, events: z.array(EventAnswer) })),
  })
  .meta({ id: 'ConsentHistory', description: 'Every consent event, oldest first.' });

export function toContactAnswer(contact: Contact): z.infer<typeof ContactAnswer> {
  const { externalId, language, zone, country, region, postalCode, deviceZone, account } = contact;
  const attributes = contact.attributes as z.infer<typeof Attributes>;
  const contactPoints = contact.contactPoints.map(({ id, channel, address }) => ({ id, channel, address }));
  return {
    externalId,
    language,
    zone,
    country,
    region,
    postalCode,
    deviceZone,
    segments: [...contact.segments],
    wishes: contact.wishes as z.infer<typeof Wishes>,
    pausedUntil: toInstant(contact.pausedUntil),
    account,
    attributes,
    contactPoints,
    erased: contact.erasedAt !== null,
    mergedInto: contact.isNow,
  };
}

export function toConsentsAnswer({ at, asKnownAt, points }: Standings): z.infer<typeof ConsentsAnswer> {
  return {
    at: toIso(at),
    asKnownAt: toIso(asKnownAt),
    contactPoints: points.map(({ id, channel, inUse, suppressions, states }) => ({
      id,
      channel,
      inUse,
      suppressions: suppressions.map(({ reason, since, until }) => ({
        reason,
        since: toIso(since),
        until: toInstant(until),
      })),
      states: states.map(toStateAnswer),
    })),
  };
}

function toStateAnswer(state: StandingState): z.infer<typeof StateAnswer> {
  const { purpose, topic, status, eventId, elsewhere, setUpChanged, dpv, notice, explanation } = state;
  const since = toIso(state.since);
  const validUntil = toInstant(state.validUntil);
  return {
    purpose,
    topic,
    status,
    since,
    validUntil,
    event: eventId,
    elsewhere,
    setUpChanged,
    dpv,
    notice,
    explanation,
  };
}

export function toEventAnswer(event: ConsentEventRow): z.infer<typeof EventAnswer> {
  const { id, purpose, topic, kind, legalBasis, notice, wording, method, source, actor, effective } = event;
  return {
    id,
    purpose,
    topic,
    kind,
    legalBasis,
    notice,
    served: event.servedId,
    request: event.requestId,
    retracts: event.retracts,
    jurisdiction: event.jurisdiction,
    wording,
    method,
    source,
    actor,
    stated: event.stated as Record<string, z.core.util.JSONType>,
    occurredAt: toIso(event.occurredAt),
    recordedAt: toIso(event.recordedAt),
    validUntil: toInstant(event.validUntil),
    effective,
    entry: event.entryId,
  };
}

export const PreferenceLinkRequest = z
  .strictObject({
    channel: ChannelName.optional().meta({ description: 'Left out: e-mail, else the first there is.' }),
    address: z.string().min(1).max(2048).optional(),
    validHours: z.int().min(1).max(168).default(24),
  })
  .meta({
    id: 'PreferenceLinkRequest',
    description: 'To whom the link is given: who has it may say yes for that contact point and no other.',
  });
export type PreferenceLinkRequest = z.infer<typeof PreferenceLinkRequest>;

export const PreferenceLinkAnswer = z
  .strictObject({ url: z.url(), channel: ChannelName, expiresAt: Instant })
  .meta({ id: 'PreferenceLink', description: 'Give it to the contact alone; it is kept nowhere.' });
