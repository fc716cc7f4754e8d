import { type Channel, CHANNELS, type EpochMs } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import { UNPROVEN } from '../../consents/domain/consent-basis.js';
import { CONSENT_EVENT_KINDS, type ConsentFact } from '../../consents/domain/consent-fold.js';

type Values = Readonly<Record<string, JsonValue>>;

/** A consent event as its ledger entry tells it, which nobody can have changed. */
export interface ToldEvent extends ConsentFact {
  readonly pointId: string;
  readonly purposeId: string;
  readonly scopeId: string;
  readonly channel: Channel;
  readonly jurisdiction: string | null;
  readonly recordedAt: EpochMs;
}

/** Null for an entry of another kind, and for one that does not tell any more. */
export function toldEventOf(clear: Values, disclosed: Values): ToldEvent | null {
  const { t, at, ch } = clear;
  const kind = CONSENT_EVENT_KINDS.find((one) => t === `consent.${one}`);
  const channel = CHANNELS.find((one) => one === ch);
  const [contact, topic, event] = [disclosed['contact'], disclosed['topic'], disclosed['event']];
  const [id, pointId] = [textOf(event, 'id'), textOf(contact, 'point')];
  const purposeId = textOf(topic, 'purpose');
  const scopeId = textOf(topic, 'topic') ?? purposeId;
  const [occurredAt, recordedAt] = [instantOf(textOf(event, 'occurredAt')), instantOf(at)];
  if (kind === undefined || channel === undefined || id === null || pointId === null) return null;
  if (purposeId === null || scopeId === null) return null;
  if (occurredAt === null || recordedAt === null) return null;
  return {
    ...{ id, kind, pointId, purposeId, scopeId, channel, occurredAt, recordedAt },
    validUntil: instantOf(textOf(event, 'validUntil')),
    retracts: textOf(event, 'retracts'),
    unproven: isObject(disclosed['evidence']) && disclosed['evidence'][UNPROVEN] === true,
    jurisdiction: textOf(event, 'jurisdiction'),
  };
}

function textOf(value: JsonValue | undefined, name: string): string | null {
  const member = isObject(value) ? value[name] : undefined;
  return typeof member === 'string' ? member : null;
}

function isObject(value: JsonValue | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function instantOf(value: JsonValue | undefined): EpochMs | null {
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
}
