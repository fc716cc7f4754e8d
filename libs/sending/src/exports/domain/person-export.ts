import type { PersonRecord } from '#lib/consent';
import type { EpochMs } from '#lib/kernel';
import type { PersonEntry } from '#lib/ledger';
import { wordOf } from './person-texts.js';
import type { PersonFact, PersonMessage, PersonTouch } from '../person-messages.store.js';

/** Everything that is kept about one person, as it is handed to them: plain JSON, instants in ISO 8601. */
export interface PersonExport {
  readonly generatedAt: string;
  readonly controller: {
    readonly name: string;
    readonly address: string;
    readonly country: string;
    readonly contact: string;
  };
  readonly person: Readonly<Record<string, unknown>> & { readonly externalId: string };
  readonly contactPoints: readonly ExportedContactPoint[];
  readonly messages: readonly ExportedMessage[];
  /** What other systems reported about the person, such as deals and visits; a correction is a further version. */
  readonly facts: readonly ExportedFact[];
  /** Every entry of the ledger about the person: the proof of all that stands above. */
  readonly ledger: readonly LedgerLine[];
}

export interface ExportedContactPoint {
  readonly id: string;
  readonly channel: string;
  readonly address: string;
  readonly since: string;
  readonly until: string | null;
  readonly suppressions: readonly { readonly reason: string; readonly since: string; readonly until: string | null }[];
  readonly standing: readonly {
    readonly purpose: string;
    readonly topic: string | null;
    readonly status: string;
    readonly since: string;
    readonly validUntil: string | null;
  }[];
  readonly history: readonly ExportedConsent[];
}

export interface ExportedConsent {
  readonly id: string;
  readonly kind: string;
  readonly purpose: string;
  readonly topic: string | null;
  readonly happenedAt: string;
  readonly recordedAt: string;
  readonly validUntil: string | null;
  readonly counted: boolean;
  /** Id of the event that this one takes back, as though that had never been said. */
  readonly retracts: string | null;
  readonly legalBasis: string;
  readonly method: string;
  readonly source: string | null;
  readonly recordedBy: string;
  /** The words of the control that was used. */
  readonly wording: string | null;
  readonly notice: {
    readonly key: string;
    readonly version: number;
    readonly language: string;
    readonly wording: string;
  } | null;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly ledgerEntry: string;
}

export interface ExportedMessage {
  readonly id: string;
  readonly channel: string;
  readonly kind: string;
  readonly purpose: string;
  readonly topic: string | null;
  readonly campaign: string | null;
  readonly template: string;
  readonly language: string;
  readonly variables: unknown;
  /** Where its counted links lead. */
  readonly countedLinks: readonly string[];
  readonly acceptedAt: string;
  readonly status: string;
  readonly reason: string | null;
  readonly endedAt: string | null;
  readonly decisions: readonly {
    readonly at: string;
    readonly step: string;
    readonly outcome: string | null;
    readonly reason: string | null;
    readonly facts: unknown;
  }[];
  readonly touches: readonly { readonly type: string; readonly at: string }[];
}

export type ExportedFact = Omit<PersonFact, 'at' | 'recordedAt'> & {
  readonly at: string;
  readonly recordedAt: string;
};

export interface LedgerLine {
  readonly id: string;
  readonly position: number | null;
  readonly type: string;
  readonly at: string;
  /** How it came about, as it stands in clear. */
  readonly via: string | null;
  /** What the entry commits to, as it was disclosed. */
  readonly disclosed: Readonly<Record<string, unknown>>;
}

/** Ids of the messages that a person's entries are about, each once, oldest first. */
export function messageIdsOf({ entries }: Pick<PersonRecord, 'entries'>): string[] {
  return [...new Set(entries.flatMap(({ disclosed }) => messageIdOf(disclosed) ?? []))];
}

/** Puts together what the libs know about one person. */
export function buildPersonExport(
  record: PersonRecord,
  messages: readonly PersonMessage[],
  touches: readonly PersonTouch[],
  facts: readonly PersonFact[],
): PersonExport {
  const { at, brand, contact, points, standings, events, suppressions, entries } = record;
  const decisions = new Map<string, PersonEntry[]>();
  for (const entry of entries.filter(({ clear }) => clear.t.startsWith('send.'))) {
    const id = messageIdOf(entry.disclosed);
    if (id !== null) decisions.set(id, [...(decisions.get(id) ?? []), entry]);
  }
  const evidence = new Map<string, unknown>(entries.map(({ id, disclosed }) => [id, disclosed['evidence']]));
  const { id: _id, subjectId: _subject, pausedUntil, erasedAt, ...person } = contact;
  return {
    generatedAt: iso(at),
    controller: {
      name: brand.legalName,
      address: brand.postalAddress,
      country: brand.country,
      contact: brand.senderEmail,
    },
    person: { ...person, pausedUntil: isoOrNull(pausedUntil), erasedAt: isoOrNull(erasedAt) },
    contactPoints: points.map(({ id, channel, address, createdAt, endedAt }) => ({
      id,
      channel,
      address,
      since: iso(createdAt),
      until: isoOrNull(endedAt),
      suppressions: suppressions
        .filter(({ pointId }) => pointId === id)
        .map(({ reason, since, until }) => ({ reason, since: iso(since), until: isoOrNull(until) })),
      standing: (standings.find((point) => point.id === id)?.states ?? [])
        .filter(({ eventId }) => !isTakenBack(events.find((event) => event.id === eventId)))
        .map(({ purpose, topic, status, since, validUntil }) => ({
          purpose,
          topic,
          status,
          since: iso(since),
          validUntil: isoOrNull(validUntil),
        })),
      history: events
        .filter(({ pointId }) => pointId === id)
        .map((event) => consentOf(event, evidence.get(event.entryId))),
    })),
    messages: messages.map((message) => ({
      id: message.id,
      channel: message.channel,
      kind: message.class,
      purpose: message.purpose,
      topic: message.topic,
      campaign: message.campaign,
      template: `${message.template} ${message.templateVersion}`,
      language: message.language,
      variables: message.variables,
      countedLinks: message.countedLinks,
      acceptedAt: iso(message.acceptedAt),
      status: message.status,
      reason: message.reason,
      endedAt: isoOrNull(message.endedAt),
      decisions: (decisions.get(message.id) ?? []).map(({ clear, disclosed }) => ({
        at: clear.at,
        step: clear.t.slice('send.'.length),
        outcome: textOrNull(clear['out']),
        reason: textOrNull(clear['reason']),
        facts: disclosed['checks'] ?? null,
      })),
      touches: touches
        .filter(({ messageId }) => messageId === message.id)
        .map(({ type, at: then }) => ({ type, at: iso(then) })),
    })),
    facts: facts.map((fact) => ({ ...fact, at: iso(fact.at), recordedAt: iso(fact.recordedAt) })),
    ledger: entries.map(({ id, position, clear, disclosed }) => ({
      id,
      position,
      type: clear.t,
      at: clear.at,
      via: textOrNull(clear['via']),
      disclosed,
    })),
  };
}

/** @param disclosed what the ledger entry discloses, which holds more than the event does */
function consentOf(event: PersonRecord['events'][number], disclosed: unknown): ExportedConsent {
  const { id, kind, purpose, topic, occurredAt, recordedAt, validUntil, effective, legalBasis, method, source, actor } =
    event;
  const { retracts, wording, noticeKey, noticeVersion, noticeLanguage, noticeWording, evidence, entryId } = event;
  return {
    id,
    kind,
    purpose,
    topic,
    happenedAt: iso(occurredAt),
    recordedAt: iso(recordedAt),
    validUntil: isoOrNull(validUntil),
    counted: effective,
    retracts,
    legalBasis,
    method,
    source,
    recordedBy: actor,
    wording,
    notice:
      noticeKey === null
        ? null
        : { key: noticeKey, version: noticeVersion ?? 0, language: noticeLanguage ?? '', wording: noticeWording ?? '' },
    evidence: typeof disclosed === 'object' && disclosed !== null ? { ...evidence, ...disclosed } : evidence,
    ledgerEntry: entryId,
  };
}

/** The message that an entry is about; null when it is about none. */
export function messageIdOf(disclosed: Readonly<Record<string, unknown>>): string | null {
  const { message } = disclosed;
  if (typeof message !== 'object' || message === null || !('id' in message)) return null;
  return typeof message.id === 'string' ? message.id : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: EpochMs | null): string | null {
  return at === null ? null : iso(at);
}

/** Whether a scope stands as what its person took back: then nothing else was said, and nothing stands. */
function isTakenBack(event: PersonRecord['events'][number] | undefined): boolean {
  return event !== undefined && wordOf(event) === 'takenBack';
}
