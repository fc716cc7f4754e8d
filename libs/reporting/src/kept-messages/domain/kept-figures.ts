import type { Channel } from '#lib/kernel';
import { CONSENT_LOSSES, type ConsentMoves, NO_MOVES } from '../../consents/domain/consent-trend.js';
import type { DeliveryCount, DeliveryFigures } from '../../deliveries/domain/delivery-figures.js';
import type { CountedExit, ExitPlace } from '../../exits/domain/exit-figures.js';
import type { LinkCount, LinkFigures } from '../../links/domain/links-report.js';
import {
  type CountedCell,
  type KeptMessages,
  type MessageCell,
  REACHED_OTHERWISE,
  SEEN_BITS,
  type WaitingMessages,
} from './message-cell.js';

type EndedCell = Extract<MessageCell, { kind: 'message' }>;

/** Where messages stand, of a place; what is left out of it is every one. */
export function exitsOf(
  { cells, waiting }: KeptMessages,
  { test, ...place }: Partial<ExitPlace> & { readonly test: boolean },
): { readonly lines: CountedExit[]; readonly accepted: number } {
  const lines: CountedExit[] = [];
  const isAsked = (one: ExitPlace & { readonly test: boolean }): boolean =>
    one.test === test &&
    (['campaign', 'path', 'step', 'channel'] as const).every((part) => !(part in place) || is(place[part], one[part]));
  const add = (
    one: EndedCell | WaitingMessages,
    standing: CountedExit['standing'],
    messages: number,
    reached = 0,
  ): void => {
    const { campaign, path, step, channel, reason } = one;
    if (isAsked(one)) lines.push({ campaign, path, step, channel, standing, reason, messages, reached });
  };
  for (const { cell, messages } of cells)
    if (cell.kind === 'message')
      add(cell, cell.standing, messages, (cell.seen & REACHED_OTHERWISE) === 0 ? 0 : messages);
  for (const one of waiting) add(one, 'processing', one.messages);
  return { lines, accepted: lines.reduce((sum, { messages }) => sum + messages, 0) };
}

/** What became of messages after they left. */
export function deliveriesOf(
  { cells, waiting }: KeptMessages,
  filter: { readonly test: boolean; readonly channel?: Channel; readonly campaign?: string | null },
): DeliveryCount[] {
  const isAsked = (one: Pick<EndedCell, 'test' | 'channel' | 'campaign'>): boolean =>
    one.test === filter.test &&
    (filter.channel === undefined || one.channel === filter.channel) &&
    (filter.campaign === undefined || one.campaign === filter.campaign);
  const counts: DeliveryCount[] = [];
  for (const { cell, messages } of cells) {
    if (cell.kind !== 'message' || !isAsked(cell)) continue;
    counts.push({
      ...NONE,
      ...namesOf(cell),
      ...seenOf(cell, messages),
      accepted: messages,
      [cell.standing]: messages,
    });
  }
  for (const one of waiting) {
    if (isAsked(one)) counts.push({ ...NONE, ...namesOf(one), accepted: one.messages, processing: one.messages });
  }
  return counts;
}

/** What was not sent for want of consent, stretch by stretch. */
export function unsentOf(
  stretches: readonly (readonly CountedCell[])[],
  {
    by,
    channel,
    topic,
  }: { readonly by: 'topic' | 'channel' | 'all'; readonly channel?: Channel; readonly topic?: string },
): ConsentMoves[] {
  return stretches.flatMap((cells, stretch) => {
    const sums = new Map<string | null, number>();
    for (const { cell, messages } of cells) {
      if (cell.kind !== 'message' || cell.test || cell.standing !== 'dropped') continue;
      if (!CONSENT_LOSSES.some((reason) => reason === cell.reason)) continue;
      if ((channel !== undefined && cell.channel !== channel) || (topic !== undefined && cell.topic !== topic))
        continue;
      const name = by === 'all' ? null : cell[by];
      sums.set(name, (sums.get(name) ?? 0) + messages);
    }
    return [...sums].map(([name, unsent]) => ({ ...NO_MOVES, stretch, name, unsent }));
  });
}

/** How often links were followed. @param campaign left out: every campaign; null: messages without one */
export function linksOf(
  { cells }: KeptMessages,
  campaign: string | null | undefined,
): { readonly counts: LinkCount[]; readonly whole: LinkFigures } {
  const byAddress = new Map<string | null, Sums>();
  const whole: Sums = { ...NO_LINKS };
  for (const { cell, messages } of cells) {
    if ((cell.kind !== 'link' && cell.kind !== 'holds') || (campaign !== undefined && cell.campaign !== campaign))
      continue;
    if (cell.kind === 'link' && !byAddress.has(cell.address)) byAddress.set(cell.address, { ...NO_LINKS });
    const sums = cell.kind === 'holds' ? whole : byAddress.get(cell.address);
    if (sums === undefined) continue;
    sums.arrived += messages;
    if (cell.seen === SEEN_BITS.clicked) sums.clicked += messages;
    if (cell.seen === SEEN_BITS.clickedByMachine) sums.byMachine += messages;
  }
  return { counts: [...byAddress].map(([address, sums]) => ({ address, ...sums })), whole };
}

type Sums = { -readonly [Key in keyof LinkFigures]: number };
const NO_LINKS: LinkFigures = { arrived: 0, clicked: 0, byMachine: 0 };

const NONE: DeliveryFigures = {
  ...{ accepted: 0, processing: 0, sent: 0, dropped: 0, failed: 0, unknown: 0, delivered: 0, bounced: 0, hard: 0 },
  ...{ complained: 0, opened: 0, byMachine: 0, clicked: 0, clickedByMachine: 0, replied: 0, withdrawn: 0 },
};

type Seen = keyof typeof SEEN_BITS;

function seenOf({ seen }: EndedCell, messages: number): Partial<Record<Seen, number>> {
  const bits = Object.entries(SEEN_BITS) as [Seen, number][];
  return Object.fromEntries(bits.flatMap(([what, bit]) => ((seen & bit) === 0 ? [] : [[what, messages]])));
}

function namesOf({ channel, topic, template, templateVersion, subject }: EndedCell | WaitingMessages) {
  return { channel, topic, template, templateVersion, subject };
}

/** What is left out of a filter is every one. */
function is(wanted: string | null | undefined, found: string | null): boolean {
  return wanted === undefined || wanted === found;
}
