import type { Channel } from '#lib/kernel';
import {
  CONSENT_MOVES,
  type ConsentMove,
  type ConsentMoves,
  movesTogether,
  NO_MOVES,
} from '../../consents/domain/consent-trend.js';

/** What was said so often, in one of the stretches of time that were asked about. */
export interface CountedSaid {
  readonly stretch: number;
  readonly kind: string;
  readonly channel: Channel | null;
  readonly purpose: string | null;
  readonly topic: string | null;
  readonly events: number;
}

/** How consents came and went, stretch by stretch; what is left out of a filter narrows nothing. */
export function movesOf(
  said: readonly CountedSaid[],
  filter: {
    readonly by: 'topic' | 'channel' | 'all';
    readonly channel?: Channel;
    readonly purpose?: string;
    readonly topic?: string;
  },
): ConsentMoves[] {
  const { by } = filter;
  const moves = said.flatMap((one): ConsentMoves[] => {
    if (filter.channel !== undefined && one.channel !== filter.channel) return [];
    if (filter.purpose !== undefined && one.purpose !== filter.purpose) return [];
    if (filter.topic !== undefined && one.topic !== filter.topic) return [];
    const move = MOVE_OF.get(one.kind);
    // Something was said, if nothing that counts: its name has a row.
    return [
      {
        ...{ stretch: one.stretch, name: by === 'all' ? null : one[by], ...NO_MOVES },
        ...(move === undefined ? {} : { [move]: one.events }),
      },
    ];
  });
  return movesTogether(moves);
}

const MOVE_OF: ReadonlyMap<string, ConsentMove> = new Map(
  (Object.entries(CONSENT_MOVES) as [ConsentMove, readonly string[]][]).flatMap(([move, kinds]) =>
    kinds.map((kind) => [kind, move] as const),
  ),
);
