import { z } from 'zod';
import { ProblemAnswer } from '../http/problem.schema.js';
import { type CheckResult, type Decision, explainDecision, LEGAL_FORCES } from '#lib/decision';
import { saysSomething } from '#lib/kernel';
import { toIso } from '#lib/platform';
import {
  type Accepted,
  compileReader,
  DEFAULT_LIFETIME_MS,
  type Judgement,
  type MessageView,
  NOT_READ,
  type Reader,
  STRATEGIES,
  toDetail,
} from '#lib/sending';
import {
  ChannelName,
  Instant,
  InstantInput,
  Key,
  Language,
  line,
  MAX_VERSION,
  MixedKey,
  toInstant,
  Uuid,
} from '../http/scalars.schema.js';

const HOURS = DEFAULT_LIFETIME_MS / 3_600_000;

const templateVersion = z.int().min(1).max(MAX_VERSION).optional().meta({ description: 'Left out: the latest.' });

const requestFields = {
  to: line(200).meta({ description: 'External id of the contact.' }),
  template: MixedKey.optional().meta({
    description: 'Key of the template; it fixes channel and class. This or `channels` is needed.',
  }),
  templateVersion,
  channels: z
    .array(z.strictObject({ channel: ChannelName, template: MixedKey, templateVersion }))
    .min(2)
    .max(8)
    .optional()
    .meta({
      description:
        'Several ways to say the same, each a message of its own. At any time one of them at most is under way or may have arrived; when it is refused, fails, bounces or is not delivered in time, the next is tried, and when it arrives, the others end as reached_on_other_channel.',
    }),
  strategy: z.enum(STRATEGIES).optional().meta({
    description:
      'How the channel is chosen; left out: first_allowed, the first in order that no check refuses for good.',
  }),
  fallbackAfterMinutes: z.int().min(1).max(10_080).optional().meta({
    description:
      'How long after it was sent a message may stay without a delivery before the next channel is tried. Left out: the next is tried only when one is known not to have arrived.',
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
  expiresAt: InstantInput.optional().meta({
    description: `Ends unsent at this instant; left out: ${HOURS} hours after it may leave.`,
  }),
  policy: Key.optional().meta({ description: 'Left out: the campaign’s, then `default`.' }),
  priority: z
    .int()
    .min(0)
    .max(9)
    .optional()
    .meta({ description: '0 can wait, 9 matters most; left out: 5. Caps can keep places for what matters more.' }),
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

const saysHow = (request: Ways): boolean =>
  request.channels === undefined
    ? request.template !== undefined && request.strategy === undefined && request.fallbackAfterMinutes === undefined
    : request.template === undefined &&
      request.templateVersion === undefined &&
      new Set(request.channels.map(({ channel }) => channel)).size === request.channels.length;
const wayProblem = {
  message: 'is needed, or instead of it channels, each once; strategy and fallbackAfterMinutes go with channels',
  path: ['template'],
};
type Ways = Pick<
  z.infer<z.ZodObject<typeof requestFields>>,
  'template' | 'templateVersion' | 'channels' | 'strategy' | 'fallbackAfterMinutes'
>;

/** Body of POST /v1/messages and POST /v1/decisions. */
export const MessageRequest = z
  .strictObject(requestFields)
  .refine(saysHow, wayProblem)
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
  return saysHow(line) && saysWhy && hasScope(line) && isInOrder(line) ? line : null;
}

const CheckAnswer = z
  .strictObject({
    check: z.string(),
    passes: z.boolean(),
    reason: z.string().optional(),
    kind: z.enum(['defer', 'drop']).optional(),
    until: Instant.nullable().optional().meta({ description: 'When this check passes; null: never.' }),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).meta({
      description: 'What the check looked at; instants in ISO 8601 in UTC, counts as numbers. New members may come.',
    }),
  })
  .meta({ id: 'Check' });

export const DecisionAnswer = z
  .strictObject({
    outcome: z.enum(['pass', 'defer', 'drop']),
    reason: z.string().nullable().meta({ description: 'Of the primary check; null when all pass.' }),
    sentence: z.string().meta({ description: 'The same for people.' }),
    checks: z.array(CheckAnswer).meta({ description: 'Every check, in the order of the pipeline.' }),
    notBefore: Instant.nullable().meta({ description: 'The earliest instant at which everything passes; null: none.' }),
    policyVersion: z.string().meta({ examples: ['default@3'] }),
    zone: z.string().meta({ description: 'The clock the message was judged by.' }),
    tzdb: z.string().meta({ description: 'Version of the time zone database.' }),
    decidedAt: Instant,
  })
  .meta({ id: 'Decision' });

const Status = z.enum(['queued', 'started', 'sent', 'dropped', 'failed', 'unknown']).meta({
  id: 'MessageStatus',
  description: 'queued: waits or is held; started: with a provider; the others are ends, for ever.',
});

const Links = z
  .strictObject({ self: z.string(), explain: z.string(), cancel: z.string() })
  .meta({ id: 'MessageLinks' });

const ChannelAnswer = z
  .strictObject({
    channel: ChannelName,
    id: Uuid,
    status: Status,
    chosen: z.boolean().meta({ description: 'It is tried first; the message of this answer.' }),
    outcome: z.enum(['pass', 'defer', 'drop']),
    reason: z.string().nullable(),
    sentence: z.string(),
  })
  .meta({ id: 'ChannelAnswer', description: 'One of several ways to reach the contact, and why it is not tried.' });

export const AcceptedAnswer = z
  .strictObject({
    id: Uuid,
    status: Status,
    decision: DecisionAnswer,
    channels: z.array(ChannelAnswer).optional().meta({ description: 'In the order in which they are tried.' }),
    links: Links,
  })
  .meta({ id: 'AcceptedMessage', description: 'A refused send is an answer, not an error: look at decision.outcome.' });

/** A line of the answer of POST /v1/messages:bulk. */
export const BulkAnswer = z
  .union([
    z.strictObject({ line: z.int(), status: z.literal(202), replayed: z.boolean(), message: AcceptedAnswer }),
    z.strictObject({
      line: z.int(),
      status: z.int().min(400).meta({ description: 'The status the line would have had alone.' }),
      error: ProblemAnswer,
    }),
  ])
  .meta({ id: 'BulkAnswer', description: 'What became of one line of the request, by its number from 1.' });

export const MessageAnswer = z
  .strictObject({
    id: Uuid,
    status: Status,
    reason: z.string().nullable(),
    notBefore: Instant.nullable().meta({ description: 'While it is held: when it is attempted next.' }),
    to: z.string(),
    channel: ChannelName,
    choice: z.strictObject({ id: Uuid, rank: z.int() }).nullable().meta({
      description: 'Of several ways to reach the contact: what they have in common, and which it is, from 0.',
    }),
    class: z.enum(['commercial', 'transactional']),
    purpose: Key,
    topic: Key.nullable(),
    campaign: MixedKey.nullable(),
    step: z.string().nullable(),
    variant: z.string().nullable(),
    template: MixedKey,
    templateVersion: z.int(),
    language: Language,
    test: z.boolean(),
    attempts: z.int(),
    acceptedAt: Instant,
    sendAt: Instant.nullable(),
    expiresAt: Instant,
    endedAt: Instant.nullable(),
    entries: z.array(
      z.strictObject({
        id: Uuid,
        position: z.int().nullable().meta({ description: 'In the ledger; null for the moment until it has one.' }),
      }),
    ),
    reliedOn: z
      .strictObject({ purpose: Uuid.nullable(), topic: Uuid.nullable() })
      .nullable()
      .meta({ description: 'The consent events on which its last hand-over rested.' }),
    links: Links,
  })
  .meta({ id: 'Message' });

export const ExplainAnswer = z
  .strictObject({
    id: Uuid,
    status: Status,
    reason: z.string().nullable(),
    sentence: z.string(),
    steps: z.array(
      z.strictObject({
        entry: Uuid,
        position: z.int().nullable(),
        type: z.string(),
        at: Instant,
        outcome: z.string().nullable(),
        reason: z.string().nullable(),
        code: z.string().nullable().meta({
          description:
            'Of a hand-over: what the provider said, in the words of its protocol, or why it was not called: circuit_open, retry_after, no_enabled_provider.',
        }),
        retryAt: Instant.nullable().meta({ description: 'Of a hand-over that is put off: when it is tried again.' }),
        sentence: z.string().nullable(),
        decision: DecisionAnswer.nullable(),
        factsDigest: z.string().nullable().meta({
          description:
            'Of a decision: the digest of the disclosure `checks`, which holds its facts and verdict. It is one of `_sd` in the leaf of the entry, so the signed log commits to it.',
        }),
        obligations: z
          .array(
            z.strictObject({
              rule: z.string().meta({ description: 'pack/rule' }),
              force: z.enum(LEGAL_FORCES),
              sentence: z.string(),
            }),
          )
          .meta({ description: 'Of a decision: what the law where the contact may be asked of the sender besides.' }),
      }),
    ),
  })
  .meta({ id: 'MessageExplanation', description: 'What was decided when, and why, from the ledger.' });

export const MessagePath = z.strictObject({ id: Uuid });
export type MessagePath = z.infer<typeof MessagePath>;

export function toDecisionAnswer({ decision }: Pick<Judgement, 'decision'>): z.infer<typeof DecisionAnswer> {
  return {
    outcome: decision.outcome,
    reason: decision.reason,
    sentence: explainDecision(decision),
    checks: decision.checks.map(toCheckAnswer),
    notBefore: toInstant(decision.notBefore),
    policyVersion: toPolicyVersion(decision),
    zone: decision.local.zone,
    tzdb: decision.local.tzdb,
    decidedAt: toIso(decision.at),
  };
}

export function toCheckAnswer(check: CheckResult): z.infer<typeof CheckAnswer> {
  return check.passes
    ? { check: check.check, passes: true, detail: toDetail(check.detail) }
    : {
        check: check.check,
        passes: false,
        reason: check.reason,
        kind: check.kind,
        until: toInstant(check.until),
        detail: toDetail(check.detail),
      };
}

export function toPolicyVersion({ policy }: Pick<Decision, 'policy'>): string {
  return `${policy.key}@${policy.version}`;
}

export function toAcceptedAnswer(accepted: Accepted): z.infer<typeof AcceptedAnswer> {
  return {
    id: accepted.id,
    status: accepted.status,
    decision: toDecisionAnswer(accepted),
    ...(accepted.channels === undefined ? {} : { channels: channelsOf(accepted.id, accepted.channels) }),
    links: linksOf(accepted.id),
  };
}

export function channelsOf(
  chosen: string,
  channels: NonNullable<Accepted['channels']>,
): z.infer<typeof ChannelAnswer>[] {
  return channels.map(({ channel, id, status, decision }) => ({
    channel,
    id,
    status,
    chosen: id === chosen,
    outcome: decision.outcome,
    reason: decision.reason,
    sentence: explainDecision(decision),
  }));
}

export function toMessageAnswer({ message, ...names }: MessageView): z.infer<typeof MessageAnswer> {
  return {
    id: message.id,
    status: message.status,
    reason: message.reason,
    notBefore: toInstant(message.notBefore),
    to: names.to,
    channel: message.channel,
    choice: message.choice === null ? null : { ...message.choice },
    class: message.class,
    purpose: names.purpose,
    topic: names.topic,
    campaign: names.campaign,
    step: message.step,
    variant: message.variant,
    template: names.template,
    templateVersion: names.templateVersion,
    language: message.language,
    test: message.test,
    attempts: message.attempt,
    acceptedAt: toIso(message.acceptedAt),
    sendAt: toInstant(message.sendAt),
    expiresAt: toIso(message.expiresAt),
    endedAt: toInstant(message.endedAt),
    entries: names.entries.map(({ id, position }) => ({ id, position })),
    reliedOn: names.reliedOn,
    links: linksOf(message.id),
  };
}

export function linksOf(id: string): z.infer<typeof Links> {
  return { self: `/v1/messages/${id}`, explain: `/v1/messages/${id}/explain`, cancel: `/v1/messages/${id}/cancel` };
}
