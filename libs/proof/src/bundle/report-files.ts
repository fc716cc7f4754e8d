import { canonicalize } from '../canonical-json.js';
import { type Check, fails, HOLDS } from '../malformed.js';
import { MANIFEST } from './manifest.js';
import type { Files } from './zip.js';

export const REPORT = 'report.html';
const START = '<script type="application/json" id="files">';
const END = '</script>';
const PART_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/** What a report does not carry: itself, and what is there for other programs and for people. */
const LEFT_OUT = new Set([REPORT, 'verify.mjs', 'README.txt']);

/**
 * The files a report carries, as text inside its page. The table of contents loses its hashes there, because one of them
 * would be that of the report.
 */
export function embedFiles(files: Files): string {
  return [...carried(files)].join('');
}

/** The same in pieces: canonical JSON of an object from name to text, with `<` written as an escape. */
function* carried(files: Files): Generator<string> {
  yield `${START}{`;
  let isFirst = true;
  for (const name of [...files.keys()].sort()) {
    if (LEFT_OUT.has(name)) continue;
    yield `${isFirst ? '' : ','}${canonicalize(name)}:"`;
    isFirst = false;
    for (const text of lines(files.get(name) ?? Buffer.alloc(0)))
      yield canonicalize(text).slice(1, -1).replaceAll('<', '\\u003c');
    yield '"';
  }
  yield `}${END}`;
}

/** A text in parts that end where lines do, so that one of many megabytes is never whole in memory. */
function* lines(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(LINE_FEED, at + PART_BYTES);
    const end = newline < 0 ? bytes.length : newline + 1;
    yield bytes.toString('utf8', at, end);
    at = end;
  }
}

/** The table of contents as a report carries it. */
export function withoutHashes(manifest: Buffer): Buffer {
  const value = JSON.parse(manifest.toString('utf8')) as Record<string, never>;
  return Buffer.from(`${canonicalize({ ...value, files: {} })}\n`);
}

/** Whether the report of a bundle carries the bundle's own files, once. */
export function filesInReport(files: Files): Check {
  const report = files.get(REPORT);
  const manifest = files.get(MANIFEST);
  if (report === undefined || manifest === undefined) return fails(`${REPORT} is missing`);
  try {
    let at = indexOf(report, Buffer.from(START), 0);
    let isSame = at >= 0 && indexOf(report, Buffer.from(START), at + 1) < 0;
    for (const piece of carried(new Map([...files, [MANIFEST, withoutHashes(manifest)]]))) {
      if (!isSame) break;
      const bytes = Buffer.from(piece);
      isSame = report.subarray(at, at + bytes.length).equals(bytes);
      at += bytes.length;
    }
    return isSame ? HOLDS : fails(`${REPORT} carries other files than the bundle`);
  } catch {
    return fails(`${REPORT} cannot be compared with the bundle`);
  }
}

/** A step that only a verifier takes which makes bundles. */
export interface ProgramsStep {
  readonly step: 'programs';
  readonly result: 'holds' | 'unchecked';
  readonly problem: string;
  readonly isMoot?: true;
}

/** What a verifier itself puts into bundles beside the evidence. */
export interface OwnPrograms {
  /** The page around the files it carries. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** The other programs and texts, by name. */
  readonly others: Files;
}

/**
 * Whether the page and the programs of a bundle are the verifier's own. The evidence is what it is, whatever stands beside
 * it; but what others tell whoever opens them nobody knows: they may be of another release, or made to deceive.
 */
export function programsStep(files: Files, own: OwnPrograms): ProgramsStep {
  const foreign = foreignPrograms(files, own);
  if (foreign.length === 0) return { step: 'programs', result: 'holds', problem: '' };
  const problem = `${foreign.join(', ')}: not as this verifier makes them, so of another release, or changed; go by what it says itself`;
  return { step: 'programs', result: 'unchecked', problem, isMoot: true };
}

/** What lies before and after the files in the page, and the other programs, byte for byte. */
function foreignPrograms(files: Files, { before, after, others }: OwnPrograms): string[] {
  const report = files.get(REPORT) ?? Buffer.alloc(0);
  const from = indexOf(report, Buffer.from(START), 0);
  const to = report.length - after.length;
  const isOwn =
    from === before.length &&
    report.subarray(0, from).equals(before) &&
    report.subarray(to).equals(after) &&
    // The files it carries end in the first END behind START: `<` is written as an escape in them.
    indexOf(report, Buffer.from(END), from) === to - END.length;
  const foreign = [...others].filter(([name, bytes]) => files.get(name)?.equals(bytes) !== true).map(([name]) => name);
  return [...(isOwn ? [] : [REPORT]), ...foreign];
}

/** Where these bytes begin first, from a place on; -1 when nowhere. */
function indexOf(all: Buffer, wanted: Buffer, from: number): number {
  for (let at = from; ; at++) {
    at = all.indexOf(wanted[0] ?? 0, at);
    if (at < 0 || all.subarray(at, at + wanted.length).equals(wanted)) return at;
  }
}
