import { z } from 'zod';
import type { CapUse, ConsentState, Facts, FrequencyChoice, RateState, Suppression, WarmUpState } from '#lib/decision';
import { CHANNELS, ENFORCEMENT_MODELS, MESSAGE_CLASSES } from '#lib/kernel';
import { instantInput } from '#lib/platform';
import { QuietWindow, said } from '../policies/policy-body.js';

const AT = '2026-11-21T16:00:00Z';
const at = (description: string, example = AT) =>
  said(instantInput, `${description} ISO 8601 with offset or Z, read to the millisecond.`, example);
const atOrNull = (description: string, example: string | null = null) =>
  said(instantInput.nullable(), `${description} ISO 8601 with offset or Z; null: none.`, example);
const optionalAt = (description: string) =>
  said(instantInput.optional(), `${description} ISO 8601 with offset or Z.`, AT);

const key = z.string().min(1).max(200);
const zone = z.string().max(64);
const count = z.int().min(0);
const country = z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters');
const channel = said(z.enum(CHANNELS), 'The way to reach a person.', 'email');
const messageClass = said(
  z.enum(MESSAGE_CLASSES),
  '`commercial` is bound by what laws ask of advertising, by caps and by quiet hours; `transactional` only where a rule names it. What consent either needs besides is said by its purpose.',
  'commercial',
);
const segments = said(
  z.array(key).max(200).optional(),
  'Segments by key; []: of none. Left out: not known, so rules of every segment bind.',
  ['vip'],
);

const Consent = z
  .strictObject({
    status: said(
      z.enum([
        'requested',
        'granted',
        'confirmed',
        'refused',
        'withdrawn',
        'revoked',
        'expired',
        'invalidated',
        'objected',
      ]),
      'What the last consent event that counts left behind.',
      'confirmed',
    ),
    since: at('Since when.', '2026-01-01T09:00:00Z'),
    validUntil: atOrNull('The first instant at which a granted or confirmed consent no longer holds.'),
    eventId: said(key, 'The event that proves it; reported, never looked up.', 'evt-4711'),
    basis: said(
      z
        .strictObject({
          kind: said(
            z.enum(['express', 'soft_opt_in', 'implied_purchase', 'implied_inquiry']),
            'The kind of permission, as laws tell them apart.',
            'express',
          ),
          at: at('When the purchase or inquiry was, or the consent was given.', '2026-01-01T09:00:00Z'),
          evidence: said(
            z
              .array(
                z.enum([
                  'wording',
                  'method',
                  'confirmed',
                  'address_from_sale',
                  'similar_products',
                  'no_objection',
                  'told_of_objection',
                  'written',
                ]),
              )
              .max(20),
            'What is on file about it.',
            ['wording', 'confirmed'],
          ),
        })
        .optional(),
      'What the consent rests on, as far as a jurisdiction asks; left out: not known.',
      { kind: 'express', at: '2026-01-01T09:00:00Z', evidence: ['wording', 'confirmed'] },
    ),
  })
  .meta({ id: 'ConsentState', description: 'Where consent stands.' }) satisfies z.ZodType<ConsentState>;

const SuppressionInForce = z
  .strictObject({
    reason: said(
      z.enum(['bounce', 'complaint', 'manual', 'objection']),
      'Why nothing is sent to the address.',
      'bounce',
    ),
    since: at('Since when.', '2026-06-01T12:00:00Z'),
  })
  .meta({ id: 'Suppression', description: 'The address gets nothing.' }) satisfies z.ZodType<Suppression>;

const Use = z
  .strictObject({
    at: at('When it was handed over.', '2026-11-20T09:00:00Z'),
    alsoAt: said(
      z.array(instantInput).max(10_000).optional(),
      'When others of the same kind were, in any order: stands for each of them as well. ISO 8601 with offset or Z.',
      ['2026-11-18T09:00:00Z'],
    ),
    channel,
    class: messageClass,
    purpose: said(key, 'Purpose at the time.', 'commercial'),
    topic: said(key.nullable(), 'Topic at the time; null: none.', 'newsletter'),
    campaign: said(key.nullable(), 'Campaign at the time; null: none.', 'autumn'),
    segments,
  })
  .meta({
    id: 'CapUse',
    description: 'Another message that was handed over to the contact.',
  }) satisfies z.ZodType<CapUse>;

const Rate = z
  .strictObject({
    rule: said(key, 'Id of the rule of the policy, or of the provider’s own limit.', 'pace'),
    scope: said(
      z.enum(['brand', 'channel', 'provider', 'campaign', 'sending_domain', 'mailbox_domain']),
      'What the bucket is one of.',
      'channel',
    ),
    key: said(key, 'Which one.', 'email'),
    emissionIntervalUs: said(z.int().min(1), 'Microseconds between two hand-overs at the sustained rate.', 100_000),
    burst: said(z.int().min(1), 'Hand-overs that may leave at once after a rest.', 10),
    tat: said(
      count,
      'Theoretical arrival time (GCRA) in whole microseconds since 1970-01-01T00:00:00Z; 0: never used. A number, because ISO 8601 at this door ends at milliseconds.',
      1_795_276_800_000_000,
    ),
  })
  .meta({ id: 'RateState', description: 'A token bucket and how far it is drawn on.' }) satisfies z.ZodType<RateState>;

const WarmUp = z
  .strictObject({
    rule: said(key, 'Id of the rule of the policy.', 'new-domain'),
    key: said(key, 'Which provider or domain is warmed up.', 'news.acme.example'),
    day: said(z.iso.date(), 'Local date in the zone of the brand that `sent` counts.', '2026-11-21'),
    sent: said(count, 'Hand-overs on that day.', 48),
    recent: said(
      z.strictObject({
        sent: said(count, 'Hand-overs over the days that the rule looks back.', 140),
        bounced: said(count, 'Of those, bounced.', 2),
        complained: said(count, 'Of those, complained about.', 0),
      }),
      'How it was received over the days that the rule looks back.',
      { sent: 140, bounced: 2, complained: 0 },
    ),
  })
  .meta({ id: 'WarmUpState', description: 'How far a warm-up is today.' }) satisfies z.ZodType<WarmUpState>;

const Frequency = z
  .strictObject({
    limit: said(count, 'Commercial hand-overs at most.', 2),
    window: said(z.string().max(40), 'Rolling window, an exact ISO 8601 duration.', 'P7D'),
    channel: said(z.enum(CHANNELS).nullable(), 'On this channel only; null: on all together.', null),
    topic: said(key.nullable(), 'About this topic only; null: about all together.', null),
  })
  .meta({
    id: 'FrequencyChoice',
    description: 'The most that the contact wants to get.',
  }) satisfies z.ZodType<FrequencyChoice>;

const Message = z.strictObject({
  class: messageClass,
  channel,
  sendAt: atOrNull('Not before this instant.'),
  expiresAt: at('From this instant on the message never leaves.', '2026-11-24T16:00:00Z'),
  acceptedAt: optionalAt('When it was accepted, from which `maxDefer` is counted; left out: not known.'),
  priority: said(z.int().min(0).max(9).optional(), '0 can wait, 9 matters most; left out: 5.', 5),
  override: said(
    z
      .strictObject({
        caps: said(z.literal(true), 'Frequency caps are lifted from this message.', true),
        actor: said(z.string().min(1).max(200), 'Who asked for it.', 'key-ops-1'),
        reason: said(z.string().min(1).max(500), 'Why.', 'recall of a product'),
      })
      .optional(),
    'Somebody lifts rules from this one message and stands for it; left out: nobody does.',
    { caps: true, actor: 'key-ops-1', reason: 'recall of a product' },
  ),
  route: said(
    z
      .strictObject({
        provider: said(key.nullable(), 'Provider that the message would be handed to; null: none.', 'smtp-main'),
        sending_domain: said(
          z.string().min(1).max(253).nullable(),
          'Domain it is sent from; null: none.',
          'news.example.com',
        ),
      })
      .optional(),
    'The way the message would take; left out: every warm-up on the channel binds.',
    { provider: 'smtp-main', sending_domain: 'news.example.com' },
  ),
  inLine: said(
    z.literal(true).optional(),
    'It could have left before: only a rate, a warm-up or its provider held it, so that quiet hours that drop hold it too; left out: not so.',
    true,
  ),
});

const ZONE =
  'in the IANA database, or UTC: the name of a place, old ones included; offsets such as `Etc/GMT+5` and names that nobody knows are refused';
const Contact = z.strictObject({
  zone: said(zone.nullable(), `Zone of the profile, ${ZONE}; null: not known.`, 'Europe/Berlin'),
  erased: said(z.boolean(), 'Whether the person was erased.', false),
  pausedUntil: atOrNull('The contact takes a break from commercial messages until then.'),
  chosenZone: said(zone.nullish(), `Zone that the contact chose, ${ZONE}; left out or null: none.`, 'Europe/Vienna'),
  deviceZone: said(zone.nullish(), `Zone of the contact’s device, ${ZONE}; left out or null: none.`, 'Europe/Berlin'),
  phonePrefix: said(
    z
      .string()
      .regex(/^\+[1-9]\d{0,14}$/, 'must be the beginning of an E.164 number')
      .nullish(),
    'Beginning of the contact’s number in E.164; left out or null: not known.',
    '+4930',
  ),
  country: said(
    country.nullish(),
    'ISO 3166-1 alpha-2, without the territories that have a code of their own; left out or null: not known.',
    'DE',
  ),
  region: said(
    z
      .string()
      .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'must be an ISO 3166-2 code such as DE-BY')
      .nullish(),
    'ISO 3166-2, of the country or of one whose territory it is; left out or null: not known.',
    'DE-BE',
  ),
  postalCode: said(z.string().max(20).nullish(), 'Postal code; left out or null: not known.', '10115'),
  segments,
  quietHours: said(
    z.array(QuietWindow).max(50).optional(),
    'Hours in which the contact wants to be left alone, on their own clock; left out: none.',
    [{ days: [6, 7], start: '00:00', end: '10:00' }],
  ),
  frequency: said(
    z.array(Frequency).max(50).optional(),
    'What the contact chose as the most they want to get; left out: no choice.',
    [{ limit: 2, window: 'P7D', channel: null, topic: null }],
  ),
});

/** Facts as outsiders write them: instants are ISO 8601; read, it is the `Facts` that `decide` works with. */
export const FactsBody = z
  .strictObject({
    message: Message.meta({
      description: 'The message.',
      examples: [{ class: 'commercial', channel: 'email', sendAt: null, expiresAt: '2026-11-24T16:00:00Z' }],
    }),
    contact: Contact.meta({
      description: 'The person.',
      examples: [{ zone: 'Europe/Berlin', erased: false, pausedUntil: null }],
    }),
    contactPoint: said(
      z.strictObject({ valid: said(z.boolean(), 'Whether it can be an address at all.', true) }).nullable(),
      'The address on this channel, of which only this is asked; null: there is none.',
      { valid: true },
    ),
    brand: said(
      z.strictObject({
        zone: said(zone, `Zone ${ZONE}; the clock where the contact has none.`, 'Europe/Berlin'),
        country: said(
          country.nullish(),
          'ISO 3166-1 alpha-2; asked only where nothing is known of the contact. Left out or null: not known.',
          'DE',
        ),
      }),
      'Who speaks.',
      { zone: 'Europe/Berlin' },
    ),
    purpose: said(
      z.strictObject({
        key: said(key, 'Names the purpose.', 'commercial'),
        enforcement: said(
          z.enum(ENFORCEMENT_MODELS),
          'What silence means: `restrictive` needs an opt-in, `permissive` only heeds an opt-out, `disabled` rests on another legal basis.',
          'restrictive',
        ),
      }),
      'What the message is for.',
      { key: 'commercial', enforcement: 'restrictive' },
    ),
    topic: said(
      z.strictObject({ key: said(key, 'Names the topic.', 'newsletter') }).nullable(),
      'What the message is about; null: only the purpose.',
      { key: 'newsletter' },
    ),
    campaign: said(
      z
        .strictObject({
          key: said(key, 'Names the campaign.', 'autumn'),
          status: said(z.enum(['active', 'stopped']), 'Stopping a campaign ends its messages.', 'active'),
        })
        .nullable(),
      'What the message belongs to; null: nothing.',
      { key: 'autumn', status: 'active' },
    ),
    consent: said(
      z.strictObject({
        purpose: Consent.nullable().meta({
          description: 'For the purpose; null: nothing was ever recorded.',
          examples: [null],
        }),
        topic: Consent.nullable().meta({
          description: 'For the topic; null: nothing was ever recorded.',
          examples: [null],
        }),
      }),
      'Consent of this address for the purpose and the topic.',
      { purpose: null, topic: null },
    ),
    suppressions: said(z.array(SuppressionInForce).max(100), 'Suppressions in force on the address, in any order.', []),
    capUses: said(
      z.array(Use).max(10_000),
      'Hand-overs of other messages to the contact, in any order, at least as far back from `now` as the longest cap of the policy.',
      [],
    ),
    capUsesLeftOut: said(
      z
        .strictObject({
          told: said(count, 'Of a kind of which some are left out so many are there, the newest. No cap of the policy may allow more.', 100), // prettier-ignore
          allSince: at('All that were later than this are there.', '2026-11-20T09:00:00Z'),
        })
        .optional(),
      'Said where `capUses` leaves hand-overs out, because there were so many of their kind.',
      { told: 100, allSince: '2026-11-20T09:00:00Z' },
    ),
    rates: said(z.array(Rate).max(100), 'Buckets the message would draw from; reported in this order.', []),
    warmUps: said(
      z.array(WarmUp).max(100).optional(),
      'Warm-ups that bind the message, with what was sent; left out: none. Where the policy has one that binds, it must be here.',
      [],
    ),
  })
  .meta({
    id: 'Facts',
    description: 'Everything a decision needs to know about one message.',
  }) satisfies z.ZodType<Facts>;
