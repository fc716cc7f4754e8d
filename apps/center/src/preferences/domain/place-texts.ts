/** A text that somebody read. */
export interface ReadText {
  readonly text: string;
  /** Null: that of the page. */
  readonly lang: string | null;
}

/** Where a text of an entry is to be found: here, where it stands already on the page, or on a page of its own. */
export type PlacedText =
  | (ReadText & { readonly where: 'here'; readonly id: string | null })
  | { readonly where: 'above'; readonly id: string }
  | { readonly where: 'elsewhere' };

/** How much fits on the page. */
export interface Room {
  /** For texts, in bytes; where entries have to fit as well, for both. */
  readonly bytes: number;
  /** Of an entry without its texts, where entries end with the room: the others are on the next page. Null: all are shown. */
  readonly perEntry: number | null;
}

/** What is no longer than this is said again rather than pointed at. */
const SHORT_BYTES = 120;
const MARKUP_BYTES = 70;

/**
 * Puts each text once on a page that has only so much room. Entries that share one point at it; a text that does not fit
 * is to be found elsewhere. Where entries themselves end with the room there is always one, whole, however long it is.
 * @param present texts that stand on the page already, with their ids
 * @returns for each entry that is shown, in order
 */
export function placeTexts(
  entries: readonly (readonly ReadText[])[],
  { bytes, perEntry }: Room,
  present: ReadonlyMap<string, string> = new Map(),
): PlacedText[][] {
  const ids = new Map(present);
  const placed: PlacedText[][] = [];
  let left = bytes;
  for (const texts of entries) {
    const cost = (perEntry ?? 0) + sumOf(texts.filter(({ text }) => !ids.has(text)).map(costOf));
    if (perEntry !== null && placed.length > 0 && cost > left) break;
    left -= perEntry ?? 0;
    placed.push(
      texts.map((read): PlacedText => {
        const id = ids.get(read.text);
        if (id !== undefined) return { where: 'above', id };
        if (perEntry === null && costOf(read) > left) return { where: 'elsewhere' };
        left -= costOf(read);
        if (bytesOf(read.text) <= SHORT_BYTES) return { ...read, where: 'here', id: null };
        ids.set(read.text, `t${ids.size}`);
        return { ...read, where: 'here', id: `t${ids.size - 1}` };
      }),
    );
  }
  return placed;
}

function costOf({ text }: ReadText): number {
  return bytesOf(text) + MARKUP_BYTES;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
