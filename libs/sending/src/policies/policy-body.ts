import { z } from 'zod';
import type { CapRule, Policy, QuietHoursRule, RateRule } from '#lib/decision';
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

const Cap = z
  .strictObject({
    id: ruleId,
    scope: z.enum(['any', 'channel', 'topic', 'purpose', 'campaign']),
    limit: count,
    window: duration,
    action,
    classes: z.strictObject({ bound: classes, counted: classes }),
    channels: channels.optional(),
  })
  .meta({
    id: 'CapRule',
    description: 'At most `limit` hand-overs to one contact in every rolling window.',
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
    scope: z.enum(['brand', 'channel', 'provider', 'campaign']),
    permits: count,
    interval: duration,
    burst: count,
    channels: channels.optional(),
  })
  .meta({
    id: 'RateRule',
    description: 'At most `permits` hand-overs per interval, evenly spaced after a first burst.',
  }) satisfies z.ZodType<RateRule>;

/** What a policy says, in the shape that `decide` works with. `policyProblems` judges whether it makes sense. */
export const PolicyBody = z.strictObject({
  caps: z.array(Cap).max(50).default([]),
  quietHours: z.array(QuietHours).max(50).default([]),
  rates: z.array(Rate).max(50).default([]),
}) satisfies z.ZodType<Omit<Policy, 'key' | 'version'>>;
export type PolicyBody = z.infer<typeof PolicyBody>;
