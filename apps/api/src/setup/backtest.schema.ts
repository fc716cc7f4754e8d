import { z } from 'zod';
import { type BacktestReport, LEFT_ALONE, PolicyBody } from '#lib/sending';
import { Instant, InstantInput, Key, toInstant } from '../http/scalars.schema.js';

/** Decisions that one request reads at most; consentctl backtest reads any number. */
export const MOST_DECISIONS = 100_000;

export const BacktestRequest = z
  .strictObject({
    policy: z.strictObject(PolicyBody.shape).meta({ description: 'The draft.' }),
    from: InstantInput.optional().meta({ description: 'First instant; left out: from the beginning.' }),
    to: InstantInput.optional().meta({ description: 'First instant after it; left out: to the end.' }),
    brand: Key.optional().meta({ description: 'Needed with an operator key, and of no use with another.' }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    message: 'must be later than from',
    path: ['to'],
  })
  .meta({ id: 'BacktestRequest', description: 'A draft policy and the part of the past to try it on.' });
export type BacktestRequest = z.infer<typeof BacktestRequest>;

const Ends = z
  .strictObject({
    sent: z.int(),
    held: z.int().meta({ description: 'Still waiting at the end of the period.' }),
    dropped: z.int(),
  })
  .meta({ id: 'BacktestEnds' });

const tally = {
  messages: z.int(),
  happened: Ends,
  would: Ends,
  lost: z.int().meta({ description: 'Sent, and would not have been: the cost of reach.' }),
  gained: z.int().meta({ description: 'Not sent, and would have been.' }),
  later: z.int().meta({ description: 'Sent in both worlds, a minute or more later under the draft.' }),
};
const Groups = z.array(
  z
    .strictObject({ key: z.string().nullable().meta({ description: 'null: none' }), ...tally })
    .meta({ id: 'BacktestGroup' }),
);

export const BacktestAnswer = z
  .strictObject({
    from: Instant.nullable(),
    to: Instant.nullable(),
    decisions: z.int().meta({ description: 'Recorded decisions that were read.' }),
    erased: z.int().meta({ description: 'Decisions about people who were erased; left out.' }),
    unjudged: z.int().meta({
      description:
        'Messages that the draft could not be tried on with certainty, because something it asks for was not recorded.',
    }),
    unjudgedBecause: z
      .array(
        z
          .strictObject({
            doubt: z.enum(['caps', 'sender', 'mailbox', 'place', 'undecidable']),
            messages: z.int(),
            sentence: z.string().meta({ description: 'What is missing, and how they are counted.' }),
          })
          .meta({ id: 'BacktestDoubt' }),
      )
      .meta({ description: 'The same by what is missing; a message may miss several things.' }),
    complete: z.boolean().meta({
      description: `False when there were more than ${MOST_DECISIONS} decisions: the figures are about the first of them.`,
    }),
    total: z.strictObject(tally).meta({ id: 'BacktestTally' }),
    campaigns: Groups,
    channels: Groups,
    weeks: Groups.meta({ description: 'ISO weeks on the clock of the brand.' }),
    reasons: z.array(
      z.strictObject({ key: z.string(), happened: z.int(), would: z.int() }).meta({ id: 'BacktestReason' }),
    ),
    apart: z
      .array(
        z
          .strictObject({
            reason: z.enum(LEFT_ALONE),
            messages: z.int(),
            sentence: z.string().meta({ description: 'Why they were not tried.' }),
          })
          .meta({ id: 'BacktestApart' }),
      )
      .meta({
        description: 'Messages that no policy stopped and that were not to be tried; they are in no other figure.',
      }),
    assumptions: z.array(z.string()).meta({ description: 'What the figures rest on.' }),
  })
  .meta({ id: 'Backtest', description: 'What a draft would have made of past messages.' });

export function toBacktestAnswer({ policy: _, ...report }: BacktestReport): z.infer<typeof BacktestAnswer> {
  const { campaigns, channels, weeks, reasons, assumptions } = report;
  return {
    ...report,
    from: toInstant(report.from),
    to: toInstant(report.to),
    campaigns: [...campaigns],
    channels: [...channels],
    weeks: [...weeks],
    reasons: [...reasons],
    unjudgedBecause: [...report.unjudgedBecause],
    apart: [...report.apart],
    assumptions: [...assumptions],
  };
}
