import type { JsonValue } from '#lib/ledger';

export type Values = Readonly<Record<string, JsonValue>>;

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
  /** By its keyed hash, where the entry is of nobody; null where its contact point says which one it is. */
  readonly address: KeptHash | null;
}

/** An address as it stays when its person is erased. */
export interface KeptHash {
  readonly brandId: string;
  readonly channel: string;
  /** Hexadecimal. */
  readonly hash: string;
}

/** Under which keyed hash a contact point of somebody who was erased stays. */
export interface KeptAddressShadow extends KeptHash {
  readonly n: number;
  readonly pointId: string;
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

/** What an entry tells of a contact point: that it began, or that it ended. */
export interface PointShadow {
  readonly n: number;
  readonly pointId: string;
  readonly contactId: string;
  readonly brandId: string;
  readonly channel: string;
  readonly added: boolean;
  /** Null where it does not say; an entry that adds one does. */
  readonly address: string | null;
}

/** One contact turned out to be another. */
export interface MergeShadow {
  readonly fromId: string;
  readonly intoId: string;
}

interface Entry {
  readonly n: number;
  readonly id: string;
  readonly clear: Values;
  readonly disclosed: Values | null;
}

/** A contact or message, and the chain in which an entry about it stands. */
export interface OwnerShadow {
  readonly table: 'consent.contact' | 'sending.message';
  readonly id: string;
  readonly subjectId: string;
}

/** Whose an entry is, by what it discloses. */
export function ownersOf({ disclosed }: Entry): OwnerShadow[] {
  const subjectId = textOf(disclosed?.['subj'], 'id');
  if (subjectId === null) return [];
  const [contact, message] = [textOf(disclosed?.['contact'], 'id'), textOf(disclosed?.['message'], 'id')];
  return [
    ...(contact === null ? [] : [{ table: 'consent.contact' as const, id: contact, subjectId }]),
    ...(message === null ? [] : [{ table: 'sending.message' as const, id: message, subjectId }]),
  ];
}

/** Under which name, and of which brand, somebody is by an entry. A name is given once. */
export interface NameShadow {
  readonly id: string;
  readonly externalId: string;
  readonly brandId: string | null;
}

export function namesOf({ clear, disclosed }: Entry): NameShadow[] {
  const [id, externalId] = [textOf(disclosed?.['contact'], 'id'), textOf(disclosed?.['contact'], 'externalId')];
  return id === null || externalId === null ? [] : [{ id, externalId, brandId: textOf(clear, 'br') }];
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
    address: hashedIn(clear, clear, textOf(disclosed?.['evidence'], 'addressHash')),
  };
}

/** What an erasure left of contact points. */
export function keptOf({ n, clear, disclosed }: Entry): KeptAddressShadow[] {
  const addresses = disclosed?.['addresses'];
  if (!Array.isArray(addresses)) return [];
  return addresses.flatMap((one: JsonValue) => {
    const [pointId, address] = [
      textOf(one, 'point'),
      hashedIn(clear, { ch: memberOf(one, 'channel') ?? null }, textOf(one, 'hash')),
    ];
    return pointId === null || address === null ? [] : [{ n, pointId, ...address }];
  });
}

function hashedIn(clear: Values, { ch }: Values, hash: string | null): KeptHash | null {
  const brandId = textOf(clear, 'br');
  return brandId === null || typeof ch !== 'string' || hash === null ? null : { brandId, channel: ch, hash };
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

/** Null for what discloses nothing any more, and for other changes. */
export function pointOf({ n, clear, disclosed }: Entry): PointShadow | null {
  const pointId = textOf(disclosed?.['contact'], 'point');
  const contactId = textOf(disclosed?.['contact'], 'id');
  const change = textOf(disclosed?.['change'], 'change');
  if (pointId === null || contactId === null || (change !== 'added' && change !== 'ended')) return null;
  const [brandId, channel] = [textOf(clear, 'br') ?? '', textOf(clear, 'ch') ?? ''];
  const address = textOf(disclosed?.['change'], 'address');
  return { n, pointId, contactId, brandId, channel, added: change === 'added', address };
}

export function mergeOf({ disclosed }: Entry): MergeShadow | null {
  const intoId = textOf(disclosed?.['contact'], 'id');
  const merged = disclosed?.['change'];
  const fromId = isObject(merged) ? textOf(merged['merged'], 'id') : null;
  return intoId === null || fromId === null ? null : { fromId, intoId };
}

/** What stands behind the point of a type. */
function kindOf(clear: Values): string {
  return (textOf(clear, 't') ?? '').split('.')[1] ?? '';
}

function textOf(value: JsonValue | undefined, name: string): string | null {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : null;
}

/** Undefined when there is no such member, or nothing that could have one. */
export function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) ? value[name] : undefined;
}

export function isObject(value: JsonValue | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
