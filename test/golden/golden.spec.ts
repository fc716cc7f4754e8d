import { describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import path from 'node:path';
import {
  type CheckName,
  decide,
  type Decision,
  DROP_REASONS,
  type Facts,
  HOLD_REASONS,
  type HoldReason,
  type Policy,
  RULES,
  RULES_VERSIONS,
  rulesOf,
} from '#lib/decision';
import { holidaysEdition, placesEdition, tzdbEdition } from '#lib/platform';
import { installedPacks, reference, tablesOf } from '#lib/sending';

interface GoldenLine {
  readonly id: string;
  readonly now: number;
  readonly policy: Policy;
  readonly facts: Facts;
  readonly decision: Decision;
}

const LINES = fs
  .readFileSync(path.join(import.meta.dirname, 'decisions.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '');
const CORPUS = LINES.map((line) => JSON.parse(line) as GoldenLine);

const TABLES = {
  tzdb: { today: reference.zones.version, edition: tzdbEdition },
  places: { today: reference.places.version, edition: placesEdition },
  holidays: { today: reference.holidays.version, edition: holidaysEdition },
} as const;
const KINDS = ['tzdb', 'places', 'holidays'] as const;

/** Under the editions of packs and tables and the rules that it was decided under, or by others. */
function again({ facts, policy, decision }: GoldenLine, at: number, rules = rulesOf(decision), today = {}): Decision {
  const packs = installedPacks().editions(decision.packs ?? []);
  const areThere = KINDS.every((kind) => TABLES[kind].edition(decision.local[kind] ?? TABLES[kind].today) !== null);
  if (packs === null || rules === null || !areThere)
    throw new Error('an edition of a pack or of a table, or a version of the rules, is gone');
  return decide(facts, policy, at, { ...reference, ...tablesOf(reference, decision), ...today, packs, rules });
}

/** All but by which rules, and whether those asked the tables of places. */
function verdictOf({ rules: _, local, ...others }: Decision): string {
  const { places: __, ...clock } = local;
  return JSON.stringify({ ...others, local: clock });
}

/** Said by other parts of the pipeline than the decision. */
const NOT_DECIDED: readonly string[] = [
  'provider_backoff',
  'provider_slow',
  'other_channel',
  'duplicate',
  'holdout',
  'cancelled',
  'reached_on_other_channel',
];

describe('the golden decisions', () => {
  it('are many, and none of them twice', () => {
    expect(CORPUS.length).toBeGreaterThan(300);
    expect(new Set(CORPUS.map(({ id, decision: { rules = 1 } }) => `${id} ${rules}`)).size).toBe(CORPUS.length);
  });

  // `npm run golden` writes them anew and says which changed. A change is a decision of the past that would be another.
  it('come out as they were written down, byte for byte', () => {
    const changed = CORPUS.flatMap((line, i) => {
      const { id, now, policy, facts } = line;
      const decision = again(line, now);
      return JSON.stringify({ id, now, policy, facts, decision }) === LINES[i] ? [] : [id];
    });
    expect(changed).toEqual([]);
  });

  it('come out the same by every newer version of the rules, unless there is a line of it that says otherwise', () => {
    const newer = CORPUS.flatMap((line) => {
      const own = rulesOf(line.decision) ?? 0;
      const others = CORPUS.filter(({ id }) => id === line.id).map(({ decision }) => rulesOf(decision) ?? 0);
      const next = Math.min(...others.filter((rules) => rules > own));
      return RULES_VERSIONS.filter((rules) => rules > own && rules < next).map((rules) => ({ line, rules }));
    });
    const changed = newer.filter(({ line, rules }) => verdictOf(again(line, line.now, rules, { places: reference.places })) !== verdictOf(line.decision)); // prettier-ignore
    expect(changed.map(({ line, rules }) => `${line.id} by rules ${rules}`)).toEqual([]);
    expect(newer.length).toBeGreaterThan(300);
  });

  it.each(RULES_VERSIONS.filter((rules) => rules > 1))(
    'have a case that rules %d decide otherwise than those before, and that says so',
    (rules) => {
      const byId = new Map(
        CORPUS.filter(({ decision }) => rulesOf(decision) === rules - 1).map((line) => [line.id, line]),
      );
      const changed = CORPUS.filter(({ id, decision }) => {
        const before = byId.get(id);
        return before !== undefined && decision.rules === rules && verdictOf(decision) !== verdictOf(before.decision);
      });
      expect(changed.length).toBeGreaterThan(0);
      expect(RULES).toBe(Math.max(...RULES_VERSIONS));
    },
  );

  it.each(KINDS)('have cases by superseded %s, which those of today decide otherwise', (kind) => {
    const superseded = CORPUS.filter(({ decision }) => (decision.local[kind] ?? TABLES[kind].today) !== TABLES[kind].today); // prettier-ignore
    const { zones, places, holidays } = reference;
    const otherwise = superseded.filter(
      (line) => verdictOf(again(line, line.now, rulesOf(line.decision), { zones, places, holidays })) !== verdictOf(line.decision), // prettier-ignore
    );
    expect(otherwise.length).toBeGreaterThan(0);
    // And the same case by those of today is beside each that was made for that.
    const ids = new Set(CORPUS.map(({ id }) => id));
    const alone = superseded.filter(({ id }) => id.includes('-by-') && !ids.has(id.slice(0, id.indexOf('-by-'))));
    expect(alone.map(({ id }) => id)).toEqual([]);
  });

  it('come out the same whatever the process did before', () => {
    const backwards = [...CORPUS].reverse().map((line) => again(line, line.now));
    expect(backwards.reverse()).toEqual(CORPUS.map(({ decision }) => decision));
  });

  it('have every outcome, every reason that a decision can give, and every check passed and failed', () => {
    const reasons = new Set(
      CORPUS.flatMap(({ decision }) => decision.checks.flatMap((c) => (c.passes ? [] : c.reason))),
    );
    expect([...HOLD_REASONS, ...DROP_REASONS].filter((r) => !NOT_DECIDED.includes(r) && !reasons.has(r))).toEqual([]);
    expect(NOT_DECIDED.filter((reason) => reasons.has(reason as HoldReason))).toEqual([]);
    expect([...new Set(CORPUS.map(({ decision }) => decision.outcome))].sort()).toEqual(['defer', 'drop', 'pass']);
    const seen = new Set(CORPUS.flatMap(({ decision }) => decision.checks.map((c) => `${c.check} ${c.passes}`)));
    const checks = [...new Set(CORPUS.flatMap(({ decision }) => decision.checks.map((c): CheckName => c.check)))];
    expect(checks.flatMap((c) => [`${c} true`, `${c} false`]).filter((name) => !seen.has(name))).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(11);
  });

  it('name the earliest instant: at none before it, the millisecond before included, does the message leave', () => {
    let looked = 0;
    for (const line of CORPUS) {
      const { now, decision } = line;
      if (decision.notBefore === null || decision.notBefore === now) continue;
      const span = decision.notBefore - now;
      for (const at of [decision.notBefore - 1, now + Math.floor(span / 2), now + Math.floor(span / 3), now + 1]) {
        if (at <= now || at >= decision.notBefore) continue;
        looked++;
        expect([line.id, at, again(line, at).outcome === 'pass']).toEqual([line.id, at, false]);
      }
    }
    expect(looked).toBeGreaterThan(500);
  });

  it('never name an instant at which something still fails', () => {
    for (const line of CORPUS) {
      const { notBefore } = line.decision;
      if (notBefore === null) continue;
      expect([line.id, again(line, notBefore).outcome]).toEqual([line.id, 'pass']);
    }
  });
});
