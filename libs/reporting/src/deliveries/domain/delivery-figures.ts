import type { Channel } from '#lib/kernel';

/** Messages, each counted once in each column that is true of it. */
export interface DeliveryFigures {
  readonly accepted: number;
  readonly processing: number;
  readonly sent: number;
  readonly dropped: number;
  readonly failed: number;
  readonly unknown: number;
  /** Reported as delivered, and not bounced afterwards. */
  readonly delivered: number;
  readonly bounced: number;
  /** Of those that bounced: for good. */
  readonly hard: number;
  readonly complained: number;
  /** By a person. */
  readonly opened: number;
  /** By a machine alone: a mail filter, or a proxy that keeps the reader's privacy. */
  readonly byMachine: number;
  readonly clicked: number;
  /** By a machine alone, such as a mail filter that opens every link. */
  readonly clickedByMachine: number;
  readonly replied: number;
  /** Whose reader left by a link in it. */
  readonly withdrawn: number;
}

export interface DeliveryCount extends DeliveryFigures {
  readonly channel: Channel;
  readonly topic: string | null;
  readonly template: string;
  readonly templateVersion: number;
  /** Of the template, in its own language, before names are put in; null where the channel has none. */
  readonly subject: string | null;
}

const NOTHING: DeliveryFigures = {
  ...{ accepted: 0, processing: 0, sent: 0, dropped: 0, failed: 0, unknown: 0, delivered: 0, bounced: 0, hard: 0 },
  ...{ complained: 0, opened: 0, byMachine: 0, clicked: 0, clickedByMachine: 0, replied: 0, withdrawn: 0 },
};

/** Rows under one name each, in order of their names, with their sum. A rate of several is the rate of their sums. */
export function deliveriesBy(
  counts: readonly DeliveryCount[],
  name: (count: DeliveryCount) => readonly (string | null)[],
): {
  readonly rows: readonly { readonly names: readonly (string | null)[]; readonly figures: DeliveryFigures }[];
  readonly total: DeliveryFigures;
} {
  const rows = new Map<string, { names: readonly (string | null)[]; figures: DeliveryFigures }>();
  for (const count of counts) {
    const names = name(count);
    const key = JSON.stringify(names);
    const figures = added(rows.get(key)?.figures ?? NOTHING, count);
    rows.set(key, { names, figures });
  }
  const sorted = [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return { rows: sorted, total: counts.reduce<DeliveryFigures>(added, NOTHING) };
}

/** Left and did not come back: what rates of opens and clicks are of. */
export function arrived({ sent, bounced }: DeliveryFigures): number {
  return sent - bounced;
}

function added(a: DeliveryFigures, b: DeliveryFigures): DeliveryFigures {
  return {
    accepted: a.accepted + b.accepted,
    processing: a.processing + b.processing,
    sent: a.sent + b.sent,
    dropped: a.dropped + b.dropped,
    failed: a.failed + b.failed,
    unknown: a.unknown + b.unknown,
    delivered: a.delivered + b.delivered,
    bounced: a.bounced + b.bounced,
    hard: a.hard + b.hard,
    complained: a.complained + b.complained,
    opened: a.opened + b.opened,
    byMachine: a.byMachine + b.byMachine,
    clicked: a.clicked + b.clicked,
    clickedByMachine: a.clickedByMachine + b.clickedByMachine,
    replied: a.replied + b.replied,
    withdrawn: a.withdrawn + b.withdrawn,
  };
}
