import { type Check, fails, HOLDS } from '../malformed.js';
import { isObject, type RecordRole } from './bundle-record.js';
import type { Manifest } from './manifest.js';
import { type ShownRecord, subjectOf } from './records-csv.js';
import type { LinkedRecord } from './verify-chains.js';

/** What may stand in a bundle beside what was asked for: whoever could call anything so could take it out of the table. */
const ASIDE = {
  document: ['notice.published', 'policy.published', 'template.published'],
  heads: ['subject.heads'],
} as const satisfies Record<Exclude<RecordRole, 'record'>, readonly string[]>;

/** Everything in a bundle is of what was asked for, as far as it shows it. */
export function scopeCheck({ scope, volume }: Manifest, shown: readonly LinkedRecord[]): Check {
  for (const record of shown) {
    const { br, at, t } = record.entry.clear;
    if (record.role !== 'record') {
      const types: readonly string[] = ASIDE[record.role];
      if (typeof t === 'string' && types.includes(t)) continue;
      return fails(`record ${record.idx} is passed off as no record`);
    }
    const when = typeof at === 'string' ? at : '';
    const isWithin = (scope.from === null || when >= scope.from) && (scope.to === null || when < scope.to);
    const isTheirs = scope.subjects === null || scope.subjects.includes(subjectOf(record)?.id ?? '');
    const isHere = volume === null || (record.idx >= volume.start && record.idx < volume.end);
    if (!isHere) return fails(`record ${record.idx} is of another volume`);
    const campaign = campaignOf(record);
    const isItsOwn = scope.campaign === null || campaign === null || campaign === scope.campaign;
    if (br !== scope.brand || !isWithin || !isTheirs || !isItsOwn)
      return fails(`record ${record.idx} is not of what was asked for`);
  }
  return HOLDS;
}

/** The campaign that a record names; null where it names none, or shows it no more. */
function campaignOf({ entry }: ShownRecord): string | null {
  const told = entry.disclosed.find(({ name }) => name === 'campaign')?.value;
  if (!isObject(told)) return null;
  const id = told['campaign'] ?? told['id'];
  return typeof id === 'string' ? id : null;
}
