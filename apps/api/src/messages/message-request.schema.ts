import { z } from 'zod';
import { saysSomething } from '#lib/kernel';
import {
  compileReader,
  DEFAULT_HOURS,
  DEFAULT_LIFETIME_MS,
  GOALS,
  MOST_HOURS,
  NOT_READ,
  type Reader,
  STRATEGIES,
} from '#lib/sending';
import { ChannelName, InstantInput, Key, Language, line, MAX_VERSION, MixedKey } from '../http/scalars.schema.js';

const HOURS = DEFAULT_LIFETIME_MS / 3_600_000;

/** Variant of those who are left alone. */
const HOLDOUT = 'holdout';

const templateVersion = z.int().min(1).max(MAX_VERSION).optional().meta({ description: 'Left out: the latest.' });

const A_CHANNEL = 'objects such as {"channel": "email", "template": "Autumn"}: the template is what is said there';
const notObject = {
  error: ({ code }: { readonly code?: string | undefined }) =>
    code === 'invalid_type' ? `must be an object such as {"channel": "email", "template": "Autumn"}` : undefined,
};

const requestFields = {
  to: line(200).meta({ description: 'External id of the contact.' }),
  template: MixedKey.optional().meta({
    description: 'Key of the template; it fixes channel and class. This, `channels` or `experiment` is needed.',
  }),
  templateVersion,
  channels: z
    .array(z.strictObject({ channel: ChannelName, template: MixedKey, templateVersion }, notObject), {
      error: ({ code }) => (code === 'invalid_type' ? `must be a list of ${A_CHANNEL}` : undefined),
    })
    .min(2, { error: 'must be two at least, in order of preference; for one send its template as `template` instead' })
    .max(8)
    .optional()
    .meta({
      description:
        'Several ways to say the same, each a message of its own. At any time one of them at most is under way or may have arrived; when it is refused, fails, bounces or is not delivered in time, the next is tried, and when it arrives, the others end as reached_on_other_channel.',
    }),
  strategy: z.enum(STRATEGIES).optional().meta({
    description:
      'How the channel is chosen; left out: first_allowed, the first in order that no check refuses for good. best: drawn among all of those by how likely each is to meet the goal in the contact’s first segment (Thompson sampling), with a tenth for the first as control; the ledger entry has every probability. Where nobody knows of one of them whether it meets the goal (clicks in an SMS that nobody reports), nothing is drawn, and the order is yours.',
  }),
  goal: z.enum(GOALS).optional().meta({ description: 'Of strategy best; left out: clicked.' }),
  experiment: z
    .strictObject({
      key: MixedKey.meta({
        description:
          'Who is in which variant depends on this, on the contact and on the arms with their weights in their order: another holdoutPercent moves nobody from one to another, other weights do. For another set of arms take another key.',
      }),
      holdoutPercent: z.int().min(0).max(90).optional().meta({
        description: 'Of all contacts, this share is decided about and left alone (holdout); left out: none.',
      }),
      arms: z
        .array(
          z.strictObject({
            variant: line(100).meta({
              description: 'Any name but `holdout`, which is that of those who are left alone.',
            }),
            template: MixedKey,
            templateVersion,
            weight: z
              .int()
              .min(1)
              .max(1000)
              .optional()
              .meta({ description: 'In proportion to the others; left out: 1.' }),
          }),
        )
        .min(1)
        .max(20),
    })
    .optional()
    .meta({ description: 'Instead of template and variant: the gateway says which variant the contact is in.' }),
  fallbackAfterMinutes: z.int().min(1).max(10_080).optional().meta({
    description:
      'How long after it was sent a message may stay without a delivery before the next channel is tried. Left out: the next is tried only when one is known not to have arrived. The message must live longer than that; left without expiresAt it does.',
  }),
  topic: Key.optional().meta({ description: 'Brings its purpose with it; topic or purpose is needed.' }),
  purpose: Key.optional(),
  campaign: MixedKey.optional(),
  step: line(100).optional().meta({ description: 'Node of the journey that sends.' }),
  variant: line(100).optional().meta({ description: 'Arm of an A/B test.' }),
  language: Language.optional().meta({ description: 'Left out: the contact’s, then the template’s fallback.' }),
  variables: z
    .record(z.string().min(1).max(100), z.json())
    .optional()
    .meta({ description: 'Values for the template.' }),
  sendAt: InstantInput.optional().meta({ description: 'Not before this instant.' }),
  bestTime: z
    .strictObject({
      withinHours: z
        .int()
        .min(1)
        .max(MOST_HOURS)
        .optional()
        .meta({
          description: `How long after it may leave at the earliest; left out: ${DEFAULT_HOURS}.`,
        }),
      goal: z.enum(GOALS).optional().meta({ description: 'What the time is best for; left out: clicked.' }),
    })
    .optional()
    .meta({
      description:
        'Leaves at a time of day that has worked for people of the contact’s first segment on this channel, drawn among the times at which every check lets it go and among no others (Thompson sampling over twelve parts of the contact’s day), with a tenth for the earliest as control; the ledger entry has every probability. Decided about again when the time has come. A dry run answers the earliest time. Left out: as soon as it may.',
    }),
  expiresAt: InstantInput.optional().meta({
    description: `Ends unsent at this instant; left out: ${HOURS} hours after it may leave.`,
  }),
  policy: Key.optional().meta({ description: 'Left out: the campaign’s, then `default`.' }),
  priority: z.int().min(0).max(9).optional().meta({
    description:
      '0 can wait, 9 matters most; left out: 5. Caps can keep places for what matters more. Above 5 it is attempted before what else of its class waits, below 5 behind it.',
  }),
  override: z
    .strictObject({
      reason: line(500)
        .refine(saysSomething, 'is blank: say why caps are lifted')
        .meta({ description: 'Why; goes into the ledger with the key that asked.' }),
    })
    .optional()
    .meta({
      description:
        'Lifts the frequency caps of the policy from this message, not what the contact chose. Needs a key with the scope messages:override.',
    }),
};

const hasScope = (request: { topic?: string; purpose?: string }): boolean =>
  request.topic !== undefined || request.purpose !== undefined;
const scopeProblem = { message: 'is needed when there is no purpose', path: ['topic'] };
const isInOrder = (request: { sendAt?: number; expiresAt?: number }): boolean =>
  request.sendAt === undefined || request.expiresAt === undefined || request.sendAt < request.expiresAt;
const orderProblem = { message: 'must be later than sendAt', path: ['expiresAt'] };

/** One of three: a template, channels with a template each, or an experiment whose variants have one each. */
function saysHow(request: Ways): boolean {
  const { template, templateVersion: version, channels, experiment, variant } = request;
  const isChoice = channels !== undefined;
  const choiceFields = [request.strategy, request.fallbackAfterMinutes, request.goal];
  if ([template, channels, experiment].filter((way) => way !== undefined).length !== 1) return false;
  if (template === undefined && version !== undefined) return false;
  if (experiment !== undefined && variant !== undefined) return false;
  if (!isChoice) return choiceFields.every((field) => field === undefined);
  return new Set(channels.map(({ channel }) => channel)).size === channels.length;
}
const wayProblem = {
  message:
    'is needed, or instead of it channels, each once, or an experiment without a variant; strategy, goal and fallbackAfterMinutes go with channels',
  path: ['template'],
};
function namesItsArms({ experiment }: Ways): boolean {
  if (experiment === undefined) return true;
  const names = new Set(experiment.arms.map(({ variant }) => variant));
  return names.size === experiment.arms.length && !names.has(HOLDOUT);
}
const armProblem = {
  message: `must each have a variant of its own, since two of one name would be counted as one, and none the name ${HOLDOUT}, which is that of those who are left alone`,
  path: ['experiment', 'arms'],
};
const namesNoHoldout = ({ variant }: Ways): boolean => variant !== HOLDOUT;
const holdoutProblem = {
  message: `may not be ${HOLDOUT}, which is the name of those whom an experiment leaves alone; for that send an experiment with a holdoutPercent`,
  path: ['variant'],
};
const isToBeSeen = ({ step, variant, experiment }: Ways): boolean =>
  [step, variant, ...(experiment?.arms ?? []).map((arm) => arm.variant)].every(
    (name) => name === undefined || saysSomething(name),
  );
const blankProblem = {
  message: 'and every variant must say something: of blanks a report has nothing to show',
  path: ['step'],
};
type Ways = Pick<
  z.infer<z.ZodObject<typeof requestFields>>,
  | 'template'
  | 'templateVersion'
  | 'channels'
  | 'strategy'
  | 'fallbackAfterMinutes'
  | 'goal'
  | 'experiment'
  | 'variant'
  | 'step'
>;

/** Body of POST /v1/messages and POST /v1/decisions. */
export const MessageRequest = z
  .strictObject(requestFields)
  .refine(saysHow, wayProblem)
  .refine(namesItsArms, armProblem)
  .refine(namesNoHoldout, holdoutProblem)
  .refine(isToBeSeen, blankProblem)
  .refine(hasScope, scopeProblem)
  .refine(isInOrder, orderProblem)
  .meta({ id: 'MessageRequest', description: 'One template to one contact.' });
export type MessageRequest = z.infer<typeof MessageRequest>;

/** Visible ASCII, as in a header. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
  .meta({
    id: 'IdempotencyKey',
    description: 'Yours, one per message; the same key never makes a second one.',
    examples: ['order-4711-shipped'],
  });

/** A line of POST /v1/messages:bulk. */
export const BulkLine = z
  .strictObject({ idempotencyKey: IdempotencyKey, ...requestFields })
  .refine(saysHow, wayProblem)
  .refine(namesItsArms, armProblem)
  .refine(namesNoHoldout, holdoutProblem)
  .refine(isToBeSeen, blankProblem)
  .refine(hasScope, scopeProblem)
  .refine(isInOrder, orderProblem)
  .meta({ id: 'BulkLine', description: 'A message with the key it is sent under.' });
export type BulkLine = z.infer<typeof BulkLine>;

let readPlainly: Reader | undefined;

/**
 * A line that is plainly of the shape; null for any other, about which the schema is to be asked. May change the value,
 * so whoever asks parses the text anew.
 */
export function plainBulkLine(value: unknown): BulkLine | null {
  readPlainly ??= compileReader(BulkLine);
  const read = readPlainly(value);
  if (read === NOT_READ) return null;
  const line = read as BulkLine;
  const saysWhy = line.override === undefined || saysSomething(line.override.reason);
  const isNamed = namesItsArms(line) && namesNoHoldout(line) && isToBeSeen(line);
  return saysHow(line) && isNamed && saysWhy && hasScope(line) && isInOrder(line) ? line : null;
}
