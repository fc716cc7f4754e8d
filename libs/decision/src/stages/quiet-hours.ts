import type { EpochMs } from '#lib/kernel';
import type { CheckResult } from '../decision.js';
import { quietStretch } from '../quiet-hours.js';
import type { Situation } from '../situation.js';
import { pass, timed } from './results.js';

/** The contact's clock counts. Without a usable one it is the brand's, and the result says whose it was. */
export function quietHours(
  { facts, zone, quietHours: rules }: Situation,
  at: EpochMs,
): CheckResult | readonly CheckResult[] {
  if (rules.length === 0) return pass('quiet_hours');
  return rules.map(({ rule, windows }) => {
    const stretch = quietStretch(windows, zone.rules, at);
    const detail = {
      rule: rule.id,
      window: stretch?.window ?? null,
      zone: zone.name,
      zoneFrom: zone.from,
      contactZone: facts.contact.zone,
    };
    if (stretch === null) return pass('quiet_hours', detail);
    return timed(rule.action, 'quiet_hours', stretch.until, detail);
  });
}
