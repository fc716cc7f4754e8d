import type { EpochMs } from '#lib/kernel';
import type { ContactZones } from '../contact-zones.js';
import type { CheckDetail, PassedCheck } from '../decision.js';
import { type Findings, NO_DETAIL, sharedPass } from '../findings.js';
import { PairMemory } from '../memory.js';
import { clipToTerm } from '../packs/term.js';
import type { QuietSpell } from '../quiet-hours.js';
import { type BoundQuietHours, OWN_HOURS } from '../quiet-rules.js';
import type { Situation } from '../situation.js';
import { inForce } from './in-force.js';

/**
 * The contact's clock counts; where several are left, every one of them. Without a usable one it is the brand's, and
 * the result says whose it was.
 */
export function quietHours(situation: Situation, at: EpochMs, found: Findings): void {
  const { zones } = situation;
  const rules = inForce(situation.quietHours, zones, at, found);
  if (rules.length === 0) return found.pass('quiet_hours', NO_DETAIL);
  for (const bound of rules) judge(bound, situation, at, found);
}

function judge(bound: BoundQuietHours, situation: Situation, at: EpochMs, found: Findings): void {
  const { stretch, until: pieceEnds } = bound.calendar.at(at);
  if (stretch === null) {
    found.mayFailFrom(pieceEnds);
    if (found.reportsPasses) found.passAs(passOf(situation, bound));
    return;
  }
  const detail = detailOf(situation, bound, stretch.spell);
  const until = clipToTerm(stretch.until, bound.term, situation.zones);
  if (until === null) found.end('quiet_hours', 'quiet_hours', { ...detail, never: true });
  else found.timed(situation.facts.message.inLine ? 'defer' : bound.action, 'quiet_hours', until, detail);
}

/** By the rule as it is bound, and by the contact's clocks: thousands of contacts share both. */
const passes = new PairMemory<BoundQuietHours, ContactZones, PassedCheck>(20_000);

function passOf(situation: Situation, bound: BoundQuietHours): PassedCheck {
  // The contact's own hours are bound anew for each message.
  if (bound.rule === OWN_HOURS) return sharedPass('quiet_hours', detailOf(situation, bound, null));
  const known = passes.get(bound, situation.zone);
  // Clocks are the same for a profile without a zone and for one whose zone is an empty text; their reports are not.
  if (known !== undefined && known.detail['contactZone'] === situation.facts.contact.zone) return known;
  return passes.keep(bound, situation.zone, sharedPass('quiet_hours', detailOf(situation, bound, null)));
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
