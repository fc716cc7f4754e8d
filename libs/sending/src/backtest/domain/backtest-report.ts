import type { EpochMs } from '#lib/kernel';

/** How messages stood at the end of the period. */
export interface Ends {
  sent: number;
  /** Still waiting. */
  held: number;
  dropped: number;
}

/** Messages of one group: what happened to them, and what would have under the draft. */
export interface Tally {
  messages: number;
  happened: Ends;
  would: Ends;
  /** Sent, and would not have been: the cost of reach. */
  lost: number;
  /** Not sent, and would have been. */
  gained: number;
  /** Sent in both worlds, a minute or more later under the draft. */
  later: number;
}

export interface KeyedTally extends Tally {
  /** Key of the campaign (null: none), channel, or ISO week such as 2026-W47 on the brand's clock. */
  readonly key: string | null;
}

/** Why a message was not tried that no policy stopped. */
export const LEFT_ALONE = ['holdout', 'reached_on_other_channel', 'other_channel'] as const;
export type LeftAlone = (typeof LEFT_ALONE)[number];

export interface BacktestReport {
  readonly policy: { readonly key: string; readonly version: number };
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
  /** Recorded decisions that were read. */
  readonly decisions: number;
  /** Of those, decisions about people who were erased meanwhile: left out, as their facts are gone. */
  readonly erased: number;
  /** Messages that the draft could not be tried on with certainty, because something it asks for was not recorded. */
  readonly unjudged: number;
  /** The same by what is missing; a message may miss several things. */
  readonly unjudgedBecause: readonly { readonly doubt: Doubt; readonly messages: number; readonly sentence: string }[];
  /** False when there were more decisions than were allowed: the figures are about the first of them. */
  readonly complete: boolean;
  readonly total: Tally;
  readonly campaigns: readonly KeyedTally[];
  readonly channels: readonly KeyedTally[];
  readonly weeks: readonly KeyedTally[];
  /** Messages that were not sent at the end of the period, by the last reason. */
  readonly reasons: readonly { readonly key: string; readonly happened: number; readonly would: number }[];
  /**
   * Messages that no policy stopped and that were not to be tried, by why: they are in none of the figures above.
   * `other_channel` still waits for what becomes of another one.
   */
  readonly apart: readonly { readonly reason: LeftAlone; readonly messages: number; readonly sentence: string }[];
  /** What the figures rest on, in sentences. */
  readonly assumptions: readonly string[];
}

/** Why nobody can be sure what the draft would have made of a message, and what is done with it all the same. */
const DOUBTS = {
  caps: 'a cap of the draft looks further back than the hand-overs recorded with them; they are counted as sent',
  sender:
    'a rate or a warm-up of the draft asks by which provider or from which domain they left, and that was not recorded; they are judged without it',
  mailbox:
    'a rate of the draft asks which mail server they were for, and that was not recorded; they are judged without it',
  place:
    'the law depends on where the contacts were, and the decisions of then did not look at their phone numbers for it; they are judged by country and clock alone',
  undecidable: 'the draft cannot be decided by what was recorded with them; they are counted as held',
} as const;
export type Doubt = keyof typeof DOUBTS;

/** Counts messages by why they could not be judged for certain. */
export class Doubts {
  private messages = 0;
  private readonly counts = new Map<Doubt, number>();

  add(doubts: readonly Doubt[]): void {
    if (doubts.length > 0) this.messages++;
    for (const doubt of doubts) this.counts.set(doubt, (this.counts.get(doubt) ?? 0) + 1);
  }

  result(): Pick<BacktestReport, 'unjudged' | 'unjudgedBecause'> {
    const because = (Object.keys(DOUBTS) as Doubt[]).flatMap((doubt) => {
      const messages = this.counts.get(doubt) ?? 0;
      return messages === 0 ? [] : [{ doubt, messages, sentence: DOUBTS[doubt] }];
    });
    return { unjudged: this.messages, unjudgedBecause: because };
  }
}

const APART: Readonly<Record<LeftAlone, string>> = {
  holdout: 'their contacts are left alone for comparison',
  reached_on_other_channel: 'their contacts were reached on another channel',
  other_channel: 'another channel is tried first',
};

/** Counts messages that were not to be tried, whatever a policy says. */
export class Apart {
  private readonly counts = new Map<LeftAlone, number>();

  add(reason: LeftAlone): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
  }

  result(): Pick<BacktestReport, 'apart'> {
    const apart = LEFT_ALONE.flatMap((reason) => {
      const messages = this.counts.get(reason) ?? 0;
      return messages === 0 ? [] : [{ reason, messages, sentence: APART[reason] }];
    });
    return { apart };
  }
}

export type End = keyof Ends;

/** One message at the end of its time in both worlds. */
export interface Outcome {
  readonly campaign: string | null;
  readonly channel: string;
  readonly week: string;
  readonly happened: { readonly end: End; readonly reason: string | null; readonly at: EpochMs };
  readonly would: { readonly end: End; readonly reason: string | null; readonly at: EpochMs };
}

const LATER_MS = 60_000;

/** Counts outcomes by everything the report shows. */
export class Tallies {
  readonly total = emptyTally();
  private readonly campaigns = new Map<string | null, Tally>();
  private readonly channels = new Map<string | null, Tally>();
  private readonly weeks = new Map<string | null, Tally>();
  private readonly reasons = new Map<string, { happened: number; would: number }>();

  add(outcome: Outcome): void {
    const { campaign, channel, week, happened, would } = outcome;
    count(this.total, outcome);
    for (const [groups, key] of [
      [this.campaigns, campaign],
      [this.channels, channel],
      [this.weeks, week],
    ] as const) {
      const tally = groups.get(key) ?? emptyTally();
      groups.set(key, tally);
      count(tally, outcome);
    }
    if (happened.end !== 'sent') this.reason(happened.reason).happened++;
    if (would.end !== 'sent') this.reason(would.reason).would++;
  }

  result(): Pick<BacktestReport, 'total' | 'campaigns' | 'channels' | 'weeks' | 'reasons'> {
    return {
      total: this.total,
      campaigns: keyed(this.campaigns),
      channels: keyed(this.channels),
      weeks: keyed(this.weeks),
      reasons: [...this.reasons].map(([key, counts]) => ({ key, ...counts })).sort(byKey),
    };
  }

  private reason(name: string | null): { happened: number; would: number } {
    const key = name ?? 'waiting';
    const counts = this.reasons.get(key) ?? { happened: 0, would: 0 };
    this.reasons.set(key, counts);
    return counts;
  }
}

function count(tally: Tally, { happened, would }: Outcome): void {
  tally.messages++;
  tally.happened[happened.end]++;
  tally.would[would.end]++;
  if (happened.end === 'sent' && would.end !== 'sent') tally.lost++;
  if (happened.end !== 'sent' && would.end === 'sent') tally.gained++;
  if (happened.end === 'sent' && would.end === 'sent' && would.at >= happened.at + LATER_MS) tally.later++;
}

function emptyTally(): Tally {
  const none = (): Ends => ({ sent: 0, held: 0, dropped: 0 });
  return { messages: 0, happened: none(), would: none(), lost: 0, gained: 0, later: 0 };
}

function keyed(groups: ReadonlyMap<string | null, Tally>): KeyedTally[] {
  return [...groups].map(([key, tally]) => ({ key, ...tally })).sort(byKey);
}

function byKey(a: { readonly key: string | null }, b: { readonly key: string | null }): number {
  const [x, y] = [a.key ?? '', b.key ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}
