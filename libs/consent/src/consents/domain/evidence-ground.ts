import { type ConsentEventKind, isReducing } from './consent-fold.js';

/** What shows that somebody agreed, besides when and how: at least one of these that says something. */
export interface EvidenceGround {
  readonly wording?: string | undefined;
  readonly notice?: unknown;
  readonly served?: string | undefined;
  readonly source?: string | undefined;
  readonly evidence?: Readonly<Record<string, unknown>> | undefined;
}

/** How the members of `EvidenceGround` are named to whoever gave none. */
export const GROUNDS = 'wording, notice, source or evidence';

/** Whether a yes comes with something by which it can be shown (GDPR Art. 7 (1)); what is blank shows nothing. */
export function hasGround({ wording, notice, served, source, evidence = {} }: EvidenceGround): boolean {
  if (notice !== undefined || served !== undefined) return true;
  return [wording, source, ...Object.values(evidence)].some(says);
}

/** Whether nobody could show that a yes was said with what comes with it; one that was asked for rests on what asked for it. */
export function isUnproven(kind: ConsentEventKind, input: EvidenceGround & { readonly request?: string }): boolean {
  return !isReducing(kind) && kind !== 'requested' && input.request === undefined && !hasGround(input);
}

function says(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  if (typeof value !== 'object') return value !== undefined;
  return value !== null && Object.values(value).some(says);
}
