import type { EntryId, EpochMs } from '#lib/kernel';
import type { NewEntry } from '#lib/ledger';
import type { Candidate, Judgement } from '../decision-batch.js';
import type { End, Message } from './message.js';

type About = Pick<
  Message,
  | 'id'
  | 'brandId'
  | 'contactId'
  | 'subjectId'
  | 'contactPointId'
  | 'channel'
  | 'class'
  | 'purposeId'
  | 'topicId'
  | 'campaignId'
  | 'step'
  | 'variant'
  | 'test'
>;

/** What happened to a hand-over, sealed in the ledger: provider, lease, answer. Holds no address. */
export interface HandOverNote {
  readonly attempt: number;
  readonly worker: string;
  readonly provider?: string;
  readonly leaseUntil?: EpochMs;
  readonly answer?: string;
  readonly code?: string | null;
  readonly retryAt?: EpochMs;
}

/** The first decision: what was accepted, for whom, and what the pipeline says of it now. */
export function acceptedEntry(
  id: EntryId,
  at: EpochMs,
  message: About,
  candidate: Candidate,
  judgement: Judgement,
  templateHash: Buffer,
): NewEntry {
  const { contactId, contactPointId, purposeId, topicId, campaignId, step, variant } = message;
  return {
    ...personal(id, at, message),
    type: 'send.accepted',
    clear: { ...decisionInClear(message, candidate, judgement), tpl: templateHash.toString('hex') },
    disclosed: {
      message: { id: message.id },
      contact: { id: contactId, point: contactPointId },
      campaign: { campaign: campaignId, step, variant },
      topic: { purpose: purposeId, topic: topicId },
      checks: judgement.record,
    },
  };
}

/** A later decision that holds or ends the message. */
export function decidedEntry(
  id: EntryId,
  at: EpochMs,
  message: About,
  candidate: Candidate,
  judgement: Judgement,
): NewEntry {
  return {
    ...personal(id, at, message),
    type: 'send.decided',
    clear: decisionInClear(message, candidate, judgement),
    disclosed: { message: { id: message.id }, checks: judgement.record },
  };
}

/** The decision that lets a message go; committed before its provider hears of it. */
export function handOverEntry(
  id: EntryId,
  at: EpochMs,
  message: About,
  candidate: Candidate,
  judgement: Judgement,
  note: HandOverNote,
): NewEntry {
  return {
    ...personal(id, at, message),
    type: 'send.handover_started',
    clear: { ...decisionInClear(message, candidate, judgement), att: note.attempt },
    disclosed: { message: { id: message.id }, checks: judgement.record, handover: { ...note } },
  };
}

/** The one end of a message. */
export function endedEntry(
  id: EntryId,
  at: EpochMs,
  message: About,
  end: End,
  reason: string | null,
  note: HandOverNote,
): NewEntry {
  return {
    ...personal(id, at, message),
    type: 'send.ended',
    clear: { ch: message.channel, mc: message.class, out: end, reason, att: note.attempt, ...testMark(message) },
    disclosed: { message: { id: message.id }, handover: { ...note } },
  };
}

/** A hand-over that failed for now and will be tried again. */
export function backedOffEntry(id: EntryId, at: EpochMs, message: About, note: HandOverNote): NewEntry {
  return {
    ...personal(id, at, message),
    type: 'send.decided',
    clear: {
      ch: message.channel,
      mc: message.class,
      out: 'defer',
      reason: 'provider_backoff',
      att: note.attempt,
      ...testMark(message),
    },
    disclosed: { message: { id: message.id }, checks: { handover: { ...note } } },
  };
}

/** An outcome reported by a worker that had lost its lease; it changed nothing. */
export function staleEntry(id: EntryId, at: EpochMs, message: About, note: HandOverNote): NewEntry {
  return {
    ...personal(id, at, message),
    type: 'send.stale_outcome',
    clear: { ch: message.channel, mc: message.class, att: note.attempt, ...testMark(message) },
    disclosed: { message: { id: message.id }, handover: { ...note } },
  };
}

/** A message that its sender took back before it left. */
export function cancelledEntry(id: EntryId, at: EpochMs, message: About, actor: string): NewEntry {
  return {
    ...personal(id, at, message),
    type: 'send.cancelled',
    clear: { ch: message.channel, mc: message.class, out: 'dropped', reason: 'cancelled', ...testMark(message) },
    disclosed: { message: { id: message.id }, actor },
  };
}

function personal(id: EntryId, at: EpochMs, { subjectId, brandId }: About) {
  return { id, at, subjectId, brandId };
}

function decisionInClear(message: About, { policy }: Candidate, { decision }: Judgement) {
  const { outcome: out, reason } = decision;
  return {
    ch: message.channel,
    mc: message.class,
    out,
    reason,
    pol: policy.hash.toString('hex'),
    tz: decision.local.tzdb,
    ...testMark(message),
  };
}

/** Messages of test keys never left the machine; whoever counts entries must be able to leave them out. */
function testMark({ test }: About): { test?: 1 } {
  return test ? { test: 1 } : {};
}
