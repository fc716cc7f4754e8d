import { z } from 'zod';
import { type Runway } from '#lib/consent';
import { toIso } from '#lib/platform';
import { ChannelName, Instant, Key } from '../http/scalars.schema.js';

export const RunwayQuery = z.strictObject({
  weeks: z.coerce.number().int().min(1).max(104).default(26).meta({ description: 'How many weeks ahead.' }),
  purpose: Key.optional().meta({
    description:
      'One purpose; left out: every purpose that needs an opt-in and that messages are sent for, which leaves out the one that opens and clicks are counted by.',
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
          .meta({ description: 'Whose implied consent a law ends, by jurisdiction pack.' }),
        confirmations: count.meta({ description: 'Requests for confirmation that lapse; not part of `lost`.' }),
        remaining: count.meta({
          description: 'Can be written to at its end: sendable minus all that was lost so far.',
        }),
      }),
    ),
    endsLater: count.meta({ description: 'Of those that remain: with an end after the last week.' }),
    endless: count.meta({ description: 'Of those that remain: without an end.' }),
  })
  .meta({ id: 'ConsentRunway', description: 'How many contact points become unsendable in the weeks ahead, and why.' });

export function toRunwayAnswer({ at, sendable, weeks, endsLater, endless }: Runway): z.infer<typeof RunwayAnswer> {
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
  };
}
