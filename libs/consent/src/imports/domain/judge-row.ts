import type { EnforcementModel, EpochMs } from '#lib/kernel';
import { CONSENTS, isExpress } from '../../consents/domain/consent-basis.js';
import { GROUNDS, hasGround } from '../../consents/domain/evidence-ground.js';
import { isReducing } from '../../consents/domain/consent-fold.js';
import { legalBasisNamed, UNKNOWN_BASIS } from '../../consents/domain/legal-basis.js';
import type { Wish } from '../../consents/domain/plan-changes.js';
import type { ImportRow } from '../import-row.js';

/** The purposes and topics of a brand, by key, as an import needs them. */
export interface Scopes {
  readonly purposes: ReadonlyMap<string, PurposeScope>;
  /** Id of the purpose among them that stands for everything, which no row can name. */
  readonly everything: string;
  /** Channels on which the brand takes confirmed consents alone. */
  readonly confirmedOnly: ReadonlySet<string>;
}

export interface PurposeScope {
  readonly id: string;
  readonly enforcement: EnforcementModel;
  readonly legalBasis: string;
  /** Ids of its topics by key. */
  readonly topics: ReadonlyMap<string, string>;
}

/** Why a row is refused whatever is on file. */
export type RowRefusal =
  | 'incomplete'
  | 'unknown_purpose'
  | 'unknown_topic'
  | 'evidence_missing'
  | 'not_express'
  | 'confirmation_missing'
  | 'in_the_future'
  | 'invalid';

export type Judgement =
  | {
      readonly ok: true;
      readonly wish: Wish | null;
      readonly note: RowNote | null;
      /** On what it rests. */
      readonly legalBasis: string;
    }
  | { readonly ok: false; readonly code: RowRefusal; readonly detail: string };

/** What was made of a row that could not be taken at its word. */
export type RowNote = 'recorded_as_imported';

const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * What a row asks for, as far as that can be told from the row alone.
 *
 * - A yes to a restrictive purpose needs evidence: when, how, and what was said or where. Without it nothing shows that
 *   the person ever agreed (Art. 7 (1) GDPR), so the row is refused.
 * - Only an express yes passes such a purpose, so what rests on anything else is refused there: a permission that a law
 *   implies belongs to a purpose that leaves the asking to the law.
 * - A yes is the person's own, and can lift a refusal, only with express evidence: besides when and how also the wording
 *   or notice. Every other yes is recorded as imported, which never lifts one.
 * - What says nothing of its legal basis rests on that of its purpose, unless it is such a yes: that is a consent.
 * - Where the brand takes confirmed consents alone, no other yes to a restrictive purpose is taken.
 * - A no needs no evidence: whoever brings it is believed.
 */
export function judgeRow(row: ImportRow, scopes: Scopes, now: EpochMs): Judgement {
  if (row.purpose === undefined) {
    const stray = (['topics', 'kind', 'occurredAt', 'validUntil', 'wording', 'notice'] as const).filter(
      (name) => row[name] !== undefined,
    );
    if (stray.length > 0)
      return refuse('incomplete', `${stray.join(', ')} says something about a consent; name its purpose`);
    if ((row.channel === undefined) !== (row.address === undefined)) return refuse('incomplete', BOTH);
    return { ok: true, wish: null, note: null, legalBasis: UNKNOWN_BASIS };
  }
  if (row.channel === undefined || row.address === undefined) return refuse('incomplete', BOTH);
  const purpose = scopes.purposes.get(row.purpose);
  if (purpose === undefined || purpose.id === scopes.everything)
    return refuse('unknown_purpose', 'purpose: is not one of this brand');
  const topicIds: string[] = [];
  for (const topic of new Set(row.topics)) {
    const id = purpose.topics.get(topic);
    if (id === undefined) return refuse('unknown_topic', 'topics: names one that is none of this purpose');
    topicIds.push(id);
  }
  const { kind = 'imported', occurredAt = null, validUntil = null } = row;
  if (occurredAt !== null && occurredAt > now + CLOCK_SKEW_MS) {
    return refuse('in_the_future', 'occurredAt: lies in the future; check the clock of the system it comes from');
  }
  if (validUntil !== null && validUntil <= (occurredAt ?? now)) {
    return refuse('invalid', 'validUntil: is not after the consent itself');
  }
  const wish = {
    purposeId: purpose.id,
    topicIds,
    occurredAt: occurredAt === null ? null : Math.min(occurredAt, now),
    validUntil,
  };
  if (isReducing(kind))
    return { ok: true, wish: { ...wish, kind }, note: null, legalBasis: row.legalBasis ?? 'withdrawal' };

  const missing = missingEvidence(row);
  const claimed = { ...wish, kind: 'imported' as const, ...(missing.length > 0 && { unproven: true }) };
  if (purpose.enforcement === 'restrictive' && missing.length > 0) {
    return refuse('evidence_missing', `a yes to this purpose needs evidence; give ${missing.join(', ')}`);
  }
  const legalBasis = row.legalBasis ?? legalBasisNamed(purpose.legalBasis) ?? UNKNOWN_BASIS;
  const isOwn = kind !== 'imported' && missing.length === 0 && isInWords(row);
  if (purpose.enforcement === 'restrictive' && !isOwn && !isExpress(legalBasis)) {
    return refuse(
      'not_express',
      `legalBasis: this purpose asks for a consent that the person gave (${CONSENTS.join(' or ')}), and ${legalBasis} is none`,
    );
  }
  if (purpose.enforcement === 'restrictive' && kind !== 'confirmed' && scopes.confirmedOnly.has(row.channel)) {
    return refuse('confirmation_missing', 'kind: this brand takes confirmed consents alone on the channel');
  }
  if (isOwn) return { ok: true, wish: { ...wish, kind }, note: null, legalBasis: row.legalBasis ?? 'consent' };
  return {
    ok: true,
    wish: claimed,
    note: kind === 'imported' ? null : 'recorded_as_imported',
    legalBasis,
  };
}

const BOTH = 'give channel and address together';

/** What a yes lacks to be shown: when, how, and what was said or where. */
export function missingEvidence(row: ImportRow): string[] {
  return [
    ...(row.occurredAt === undefined ? ['occurredAt'] : []),
    ...(row.method === undefined ? ['method'] : []),
    ...(hasGround(row) ? [] : [GROUNDS]),
  ];
}

/** Whether it is an express consent whose words are on file. */
function isInWords({ wording, notice, legalBasis = 'consent' }: ImportRow): boolean {
  return (wording !== undefined || notice !== undefined) && isExpress(legalBasis);
}

function refuse(code: RowRefusal, detail: string): Judgement {
  return { ok: false, code, detail };
}
