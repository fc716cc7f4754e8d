import { type Check, fails, HOLDS } from '../malformed.js';
import { type Manifest, MANIFEST, sha256 } from './manifest.js';
import type { LinkedRecord } from './verify-chains.js';
import type { Files } from './zip.js';

/** What lies in every bundle, or may. Whoever unpacks one opens what they find, so nothing else may lie beside it. */
const KNOWN: ReadonlySet<string> = new Set([
  ...[MANIFEST, 'checkpoint', 'policy.txt', 'entries.ndjson', 'times.ndjson'],
  ...['report.csv', 'report.html', 'verify.mjs', 'README.txt'],
]);
const PROOF = /^proofs\/(0|[1-9]\d*)\.tlog-proof$/;
const DOCUMENT = /^documents\/[0-9a-f]{64}\.json$/;

/** Every file stands in the table of contents as it is, none is missing, and each is one that a bundle has. */
export function listedCheck({ files: listed, scope, since }: Manifest, files: Files): Check {
  for (const [name, hash] of Object.entries(listed)) {
    const bytes = files.get(name);
    if (bytes === undefined) return fails(`${name} is missing`);
    if (sha256(bytes) !== hash) return fails(`${name} is not what ${MANIFEST} lists`);
  }
  const optional = new Map([
    ['subject.json', scope.subjects !== null],
    ['consistency.txt', since !== null],
  ]);
  for (const name of files.keys()) {
    if (name !== MANIFEST && !Object.hasOwn(listed, name)) return fails(`${name} is not listed`);
    const isKnown = KNOWN.has(name) || optional.get(name) === true || PROOF.test(name) || DOCUMENT.test(name);
    if (!isKnown) return fails(`${name} is no file of a bundle`);
  }
  return HOLDS;
}

/** A proof is of an entry that is there. @param positions of all entries */
export function proofsCheck(files: Files, positions: ReadonlySet<number>): Check {
  const stray = [...files.keys()].find((name) => {
    const idx = PROOF.exec(name)?.[1];
    return idx !== undefined && !positions.has(Number(idx));
  });
  return stray === undefined ? HOLDS : fails(`${stray} is of no entry`);
}

/**
 * Each document has the hash that is its name, every notice that a record names is there, and none that no record names.
 * @param isAll whether all records could be read: else nobody can say what they name
 */
export function documentsCheck(files: Files, shown: readonly LinkedRecord[], isAll: boolean): Check {
  const named = new Set<string>();
  for (const { role, idx, entry } of shown) {
    if (role !== 'record') continue;
    const { doc, pol, tpl } = entry.clear;
    for (const hash of [doc, pol, tpl]) if (typeof hash === 'string') named.add(`documents/${hash}.json`);
    if (typeof doc === 'string' && !files.has(`documents/${doc}.json`))
      return fails(`the notice that record ${idx} names is missing`);
  }
  for (const [name, bytes] of files) {
    if (!name.startsWith('documents/')) continue;
    if (name !== `documents/${sha256(bytes)}.json`) return fails(`${name} was changed`);
    if (isAll && !named.has(name)) return fails(`no record names ${name}`);
  }
  return HOLDS;
}
