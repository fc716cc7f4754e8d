import type { JurisdictionRule, Policy } from '../policy.js';
import type { Pack, PackCap, PackConsent, PackDuty, PackQuietHours, PackRevocation, PackRule } from '../packs/pack.js';
import { somePolicy } from './some-facts.js';

const cited = {
  title: 'A rule',
  force: 'statute',
  source: { cite: 'Some act s. 1', url: 'https://example.org/', seenOn: '2026-01-01' },
  from: null,
  to: null,
  channels: ['email'],
  classes: ['commercial'],
} as const;

/** One rule of each kind, for specs only. */
export const night: PackQuietHours = { ...cited, id: 'night', kind: 'quiet_hours', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '08:00' }], holidays: false }; // prettier-ignore
export const cap: PackCap = { ...cited, id: 'cap', kind: 'frequency_cap', limit: 1, window: 'P3D', scope: 'any' };
export const keep = (keepEvidence: string | null, id = 'keep'): PackDuty => ({ ...cited, id, kind: 'duty', keepEvidence, mustCarry: [] }); // prettier-ignore
export const stop: PackRevocation = { ...cited, id: 'stop', kind: 'revocation', keywords: ['stop'], scope: 'sender', withinBusinessDays: 10 }; // prettier-ignore
export const permission: PackConsent = { ...cited, id: 'consent', kind: 'consent', accepts: [{ kind: 'express', evidence: ['wording'], lasts: null }] }; // prettier-ignore

export const pack = (id: string, rules: readonly PackRule[], change: Partial<Pack> = {}): Pack => ({ id, version: '2026-01-01', title: id, countries: ['DE'], region: null, rules, ...change }); // prettier-ignore

/** A policy that applies the laws of where the contact may be. */
export const under = (jurisdiction: JurisdictionRule = { packs: 'contact' }): Policy => ({
  ...somePolicy(),
  jurisdiction,
});
