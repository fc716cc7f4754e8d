import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import type { ConsentEvidence, ConsentKind, ConsentState, Facts } from '../facts.js';
import type { PackConsent } from './pack.js';
import { earlier, endOfPermission } from './term.js';

/** The consent that a message rests on under a pack, or the one that came nearest. */
export interface Permission {
  readonly problem: 'kind' | 'evidence' | 'expired' | null;
  readonly scope: 'purpose' | 'topic' | null;
  readonly key: string | null;
  readonly event: string | null;
  readonly kind: ConsentKind | null;
  /** What is asked for and not on file. */
  readonly missing: readonly ConsentEvidence[];
  /** The first instant at which it no longer holds; null when it has no end, or never held. */
  readonly endsAt: EpochMs | null;
}

const NONE: Permission = {
  problem: 'kind',
  scope: null,
  key: null,
  event: null,
  kind: null,
  missing: [],
  endsAt: null,
};

/**
 * What the message may rest on at `at`. One permission that covers it is enough for a law: that for the topic, or that
 * for its whole purpose (that both are wanted is the gateway's own rule, and the consent check sees to it). Of several
 * that will do it is the one that holds longest; of none, the one that came nearest.
 */
export function permission(rule: PackConsent, facts: Facts, zones: readonly Zone[], at: EpochMs): Permission {
  let best = NONE;
  const { consent, topic, purpose } = facts;
  if (topic !== null) best = better(best, judge(rule, 'topic', topic.key, consent.topic, zones, at));
  return better(best, judge(rule, 'purpose', purpose.key, consent.purpose, zones, at));
}

function judge(
  rule: PackConsent,
  scope: 'purpose' | 'topic',
  key: string,
  state: ConsentState | null,
  zones: readonly Zone[],
  at: EpochMs,
): Permission {
  if (state === null || (state.status !== 'granted' && state.status !== 'confirmed')) return NONE;
  const kind = state.basis?.kind ?? 'express';
  const onFile = evidenceOf(state);
  let best: Permission = { ...NONE, scope, key, event: state.eventId, kind };
  for (const accepted of rule.accepts) {
    if (accepted.kind !== kind) continue;
    const missing = accepted.evidence.filter((fact) => !onFile.includes(fact));
    const ran = accepted.lasts === null ? null : endOfPermission(state.basis?.at ?? state.since, accepted.lasts, zones);
    const endsAt = earlier(state.validUntil, ran);
    const problem = missing.length > 0 ? 'evidence' : endsAt !== null && endsAt <= at ? 'expired' : null;
    best = better(best, { problem, scope, key, event: state.eventId, kind, missing, endsAt });
  }
  return best;
}

/**
 * A consent recorded before kinds were is an express one of which no evidence is known, so it will do where a pack
 * asks for none. A confirmed one was confirmed by the owner of the address, whatever else is on file.
 */
function evidenceOf({ basis, status }: ConsentState): readonly ConsentEvidence[] {
  const onFile = basis?.evidence ?? [];
  return status === 'confirmed' ? [...onFile, 'confirmed'] : onFile;
}

const NEARNESS = { kind: 0, evidence: 1, expired: 2, none: 3 } as const;

/** The first unless the second is nearer; between two that hold, the one that holds longer. */
function better(a: Permission, b: Permission): Permission {
  const [near, nearer] = [NEARNESS[a.problem ?? 'none'], NEARNESS[b.problem ?? 'none']];
  if (near !== nearer) return nearer > near ? b : a;
  if (a.problem === 'evidence') return b.missing.length < a.missing.length ? b : a;
  if (a.problem === 'kind') return a.kind === null ? b : a;
  return (b.endsAt ?? Infinity) > (a.endsAt ?? Infinity) ? b : a;
}
