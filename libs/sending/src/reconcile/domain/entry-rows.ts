import type { JsonValue } from '#lib/ledger';

type Values = Readonly<Record<string, JsonValue>>;

/** An entry about a consent, as the tables have it. What was erased is null. */
export interface ConsentEventShadow {
  readonly entryId: string;
  readonly kind: string;
  readonly eventId: string | null;
  readonly pointId: string | null;
  readonly purposeId: string | null;
  readonly topicId: string | null;
  readonly occurredAt: string | null;
  readonly validUntil: string | null;
  readonly retracts: string | null;
}

export interface SuppressionShadow {
  readonly n: number;
  readonly entryId: string;
  readonly added: boolean;
  readonly reason: string;
  readonly pointId: string | null;
  readonly since: string | null;
  readonly until: string | null;
}

export interface SendShadow {
  readonly n: number;
  readonly entryId: string;
  readonly type: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly judgedAt: string;
  readonly messageId: string | null;
}

interface Entry {
  readonly n: number;
  readonly id: string;
  readonly clear: Values;
  readonly disclosed: Values | null;
}

/** Every `consent.` entry is one consent event. */
export function consentEventOf({ id, clear, disclosed }: Entry): ConsentEventShadow {
  const [contact, topic, event] = [disclosed?.['contact'], disclosed?.['topic'], disclosed?.['event']];
  return {
    entryId: id,
    kind: kindOf(clear),
    eventId: textOf(event, 'id'),
    pointId: textOf(contact, 'point'),
    purposeId: textOf(topic, 'purpose'),
    topicId: textOf(topic, 'topic'),
    occurredAt: textOf(event, 'occurredAt'),
    validUntil: textOf(event, 'validUntil'),
    retracts: textOf(event, 'retracts'),
  };
}

export function suppressionOf({ n, id, clear, disclosed }: Entry): SuppressionShadow {
  const event = disclosed?.['event'];
  return {
    n,
    entryId: id,
    added: kindOf(clear) === 'added',
    reason: (textOf(clear, 'reason') ?? '').replace('suppressed_', ''),
    pointId: textOf(disclosed?.['contact'], 'point'),
    since: textOf(event, 'since'),
    until: textOf(event, 'until'),
  };
}

export function sendOf({ n, id, clear, disclosed }: Entry): SendShadow {
  return {
    n,
    entryId: id,
    type: kindOf(clear),
    outcome: textOf(clear, 'out'),
    reason: textOf(clear, 'reason'),
    judgedAt: textOf(clear, 'now') ?? '',
    messageId: textOf(disclosed?.['message'], 'id'),
  };
}

/** What stands behind the point of a type. */
function kindOf(clear: Values): string {
  return (textOf(clear, 't') ?? '').split('.')[1] ?? '';
}

function textOf(value: JsonValue | undefined, name: string): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const member = (value as Values)[name];
  return typeof member === 'string' ? member : null;
}
