import type { CopiedRow } from '#lib/platform';

/** What touches are named by: once for each combination. */
export interface TouchName {
  readonly channel: string;
  readonly campaignId: string | null;
  readonly topicId: string | null;
  /** Of a visit, which names its campaign by itself. */
  readonly campaign: string | null;
  readonly templateId: string | null;
  /** Of a visit: its page. */
  readonly page: string | null;
  /** Of a message: which step sent it, and as which variant. */
  readonly step: string | null;
  readonly variant: string | null;
}

const FEWEST = 256;

/** Combinations of names, numbered from 0 in the order in which they come, by the bytes that PostgreSQL sends. */
export class NameTable {
  private readonly keys: Buffer[] = [];
  /** By what is in a combination: its number, and 1 more. */
  private places = new Uint32Array(FEWEST);

  /** The number of what a row ends with: channel, campaign and topic by their ids, campaign by its name,
   * template by its id, page, step, variant. */
  add({ bytes, view, end }: CopiedRow, start: number): number {
    let mask = this.places.length - 1;
    const hash = hashed(view, start, end);
    let place = hash & mask;
    for (;;) {
      const number = (this.places[place] ?? 0) - 1;
      if (number < 0) break;
      const key = this.keys[number];
      if (key !== undefined && key.length === end - start && isEqual(key, bytes, start)) return number;
      place = (place + 1) & mask;
    }
    this.keys.push(Buffer.from(bytes.subarray(start, end)));
    if (this.keys.length * 2 <= this.places.length) this.places[place] = this.keys.length;
    else {
      this.places = new Uint32Array(this.places.length * 2);
      mask = this.places.length - 1;
      this.keys.forEach((key, number) => {
        const ofKey = new DataView(key.buffer, key.byteOffset, key.length);
        let free = hashed(ofKey, 0, key.length) & mask;
        while (this.places[free] !== 0) free = (free + 1) & mask;
        this.places[free] = number + 1;
      });
    }
    return this.keys.length - 1;
  }

  /** By their numbers. */
  all(): TouchName[] {
    return this.keys.map(nameOf);
  }
}

function hashed(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) hash = Math.imul(hash ^ view.getInt32(at), 0x5bd1e995) ^ (hash >>> 15);
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x5bd1e995) ^ (hash >>> 15);
  return hash ^ (hash >>> 13);
}

function isEqual(key: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}

function nameOf(key: Buffer): TouchName {
  let at = 0;
  const field = (): Buffer | null => {
    const length = key.readInt32BE(at);
    at += 4;
    if (length < 0) return null;
    at += length;
    return key.subarray(at - length, at);
  };
  const [channel, campaignId, topicId, campaign] = [field(), field(), field(), field()];
  const [templateId, page, step, variant] = [field(), field(), field(), field()];
  return {
    channel: channel?.toString('utf8') ?? '',
    campaignId: campaignId === null ? null : uuidOf(campaignId),
    topicId: topicId === null ? null : uuidOf(topicId),
    campaign: campaign?.toString('utf8') ?? null,
    templateId: templateId === null ? null : uuidOf(templateId),
    page: page?.toString('utf8') ?? null,
    step: step?.toString('utf8') ?? null,
    variant: variant?.toString('utf8') ?? null,
  };
}

function uuidOf(bytes: Buffer): string {
  const text = bytes.toString('hex');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
