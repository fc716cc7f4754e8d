import {
  type BundleEvidence,
  type BundleVerdict,
  verdictJson,
  verdictText,
  verifyBundle,
  volumeNumber,
  VolumesVerification,
  type VolumesVerdict,
  volumesJson,
  volumesText,
} from '#lib/proof';
import { BundleReader } from './read-bundle.js';

type Evidence = Omit<BundleEvidence, 'files' | 'embedded'>;

export interface PlacesVerdict {
  readonly whole: BundleVerdict | VolumesVerdict;
  /** Positions of the records that were asked for. */
  readonly positions: ReadonlySet<number>;
  /** The checkpoint of the bundle; undefined when it has none. */
  readonly checkpoint: Buffer | undefined;
}

/**
 * Verifies a bundle, or all volumes of one in whatever order they are named, with one of them in memory at a time.
 * @param told hears of each volume as soon as it is verified
 * @throws Malformed when an archive is damaged, or an error of the file system
 */
export function verifyPlaces(
  places: readonly string[],
  evidence: Evidence,
  told: (verdict: BundleVerdict, place: string) => void,
): PlacesVerdict {
  const positions = new Set<number>();
  const count = ({ records }: BundleVerdict): void => {
    for (const { role, idx } of records) if (role === 'record') positions.add(idx);
  };
  const reader = new BundleReader();
  const [only = '', ...others] = places;
  if (others.length === 0) {
    const files = reader.read(only);
    const whole = verifyBundle({ ...evidence, files });
    count(whole);
    return { whole, positions, checkpoint: files.get('checkpoint') };
  }
  const numbered = places.map((place) => ({ place, number: volumeNumber(reader.read(place)) }));
  numbered.sort((a, b) => a.number - b.number);
  const volumes = new VolumesVerification(evidence);
  let checkpoint: Buffer | undefined;
  for (const { place } of numbered) {
    const files = reader.read(place);
    // A copy: the file is a part of the archive, whose memory the next one takes.
    const note = files.get('checkpoint');
    if (note !== undefined) checkpoint ??= Buffer.from(note);
    const verdict = volumes.add(files);
    count(verdict);
    told(verdict, place);
  }
  return { whole: volumes.result(), positions, checkpoint };
}

/** What to say of a volume, or of the whole bundle, for people or for programs. */
export function placeText(verdict: BundleVerdict, place: string, json: boolean): string {
  return json ? verdictJson(verdict) : `${place}\n\n${verdictText(verdict)}\n`;
}

export function wholeText(whole: PlacesVerdict['whole'], json: boolean): string {
  if ('records' in whole) return json ? verdictJson(whole) : verdictText(whole);
  return json ? volumesJson(whole) : volumesText(whole);
}
