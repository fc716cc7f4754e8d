/** Why a message was not sent that is the reader's own will, or what became of it: the reach that was lost. */
export const CONSENT_LOSSES = [
  'no_consent',
  'consent_denied',
  'consent_withdrawn',
  'consent_expired',
  'objection',
  'suppressed_bounce',
  'suppressed_complaint',
] as const;

/** What was said: somebody came, somebody went, or it ended without anybody saying so; by kinds of consent events. */
export const CONSENT_MOVES = {
  optIns: ['granted', 'confirmed', 'imported'],
  optOuts: ['withdrawn', 'revoked', 'refused', 'objected'],
  lapsed: ['expired', 'invalidated'],
} as const;
export type ConsentMove = keyof typeof CONSENT_MOVES;

/** What was said in a stretch of time, about one topic or on one channel, and what was not sent for want of consent. */
export interface ConsentMoves {
  /** Which stretch, from 0. */
  readonly stretch: number;
  /** Null: what belongs to no topic, or everything together. */
  readonly name: string | null;
  readonly optIns: number;
  readonly optOuts: number;
  /** Ended without anybody saying so. */
  readonly lapsed: number;
  readonly unsent: number;
}

export type MoveFigures = Omit<ConsentMoves, 'stretch' | 'name'>;

export const NO_MOVES: MoveFigures = { optIns: 0, optOuts: 0, lapsed: 0, unsent: 0 };

/** A row for each name and stretch, in order of time and name; a stretch in which nothing was said has one, too. */
export function consentTrend(
  moves: readonly ConsentMoves[],
  stretches: number,
): { readonly rows: readonly ConsentMoves[]; readonly total: MoveFigures } {
  const rows = Array.from({ length: stretches }, (_, stretch) => {
    const here = moves.filter((move) => move.stretch === stretch);
    return here.length > 0 ? [...here].sort((a, b) => order(a.name, b.name)) : [{ stretch, name: null, ...NO_MOVES }];
  }).flat();
  return { rows, total: moves.reduce<MoveFigures>(added, NO_MOVES) };
}

/** Each name once in each stretch. */
export function movesTogether(moves: readonly ConsentMoves[]): ConsentMoves[] {
  const byName = new Map<string, ConsentMoves>();
  for (const move of moves) {
    const key = JSON.stringify([move.stretch, move.name]);
    byName.set(key, { ...move, ...added(byName.get(key) ?? NO_MOVES, move) });
  }
  return [...byName.values()];
}

/** Those of every name together, stretch by stretch. */
export function byStretch(moves: readonly ConsentMoves[], stretches: number): MoveFigures[] {
  return Array.from({ length: stretches }, (_, stretch) =>
    moves.filter((move) => move.stretch === stretch).reduce<MoveFigures>(added, NO_MOVES),
  );
}

function added(a: MoveFigures, b: MoveFigures): MoveFigures {
  return {
    optIns: a.optIns + b.optIns,
    optOuts: a.optOuts + b.optOuts,
    lapsed: a.lapsed + b.lapsed,
    unsent: a.unsent + b.unsent,
  };
}

function order(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null || a < b ? -1 : 1;
}
