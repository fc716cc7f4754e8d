import type { BundleCheck, BundleVerdict } from './verify-bundle.js';
import type { VolumesVerdict } from './verify-volumes.js';

/** What programs go by: 0 it holds, 1 it does not, 2 it could not be checked. */
export const BUNDLE_EXIT_CODES: Readonly<Record<BundleVerdict['verdict'], number>> = {
  holds: 0,
  fails: 1,
  unchecked: 2,
};

const SHOWN: Readonly<Record<BundleCheck['result'], string>> = { holds: 'holds', fails: 'FAILS', unchecked: '-' };
const SENTENCES: Readonly<Record<BundleVerdict['verdict'], string>> = {
  holds: 'The bundle holds.',
  fails: 'The bundle does NOT hold.',
  unchecked: 'The bundle could not be checked as a whole.',
};

/** A verdict for people: every step, every record, and the sum of it. */
export function verdictText({ verdict, origin, size, steps, records }: BundleVerdict): string {
  const about = origin === null ? [] : [`${origin}, ${size} entries, ${records.length} of them here`, ''];
  const parts = steps.map(({ step, result, problem }) => `${SHOWN[result].padEnd(7)}${step}${after(problem)}`);
  const lines = records.map(({ idx, at, type, holds, problem, content, disclosed, digests }) => {
    const isPartly = content === 'shown' && disclosed < digests;
    const shown =
      content === 'erased' ? ' (content erased)' : isPartly ? ` (${disclosed} of ${digests} digests shown)` : '';
    const what = `${String(idx).padStart(8)}  ${at.padEnd(24)}  ${type}${shown}`;
    return `${(holds ? 'holds' : 'FAILS').padEnd(7)}${what}${after(problem)}`;
  });
  return [...about, ...parts, '', ...lines, ...(lines.length === 0 ? [] : ['']), SENTENCES[verdict]].join('\n');
}

/** The same for programs, without the content of the records. */
export function verdictJson({ verdict, origin, size, scope, steps, records, witnessed }: BundleVerdict): string {
  return JSON.stringify({ verdict, origin, size, scope, steps, records, witnessed });
}

/** What all volumes say together, after what each of them says. */
export function volumesText({ verdict, origin, size, steps }: VolumesVerdict): string {
  const about = origin === null ? [] : [`All volumes together: ${origin}, ${size} entries`, ''];
  const parts = steps.map(({ step, result, problem }) => `${SHOWN[result].padEnd(7)}${step}${after(problem)}`);
  return [...about, ...parts, '', SENTENCES[verdict]].join('\n');
}

/** The same for programs. */
export function volumesJson({ verdict, origin, size, scope, steps }: VolumesVerdict): string {
  return JSON.stringify({ verdict, origin, size, scope, steps });
}

const after = (problem: string): string => (problem === '' ? '' : `: ${problem}`);
