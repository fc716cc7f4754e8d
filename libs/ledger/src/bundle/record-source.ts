import type { EntryId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { encodeDisclosure, type JsonValue, readDisclosure } from '#lib/proof';
import { OPERATOR } from '../append.store.js';
import { isWithheld } from '../domain/withheld.js';
import { readStore, type SubjectRow } from '../read.store.js';
import { type LedgerKeys, openDisclosures, subjectKey } from '../sealing.js';
import type { ExportRow } from './export.store.js';

/** An entry with what it discloses to whoever verifies it. */
export interface OpenEntry {
  readonly idx: number;
  readonly leaf: string;
  readonly clear: Readonly<Record<string, JsonValue>>;
  /** As they were hashed. */
  readonly texts: readonly string[];
  readonly disclosed: Readonly<Record<string, JsonValue>>;
}

const PAGE = 500;

/** Reads what a bundle is about, in the order of the log, up to its checkpoint. */
export class RecordSource {
  constructor(
    private readonly tx: Tx,
    private readonly keys: LedgerKeys,
    private readonly about: ExportRow,
    private readonly size: number,
  ) {}

  /** The entries that were asked for, from a position on. */
  async *records(first: number): AsyncGenerator<OpenEntry> {
    const { campaign, from, to } = this.about;
    const [start, end] = [from === null ? null : toIso(from), to === null ? null : toIso(to)];
    const messages = new Set<JsonValue>();
    for await (const entry of this.about.subjects === null ? this.ofBrand(first) : this.ofPerson()) {
      const isOfCampaign = campaign === null || isAbout(entry, campaign, messages);
      const { at: said } = entry.clear;
      const at = typeof said === 'string' ? said : '';
      if (entry.idx >= first && isOfCampaign && (start === null || at >= start) && (end === null || at < end))
        yield entry;
    }
  }

  /** Everything that was set up for the brand: texts that other entries refer to by their hash are among it. */
  async *setUp(): AsyncGenerator<OpenEntry> {
    for await (const entry of this.ofSubject(OPERATOR)) if (entry.clear['br'] === this.about.brandId) yield entry;
  }

  /** One entry by its id, which has a position. */
  async entry(id: EntryId): Promise<OpenEntry> {
    const [found] = await readStore.findAll(this.tx, [id]);
    if (found === undefined || found.idx === null) throw new Error(`entry ${id} has no position`);
    return open(found.idx, found.leaf, []);
  }

  private async *ofBrand(first: number): AsyncGenerator<OpenEntry> {
    // Which messages are a campaign's stands in the first entry of each.
    for (let after = this.about.campaign === null ? first - 1 : -1; ;) {
      const { entries, next } = await readStore.page(this.tx, after, PAGE, { brandId: this.about.brandId });
      const within = entries.filter(({ idx }) => idx < this.size);
      const sealed = new Map(
        (
          await readStore.sealed(
            this.tx,
            within.map(({ id }) => id),
          )
        ).map((row) => [row.id, row]),
      );
      for (const { idx, id, leaf } of within) {
        const row = sealed.get(id);
        yield open(idx, leaf, row === undefined ? [] : this.texts(row));
      }
      if (next === null || within.length < entries.length) return;
      after = next;
    }
  }

  /** Chains of one person, merged by position. */
  private async *ofPerson(): AsyncGenerator<OpenEntry> {
    const all: OpenEntry[] = [];
    for (const subject of this.about.subjects ?? []) for await (const entry of this.ofSubject(subject)) all.push(entry);
    yield* all.sort((a, b) => a.idx - b.idx);
  }

  private async *ofSubject(subject: NonNullable<ExportRow['subjects']>[number]): AsyncGenerator<OpenEntry> {
    let after = 0;
    for (;;) {
      const rows: SubjectRow[] = await readStore.ofSubject(this.tx, subject, after, PAGE);
      for (const { id, idx, leaf, secret, sealed } of rows) {
        if (idx !== null && idx < this.size)
          yield open(idx, leaf, this.texts({ id, subjectId: subject, secret, sealed }));
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last.n;
    }
  }

  private texts({ id, subjectId, secret, sealed }: Awaited<ReturnType<typeof readStore.sealed>>[number]): string[] {
    return openDisclosures(subjectKey(this.keys, subjectId, secret), id, sealed).split('\n');
  }
}

/** The wire form of what an entry discloses. */
export function wiresOf({ texts }: OpenEntry): string[] {
  return texts.map(encodeDisclosure);
}

function open(idx: number, leaf: Buffer, texts: readonly string[]): OpenEntry {
  const text = leaf.toString('utf8');
  const clear = JSON.parse(text) as OpenEntry['clear'];
  const shown = texts
    .map((one) => ({ one, ...readDisclosure(one) }))
    .filter(({ name }) => !isWithheld(clear['t'], name));
  const disclosed = Object.fromEntries(shown.map(({ name, value }) => [name, value] as const));
  return { idx, leaf: text, clear, texts: shown.map(({ one }) => one), disclosed };
}

/** Whether an entry is the campaign's own, or about one of its messages, which the first entry of each makes known. */
function isAbout({ disclosed }: OpenEntry, campaign: string, messages: Set<JsonValue>): boolean {
  const message = memberOf(disclosed['message'], 'id');
  const named = memberOf(disclosed['campaign'], 'campaign') ?? memberOf(disclosed['campaign'], 'id');
  if (named === campaign && message !== undefined) messages.add(message);
  return named === campaign || (message !== undefined && messages.has(message));
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, JsonValue>>)[name];
}
