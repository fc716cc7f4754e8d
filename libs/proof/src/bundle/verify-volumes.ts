import { type Check, fails, HOLDS, Malformed } from '../malformed.js';
import { type BundleScope, type Manifest, MANIFEST, parseManifest } from './manifest.js';
import { subjectOf } from './records-csv.js';
import {
  type BundleCheck,
  type BundleEvidence,
  type BundleVerdict,
  stepOf,
  verdictOf,
  verifyBundle,
} from './verify-bundle.js';
import { ChainCheck, completeStep, isWholeHistory, type LinkedRecord } from './verify-chains.js';
import { checkHeads } from './verify-heads.js';
import type { Files } from './zip.js';

/** What was found about all volumes of a bundle together. */
export type VolumesVerdict = Pick<BundleVerdict, 'verdict' | 'origin' | 'size' | 'scope' | 'steps' | 'erased'>;

/** What only all volumes together can tell. */
const TOGETHER: readonly BundleCheck['step'][] = ['volumes', 'chain', 'heads'];

/** The number of a volume; 0 when the bundle has no other, or cannot be read. */
export function volumeNumber(files: Files): number {
  const bytes = files.get(MANIFEST);
  try {
    return bytes === undefined ? 0 : (parseManifest(bytes).volume?.number ?? 0);
  } catch (error) {
    if (error instanceof Malformed) return 0;
    throw error;
  }
}

/**
 * Verifies the volumes of one bundle, one after the other in the order of their numbers, and in the end what only all of
 * them together can tell: that none is missing, and that nothing is missing between them. Of each it keeps how far every
 * chain has got, and of one person's history the links of the chain; so what it needs does not grow with the volumes.
 */
export class VolumesVerification {
  private readonly chains = new ChainCheck();
  private readonly links: LinkedRecord[] = [];
  private readonly singly: BundleCheck[] = [];
  private first: { readonly manifest: Manifest; readonly checkpoint: Buffer | undefined } | undefined;
  private last: { readonly number: number; readonly end: number; readonly files: Files } = {
    number: 0,
    end: 0,
    files: new Map(),
  };
  private follows: Check = HOLDS;
  private chain: Check = HOLDS;
  /** When their checkpoint was first seen by a witness that is trusted. */
  private seenAt: number | null | undefined = null;

  constructor(private readonly evidence: Omit<BundleEvidence, 'files' | 'embedded'>) {}

  /** The next volume. What it says alone leaves open what only all of them can tell. */
  add(files: Files): BundleVerdict {
    const verdict = verifyBundle({ ...this.evidence, files });
    this.seenAt = verdict.seenAt;
    this.singly.push(...verdict.steps.filter(({ step, result }) => !TOGETHER.includes(step) || result === 'fails'));
    const bytes = files.get(MANIFEST);
    const [manifest] = bytes === undefined ? [null] : manifestIn(bytes);
    if (this.follows.holds)
      this.follows = manifest === null ? fails('a volume has no table of contents') : this.place(manifest, files);
    if (this.chain.holds) this.chain = this.chains.follow(verdict.shown);
    if (verdict.scope !== null && isWholeHistory(verdict.scope)) this.links.push(...verdict.shown.map(linkOnly));
    // Of the files only those are looked at again that say how far a person's chains reach.
    this.last = { ...this.last, files: kept(files, 'subject.json') };
    return verdict;
  }

  /** When every volume was added. */
  result(): VolumesVerdict {
    const { manifest } = this.first ?? {};
    const steps: BundleCheck[] = [stepOf('volumes', this.complete(manifest))];
    if (manifest !== undefined) {
      const whole = isWholeHistory(manifest.scope);
      steps.push(stepOf('chain', this.chain.holds && whole ? this.chains.whole(manifest.scope) : this.chain));
      if (whole) steps.push(this.heads(manifest.scope));
      const complete = completeStep(manifest.scope);
      if (complete !== null) steps.push(complete);
    }
    const failed = this.singly.filter(({ result }) => result === 'fails');
    return {
      verdict: verdictOf([...this.singly, ...steps]),
      origin: manifest?.origin ?? null,
      size: manifest?.size ?? null,
      scope: manifest?.scope ?? null,
      erased: manifest !== undefined && isWholeHistory(manifest.scope) ? this.chains.erased : [],
      steps: [...failed, ...steps],
    };
  }

  /** Each is of the same order at the same checkpoint, and begins where the one before it ends. */
  private place(manifest: Manifest, files: Files): Check {
    const { volume } = manifest;
    if (volume === null) return fails('one of them is a bundle of its own');
    const checkpoint = kept(files, 'checkpoint').get('checkpoint');
    const { first, last } = this;
    this.first ??= { manifest, checkpoint };
    this.last = { ...last, number: volume.number, end: volume.end };
    if (volume.number !== last.number + 1) return fails(`volume ${last.number + 1} is missing`);
    if (volume.start !== last.end) return fails(`volume ${volume.number} does not begin where the one before it ends`);
    if (first === undefined) return HOLDS;
    const isSame =
      orderOf(manifest) === orderOf(first.manifest) &&
      checkpoint !== undefined &&
      first.checkpoint?.equals(checkpoint) === true;
    return isSame ? HOLDS : fails(`volume ${volume.number} is of another order or at another checkpoint`);
  }

  private complete(manifest: Manifest | undefined): Check {
    if (!this.follows.holds) return this.follows;
    return this.last.end === manifest?.size ? HOLDS : fails(`volume ${this.last.number + 1} is missing`);
  }

  private heads(scope: BundleScope): BundleCheck {
    const bytes = this.last.files.get('subject.json');
    if (bytes === undefined) return stepOf('heads', fails('subject.json is missing'));
    try {
      return stepOf('heads', checkHeads(bytes, this.links, scope, this.seenAt));
    } catch (error) {
      if (error instanceof Malformed) return stepOf('heads', fails(error.message));
      throw error;
    }
  }
}

function manifestIn(bytes: Buffer): [Manifest | null] {
  try {
    return [parseManifest(bytes)];
  } catch (error) {
    if (error instanceof Malformed) return [null];
    throw error;
  }
}

/** A copy of one file: what it is taken from is the whole archive, whose memory the next one may take. */
function kept(files: Files, name: string): Map<string, Buffer> {
  const bytes = files.get(name);
  return new Map(bytes === undefined ? [] : [[name, Buffer.from(bytes)]]);
}

/** What was ordered, as text. */
function orderOf({ origin, size, since, scope }: Manifest): string {
  return JSON.stringify([origin, size, since, scope]);
}

/** A record without what it shows, but for what says where it is in its chain. */
function linkOnly(record: LinkedRecord): LinkedRecord {
  const { t, at, root, size } = record.entry.clear;
  const clear = Object.fromEntries(Object.entries({ t, at, root, size }).filter(([, value]) => value !== undefined));
  const disclosed =
    subjectOf(record) === null
      ? []
      : record.entry.disclosed.filter(({ name }) => name === 'subj' || (name === 'export' && t === 'export.created'));
  return { ...record, entry: { ...record.entry, clear: clear as typeof record.entry.clear, disclosed } };
}
