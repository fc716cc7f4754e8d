import type { BrandId, Channel, ContactPointId, EpochMs } from '#lib/kernel';
import { type CopiedRow, sqlPart, toIso, type Tx } from '#lib/platform';
import { type BasisRow, basisOf, BROUGHT, type ConsentBasis, UNPROVEN } from '../consents/domain/consent-basis.js';
import { type ConsentState, type ConsentStatus, isYes, UNDONE_BY } from '../consents/domain/consent-fold.js';
import { everythingOf, exceptOthers, type PurposeLeft, underEverything } from '../consents/domain/everything.js';
import { foldStates, lastRefusal, type StateRow } from '../consents/domain/fold-states.js';

/** Where somebody is, as far as is known: what of a person a law about messages asks for. */
export interface Whereabouts {
  readonly zone: string | null;
  readonly chosenZone: string | null;
  readonly deviceZone: string | null;
  readonly country: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly phonePrefix: string | null;
}

/** A contact point in use whose address nothing keeps from being written to. */
export interface ReachablePoint {
  readonly channel: Channel;
  /** The same object for whoever is in the same place, most of the time. */
  readonly where: Whereabouts;
  /** As `recipientStore.consents` answers them, of what something was said about. */
  readonly states: ReadonlyMap<string, ConsentState>;
  /** As `recipientStore.bases` answers them. */
  readonly bases: ReadonlyMap<string, ConsentBasis>;
}

export interface EverybodyAsked {
  readonly brandId: BrandId;
  /** One channel; null: all. */
  readonly channel: Channel | null;
  /** When suppressions are in force. */
  readonly at: EpochMs;
  /** Whether a law asks what consents rest on; where none does, nobody's bases are read. */
  readonly asksBases: boolean;
}

/**
 * Tells of every contact point of a brand that can be written to, one after the other in no order, out of one statement:
 * for reports about everybody, in a transaction of their own. What decisions read point by point is read here as a whole, and folded by the same rules.
 */
export async function eachReachable(
  tx: Tx,
  { brandId, channel, at, asksBases }: EverybodyAsked,
  visit: (point: ReachablePoint) => void,
): Promise<void> {
  await planForAll(tx);
  const purposes = await tx.sql<PurposeLeft>`
    SELECT id, enforcement, legal_basis AS "legalBasis" FROM consent.purpose WHERE brand_id = ${brandId} AND id <> brand_id`;
  const places = new Places();
  const said = new Said(brandId, purposes);
  const ofEvent = asksBases
    ? sqlPart`LEFT JOIN consent.consent_event e ON e.id = s.event_id AND s.status IN ('granted', 'confirmed')`
    : sqlPart``;
  // Parts end with characters that no value has in it: JSON writes them as escapes. Instants are whole milliseconds.
  const basis = asksBases
    ? sqlPart`, E'\\x1f', e.kind, E'\\x1f', e.legal_basis, E'\\x1f', (date_part('epoch', e.occurred_at) * 1000000)::bigint / 1000,
              E'\\x1f', e.method <> '', E'\\x1f', e.wording IS NOT NULL OR e.notice_id IS NOT NULL, E'\\x1f', e.evidence`
    : sqlPart``;
  const state = sqlPart`concat(s.scope_id, E'\\x1f', s.purpose_id, E'\\x1f', s.status, E'\\x1f',
      (date_part('epoch', s.since) * 1000000)::bigint / 1000, E'\\x1f', (date_part('epoch', s.valid_until) * 1000000)::bigint / 1000, E'\\x1f',
      s.event_id, E'\\x1f', s.imported, E'\\x1f', (date_part('epoch', s.refused_at) * 1000000)::bigint / 1000, E'\\x1f',
      s.refused_kind, E'\\x1f', s.refused_event, E'\\x1f',
      s.scope_id = s.purpose_id AND s.refused_at IS NOT NULL AND s.status IN ('granted', 'confirmed')
        AND EXISTS (SELECT FROM consent.consent_event b WHERE b.id = s.event_id AND b.evidence @> '{"brought": true}')
        AND NOT EXISTS (SELECT FROM consent.consent_event w
                         WHERE w.contact_point_id = s.contact_point_id AND w.purpose_id = s.purpose_id AND w.topic_id IS NULL
                           AND w.kind IN ('granted', 'confirmed') AND w.occurred_at > s.refused_at
                           AND NOT w.evidence ? ${BROUGHT} AND NOT w.evidence ? ${UNPROVEN})${basis})`;
  await tx.copyOut(
    sqlPart`
      WITH own AS (
        SELECT s.contact_point_id AS id, string_agg(${state}, E'\\x1e') AS states
          FROM consent.contact_point p
          JOIN consent.consent_state s ON s.contact_point_id = p.id ${ofEvent}
         WHERE p.brand_id = ${brandId} AND p.ended_at IS NULL AND (${channel}::text IS NULL OR p.channel = ${channel})
           AND s.event_id NOT IN (SELECT v.id FROM consent.consent_event v JOIN consent.purpose u ON u.id = v.purpose_id
                                   WHERE v.evidence @> '{"unproven": true}' AND u.enforcement = 'restrictive')
           AND NOT (s.status = 'invalidated' AND EXISTS (
                 SELECT FROM consent.consent_event v
                  WHERE v.id = s.event_id AND v.method = ${UNDONE_BY} AND v.retracts IS NOT NULL))
         GROUP BY s.contact_point_id
      ), other AS (
        SELECT p.id, string_agg(${state}, E'\\x1e') AS states
          FROM consent.contact_point q
          JOIN consent.contact_point p ON p.brand_id = q.brand_id AND p.channel = q.channel AND p.address_hash = q.address_hash
                                      AND p.id <> q.id
          JOIN consent.consent_state s ON s.contact_point_id = q.id ${ofEvent}
         WHERE q.brand_id = ${brandId} AND p.ended_at IS NULL AND s.refused_at IS NOT NULL
         GROUP BY p.id
      ), phone AS (
        SELECT DISTINCT ON (contact_id) contact_id, left(address, 8) AS prefix
          FROM consent.contact_point
         WHERE brand_id = ${brandId} AND channel IN ('sms', 'phone', 'whatsapp') AND ended_at IS NULL
         ORDER BY contact_id, in_use_since, id
      )
      SELECT p.channel,
             concat(c.zone, E'\\x1f', c.wishes ->> 'zone', E'\\x1f', c.device_zone, E'\\x1f', c.country, E'\\x1f', c.region,
                    E'\\x1f', c.postal_code, E'\\x1f',
                    CASE WHEN p.channel IN ('sms', 'phone', 'whatsapp') THEN left(p.address, 8) ELSE phone.prefix END),
             own.states, other.states
        FROM consent.contact_point p
        JOIN consent.contact c ON c.id = p.contact_id AND c.erased_at IS NULL
        LEFT JOIN own ON own.id = p.id
        LEFT JOIN other ON other.id = p.id
        LEFT JOIN phone ON phone.contact_id = p.contact_id
       WHERE p.brand_id = ${brandId} AND p.ended_at IS NULL AND (${channel}::text IS NULL OR p.channel = ${channel})
         AND NOT EXISTS (SELECT FROM consent.suppression s
                          WHERE s.brand_id = p.brand_id AND s.channel = p.channel AND s.address_hash = p.address_hash
                            AND (s.until IS NULL OR s.until > ${toIso(at)}::timestamptz))`,
    (row) => {
      const [on, where, own, others] = textsIn(row);
      visit({ channel: on as Channel, where: places.of(where ?? ''), ...said.of(own ?? null, others ?? null) });
    },
  );
}

/** Sessions are set to look rows up one by one, and to end what takes a minute; this reads whole tables. Until its end. */
async function planForAll(tx: Tx): Promise<void> {
  await tx.sql`
    SELECT set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
           set_config('enable_mergejoin', 'on', true), set_config('work_mem', '64MB', true),
           set_config('statement_timeout', '600000', true)`;
}

/** Of a column that is NULL: null. */
function textsIn({ bytes, view, start, end }: CopiedRow): (string | null)[] {
  const texts: (string | null)[] = [];
  for (let at = start; at < end;) {
    const length = view.getInt32(at);
    texts.push(length < 0 ? null : bytes.toString('utf8', at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  return texts;
}

/** Of a method nothing is asked but whether there is one. */
const SOME_METHOD = 'some';
const PART = '\x1f';
const NEXT = '\x1e';
/** Most people are in few places; a million postal codes are forgotten now and then. */
const MOST_PLACES = 20_000;

class Places {
  private readonly known = new Map<string, Whereabouts>();

  of(text: string): Whereabouts {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const [zone, chosenZone, deviceZone, country, region, postalCode, phonePrefix] = text.split(PART).map(orNull);
    const where = {
      ...{ zone: zone ?? null, chosenZone: chosenZone ?? null, deviceZone: deviceZone ?? null },
      ...{ country: country ?? null, region: region ?? null, postalCode: postalCode ?? null },
      phonePrefix: phonePrefix ?? null,
    };
    if (this.known.size >= MOST_PLACES) this.known.clear();
    this.known.set(text, where);
    return where;
  }
}

const NOTHING: Pick<ReachablePoint, 'states' | 'bases'> = { states: new Map(), bases: new Map() };
/** One contact point at a time is read; which one does not matter to what is read of it. */
const POINT = '' as ContactPointId;

/** Reads what was said at one contact point. */
class Said {
  constructor(
    private readonly brandId: BrandId,
    private readonly purposes: readonly PurposeLeft[],
  ) {}

  of(own: string | null, others: string | null): Pick<ReachablePoint, 'states' | 'bases'> {
    if (own === null && others === null) return NOTHING;
    const bases = new Map<string, ConsentBasis>();
    const rows = [
      ...(own === null ? [] : own.split(NEXT).map((text) => this.rowOf(text, true, bases))),
      ...(others === null ? [] : others.split(NEXT).map((text) => this.rowOf(text, false, bases))),
    ];
    const folded = foldStates(rows).get(POINT) ?? new Map<string, ConsentState>();
    const everything = folded.get(everythingOf(this.brandId)) ?? null;
    const purposeOf = (scopeId: string): string | undefined => rows.find((row) => row.scopeId === scopeId)?.purposeId;
    let states = underEverything(folded, everything, this.purposes, purposeOf);
    for (const { purposeId } of rows.filter(({ cameBack }) => cameBack)) {
      const purpose = this.purposes.find(({ id }) => id === purposeId);
      if (purpose === undefined || !isYes(states.get(purposeId)?.status ?? 'refused')) continue;
      const about = rows.filter((row) => row.purposeId === purposeId);
      const refusals = about.flatMap((row) => (row.scopeId === purposeId ? (lastRefusal(row) ?? []) : []));
      const topics = about.flatMap(({ own: isOwn, scopeId }) => (isOwn && scopeId !== purposeId ? scopeId : []));
      states = exceptOthers(states, everything, { purpose, topics, refusals });
    }
    return { states, bases };
  }

  private rowOf(
    text: string,
    own: boolean,
    bases: Map<string, ConsentBasis>,
  ): StateRow & { readonly cameBack: boolean } {
    const parts = text.split(PART);
    const eventId = parts[AT.event] ?? '';
    const kind = parts[AT.kind] ?? '';
    const hasMethod = parts[AT.hasMethod] === 't';
    if (own && kind !== '') {
      const basis = basisOf({
        kind: kind as BasisRow['kind'],
        legalBasis: parts[AT.legalBasis] ?? '',
        occurredAt: Number(parts[AT.occurredAt]),
        method: hasMethod ? SOME_METHOD : '',
        hasWording: parts[AT.hasWording] === 't',
        evidence: evidenceIn(parts[AT.evidence] ?? '{}'),
      });
      if (basis !== null) bases.set(eventId, basis);
    }
    return {
      pointId: POINT,
      brandId: this.brandId,
      own,
      scopeId: parts[AT.scope] ?? '',
      purposeId: parts[AT.purpose] ?? '',
      status: parts[AT.status] as ConsentStatus,
      since: Number(parts[AT.since]),
      validUntil: instantOrNull(parts[AT.validUntil]),
      eventId,
      imported: parts[AT.imported] === 't',
      refusedAt: instantOrNull(parts[AT.refusedAt]),
      refusedKind: orNull(parts[AT.refusedKind] ?? '') as ConsentStatus | null,
      refusedEvent: orNull(parts[AT.refusedEvent] ?? ''),
      cameBack: own && parts[AT.cameBack] === 't',
    };
  }
}

/** Where in a state its parts stand, in the order of the statement. */
const AT = {
  ...{ scope: 0, purpose: 1, status: 2, since: 3, validUntil: 4, event: 5, imported: 6 },
  ...{ refusedAt: 7, refusedKind: 8, refusedEvent: 9, cameBack: 10 },
  ...{ kind: 11, legalBasis: 12, occurredAt: 13, hasMethod: 14, hasWording: 15, evidence: 16 },
} as const;

const NO_EVIDENCE: BasisRow['evidence'] = {};

function evidenceIn(text: string): BasisRow['evidence'] {
  return text === '{}' ? NO_EVIDENCE : (JSON.parse(text) as BasisRow['evidence']);
}

function instantOrNull(text: string | undefined): EpochMs | null {
  return text === undefined || text === '' ? null : Number(text);
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}
