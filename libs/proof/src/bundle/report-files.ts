import { canonicalize } from '../canonical-json.js';
import { type Check, fails, HOLDS } from '../malformed.js';
import { MANIFEST } from './manifest.js';
import type { Files } from './zip.js';

export const REPORT = 'report.html';
const START = '<script type="application/json" id="files">';
const END = '</script>';

/** What a report does not carry: itself, and what is there for other programs and for people. */
const LEFT_OUT = new Set([REPORT, 'verify.mjs', 'README.txt']);

/**
 * The files a report carries, as text inside its page. The table of contents loses its hashes there, because one of them
 * would be that of the report.
 */
export function embedFiles(files: Files): string {
  const texts = [...files]
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, bytes]) => [name, bytes.toString('utf8')]);
  const json = canonicalize(Object.fromEntries(texts) as Record<string, string>);
  return `${START}${json.replaceAll('<', '\\u003c')}${END}`;
}

/** The table of contents as a report carries it. */
export function withoutHashes(manifest: Buffer): Buffer {
  const value = JSON.parse(manifest.toString('utf8')) as Record<string, never>;
  return Buffer.from(`${canonicalize({ ...value, files: {} })}\n`);
}

/** Whether the report of a bundle carries the bundle's own files. */
export function filesInReport(files: Files): Check {
  const report = files.get(REPORT)?.toString('utf8');
  const manifest = files.get(MANIFEST);
  if (report === undefined || manifest === undefined) return fails(`${REPORT} is missing`);
  try {
    const carried = embedFiles(new Map([...files, [MANIFEST, withoutHashes(manifest)]]));
    return report.split(START).length === 2 && report.includes(carried)
      ? HOLDS
      : fails(`${REPORT} carries other files than the bundle`);
  } catch {
    return fails(`${REPORT} cannot be compared with the bundle`);
  }
}
