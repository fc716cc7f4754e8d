import type { EpochMs, MessageId } from '#lib/kernel';

export const FEEDBACK_TYPES = ['delivered', 'bounced', 'complained', 'opened', 'clicked', 'replied'] as const;
export type FeedbackType = (typeof FEEDBACK_TYPES)[number];

/** `hard`: the address does not work and never will; `soft`: this message did not arrive. */
export type BounceKind = 'hard' | 'soft';

/** Something that somebody reports of a message that has left. */
export interface Feedback {
  /** Chosen by whoever reports; what comes under it again is the same event. */
  readonly id: string;
  readonly type: FeedbackType;
  readonly messageId: MessageId;
  /** When it happened. */
  readonly at: EpochMs;
  /** Null unless it bounced; the status is an enhanced one (RFC 3463), where there was one. */
  readonly bounce: { readonly kind: BounceKind; readonly status: string | null } | null;
  /** A machine did it, such as a mail filter that opens links; kept, and told apart. */
  readonly automated: boolean;
  /** What was clicked. */
  readonly link: string | null;
  /** By what the gateway itself took it for a machine's; left out where it did not, or others reported it. */
  readonly machine?: string;
  /** What the reporter's clock said, where that cannot be and `at` is the nearest instant that can. */
  readonly claimedAt?: EpochMs;
}

/** Whether it shows that the message reached somebody, so that no other way to them is tried. A machine that opens shows nothing. */
export function hasArrived({ type, automated }: Pick<Feedback, 'type' | 'automated'>): boolean {
  return type === 'complained' || (type !== 'bounced' && !automated);
}

const OF_A_READER: ReadonlySet<FeedbackType> = new Set(['opened', 'clicked']);

/** Whether it says what somebody did with a message, which is counted of those alone who let themselves be counted. */
export function needsTracking({ type }: Pick<Feedback, 'type'>): boolean {
  return OF_A_READER.has(type);
}

/** What there was before the event. */
export interface Standing {
  /** Null when the brand has no such message. */
  readonly message: {
    readonly acceptedAt: EpochMs;
    /** Its hand-over was begun at least once, so somebody may have received it. */
    readonly hasLeft: boolean;
    readonly test: boolean;
    /** The person is erased; nothing is recorded about them any more. */
    readonly erased: boolean;
    readonly hasHardBounced: boolean;
    readonly hasComplained: boolean;
  } | null;
  /** What was recorded under the same id; null when nothing was. */
  readonly recorded: Pick<Feedback, 'type' | 'messageId' | 'at' | 'bounce' | 'automated'> | null;
}

/** Why an event was not recorded. Add values, never rename one. */
export type FeedbackRefusal =
  | 'unknown_message'
  | 'not_handed_over'
  | 'other_mode'
  | 'erased'
  | 'event_id_reused'
  | 'too_early'
  | 'in_future';

/** What is done about an event. */
export type FeedbackPlan =
  | {
      readonly kind: 'record';
      /** When it counts as having happened. */
      readonly at: EpochMs;
      /** What it adds to the warm-ups of the day on which the message left: each message counts once. */
      readonly counts: 'bounced' | 'complained' | null;
      /** Why nothing is sent to the address any more. */
      readonly suppresses: 'bounce' | 'complaint' | null;
    }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly code: FeedbackRefusal };

/** Clocks of other systems may be wrong by this much. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Whether an event is recorded, and what follows from it. Nothing depends on what else was reported before or after,
 * so events may come late and in any order: what a message counts for is that something of a kind happened at all.
 *
 * A wrong clock takes nothing from a bounce or a complaint, nor from what a provider brings, which nobody would bring
 * again with another date: it counts as at the nearest instant that can be. Who can mend their clock is told.
 */
export function planFeedback(
  event: Feedback,
  { message, recorded }: Standing,
  reporter: { readonly test: boolean; readonly via?: 'api' | 'webhook' | 'link' },
  now: EpochMs,
): FeedbackPlan {
  if (recorded !== null) return isSame(event, recorded) ? { kind: 'duplicate' } : refused('event_id_reused');
  if (message === null) return refused('unknown_message');
  if (message.test !== reporter.test) return refused('other_mode');
  if (message.erased) return refused('erased');
  if (!message.hasLeft) return refused('not_handed_over');
  const isEarly = event.at < message.acceptedAt - CLOCK_SKEW_MS;
  const isLate = event.at > now + CLOCK_SKEW_MS;
  if ((isEarly || isLate) && !isAgainst(event) && reporter.via !== 'webhook')
    return refused(isEarly ? 'too_early' : 'in_future');
  const at = isEarly ? message.acceptedAt : isLate ? now : event.at;

  const isHardBounce = event.bounce?.kind === 'hard';
  const isComplaint = event.type === 'complained';
  // A test message never left the machine: whatever is said of it is about no real address and no real sender.
  if (message.test || (!isHardBounce && !isComplaint)) return { kind: 'record', at, counts: null, suppresses: null };
  if (isComplaint) {
    return { kind: 'record', at, counts: message.hasComplained ? null : 'complained', suppresses: 'complaint' };
  }
  return { kind: 'record', at, counts: message.hasHardBounced ? null : 'bounced', suppresses: 'bounce' };
}

/** What stands after an event that is recorded, for those that follow it in the same request. */
export function afterRecording(event: Feedback, message: NonNullable<Standing['message']>): Standing['message'] {
  return {
    ...message,
    hasHardBounced: message.hasHardBounced || event.bounce?.kind === 'hard',
    hasComplained: message.hasComplained || event.type === 'complained',
  };
}

/** Says that nothing more should be sent there, or that this did not arrive. */
function isAgainst({ type }: Pick<Feedback, 'type'>): boolean {
  return type === 'bounced' || type === 'complained';
}

function isSame(event: Feedback, recorded: NonNullable<Standing['recorded']>): boolean {
  return (
    event.type === recorded.type &&
    event.messageId === recorded.messageId &&
    // What a clock says of a bounce or a complaint makes no other one of it.
    (event.at === recorded.at || isAgainst(event)) &&
    event.bounce?.kind === recorded.bounce?.kind &&
    (event.bounce?.status ?? null) === (recorded.bounce?.status ?? null) &&
    event.automated === recorded.automated
  );
}

function refused(code: FeedbackRefusal): FeedbackPlan {
  return { kind: 'refused', code };
}
