import { z } from 'zod';
import type { RunwayReport } from '#lib/sending';
import { toIso } from '#lib/platform';
import { ChannelName, Instant, Key } from '../http/scalars.schema.js';

export const RunwayQuery = z.strictObject({
  weeks: z.coerce.number().int().min(1).max(104).default(26).meta({ description: 'How many weeks ahead.' }),
  purpose: Key.optional().meta({
    description:
      'One purpose, with everybody who may be written to under it. Left out: every purpose that messages are sent for, with those for whom it takes an opt-in, by the purpose or by a law; without the purpose that opens and clicks are counted by.',
  }),
  channel: ChannelName.optional(),
  format: z
    .enum(['json', 'csv', 'html'])
    .default('json')
    .meta({ description: 'html is a page with a chart, to be looked at, kept or printed.' }),
  language: z.enum(['en', 'de']).default('en').meta({ description: 'Of the page and of the header of the CSV.' }),
});
export type RunwayQuery = z.infer<typeof RunwayQuery>;

const count = z.int().min(0);

export const RunwayAnswer = z
  .strictObject({
    at: Instant,
    sendable: count.meta({ description: 'Contact points that can be written to now.' }),
    weeks: z.array(
      z.strictObject({
        from: Instant,
        to: Instant,
        lost: count.meta({
          description: 'Can be written to at its start and not at its end: validity plus all clocks.',
        }),
        validity: count.meta({ description: 'Whose consent was given until a day.' }),
        clocks: z
          .record(z.string(), count)
          .meta({ description: 'Whose consent a law ends, such as one implied by a purchase, by jurisdiction pack.' }),
        confirmations: count.meta({ description: 'Requests for confirmation that lapse; not part of `lost`.' }),
        remaining: count.meta({
          description: 'Can be written to at its end: sendable minus all that was lost so far.',
        }),
      }),
    ),
    endsLater: count.meta({ description: 'Of those that remain: with an end after the last week.' }),
    endless: count.meta({ description: 'Of those that remain: without an end.' }),
    policies: z.record(z.string(), z.array(z.string())).meta({
      description:
        'By which policies each purpose was judged, by key: those under which its commercial messages were accepted in this month and the two before, otherwise `default`. While one of several lets a message leave, the contact point counts as sendable.',
    }),
  })
  .meta({ id: 'ConsentRunway', description: 'How many contact points become unsendable in the weeks ahead, and why.' });

export function toRunwayAnswer({
  at,
  sendable,
  weeks,
  endsLater,
  endless,
  policies,
}: RunwayReport): z.infer<typeof RunwayAnswer> {
  return {
    at: toIso(at),
    sendable,
    weeks: weeks.map(({ from, to, clocks, ...figures }) => ({
      from: toIso(from),
      to: toIso(to),
      clocks: { ...clocks },
      ...figures,
    })),
    endsLater,
    endless,
    policies: Object.fromEntries(Object.entries(policies).map(([purpose, keys]) => [purpose, [...keys]])),
  };
}
