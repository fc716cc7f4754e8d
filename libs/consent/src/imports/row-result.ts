import type { EpochMs } from '#lib/kernel';
import { isReducing } from '../consents/domain/consent-fold.js';
import type { RowOutcome } from './domain/import-counts.js';
import type { RowPlan } from './domain/plan-batch.js';

/** What became of one row; holds no address. */
export interface RowResult {
  readonly line: number;
  readonly externalId: string | null;
  readonly outcome: RowOutcome;
  readonly code: string | null;
  readonly detail: string | null;
  /** Where the topic, or else the purpose, stood and stands. */
  readonly before: string | null;
  readonly after: string | null;
  readonly raised: number;
  readonly lowered: number;
  readonly contactPoints: number;
}

/** Of a row that could not be read or taken. */
export function refused(line: number, externalId: string | null, code: string, detail: string): RowResult {
  return {
    line,
    externalId,
    outcome: 'refused',
    code,
    detail,
    before: null,
    after: null,
    raised: 0,
    lowered: 0,
    contactPoints: 0,
  };
}

export function resultOf(plan: RowPlan): RowResult {
  const { line, externalId, outcome, code, note, blockedBy, before, after, events, point } = plan;
  const effective = events.filter((event) => event.effective);
  const lowered = effective.filter((event) => isReducing(event.kind)).length;
  return {
    line,
    externalId,
    outcome,
    code: code ?? note,
    detail: detailOf(code ?? note, blockedBy),
    before,
    after,
    raised: effective.length - lowered,
    lowered,
    contactPoints: point?.change == null ? 0 : 1,
  };
}

function detailOf(code: string | null, blockedBy: EpochMs | null): string | null {
  if (code === 'erased') return 'this person was erased; use another external id';
  if (code === 'merged') return 'this contact was merged into another; use the external id of that one';
  if (code === 'recorded_as_imported')
    return 'recorded as imported: an express consent has occurredAt, method, its wording or notice, and consent as legal basis';
  const day = blockedBy === null ? '' : ` on ${new Date(blockedBy).toISOString().slice(0, 10)}`;
  if (code === 'address_reassigned')
    return `the address became somebody else's${day}; only a yes from after that, with occurredAt, can be theirs`;
  if (code !== 'later_opt_out') return null;
  return `somebody at this address, or this person elsewhere, opted out${day}; only a newer yes with express evidence counts after that`;
}
