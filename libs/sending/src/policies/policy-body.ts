import { z } from 'zod';
import type {
  Audience as AudienceFacts,
  CapRule,
  Policy,
  QuietHoursRule,
  RateRule,
  JurisdictionRule,
  WarmUpRule,
} from '#lib/decision';
import { CHANNELS, MESSAGE_CLASSES } from '#lib/kernel';

/** A field with what it means and a value one could write. */
export function said<T extends z.ZodType>(schema: T, description: string, ...examples: z.input<T>[]): T {
  return schema.meta({ description, examples });
}

const ruleId = said(
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be 1 to 63 letters, digits, dots, hyphens and underscores'),
  'Names the rule in decisions; unique within the policy.',
  'newsletter-weekly',
);
const duration = (description: string, example = 'P7D') =>
  said(
    z.string().max(40),
    `${description} An exact ISO 8601 duration: a day is 24 hours; months and years are refused.`,
    example,
  );
const count = z.int().min(0).max(1_000_000_000);
const share = z.number().min(0).max(1);
const channelList = z.array(z.enum(CHANNELS)).max(CHANNELS.length);
const channels = said(channelList, 'Channels that the rule binds.', ['email', 'sms']);
const someChannels = said(channelList.optional(), 'Binds and counts these channels only; left out: every channel.', [
  'email',
]);
const classList = z.array(z.enum(MESSAGE_CLASSES)).max(MESSAGE_CLASSES.length);
const ACTION = 'What happens to a message that only has to wait: `drop` ends it, `defer` holds it';
const date = z.iso.date();
const country = z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters');
const region = z.string().regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'must be an ISO 3166-2 code such as DE-BY');
const segment = z.string().min(1).max(100);
const maxDefer = duration('The longest hold by this rule, counted from acceptance; a longer one is a drop.', 'PT48H')
  .optional()
  .meta({
    description:
      'The longest hold by this rule, counted from acceptance, as an exact ISO 8601 duration; a message that would be held longer is dropped at once. Left out: until it expires.',
    examples: ['PT48H'],
  });

const weekday = z.literal([1, 2, 3, 4, 5, 6, 7]).meta({ description: '1 is Monday, 7 is Sunday.', examples: [1] });

/** A stretch of local time; in rules and in a contact's own choice. */
export const QuietWindow = z
  .strictObject({
    days: said(
      z.array(weekday).max(7),
      'ISO weekdays on which the window starts: 1 is Monday, 7 is Sunday.',
      [1, 2, 3, 4, 5],
    ),
    start: said(z.string().max(5), 'HH:MM on the clock of the contact, 00:00 to 23:59; quiet from here on.', '21:00'),
    end: said(
      z.string().max(5),
      'HH:MM, up to 24:00; no longer quiet from here on. Not after `start`: on the next day.',
      '08:00',
    ),
  })
  .meta({ id: 'QuietWindow', description: 'A stretch of local time, half-open: `start` is quiet, `end` is not.' });

const CalendarWindow = z
  .strictObject({
    unit: said(z.enum(['day', 'week', 'month']), 'The window begins anew with each of these.', 'day'),
    zone: said(z.enum(['contact', 'brand']), 'On whose clock it begins; the strictest of several zones.', 'contact'),
    weekStart: said(weekday.optional(), 'First day of the week; left out: Monday (1).', 7),
  })
  .meta({ id: 'CalendarWindow', description: 'A window that begins anew with the local day, week or month.' });

const Cap = z
  .strictObject({
    id: ruleId,
    scope: said(
      z.enum(['any', 'channel', 'topic', 'purpose', 'campaign', 'segment']),
      'What the hand-overs counted have in common with the message, as it was when each was handed over.',
      'topic',
    ),
    segment: said(
      segment.optional(),
      'With the scope `segment`, and only there: the segment that is bound and counted.',
      'vip',
    ),
    limit: said(count, 'Hand-overs at most in every window; 0 lets nothing through, ever.', 3),
    window: z
      .union([duration('A rolling window.'), CalendarWindow])
      .meta({ description: 'Rolling (exact ISO 8601 duration) or by the calendar.', examples: ['P7D'] }),
    action: said(
      z.enum(['drop', 'defer', 'digest']),
      `${ACTION}, \`digest\` holds it and marks it as one that may be sent with others.`,
      'defer',
    ),
    maxDefer,
    classes: z
      .strictObject({
        bound: said(classList, 'Classes that the cap holds back.', ['commercial']),
        counted: said(classList, 'Classes that use the cap up.', ['commercial']),
      })
      .meta({
        description: 'Which message classes count and are bound.',
        examples: [{ bound: ['commercial'], counted: ['commercial'] }],
      }),
    channels: someChannels,
    headroom: said(
      z
        .array(
          z.strictObject({
            below: said(z.int().min(1).max(9), 'Messages with a priority below this.', 8),
            keep: said(count, 'Places they leave free.', 1),
          }),
        )
        .max(10)
        .optional(),
      'Places that messages of lower priority leave free for higher ones; left out: none.',
      [{ below: 8, keep: 1 }],
    ),
  })
  .meta({
    id: 'CapRule',
    description: 'At most `limit` hand-overs to one contact in every window.',
  }) satisfies z.ZodType<CapRule>;

const Audience = z
  .strictObject({
    countries: said(z.array(country).max(250).optional(), 'ISO 3166-1 alpha-2.', ['US', 'CA']),
    regions: said(z.array(region).max(250).optional(), 'ISO 3166-2.', ['US-TX']),
    phonePrefixes: said(
      z
        .array(z.string().regex(/^\+[1-9]\d{0,14}$/, 'must be the beginning of an E.164 number'))
        .max(250)
        .optional(),
      'Beginnings of E.164 numbers.',
      ['+1212'],
    ),
    segments: said(z.array(segment).max(50).optional(), 'Segments by key.', ['vip']),
  })
  .meta({
    id: 'Audience',
    description: 'Whom a rule is about; all that is named must fit, and what is not known of a contact fits.',
  }) satisfies z.ZodType<AudienceFacts>;

const QuietHours = z
  .strictObject({
    id: ruleId,
    channels,
    classes: said(classList, 'Message classes that the rule binds.', ['commercial']),
    windows: said(
      z.array(QuietWindow).max(50),
      'Half-open: `start` is quiet, `end` no longer is; an end not after the start is on the next day.',
      [{ days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '08:00' }],
    ),
    dates: said(
      z
        .array(
          z.strictObject({
            from: said(date, 'First quiet date, on the clock of the contact.', '2026-12-24'),
            to: said(date, 'Last quiet date, on the clock of the contact.', '2026-12-26'),
          }),
        )
        .max(100)
        .optional(),
      'Local dates that are quiet from midnight to midnight, both ends included; left out: none.',
      [{ from: '2026-12-24', to: '2026-12-26' }],
    ),
    holidays: said(
      z.boolean().optional(),
      'Whether public holidays where the contact is are quiet from midnight to midnight; left out: they are not.',
      true,
    ),
    when: said(Audience.optional(), 'Binds these contacts only; left out: everybody.', { countries: ['US'] }),
    unless: said(
      Audience.optional(),
      'Of those, free whoever is known to fit this, for a rule that another one replaces; left out: nobody.',
      { regions: ['US-TX'] },
    ),
    action: said(z.enum(['drop', 'defer']), `${ACTION}.`, 'defer'),
  })
  .meta({
    id: 'QuietHoursRule',
    description: 'Local hours and days in which the contact is left alone.',
  }) satisfies z.ZodType<QuietHoursRule>;

const Rate = z
  .strictObject({
    id: ruleId,
    scope: said(
      z.enum(['brand', 'channel', 'provider', 'campaign', 'sending_domain', 'mailbox_domain']),
      'One bucket for each member of this.',
      'channel',
    ),
    permits: said(count, 'Hand-overs in every interval, evenly spaced.', 100),
    interval: duration('The interval.', 'PT1M'),
    burst: said(count, 'Hand-overs that may leave at once after a rest; 1 or more.', 10),
    channels: someChannels,
  })
  .meta({
    id: 'RateRule',
    description: 'At most `permits` hand-overs per interval, evenly spaced after a first burst.',
  }) satisfies z.ZodType<RateRule>;

const WarmUp = z
  .strictObject({
    id: ruleId,
    scope: said(z.enum(['provider', 'sending_domain']), 'What is warmed up.', 'sending_domain'),
    key: said(
      z.string().min(1).max(253).optional(),
      'The provider or domain that is warmed up; left out: each by itself.',
      'news.example.com',
    ),
    startsOn: said(date, 'First day, in the zone of the brand; before it nothing leaves under the rule.', '2026-11-21'),
    ceilings: said(
      z.array(count).max(366),
      'Hand-overs at most on day 1, 2, 3 and so on; after the last the warm-up is over.',
      [50, 100, 200, 400],
    ),
    halt: z
      .strictObject({
        bounced: said(share, 'Share of hand-overs that bounced, 0 to 1.', 0.08),
        complained: said(share, 'Share of hand-overs that were complained about, 0 to 1.', 0.003),
        atLeast: said(count, 'Fewer hand-overs than this say nothing yet.', 100),
        lookBackDays: said(z.int().min(1).max(366), 'Days that the shares are taken over.', 3),
      })
      .meta({
        description: 'Halts while one of the shares is reached.',
        examples: [{ bounced: 0.08, complained: 0.003, atLeast: 100, lookBackDays: 3 }],
      }),
    channels: someChannels,
  })
  .meta({
    id: 'WarmUpRule',
    description: 'A new sender earns its reputation: so many a day, more each day, none while it is ill received.',
  }) satisfies z.ZodType<WarmUpRule>;

const packId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the id of a pack, such as us-federal');
const UNSAID =
  'is missing: say which laws apply, {"packs":"contact"} for those of where the contact may be, or {"packs":"none"} with a reason and an actor';
const Jurisdiction = z
  .strictObject(
    {
      packs: said(
        z.union([
          z.literal(['contact', 'none']),
          z.strictObject({ always: said(z.array(packId).max(100), 'Ids of packs.', ['de']) }),
        ]),
        'The packs of every place the contact may be in (`contact`), and these for everybody besides (`always`); or no law at all (`none`), with `reason` and `actor`.',
        'contact',
      ),
      overrides: said(
        z
          .array(
            z.strictObject({
              pack: said(packId, 'Id of the pack.', 'us-fl'),
              rule: said(z.string().min(1).max(100), 'Id of the rule in it.', 'text-hours'),
              reason: said(z.string().min(1).max(500), 'Why it is not followed.', 'Counsel, 2026-11-02: calls only.'),
              actor: said(z.string().min(1).max(200), 'Who decided so.', 'legal@acme.example'),
            }),
          )
          .max(100)
          .optional(),
        'Rules of packs that the brand does not follow, recorded with reason and person; left out: none.',
        [
          {
            pack: 'us-fl',
            rule: 'text-hours',
            reason: 'Counsel, 2026-11-02: calls only.',
            actor: 'legal@acme.example',
          },
        ],
      ),
      reason: said(
        z.string().min(1).max(500).optional(),
        'With `none`, and only there: why no law is applied.',
        'Internal messages to employees only.',
      ),
      actor: said(z.string().min(1).max(200).optional(), 'With `none`, and only there: who decided so.', 'dpo@acme.example'), // prettier-ignore
    },
    { error: ({ input }) => (input === undefined ? UNSAID : undefined) },
  )
  .meta({
    id: 'JurisdictionRule',
    description: 'Which packs of law apply, and what of them does not.',
  }) satisfies z.ZodType<JurisdictionRule>;

/** What a policy says, in the shape that `decide` works with. `policyProblems` judges whether it makes sense. */
export const PolicyBody = z.strictObject({
  caps: z
    .array(Cap)
    .max(50)
    .default([])
    .meta({ description: 'Frequency caps; left out: none.', examples: [[]] }),
  quietHours: z
    .array(QuietHours)
    .max(50)
    .default([])
    .meta({ description: 'Quiet hours; left out: none.', examples: [[]] }),
  rates: z
    .array(Rate)
    .max(50)
    .default([])
    .meta({ description: 'Rates; left out: none.', examples: [[]] }),
  warmUps: z
    .array(WarmUp)
    .max(20)
    .optional()
    .meta({ description: 'Warm-ups; left out: none.', examples: [[]] }),
  jurisdiction: Jurisdiction.meta({
    description: 'The law where the contact is. Has to be said, because a policy without it would apply none.',
    examples: [{ packs: 'contact' }],
  }),
}) satisfies z.ZodType<Omit<Policy, 'key' | 'version'>>;
export type PolicyBody = z.infer<typeof PolicyBody>;

/** As it is on file: policies from before laws were asked for have none, and keep it that way. */
export type StoredPolicyBody = Omit<PolicyBody, 'jurisdiction'> & Partial<Pick<PolicyBody, 'jurisdiction'>>;

/** Where in a policy a sentence of `policyProblems` points: `caps[0].window "P1M" ...` is about /caps/0/window. */
export function problemPointer(problem: string): string {
  const place = /^(?:caps|quietHours|rates|warmUps|jurisdiction)\b(?:\[\d+\]|\.\w+)*/.exec(problem)?.[0];
  return place === undefined ? '' : `/${place.replaceAll('[', '/').replaceAll(']', '').replaceAll('.', '/')}`;
}
