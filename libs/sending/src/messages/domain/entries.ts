import type { EntryId, EpochMs } from '#lib/kernel';
import type { JsonObject, NewEntry } from '#lib/ledger';
import type { Candidate } from '../candidate.js';
import type { Judgement } from '../decision-batch.js';
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
> & {
  /** Of a message that is one of several ways to reach its contact. */
  readonly choice?: Message['choice'];
};

/** What happened to a hand-over, sealed in the ledger: provider, lease, answer. Holds no address. */
export type HandOverNote = {
  readonly attempt: number;
  readonly worker: string;
  readonly provider?: string;
  readonly leaseUntil?: EpochMs;
  readonly answer?: string;
  readonly code?: string | null;
  readonly retryAt?: EpochMs;
  /** It may have been accepted and is handed over again all the same, because its brand chose so for its class. */
  readonly repeats?: 'at_least_once';
  /** Its links and opens are counted, under the consent in force at this moment. */
  readonly counts?: true;
};

// Every entry and everything in clear is one literal, with all its members in one order: the engine then has one kind
// of object to deal with. Spreading makes it build new kinds again and again (measured with what was spread elsewhere:
// a tenth of a worker's samples were in the runtime's code for object shapes).

/** The first decision: what was accepted, for whom, and what the pipeline says of it now. */
export function acceptedEntry(
  id: EntryId,
  at: EpochMs,
  message: About,
  candidate: Candidate,
  judgement: Judgement,
  templateHash: string,
  draw: JsonObject | null = null,
  time: JsonObject | null = null,
): NewEntry {
  const { subjectId, brandId, contactId, contactPointId, purposeId, topicId, campaignId, step, variant } = message;
  return {
    id,
    type: 'send.accepted',
    at,
    subjectId,
    brandId,
    clear: decisionInClear(message, candidate, judgement, templateHash, null),
    disclosed: {
      message:
        message.choice == null && time === null
          ? { id: message.id }
          : {
              id: message.id,
              ...(message.choice != null && { choice: { ...message.choice, ...draw } }),
              ...(time !== null && { time }),
            },
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
    id,
    type: 'send.decided',
    at,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: decisionInClear(message, candidate, judgement, null, null),
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
    id,
    type: 'send.handover_started',
    at,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: decisionInClear(message, candidate, judgement, null, note.attempt),
    disclosed: { message: { id: message.id }, checks: judgement.record, handover: note },
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
    id,
    type: 'send.ended',
    at,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: inClear(message, end, reason, note.attempt),
    disclosed: { message: { id: message.id }, handover: note },
  };
}

/** Why a message waits that only its provider, or the host behind it, keeps from leaving. */
export type BackOffReason = 'provider_backoff' | 'provider_slow';

/** A hand-over that failed for now, or was not begun, and will be tried again. */
export function backedOffEntry(
  id: EntryId,
  at: EpochMs,
  message: About,
  reason: BackOffReason,
  note: HandOverNote,
): NewEntry {
  return {
    id,
    type: 'send.decided',
    at,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: inClear(message, 'defer', reason, note.attempt),
    disclosed: { message: { id: message.id }, checks: { handover: note } },
  };
}

/** An outcome reported by a worker that had lost its lease; it changed nothing. */
export function staleEntry(id: EntryId, at: EpochMs, message: About, note: HandOverNote): NewEntry {
  return {
    id,
    type: 'send.stale_outcome',
    at,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: inClear(message, null, null, note.attempt),
    disclosed: { message: { id: message.id }, handover: note },
  };
}

/** What came of taking back a task that its person does not want any more. The message keeps its end: it was handed over. */
export function recalledEntry(id: EntryId, at: EpochMs, message: About, reason: string, result: string): NewEntry {
  return {
    id,
    type: 'send.recalled',
    at,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: inClear(message, result, reason, null),
    disclosed: { message: { id: message.id } },
  };
}

/** A message that waited for a person who was erased. */
export function erasedEntry(id: EntryId, at: EpochMs, message: About): NewEntry {
  return {
    id,
    type: 'send.decided',
    at,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: inClear(message, 'drop', 'erased', null),
    disclosed: { message: { id: message.id } },
  };
}

/** A message that is not tried, because of what became of another one of its choice. */
export function notTriedEntry(id: EntryId, at: EpochMs, message: About, reason: string): NewEntry {
  return {
    id,
    type: 'send.decided',
    at,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: inClear(message, 'drop', reason, null),
    disclosed: { message: { id: message.id } },
  };
}

/** A message that its sender took back before it left. */
export function cancelledEntry(id: EntryId, at: EpochMs, message: About, actor: string): NewEntry {
  return {
    id,
    type: 'send.cancelled',
    at,
    subjectId: message.subjectId,
    brandId: message.brandId,
    clear: inClear(message, 'dropped', 'cancelled', null),
    disclosed: { message: { id: message.id }, actor },
  };
}

function decisionInClear(
  message: About,
  { policy }: Candidate,
  { decision }: Judgement,
  tpl: string | null,
  att: number | null,
) {
  return {
    ch: message.channel,
    mc: message.class,
    out: decision.outcome,
    reason: decision.reason,
    pol: policy.hash,
    tpl,
    tz: decision.local.tzdb,
    rules: decision.rules ?? null,
    att,
    test: testMark(message),
  };
}

/** The same of what no policy decided. */
function inClear(message: About, out: string | null, reason: string | null, att: number | null) {
  return {
    ch: message.channel,
    mc: message.class,
    out,
    reason,
    pol: null,
    tpl: null,
    tz: null,
    rules: null,
    att,
    test: testMark(message),
  };
}

/** Messages of test keys never left the machine; whoever counts entries must be able to leave them out. */
function testMark({ test }: About): 1 | null {
  return test ? 1 : null;
}
