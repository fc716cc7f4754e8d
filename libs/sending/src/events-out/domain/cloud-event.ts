import type { EntryId } from '#lib/kernel';
import type { Disclosures, EntryType, LoggedEntry } from '#lib/ledger';

/** Entries that events are made of: what becomes of messages, and what people express. */
export const EVENT_TYPES = [
  'send.accepted',
  'send.decided',
  'send.handover_started',
  'send.ended',
  'send.cancelled',
  'touch.delivered',
  'touch.bounced',
  'touch.complained',
  'touch.opened',
  'touch.clicked',
  'touch.replied',
  'consent.requested',
  'consent.granted',
  'consent.confirmed',
  'consent.refused',
  'consent.withdrawn',
  'consent.revoked',
  'consent.expired',
  'consent.invalidated',
  'consent.imported',
  'consent.objected',
  'suppression.added',
  'suppression.removed',
  'erasure.executed',
] as const satisfies readonly EntryType[];
export type EventType = (typeof EVENT_TYPES)[number];

const KNOWN: ReadonlySet<string> = new Set(EVENT_TYPES);

/** What is known about an entry beside its bytes, as long as its person is not erased. */
export interface EventSubject {
  readonly messageId: string | null;
  /** External id of the contact. */
  readonly contact: string | null;
  /** Keys of the purpose and the topic that a consent is for. */
  readonly scope: { readonly purpose: string | null; readonly topic: string | null } | null;
  /** Of a consent: the id that the API has for it, and for the one that it takes back; null for neither. */
  readonly consent: { readonly event: string; readonly retracts: string | null } | null;
  /** Of a touch: when it happened, and whether a machine did it; null where nobody says so any more. */
  readonly touch: { readonly at: string; readonly automated: boolean } | null;
}

/** An event as CloudEvents 1.0 has it, in JSON. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The entry's id: the same however often it is delivered. */
  readonly id: EntryId;
  readonly source: string;
  readonly type: string;
  /** When the entry was written; when a touch happened, is `at` of its data. */
  readonly time: string;
  readonly subject?: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

/** The type of an entry, when events are made of it and the endpoint wants it. */
export function eventTypeOf(leaf: Buffer, wanted: readonly string[]): EventType | null {
  const { t } = JSON.parse(leaf.toString('utf8')) as { t: string };
  if (!KNOWN.has(t)) return null;
  return wanted.length === 0 || wanted.includes(t) ? (t as EventType) : null;
}

/** Ids by which an entry names what it is about. */
export function idsOf(disclosed: Disclosures | undefined): {
  readonly messageId: string | null;
  readonly contactId: string | null;
  readonly scope: { readonly purpose: string; readonly topic: string | null } | null;
  readonly consent: EventSubject['consent'];
  readonly touch: EventSubject['touch'];
} {
  const text = (name: string, member: string): string | null => {
    const value = disclosed?.[name];
    const found = typeof value === 'object' && value !== null ? (value as Disclosures)[member] : null;
    return typeof found === 'string' ? found : null;
  };
  const purpose = text('topic', 'purpose');
  const [event, at] = [text('event', 'id'), text('event', 'at')];
  const automated = (disclosed?.['event'] as { automated?: unknown } | undefined)?.automated;
  return {
    touch: at === null || typeof automated !== 'boolean' ? null : { at, automated },
    messageId: text('message', 'id'),
    contactId: text('contact', 'id'),
    consent:
      event === null || text('event', 'occurredAt') === null ? null : { event, retracts: text('event', 'retracts') },
    scope: purpose === null ? null : { purpose, topic: text('topic', 'topic') },
  };
}

/**
 * The event of an entry: what stands in clear in the log, and ids. No address, no name, no wording and no reason in a
 * person's own words; of somebody who was erased since not even ids. The same entry gives the same event.
 */
export function cloudEvent(brand: string, { id, idx, leaf }: LoggedEntry, subject: EventSubject): CloudEvent {
  const clear = JSON.parse(leaf.toString('utf8')) as Readonly<Record<string, string | number>> & {
    t: string;
    at: string;
  };
  const { messageId, contact, scope, consent, touch } = subject;
  const about = messageId ?? contact;
  return {
    specversion: '1.0',
    id,
    source: `/v1/brands/${brand}`,
    type: clear.t,
    time: clear.at,
    ...(about === null ? {} : { subject: about }),
    datacontenttype: 'application/json',
    data: {
      position: idx,
      ...(messageId === null ? {} : { messageId }),
      ...(contact === null ? {} : { contact }),
      ...(scope === null ? {} : scope),
      ...(consent === null ? {} : { event: consent.event }),
      ...(consent?.retracts == null ? {} : { retracts: consent.retracts }),
      ...(touch === null ? {} : touch),
      ...inWords(clear),
    },
  };
}

/** The clear fields of an entry that say something to an integrator, by the names that the API has for them. */
function inWords(clear: Readonly<Record<string, string | number>>): Record<string, unknown> {
  const words = {
    channel: clear['ch'],
    class: clear['mc'],
    outcome: clear['out'],
    reason: clear['reason'],
    attempt: clear['att'],
    legalBasis: clear['basis'],
    via: clear['via'],
    test: clear['test'] === 1 ? true : undefined,
  };
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
}
