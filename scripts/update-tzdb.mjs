// Writes libs/platform/src/zones/tzdb.json from compiled time zone files (TZif, RFC 9636) of this system.
//
//   node scripts/update-tzdb.mjs [zoneinfo directory, /usr/share/zoneinfo by default]
//
// The directory must hold tzdata.zi, which names version, zones and links, and files compiled "fat", as
// Debian has them: "slim" ones of some compilers say less than their source. The same input gives the same
// file. The release before is moved to libs/platform/src/zones/superseded, because decisions that name it are made again
// from it. Transitions that change nothing and those that the closing POSIX rule yields as well are left out.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { SWC } from './transpile.mjs';

const ZONES = fileURLToPath(new URL('../libs/platform/src/zones/', import.meta.url));
const zoneinfo = process.argv[2] ?? '/usr/share/zoneinfo';
const { parsePosixRule, spanUnderRule } = await importTypeScript(join(ZONES, 'posix-rule.ts'));

// "Factory" stands for "nobody has set a zone yet"; it is nobody's zone.
const NOT_A_PLACE = new Set(['Factory']);

const source = readTzdataZi(readFileSync(join(zoneinfo, 'tzdata.zi'), 'utf8'));
const zones = {};
for (const name of source.zones) zones[name] = zoneRecord(name, readTzif(readFileSync(join(zoneinfo, name))));
const links = {};
for (const [name, target] of source.links) {
  if (!readFileSync(join(zoneinfo, name)).equals(readFileSync(join(zoneinfo, target)))) {
    throw new Error(`${name} is a link to ${target} in tzdata.zi, but their compiled files differ`);
  }
  links[name] = target;
}

const content = { version: source.version, zones, links };
const sha256 = createHash('sha256').update(JSON.stringify(content)).digest('hex');
const file = join(ZONES, 'tzdb.json');
const text = layOut({ version: content.version, sha256, zones, links });
const textBefore = readFileSync(file, 'utf8');
const before = JSON.parse(textBefore);
// Decisions name the release that they were made by, and are made again from it: none is changed, each is kept.
if (before.version === content.version && before.sha256 !== sha256)
  throw new Error(`${zoneinfo} says something else of ${content.version} than tzdb.json: another packaging of it?`);
if (before.version !== content.version) writeFileSync(join(ZONES, 'superseded', `${before.version}.json`), textBefore);
writeFileSync(file, text);
console.log(
  `${file}: ${content.version}, ${source.zones.length} zones, ${source.links.length} links, ${text.length} bytes, sha256 ${sha256}`,
);

/** Version, names of zones and [name, target] of links, each in order of code units. */
function readTzdataZi(text) {
  const version = /^# version (\d{4}[a-z]+)$/m.exec(text)?.[1];
  if (version === undefined) throw new Error('tzdata.zi names no released version in its first line');

  const fields = text.split('\n').map((line) => line.split(' '));
  const zones = fields.filter(([kind]) => kind === 'Z').map(([, name]) => name);
  const targets = new Map(fields.filter(([kind]) => kind === 'L').map(([, target, name]) => [name, target]));
  const resolve = (name) => (targets.has(name) ? resolve(targets.get(name)) : name);
  return {
    version,
    zones: zones.filter((name) => !NOT_A_PLACE.has(name)).sort(),
    links: [...targets.keys()].sort().map((name) => [name, resolve(name)]),
  };
}

/** The 64-bit block and the footer of a TZif file, version 2 or later (RFC 9636, section 3). */
function readTzif(bytes) {
  const headerAt = (offset) => {
    if (bytes.toString('latin1', offset, offset + 4) !== 'TZif') throw new Error('not a TZif file');
    const [isUtCount, isStdCount, leapCount, timeCount, typeCount, charCount] = [20, 24, 28, 32, 36, 40].map((field) =>
      bytes.readUInt32BE(offset + field),
    );
    return { isUtCount, isStdCount, leapCount, timeCount, typeCount, charCount };
  };
  const lengthAfterHeader = (header, timeSize) =>
    header.timeCount * (timeSize + 1) +
    header.typeCount * 6 +
    header.charCount +
    header.leapCount * (timeSize + 4) +
    header.isStdCount +
    header.isUtCount;

  if (bytes[4] < 0x32) throw new Error('a TZif file of version 1 has no rule for the future');
  const second = 44 + lengthAfterHeader(headerAt(0), 4);
  const header = headerAt(second);
  if (header.leapCount > 0) throw new Error('times with leap seconds are not POSIX times');

  const timesAt = second + 44;
  const indexesAt = timesAt + header.timeCount * 8;
  const typesAt = indexesAt + header.timeCount;
  const charsAt = typesAt + header.typeCount * 6;
  const types = Array.from({ length: header.typeCount }, (_, index) => {
    const at = typesAt + index * 6;
    const nameAt = charsAt + bytes[at + 5];
    return {
      seconds: bytes.readInt32BE(at),
      isDst: bytes[at + 4] === 1,
      abbreviation: bytes.toString('latin1', nameAt, bytes.indexOf(0, nameAt)),
    };
  });
  const transitions = Array.from({ length: header.timeCount }, (_, index) => ({
    time: Number(bytes.readBigInt64BE(timesAt + index * 8)),
    type: types[bytes[indexesAt + index]],
  }));
  const footer = bytes.toString('latin1', second + 44 + lengthAfterHeader(header, 8));
  const rule = /^\n(.+)\n$/.exec(footer)?.[1];
  if (rule === undefined) throw new Error('the TZif file has no rule for the future');
  return { initial: types[0], transitions, rule };
}

/** One zone as the product stores it. */
function zoneRecord(name, { initial, transitions, rule }) {
  const parsed = parsePosixRule(rule);
  const changes = transitions.filter(({ type }, index) => !isSame(type, transitions[index - 1]?.type ?? initial));
  const kept = withoutThoseOfTheRule(changes, parsed);
  const last = kept.at(-1);
  if (!isSame(spanUnderRule(parsed, last?.time ?? 0).type, last?.type ?? initial)) {
    throw new Error(
      `the rule ${rule} of ${name} does not continue its last transition; were the files compiled "slim"?`,
    );
  }

  const types = [];
  const indexOf = (type) => {
    const found = types.findIndex((known) => isSame(known, type));
    return found >= 0 ? found : types.push(type) - 1;
  };
  indexOf(initial);
  const to = kept.map(({ type }) => indexOf(type));
  return {
    types: types.map(({ seconds, isDst, abbreviation }) => [seconds, isDst ? 1 : 0, abbreviation]),
    times: kept.map(({ time }) => time),
    to,
    rule,
  };
}

/** The shortest beginning of `changes` from which the rule yields all the rest, and nothing besides. */
function withoutThoseOfTheRule(changes, rule) {
  let length = changes.length;
  while (length > 1) {
    const previous = changes[length - 2];
    const change = changes[length - 1];
    const before = spanUnderRule(rule, change.time - 1);
    const after = spanUnderRule(rule, change.time);
    const yielded =
      isSame(after.type, change.type) &&
      after.from === change.time &&
      isSame(before.type, previous.type) &&
      before.from <= previous.time;
    if (!yielded) break;
    length -= 1;
  }
  return changes.slice(0, length);
}

function isSame(a, b) {
  return a.seconds === b.seconds && a.isDst === b.isDst && a.abbreviation === b.abbreviation;
}

/** JSON with one zone or link a line, so that an update shows which places changed. */
function layOut({ version, sha256, zones, links }) {
  const lines = (object) =>
    Object.entries(object)
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(',\n');
  return `{"version":${JSON.stringify(version)},\n"sha256":${JSON.stringify(sha256)},\n"zones":{\n${lines(zones)}\n},\n"links":{\n${lines(links)}\n}}\n`;
}

/** A TypeScript module without imports of its own, so that the rule is written once and needs no build. */
async function importTypeScript(path) {
  const { code } = await transformFile(path, { ...SWC, swcrc: false });
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}
