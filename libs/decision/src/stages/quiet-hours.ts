import type { EpochMs } from '#lib/kernel';
import type { CheckDetail, CheckResult } from '../decision.js';
import { clipToTerm, inForce } from '../packs/term.js';
import { type QuietSpell, quietStretch } from '../quiet-hours.js';
import type { BoundQuietHours } from '../quiet-rules.js';
import type { Situation } from '../situation.js';
import { drop, pass, timed } from './results.js';

/**
 * The contact's clock counts; where several are left, every one of them. Without a usable one it is the brand's, and
 * the result says whose it was.
 */
export function quietHours(situation: Situation, at: EpochMs): CheckResult | readonly CheckResult[] {
  const { zone, zones } = situation;
  const rules = inForce(situation.quietHours, zones, at);
  if (rules.length === 0) return pass('quiet_hours');
  return rules.map((bound): CheckResult => {
    const stretch = quietStretch(bound.times, zone.all, bound.holidays?.on ?? null, at);
    const detail = detailOf(situation, bound, stretch?.spell ?? null);
    if (stretch === null) return pass('quiet_hours', detail);
    const until = clipToTerm(stretch.until, bound.term, zones);
    if (until === null) return drop('quiet_hours', 'quiet_hours', { ...detail, never: true });
    return timed(bound.action, 'quiet_hours', until, detail);
  });
}

/** Members that say nothing new are left out: a window needs no holiday beside it, one zone no list. */
function detailOf({ facts, zone }: Situation, bound: BoundQuietHours, spell: QuietSpell | null): CheckDetail {
  const { rule } = bound;
  const window = spell?.kind === 'window' ? spell.text : null;
  const name = spell?.clock.name ?? zone.name;
  const contactZone = facts.contact.zone;
  const isPlain = (spell === null || window !== null) && zone.all.length === 1 && zone.skipped.length === 0;
  // Written without a spread for nearly all decisions: this is the costliest line of the stage.
  if (isPlain && bound.holidays === null) return { rule, window, zone: name, zoneFrom: zone.from, contactZone };

  const unknown = [...(bound.holidays?.unknown ?? [])];
  return {
    rule,
    window,
    ...(spell?.kind === 'dates' && { dates: spell.text }),
    ...(spell?.kind === 'holiday' && { holiday: spell.text }),
    ...(unknown.length > 0 && { holidaysUnknown: unknown.join(' ') }),
    zone: name,
    ...(zone.all.length > 1 && { zones: zone.list }),
    zoneFrom: zone.from,
    ...(zone.skipped.length > 0 && { zonesSkipped: zone.skipped.join(', ') }),
    contactZone,
  };
}
