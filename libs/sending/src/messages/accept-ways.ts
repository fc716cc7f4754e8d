import type { EntryId, EpochMs } from '#lib/kernel';
import type { NewEntry } from '#lib/ledger';
import { newId } from '#lib/platform';
import type { CountedDecision } from '../figures/counters.js';
import type { AcceptAnswer, AcceptItem } from './accept-item.js';
import { type Prepared, standing, type Standing, toMessage } from './accepted-message.js';
import type { NewBestTime } from './best-time.store.js';
import type { ChannelResult, NewChoice } from './choice.store.js';
import { type ChoiceRequest, type Order, orderOf, type Way } from './choose-channel.js';
import type { Judgement } from './decision-batch.js';
import type { DrawnTime } from './domain/best-time.js';
import { firstAllowed, firstLook, isHopeful } from './domain/choice.js';
import { acceptedEntry, notTriedEntry } from './domain/entries.js';
import { DEFAULT_GOAL, type SendRequest } from './domain/message.js';
import type { Accepted } from './first-answers.js';
import { type IdempotencyRecord, keptKey, type KeptKey } from './idempotency.store.js';
import type { NewMessage } from './message.store.js';

/** A request that was not answered before. */
export interface Open {
  /** Among those of its batch. */
  readonly index: number;
  readonly item: AcceptItem;
  readonly key: KeptKey;
}

export type PreparedOpen = Prepared & Open;

/** One way to reach the contact of a request, decided about. */
export interface DecidedWay {
  readonly prepared: PreparedOpen;
  readonly judgement: Judgement;
  /** How its time was drawn, if it was: of the one that is tried. Whoever has its turn after it leaves when it may. */
  readonly drawn?: DrawnTime;
}

/** What is written for one message, and still of interest when all is committed. */
export interface AcceptedMessage {
  readonly message: NewMessage;
  readonly counted: CountedDecision;
  readonly entries: readonly NewEntry[];
  /** Null: its time was not drawn. */
  readonly bestTime: NewBestTime | null;
  readonly key: KeptKey & IdempotencyRecord;
}

/** What is written for one request, and its answer. */
export interface AcceptedWays {
  readonly messages: readonly AcceptedMessage[];
  /** Null: there is one way to reach the contact. */
  readonly choice: NewChoice | null;
  readonly answer: AcceptAnswer;
}

/** A request for each way to reach the contact. */
export function waysOf(request: SendRequest): readonly SendRequest[] {
  const { otherwise } = request;
  if (otherwise === undefined || otherwise.length === 0) return [request];
  const { template: _, templateVersion: __, channel: ___, ...shared } = request;
  return [request, ...otherwise.map((way) => ({ ...shared, ...way }))];
}

/** Those of one request, which stand beside each other. */
export function byRequest(prepared: readonly PreparedOpen[]): PreparedOpen[][] {
  const groups: PreparedOpen[][] = [];
  for (const one of prepared) {
    const last = groups.at(-1);
    if (last?.[0]?.index === one.index) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** The ways of one request in the order in which they are tried, and which of them is tried now. */
export interface ChosenWay {
  readonly ways: readonly DecidedWay[];
  /** Place of the one that is tried. */
  readonly chosen: number;
  /** Null: there is one way to reach the contact. */
  readonly wanted: ChoiceRequest | null;
  readonly order: Order;
}

/** Chooses among the ways of one request, as they were decided. */
export function chooseWay(asked: readonly DecidedWay[], results: readonly ChannelResult[]): ChosenWay {
  const [first] = asked;
  if (first === undefined) throw new Error('a request has no way to reach its contact');
  const wanted = asked.length > 1 ? choiceOf(first.prepared) : null;
  const order = wanted === null ? ALONE : orderOf(asked.map(toWay), wanted, results);
  const ways = order.order.flatMap((i) => asked[i] ?? []);
  return { ways, chosen: firstAllowed(ways.map(({ judgement }) => judgement.decision)) ?? 0, wanted, order };
}

/**
 * The messages of one request, one for each way to reach the contact, and its answer. One of them is tried; what is
 * refused has ended, and the others wait what becomes of it.
 */
export function acceptWays(
  { ways, chosen, wanted, order: { draw, control } }: ChosenWay,
  now: EpochMs,
  wakeUpMs: number,
): AcceptedWays {
  const [first] = ways;
  if (first === undefined) throw new Error('a request has no way to reach its contact');
  const { item, key } = first.prepared;
  const choice = wanted === null ? null : newChoice(first.prepared, wanted, chosen, control, now);
  const leavesAt = ways[chosen]?.judgement.decision.until ?? now;

  const answered: Accepted[] = [];
  const messages = ways.map(({ prepared, judgement, drawn }, rank): AcceptedMessage => {
    const { candidate, template } = prepared;
    const { decision } = judgement;
    const entryId = newId<EntryId>();
    const leftAlone = item.request.holdout === true && decision.outcome !== 'drop' ? newId<EntryId>() : null;
    const isTried = rank === chosen || decision.outcome === 'drop';
    const stands =
      leftAlone !== null ? heldOut(now) : isTried ? standing(decision, now, wakeUpMs) : behind(firstLook(leavesAt));
    const entryIds = leftAlone === null ? [entryId] : [entryId, leftAlone];
    const message = toMessage(prepared, choice === null ? null : { id: choice.id, rank }, stands, entryIds);
    const { id, status, channel } = message;
    const kept = rank === chosen ? draw : null;
    const accepted = acceptedEntry(entryId, now, message, candidate, judgement, template.hash, kept, drawn?.draw);
    answered.push(
      leftAlone === null ? { decision, id, status, entryId } : { decision, id, status, entryId, holdout: true },
    );
    return {
      message,
      counted: { channel, outcome: decision.outcome, reason: decision.reason },
      entries: leftAlone === null ? [accepted] : [accepted, notTriedEntry(leftAlone, now, message, 'holdout')],
      bestTime: drawn === undefined ? null : drawnTime(message, drawn),
      key: {
        brandId: key.brandId,
        // Each message has a key, so that none can be missing unnoticed; that of the request leads to the chosen one.
        hash: rank === chosen ? key.hash : keptKey(key.brandId, `${rank} of ${key.hash}`).hash,
        bodyHash: item.bodyHash,
        messageId: id,
      },
    };
  });
  const main = answered[chosen];
  if (main === undefined) throw new Error('a request has no message');
  const channels = answered.flatMap((one, i) => {
    const channel = messages[i]?.message.channel;
    return channel === undefined ? [] : [{ ...one, channel }];
  });
  const response = item.render(choice === null ? main : { ...main, channels });
  return { messages, choice, answer: { kind: 'accepted', response, replayed: false } };
}

const ALONE: Order = { order: [0], draw: null, control: null };

/** What a request says of the choice among its channels. The same request draws the same. */
function choiceOf({ item: { request }, candidate: { subject }, key }: PreparedOpen): ChoiceRequest {
  const { contactId, segments } = subject.recipient;
  const { purpose, links = false, opens = false } = subject.brand.tracking ?? {};
  const isCounting = purpose !== undefined;
  const { strategy = 'first_allowed', goal = DEFAULT_GOAL } = request;
  return {
    strategy,
    goal,
    segment: [...segments].sort()[0] ?? '',
    mails: { links: isCounting && links, opens: isCounting && opens },
    seed: [contactId, key.hash],
  };
}

function newChoice(
  { item, candidate }: PreparedOpen,
  { strategy, goal, segment }: ChoiceRequest,
  chosenRank: number,
  control: boolean | null,
  now: EpochMs,
): NewChoice {
  const isBest = strategy === 'best';
  return {
    id: newId(),
    brandId: candidate.subject.brand.id,
    strategy,
    goal: isBest ? goal : null,
    segment: isBest ? segment : null,
    chosenRank,
    fallbackMs: item.request.fallbackMs ?? null,
    createdAt: now,
    control,
  };
}

function drawnTime({ id, brandId, channel, acceptedAt }: NewMessage, drawn: DrawnTime): NewBestTime {
  const { goal, segment, part, day, control } = drawn;
  return { messageId: id, brandId, channel, goal, segment, part, day, createdAt: acceptedAt, control };
}

function toWay({ prepared, judgement }: DecidedWay): Way {
  const { decision } = judgement;
  return { channel: prepared.candidate.subject.channel, outcome: isHopeful(decision) ? decision.outcome : 'drop' };
}

/** A message to somebody who is left alone for comparison. */
function heldOut(now: EpochMs): Standing {
  return { status: 'dropped', reason: 'holdout', notBefore: null, dueAt: null, endedAt: now };
}

/** A message that waits whether another one of its choice reaches the contact. */
function behind(until: EpochMs): Standing {
  return { status: 'queued', reason: 'other_channel', notBefore: until, dueAt: until, endedAt: null };
}
