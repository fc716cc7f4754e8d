import { toIso, type Tx } from '#lib/platform';
import {
  type BundleRecord,
  documentText,
  embedFiles,
  encodeDisclosure,
  isObject,
  isWholeHistory,
  MANIFEST,
  mergedWith,
  parseSignedCheckpoint,
  parseTrustPolicy,
  proveHead,
  readEntry,
  recordsCsv,
  REPORT,
  type SignedCheckpoint,
  subjectLabel,
  type TimedCheckpoint,
  type TrustPolicy,
  verifyEntry,
  type Volume,
  withoutHashes,
  writeHashLines,
  writeManifest,
  writeRecords,
  writeSubjectFile,
  writeTimes,
  writeTlogProof,
  writeZip,
} from '#lib/proof';
import type { LedgerKeys } from '../sealing.js';
import { type KeptCheckpoint, type PassedOver, tileStore } from '../tile.store.js';
import { TileProver } from '../tile-proofs.js';
import { carriedFiles, reportPage } from './carried-files.js';
import type { ExportRow, FixedInputs } from './export.store.js';
import { headsStore } from './heads.store.js';
import { type OpenEntry, RecordSource, wiresOf } from './record-source.js';
import { isWitnessed, passedOverWith } from './witnessed.js';

/** There is nothing to be built of this, however often it is tried; the caller is told why. */
export class NotBuildable extends Error {
  override readonly name = 'NotBuildable';

  constructor(readonly reason: 'erased' | 'too_many_records' | 'not_witnessed' | 'merged_meanwhile') {
    super(reason);
  }
}

/** In one volume: each has a proof in a file of its own, and all of them stand in one page. */
export const VOLUME_RECORDS = 20_000;
/** Some eight gigabytes, which the database keeps for a week. */
const MOST_VOLUMES = 50;

/**
 * Each passes over all checkpoints that lack the same witnesses, however long those were away, and else one on either side
 * of a record: of which a line is wrong, which nothing of ours keeps.
 */
const MOST_ROUNDS = 200;

const PUBLISHED: readonly (readonly [type: string, clear: string, disclosed: string])[] = [
  ['notice.published', 'doc', 'notice'],
  ['policy.published', 'pol', 'policy'],
  ['template.published', 'tpl', 'template'],
];

/** One file of a bundle. */
export interface BuiltVolume {
  readonly bytes: Buffer;
  readonly records: number;
  /** Its records have positions before this one. */
  readonly end: number;
  readonly isLast: boolean;
}

/**
 * Makes the next file of an export's bundle, the only one when there are no more than `most` records. It depends on what
 * was asked for, on what was fixed before and on which were made, and on nothing else, so that it can be made again byte
 * for byte, as long as nothing of it is erased.
 * @throws NotBuildable
 */
export async function buildVolume(
  tx: Tx,
  keys: LedgerKeys,
  about: ExportRow,
  fixed: FixedInputs,
  most: number,
): Promise<BuiltVolume> {
  return new VolumeBuilder(tx, keys, about, fixed).build(most);
}

class VolumeBuilder {
  private readonly source: RecordSource;
  private readonly prover: TileProver;
  private readonly signed: SignedCheckpoint;
  private readonly policy: TrustPolicy;
  private readonly files = new Map<string, Buffer>();
  private readonly records = new Map<number, BundleRecord>();
  /** Whether the records have come to the entry about this order. */
  private isOrdered = false;

  constructor(
    private readonly tx: Tx,
    keys: LedgerKeys,
    private readonly about: ExportRow,
    private readonly fixed: FixedInputs,
  ) {
    this.source = new RecordSource(tx, keys, about, fixed.size);
    this.prover = new TileProver(tx);
    this.signed = parseSignedCheckpoint(fixed.note);
    this.policy = parseTrustPolicy(fixed.policy);
  }

  async build(most: number): Promise<BuiltVolume> {
    const { files, fixed, about } = this;
    const number = about.volumes.length + 1;
    const start = about.volumes.at(-1)?.end ?? 0;
    const asked: OpenEntry[] = [];
    let isLast = true;
    for await (const entry of this.source.records(start)) {
      isLast = asked.length < most;
      if (!isLast) break;
      this.assertWhole(entry);
      asked.push(entry);
      this.add(entry, 'record');
    }
    if (!isLast && number === MOST_VOLUMES) throw new NotBuildable('too_many_records');
    // Within a time, or of a campaign, there may be nothing; a whole history has the order itself.
    if (isWholeHistory(about) && asked.length === 0) throw new NotBuildable('erased');
    const end = isLast ? fixed.size : (asked.at(-1)?.idx ?? start) + 1;
    await this.documents(asked);
    if (about.subjects !== null && isLast) await this.heads();
    const records = [...this.records.values()].sort((a, b) => a.idx - b.idx);
    files.set('entries.ndjson', writeRecords(records));
    files.set('checkpoint', Buffer.from(fixed.note));
    files.set('policy.txt', Buffer.from(fixed.policy));
    for (const { idx } of records) files.set(`proofs/${idx}.tlog-proof`, await this.proof(idx));
    files.set('times.ndjson', writeTimes(await this.times(records)));
    if (about.since !== null) {
      files.set('consistency.txt', Buffer.from(writeHashLines(await this.prover.consistency(about.since, fixed.size))));
    }
    files.set('report.csv', Buffer.from(recordsCsv(asked.map((entry) => ({ idx: entry.idx, entry: shownOf(entry) })))));
    this.finish(asked.length, isLast && number === 1 ? null : { number, start, end });
    return { bytes: writeZip(files), records: asked.length, end, isLast };
  }

  /** Whoever became one person with somebody after the order, and before its checkpoint, has chains that were not asked for. */
  private assertWhole({ clear, disclosed }: OpenEntry): void {
    const order = disclosed['export'];
    this.isOrdered ||= isObject(order) && order['id'] === this.about.id;
    const chain = mergedWith(clear['t'], disclosed['change'])?.chain ?? null;
    const isMissing = chain !== null && this.about.subjects?.some((id) => id === chain) === false;
    if (this.isOrdered && isMissing && isWholeHistory(this.about)) throw new NotBuildable('merged_meanwhile');
  }

  private add(entry: OpenEntry, role: BundleRecord['role']): void {
    if (this.records.has(entry.idx)) return;
    this.records.set(entry.idx, { idx: entry.idx, role, leaf: entry.leaf, disclosures: wiresOf(entry) });
  }

  /** The texts that the records refer to, each with the entry by which it was published. */
  private async documents(asked: readonly OpenEntry[]): Promise<void> {
    const wanted = new Set(asked.flatMap(({ clear }) => [clear['doc'], clear['pol'], clear['tpl']]));
    for await (const entry of this.source.setUp()) {
      const [, field = '', name = ''] = PUBLISHED.find(([type]) => type === entry.clear['t']) ?? [];
      const hash = entry.clear[field];
      if (typeof hash !== 'string' || !wanted.has(hash)) continue;
      const text = documentText(entry.disclosed[name] ?? null, hash);
      if (text === null) continue;
      this.files.set(`documents/${hash}.json`, text);
      this.add(entry, 'document');
    }
  }

  private async heads(): Promise<void> {
    const kept = this.fixed.headsId === null ? null : await headsStore.byId(this.tx, this.fixed.headsId);
    if (kept === null) return void this.files.set('subject.json', writeSubjectFile({ heads: null, proofs: [] }));
    const entry = await this.source.entry(kept.entryId);
    this.add(entry, 'heads');
    const proofs = (this.about.subjects ?? []).map((id) => ({ id, ...proveHead(kept.records, subjectLabel(id)) }));
    this.files.set('subject.json', writeSubjectFile({ heads: entry.idx, proofs }));
  }

  private async proof(idx: number): Promise<Buffer> {
    const hashes = await this.prover.inclusion(idx, this.fixed.size);
    return Buffer.from(writeTlogProof({ extra: null, index: idx, hashes, ...this.signed }));
  }

  /** For each record the last checkpoint without it and the first with it that were witnessed as the bundle's own policy asks. */
  private async times(records: readonly BundleRecord[]): Promise<TimedCheckpoint[]> {
    const positions = records.map(({ idx }) => idx);
    const notes = new Map<number, string>();
    const passedOver = new Map<string, PassedOver>();
    const wrong: number[] = [];
    for (let round = 0; ; round++) {
      const around = await tileStore.witnessedAround(this.tx, this.fixed, positions, [...passedOver.values()], wrong);
      const unread = around.filter(({ id }) => !notes.has(id));
      for (const one of unread) {
        const { cosigners, note } = await this.cosigned(one);
        const alike = passedOverWith(this.policy, one, cosigners);
        if (alike !== null) passedOver.set(JSON.stringify(alike), alike);
        else if (isWitnessed(note, this.fixed.policy)) notes.set(one.id, note);
        else wrong.push(one.id);
      }
      const isSettled = around.every(({ id }) => notes.has(id));
      if (!isSettled && round < MOST_ROUNDS) continue;
      return Promise.all(around.flatMap((one) => this.timed(one, notes.get(one.id) ?? null)));
    }
  }

  private async cosigned({ id, note }: KeptCheckpoint): Promise<{ note: string; cosigners: string[] }> {
    const lines = await tileStore.cosignatures(this.tx, id);
    return {
      note: note + lines.map(({ line }) => `${line}\n`).join(''),
      cosigners: lines.map(({ witness }) => witness),
    };
  }

  private timed({ size }: KeptCheckpoint, note: string | null): Promise<TimedCheckpoint>[] {
    if (note === null) return [];
    const proof = this.prover.consistency(size, this.fixed.size);
    return [proof.then((hashes) => ({ note, consistency: hashes.map((hash) => hash.toString('base64')) }))];
  }

  private finish(records: number, volume: Volume | null): void {
    const { subjects, campaign, from, to, brandId, since } = this.about;
    const at = (instant: number | null): string | null => (instant === null ? null : toIso(instant));
    const scope = { brand: brandId, subjects, campaign, from: at(from), to: at(to) };
    const about = { origin: this.fixed.origin, size: this.fixed.size, since, records, scope, volume };
    const carried = carriedFiles();
    const outline = withoutHashes(writeManifest(about, new Map()));
    this.files.set(REPORT, reportPage(carried, embedFiles(new Map([...this.files, [MANIFEST, outline]]))));
    this.files.set('verify.mjs', carried.verifier);
    this.files.set('README.txt', carried.readme);
    this.files.set(MANIFEST, writeManifest(about, this.files));
  }
}

function shownOf({ leaf, texts }: OpenEntry) {
  const bytes = Buffer.from(leaf);
  return texts.length === 0 ? { ...readEntry(bytes), disclosed: [] } : verifyEntry(bytes, texts.map(encodeDisclosure));
}
