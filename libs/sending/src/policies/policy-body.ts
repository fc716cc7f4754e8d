import { z } from 'zod';
import type { CapRule, Policy, QuietHoursRule, RateRule, WarmUpRule } from '#lib/decision';
import { CHANNELS, MESSAGE_CLASSES } from '#lib/kernel';

const ruleId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be 1 to 63 letters, digits, dots, hyphens and underscores')
  .meta({ description: 'Names the rule in decisions; unique within the policy.' });
const duration = z
  .string()
  .max(40)
  .meta({
    description: 'Exact ISO 8601 duration. A day is 24 hours; months and years are refused.',
    examples: ['P7D'],
  });
const count = z.int().min(0).max(1_000_000_000);
const channels = z.array(z.enum(CHANNELS)).max(CHANNELS.length);
const classes = z.array(z.enum(MESSAGE_CLASSES)).max(MESSAGE_CLASSES.length);
const action = z.enum(['drop', 'defer']).meta({ description: 'What happens to a message that only has to wait.' });
const weekday = z.literal([1, 2, 3, 4, 5, 6, 7]).meta({ description: '1 is Monday, 7 is Sunday.' });
const clock = z.string().max(5).meta({ description: 'HH:MM on the clock of the contact.' });

const CalendarWindow = z
  .strictObject({
    unit: z.enum(['day', 'week', 'month']),
    zone: z.enum(['contact', 'brand']).meta({
      description: 'On whose clock the unit begins. Where the contact may be in several zones, all of them count.',
    }),
    weekStart: weekday.optional().meta({ description: 'First day of a week; Monday (1) when left out.' }),
  })
  .meta({ id: 'CalendarWindow', description: 'A window that begins anew with the local day, week or month.' });

const Headroom = z
  .strictObject({
    below: z.int().min(1).max(9).meta({ description: 'Messages with a priority below this one are bound.' }),
    keep: count.meta({ description: 'They see a limit that is lower by this, never below 0.' }),
  })
  .meta({ id: 'Headroom', description: 'Places kept free for messages that matter more.' });

const Cap = z
  .strictObject({
    id: ruleId,
    scope: z.enum(['any', 'channel', 'topic', 'purpose', 'campaign', 'segment']).meta({
      description: 'What the hand-overs that are counted have in common with the message, as it was when they left.',
    }),
    segment: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'With the scope `segment`: whose members are bound, and whose hand-overs are counted.' }),
    limit: count.meta({ description: '0 lets nothing through, ever; 1 lets one through in every window.' }),
    window: z
      .union([duration, CalendarWindow])
      .meta({ description: 'Rolling, an exact ISO 8601 duration; or a calendar window.' }),
    action: z.enum(['drop', 'defer', 'digest']).meta({
      description:
        'What happens to a message that only has to wait; `digest` holds it and says that it may go with others.',
    }),
    maxDefer: duration.optional().meta({
      description: 'Counted from acceptance. A message that the cap would hold longer is dropped at once.',
      examples: ['P2D'],
    }),
    classes: z.strictObject({
      bound: classes.meta({ description: 'Classes that the cap holds back.' }),
      counted: classes.meta({ description: 'Classes that use it up.' }),
    }),
    channels: channels.optional().meta({ description: 'Binds and counts these only; every channel when left out.' }),
    headroom: z.array(Headroom).max(9).optional().meta({
      description: 'By priority, 5 for a message without one; of several steps that apply the strictest does.',
    }),
  })
  .meta({
    id: 'CapRule',
    description: 'At most `limit` hand-overs to one contact in every window.',
  }) satisfies z.ZodType<CapRule>;

const QuietHours = z
  .strictObject({
    id: ruleId,
    channels,
    classes,
    windows: z
      .array(z.strictObject({ days: z.array(weekday).max(7), start: clock, end: clock }))
      .max(50)
      .meta({
        description: 'Half-open: `start` is quiet, `end` no longer is; an end not after the start is on the next day.',
      }),
    action,
  })
  .meta({
    id: 'QuietHoursRule',
    description: 'Local hours in which the contact is left alone.',
  }) satisfies z.ZodType<QuietHoursRule>;

const Rate = z
  .strictObject({
    id: ruleId,
    scope: z.enum(['brand', 'channel', 'provider', 'campaign', 'sending_domain', 'mailbox_domain']).meta({
      description: 'One bucket for each of these; `mailbox_domain` is that of the address a mail goes to.',
    }),
    permits: count,
    interval: duration,
    burst: count,
    channels: channels.optional(),
  })
  .meta({
    id: 'RateRule',
    description: 'At most `permits` hand-overs per interval, evenly spaced after a first burst.',
  }) satisfies z.ZodType<RateRule>;

const share = z.number().min(0).max(1);
const WarmUp = z
  .strictObject({
    id: ruleId,
    scope: z.enum(['provider', 'sending_domain']),
    key: z.string().min(1).max(253).optional().meta({
      description: 'The provider or domain that is warmed up; each by itself when left out.',
    }),
    startsOn: z.iso.date().meta({
      description: "First day, in the brand's zone. Nothing leaves under the rule before it.",
      examples: ['2026-11-21'],
    }),
    ceilings: z
      .array(count)
      .max(366)
      .meta({
        description: 'Hand-overs of the first day, the second and so on; after the last the warm-up is over.',
        examples: [[50, 100, 200]],
      }),
    halt: z
      .strictObject({
        bounced: share,
        complained: share,
        atLeast: count.meta({ description: 'Fewer hand-overs than this say nothing yet.' }),
        lookBackDays: z.int().min(1).max(366).meta({ description: 'Local days, today included.' }),
      })
      .meta({ description: 'Shares of hand-overs, 0 to 1, at which it halts until they are lower again.' }),
    channels: channels.optional(),
  })
  .meta({
    id: 'WarmUpRule',
    description: 'So many hand-overs a day through a new provider or domain, more each day. Overflow waits.',
  }) satisfies z.ZodType<WarmUpRule>;

/** What a policy says, in the shape that `decide` works with. `policyProblems` judges whether it makes sense. */
export const PolicyBody = z.strictObject({
  caps: z.array(Cap).max(50).default([]),
  quietHours: z.array(QuietHours).max(50).default([]),
  rates: z.array(Rate).max(50).default([]),
  warmUps: z.array(WarmUp).max(50).optional(),
}) satisfies z.ZodType<Omit<Policy, 'key' | 'version'>>;
export type PolicyBody = z.infer<typeof PolicyBody>;
