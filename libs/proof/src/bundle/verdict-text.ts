import type { BundleScope } from './manifest.js';
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
export function verdictText(found: BundleVerdict): string {
  const { verdict, origin, size, steps, records, scope, witnessed, erased } = found;
  const about =
    origin === null
      ? []
      : [
          `${origin}, ${size} entries, ${records.length} of them here`,
          ...askedText(scope),
          witnessed.length === 0 ? 'as of no time that a trusted witness tells' : `as of ${seenText(witnessed)}`,
          '',
        ];
  const parts = steps.map(({ step, result, problem }) => `${SHOWN[result].padEnd(7)}${step}${after(problem)}`);
  const lines = records.map(({ idx, at, type, holds, problem, content, disclosed, digests, destroyed }) => {
    const isPartly = content === 'shown' && disclosed < digests;
    const shown =
      destroyed > 0
        ? ` (content of ${destroyed} before it destroyed: their time was over)`
        : content === 'erased'
          ? disclosed > 0
            ? ' (content destroyed: its time was over)'
            : ' (content erased)'
          : isPartly
            ? ` (${disclosed} of ${digests} digests shown)`
            : '';
    const what = `${String(idx).padStart(8)}  ${at.padEnd(24)}  ${type}${shown}`;
    return `${(holds ? 'holds' : 'FAILS').padEnd(7)}${what}${after(problem)}`;
  });
  const gone = erasedText(erased, verdict);
  return [...about, ...parts, '', ...lines, ...(lines.length === 0 ? [] : ['']), ...gone, SENTENCES[verdict]].join(
    '\n',
  );
}

/** The same for programs, without the content of the records. */
export function verdictJson({
  verdict,
  origin,
  size,
  scope,
  steps,
  records,
  erased,
  witnessed,
}: BundleVerdict): string {
  return JSON.stringify({ verdict, origin, size, scope, steps, records, erased, witnessed });
}

/** What was asked for, which is all that the verdict is about. */
function askedText(scope: BundleScope | null): string[] {
  if (scope === null) return [];
  const { brand, subjects, campaign, from, to } = scope;
  const whom =
    subjects === null ? 'everybody' : subjects.length === 1 ? 'one person' : `one person (${subjects.length} chains)`;
  const what = campaign === null ? '' : `, campaign ${campaign}`;
  const when =
    from === null && to === null ? 'all of the time' : `from ${from ?? 'the beginning'} to before ${to ?? 'the end'}`;
  return [`asked for: brand ${brand}, ${whom}${what}, ${when}`];
}

/** When trusted witnesses saw the checkpoint; what came afterwards is not in the bundle. */
function seenText(witnessed: BundleVerdict['witnessed']): string {
  return witnessed.map(({ witness, time }) => `${new Date(time * 1_000).toISOString()} (${witness})`).join(', ');
}

/** What is not there of somebody's history, of which a bundle that holds says that they were erased. */
function erasedText(erased: BundleVerdict['erased'], verdict: BundleVerdict['verdict']): string[] {
  if (verdict === 'fails') return [];
  return erased.map(
    ({ count, at }) => `NOT here, because the person was erased, as the log says: ${count} entries from before ${at}.`,
  );
}

/** What all volumes say together, after what each of them says. */
export function volumesText({ verdict, origin, size, steps, scope, erased }: VolumesVerdict): string {
  const about = origin === null ? [] : [`All volumes together: ${origin}, ${size} entries`, ...askedText(scope), ''];
  const parts = steps.map(({ step, result, problem }) => `${SHOWN[result].padEnd(7)}${step}${after(problem)}`);
  return [...about, ...parts, '', ...erasedText(erased, verdict), SENTENCES[verdict]].join('\n');
}

/** The same for programs. */
export function volumesJson({ verdict, origin, size, scope, steps, erased }: VolumesVerdict): string {
  return JSON.stringify({ verdict, origin, size, scope, steps, erased });
}

const after = (problem: string): string => (problem === '' ? '' : `: ${problem}`);
