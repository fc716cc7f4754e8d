import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import moment from 'moment-timezone';
import { ianaNames, tzdb } from '../../libs/platform/src/zones/index.js';
import { Tzdb, type TzdbContent } from '../../libs/platform/src/zones/tzdb.js';

/*
 * The zone database against two others of the same release that share no code with it: the packed data of
 * moment-timezone, and the compiled files of the operating system as Python reads them. Every transition
 * that any of the sources knows is looked at one second before, at the second, and one second after.
 */

const FROM = Date.UTC(2024, 0, 1) / 1000;
const UNTIL = Date.UTC(2031, 0, 1) / 1000;
const ZONES = new URL('../../libs/platform/src/zones/', import.meta.url);
const SYSTEM_ZONES = '/usr/share/zoneinfo';

/** What the clocks of a zone show at a second since 1970: '3600 CET'. */
type LocalAt = (zone: string, second: number) => string;
/** For each zone the seconds worth looking at. */
type Seconds = Readonly<Record<string, readonly number[]>>;

const fromDatabase =
  (database: Pick<Tzdb, 'zone'>): LocalAt =>
  (name, second) => {
    const zone = database.zone(name);
    if (zone === null) return 'unknown zone';
    const ms = second * 1000;
    return `${zone.offset(ms) * 60} ${zone.offsetName(ms, {})}`;
  };
const ours = fromDatabase(tzdb);

const fromMoment: LocalAt = (name, second) => {
  const zone = moment.tz.zone(name);
  if (zone === null) return 'unknown zone';
  // MET has its own letters only in the database's file "backzone", which Debian compiles in and moment leaves out.
  const abbreviation = name === 'MET' ? zone.abbr(second * 1000).replace('CE', 'ME') : zone.abbr(second * 1000);
  return `${0 - zone.utcOffset(second * 1000) * 60} ${abbreviation}`;
};

const ourTransitions = perZone((name) => changesIn((second) => ours(name, second)));
const momentTransitions = perZone((name) =>
  (moment.tz.zone(name)?.untils ?? []).map((ms) => ms / 1000).filter((second) => second >= FROM && second < UNTIL),
);

describe('the zone database', () => {
  it('is the release that moment-timezone packs, with the same names', () => {
    expect(moment.tz.dataVersion).toBe(tzdb.version);
    expect(moment.tz.names().sort()).toEqual(ianaNames());
  });

  it('agrees with moment-timezone on every transition of 2024 to 2030', () => {
    const probes = around(ourTransitions, momentTransitions);

    expect(Object.keys(probes).length).toBeGreaterThanOrEqual(590);
    expect(count(ourTransitions)).toBeGreaterThan(1000);
    expect(count(momentTransitions)).toBe(count(ourTransitions));
    expect(differences(ours, fromMoment, probes)).toEqual([]);
  });

  const missing = whyNoSystemZones();
  if (missing !== null) console.warn(`LEFT OUT: comparison with the system's time zones: ${missing}`);
  // A system that is ahead of us is no defect of ours: the comparison above does not depend on it.
  const mustRun = missing === null || (process.env['CI'] === 'true' && !isNewer(systemVersion()));
  const itWithSystemZones = mustRun ? it : it.skip;

  itWithSystemZones("agrees with the system's compiled files on every transition of 2024 to 2030", () => {
    expect(missing).toBeNull();
    const system = askPython(around(ourTransitions, momentTransitions));
    const probes = around(ourTransitions, momentTransitions, system.transitions);

    expect(Object.keys(probes).length).toBeGreaterThanOrEqual(590);
    expect(count(system.transitions)).toBe(count(ourTransitions));
    expect(differences(ours, system.localAt, probes)).toEqual([]);
    expect(namesOf(differences(fromDatabase(disturbed()), system.localAt, probes))).toEqual(DISTURBED);
  });

  it('would be seen to differ if one transition were a second late, or one rule a week late', () => {
    const probes = around(ourTransitions, momentTransitions);
    expect(namesOf(differences(fromDatabase(disturbed()), fromMoment, probes))).toEqual(DISTURBED);
  });

  it("stands on files alone: no database server, no network, and not the runtime's own zones", () => {
    const sources = readdirSync(ZONES).filter((file) => /(?<!\.spec)\.ts$/.test(file));
    // With what keeps the releases of before.
    const code = [...sources, '../editions.ts'].map((file) => readFileSync(new URL(file, ZONES), 'utf8')).join('\n');
    const imported = [...code.matchAll(/from '([^']+)'/g)].map(([, specifier]) => specifier ?? '');

    expect([...new Set(imported)].filter((specifier) => !/^(\.\/|\.\.\/editions\.js$)/.test(specifier)).sort()).toEqual(
      ['#lib/kernel', 'luxon', 'node:crypto', 'node:fs'],
    );
    expect(code).not.toMatch(/\bIntl\b|IANAZone|SystemZone/);
  });
});

const DISTURBED = ['America/Vancouver', 'Canada/Pacific', 'Europe/Helsinki', 'Europe/Mariehamn'];

/** Our database with Vancouver's last change one second late and the Finnish summer one week early. */
function disturbed(): Tzdb {
  const content = JSON.parse(readFileSync(new URL('tzdb.json', ZONES), 'utf8')) as TzdbContent;
  const vancouver = content.zones['America/Vancouver'];
  const helsinki = content.zones['Europe/Helsinki'];
  if (vancouver === undefined || helsinki === undefined) throw new Error('the data file lacks a zone');
  const last = vancouver.times.length - 1;
  return new Tzdb({
    ...content,
    zones: {
      ...content.zones,
      'America/Vancouver': { ...vancouver, times: vancouver.times.map((time, i) => (i === last ? time + 1 : time)) },
      'Europe/Helsinki': { ...helsinki, rule: helsinki.rule.replace('M3.5.0', 'M3.4.0') },
    },
  });
}

function perZone(seconds: (name: string) => number[]): Seconds {
  return Object.fromEntries(ianaNames().map((name) => [name, seconds(name)]));
}

/** The seconds at which the answer becomes another, found by looking at each day. */
function changesIn(localAt: (second: number) => string): number[] {
  const changes: number[] = [];
  for (let day = FROM; day < UNTIL; day += 86_400) {
    let [before, after] = [day, day + 86_400];
    if (localAt(before) === localAt(after)) continue;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (localAt(middle) === localAt(day)) before = middle;
      else after = middle;
    }
    changes.push(after);
  }
  return changes;
}

function around(...sources: readonly Seconds[]): Seconds {
  return perZone((name) => {
    const transitions = sources.flatMap((source) => source[name] ?? []);
    return [...new Set([FROM, ...transitions.flatMap((second) => [second - 1, second, second + 1])])];
  });
}

function count(seconds: Seconds): number {
  return Object.values(seconds).reduce((sum, { length }) => sum + length, 0);
}

function differences(a: LocalAt, b: LocalAt, probes: Seconds): string[] {
  return Object.entries(probes).flatMap(([name, seconds]) =>
    seconds
      .filter((second) => a(name, second) !== b(name, second))
      .map((second) => `${name} at ${second}: ${a(name, second)}, not ${b(name, second)}`),
  );
}

function namesOf(found: readonly string[]): string[] {
  return [...new Set(found.map((line) => line.split(' ')[0] ?? ''))].sort();
}

function systemVersion(): string | null {
  const index = `${SYSTEM_ZONES}/tzdata.zi`;
  if (!existsSync(index)) return null;
  return /^# version (\S+)/.exec(readFileSync(index, 'utf8'))?.[1] ?? null;
}

/** Versions are a year and a letter, so they sort as text. */
function isNewer(version: string | null): boolean {
  return version !== null && version > tzdb.version;
}

/** Why the system cannot be asked, or null when it can. */
function whyNoSystemZones(): string | null {
  const version = systemVersion();
  if (version === null) return `there is no version in ${SYSTEM_ZONES}`;
  if (version !== tzdb.version) return `the system has ${version}, the product ${tzdb.version}`;
  if (spawnSync('python3', ['-c', 'import zoneinfo']).status !== 0) return 'there is no python3 with zoneinfo';
  return null;
}

function askPython(probes: Seconds): { transitions: Seconds; localAt: LocalAt } {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', PYTHON], {
    input: JSON.stringify({ from: FROM, until: UNTIL, probes }),
    env: { ...process.env, PYTHONTZPATH: SYSTEM_ZONES },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`);
  const { transitions, shown } = JSON.parse(stdout) as {
    transitions: Seconds;
    shown: Record<string, Record<string, string>>;
  };
  return { transitions, localAt: (name, second) => shown[name]?.[String(second)] ?? 'not asked' };
}

const PYTHON = `
import json, sys
from datetime import datetime
from zoneinfo import ZoneInfo

asked = json.load(sys.stdin)
transitions, shown = {}, {}
for name, probes in asked["probes"].items():
    zone = ZoneInfo(name)

    def local(second):
        there = datetime.fromtimestamp(second, zone)
        return "%d %s" % (there.utcoffset().total_seconds(), there.tzname())

    found = []
    last = local(asked["from"])
    for day in range(asked["from"], asked["until"], 86400):
        now = local(day + 86400)
        if now != last:
            before, after = day, day + 86400
            while after - before > 1:
                middle = (before + after) // 2
                if local(middle) == last:
                    before = middle
                else:
                    after = middle
            found.append(after)
        last = now
    transitions[name] = found
    wanted = set(probes)
    for second in found:
        wanted.update((second - 1, second, second + 1))
    shown[name] = {str(second): local(second) for second in wanted}
json.dump({"transitions": transitions, "shown": shown}, sys.stdout)
`;
