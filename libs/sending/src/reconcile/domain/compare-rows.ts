import type { JsonValue } from '#lib/ledger';
import { isObject, memberOf, type Values } from './entry-rows.js';

/** A consent event as the table has it. Times in milliseconds since 1970, hashes in hexadecimal. */
export interface ConsentEventRow {
  readonly entryId: string;
  readonly id: string;
  readonly brandId: string;
  readonly channel: string;
  readonly legalBasis: string;
  readonly noticeId: string | null;
  readonly noticeHash: string | null;
  readonly wording: string | null;
  readonly method: string;
  readonly source: string | null;
  readonly actor: string;
  readonly effective: boolean;
  readonly servedId: string | null;
  readonly requestId: string | null;
  readonly jurisdiction: string | null;
  readonly messageId: string | null;
  readonly evidence: JsonValue;
  readonly recordedAt: number;
}

/** What was accepted, as the table has it. */
export interface MessageRow {
  readonly id: string;
  readonly brandId: string;
  readonly contactId: string;
  readonly contactPointId: string | null;
  readonly channel: string;
  readonly class: string;
  readonly test: boolean;
  readonly purposeId: string;
  readonly topicId: string | null;
  readonly campaignId: string | null;
  readonly step: string | null;
  readonly variant: string | null;
}

/** An entry with what it disclosed; null when that is gone. */
export interface ToldEntry {
  readonly clear: Values;
  readonly disclosed: Values | null;
}

/** How the facts that are kept beside an event follow from its evidence; of libs/consent. */
export type Stated = (details: Values) => { readonly evidence: JsonValue; readonly messageId: string | null };

/**
 * Columns of a consent event that say something else than its entry. What an entry of before does not say is passed over,
 * and so is what it disclosed and discloses no more.
 */
export function eventColumns({ clear, disclosed }: ToldEntry, row: ConsentEventRow, stated: Stated): string[] {
  const inClear: Told = [
    ['brand_id', clear['br'], row.brandId],
    ['legal_basis', clear['basis'], row.legalBasis],
    ['method', clear['via'], row.method],
    ['notice_id', clear['doc'] ?? null, row.noticeHash],
    ['contact_point_id', clear['ch'], row.channel],
    ['recorded_at', instantOf(clear['now']), row.recordedAt],
  ];
  if (disclosed === null) return differing(inClear);
  const [event, wording] = [disclosed['event'], disclosed['wording']];
  const details = disclosed['evidence'];
  const beside = isObject(details) ? stated(details) : null;
  return differing([
    ...inClear,
    ['effective', memberOf(event, 'effective'), row.effective],
    ['source', memberOf(event, 'source'), row.source],
    ['notice_id', memberOf(event, 'notice'), row.noticeId],
    ['served_id', memberOf(event, 'served'), row.servedId],
    ['request_id', memberOf(event, 'request'), row.requestId],
    ['jurisdiction', memberOf(event, 'jurisdiction'), row.jurisdiction],
    ['wording', memberOf(wording, 'control'), row.wording],
    ['actor', disclosed['actor'], row.actor],
    ['evidence', beside?.evidence, row.evidence],
    ['message_id', beside?.messageId, row.messageId],
  ]);
}

/** Columns of a message that say something else than the entry by which it was accepted. */
export function messageColumns({ clear, disclosed }: ToldEntry, row: MessageRow): string[] {
  const [contact, topic, campaign] = [disclosed?.['contact'], disclosed?.['topic'], disclosed?.['campaign']];
  return differing([
    ['brand_id', clear['br'], row.brandId],
    ['channel', clear['ch'], row.channel],
    ['class', clear['mc'], row.class],
    ['test', clear['test'] === 1, row.test],
    ['contact_id', memberOf(contact, 'id'), row.contactId],
    ['contact_point_id', memberOf(contact, 'point'), row.contactPointId],
    ['purpose_id', memberOf(topic, 'purpose'), row.purposeId],
    ['topic_id', memberOf(topic, 'topic'), row.topicId],
    ['campaign_id', memberOf(campaign, 'campaign'), row.campaignId],
    ['step', memberOf(campaign, 'step'), row.step],
    ['variant', memberOf(campaign, 'variant'), row.variant],
  ]);
}

/** Members of what was set up that the table has otherwise than the last entry about it. */
export function setUpColumns(told: Values, row: Values): string[] {
  const names = [...new Set([...Object.keys(told), ...Object.keys(row)])];
  return differing(names.filter((name) => !BESIDE.has(name)).map((name) => [name, told[name], row[name]]));
}

/** What an entry says of the row and of itself. */
const BESIDE: ReadonlySet<string> = new Set(['id', 'created']);

/** Name of a column, what the log says, what the table says. */
type Told = readonly (readonly [column: string, log: JsonValue | undefined, table: JsonValue | undefined])[];

function differing(told: Told): string[] {
  const columns = told.filter(([, log, table]) => log !== undefined && !isSame(log, table ?? null));
  return [...new Set(columns.map(([column]) => column))];
}

function isSame(a: JsonValue, b: JsonValue): boolean {
  return canonical(a) === canonical(b);
}

/** PostgreSQL keeps members of an object in an order of its own. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${members
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
    .join()}}`;
}

function instantOf(text: JsonValue | undefined): number | undefined {
  return typeof text === 'string' ? Date.parse(text) : undefined;
}
