import { z } from 'zod';
import { ProblemAnswer } from '../http/problem.schema.js';
import { type CheckResult, type Decision, explainDecision, LEGAL_FORCES } from '#lib/decision';
import { toIso, tzdb } from '#lib/platform';
import { type Accepted, decisionWarnings, type Judgement, type MessageView, toDetail } from '#lib/sending';
import { ChannelName, Instant, Key, Language, MixedKey, toInstant, Uuid } from '../http/scalars.schema.js';

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
    rules: z.int().min(1).meta({ description: 'Version of the rules of the gateway that it was decided by.' }),
    decidedAt: Instant,
  })
  .meta({ id: 'Decision' });

export const DryRunAnswer = DecisionAnswer.extend({
  warnings: z.array(z.string()).optional().meta({
    description:
      'What passes that you may not have meant, such as advertising for which nothing asked for a consent. Left out: nothing.',
  }),
}).meta({ id: 'DryRun', description: 'What would be decided now, and what is worth knowing of it.' });

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
    holdout: z.literal(true).optional().meta({
      description: 'It ended as holdout, whatever the decision says: its contact is left alone for comparison.',
    }),
    channels: z.array(ChannelAnswer).optional().meta({ description: 'In the order in which they are tried.' }),
    links: Links,
  })
  .meta({ id: 'AcceptedMessage', description: 'A refused send is an answer, not an error: look at decision.outcome.' });

export const FIRST_ANSWER =
  '`true` when this is the answer of an earlier request, as it was given then: the message may have ended since, be cancelled or have been sent. `links.self` says how it stands now.';

/** A line of the answer of POST /v1/messages:bulk. */
export const BulkAnswer = z
  .union([
    z.strictObject({
      line: z.int(),
      status: z.literal(202),
      replayed: z.boolean().meta({ description: FIRST_ANSWER }),
      message: AcceptedAnswer,
    }),
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
            'Of a hand-over: what the provider said, in the words of its protocol, or why it was not called: circuit_open, retry_after, account_slow, host_slow, bound_elsewhere, no_enabled_provider.',
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

export const LEFT_ALONE = 'The contact belongs to the group of its experiment that is left alone for comparison.';

/** What is said of a message when it is accepted: of one that is left alone, that first. */
export function sentenceOf({ decision, holdout }: Pick<Accepted, 'decision' | 'holdout'>): string {
  const said = explainDecision(decision, tzdb);
  return holdout === undefined ? said : `${LEFT_ALONE} Otherwise: ${said}`;
}

export function toDecisionAnswer(accepted: Pick<Accepted, 'decision' | 'holdout'>): z.infer<typeof DecisionAnswer> {
  const { decision } = accepted;
  return {
    outcome: decision.outcome,
    reason: decision.reason,
    sentence: sentenceOf(accepted),
    checks: decision.checks.map(toCheckAnswer),
    notBefore: toInstant(decision.notBefore),
    policyVersion: toPolicyVersion(decision),
    zone: decision.local.zone,
    tzdb: decision.local.tzdb,
    rules: decision.rules ?? 1,
    decidedAt: toIso(decision.at),
  };
}

export function toDryRunAnswer(judgement: Judgement): z.infer<typeof DryRunAnswer> {
  const warnings = decisionWarnings(judgement);
  return { ...toDecisionAnswer(judgement), ...(warnings.length === 0 ? {} : { warnings }) };
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
    ...(accepted.holdout === undefined ? {} : { holdout: accepted.holdout }),
    ...(accepted.channels === undefined ? {} : { channels: channelsOf(accepted.id, accepted.channels) }),
    links: linksOf(accepted.id),
  };
}

export function channelsOf(
  chosen: string,
  channels: NonNullable<Accepted['channels']>,
): z.infer<typeof ChannelAnswer>[] {
  return channels.map(({ channel, id, status, decision, holdout }) => ({
    channel,
    id,
    status,
    chosen: id === chosen,
    outcome: decision.outcome,
    reason: decision.reason,
    sentence: sentenceOf({ decision, ...(holdout && { holdout }) }),
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
