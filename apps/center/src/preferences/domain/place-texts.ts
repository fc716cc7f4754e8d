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
  /** `isLong`: on pages that have nothing but this text. */
  | { readonly where: 'elsewhere'; readonly isLong: boolean };

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
/** An entry has two texts at most, and a page of the record has room for one entry. */
export const LONG_BYTES = 5_000;

/**
 * Puts each text once on a page that has only so much room. Entries that share one point at it; a text that does not fit
 * is to be found elsewhere, as is one that is long wherever it stands. Where entries themselves end with the room there is
 * always one, with its texts that are not long.
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
    const cost = (perEntry ?? 0) + sumOf(texts.filter((read) => !ids.has(read.text) && !isLong(read)).map(costOf));
    if (perEntry !== null && placed.length > 0 && cost > left) break;
    left -= perEntry ?? 0;
    placed.push(
      texts.map((read): PlacedText => {
        const id = ids.get(read.text);
        if (id !== undefined) return { where: 'above', id };
        if (isLong(read)) return { where: 'elsewhere', isLong: true };
        if (perEntry === null && costOf(read) > left) return { where: 'elsewhere', isLong: false };
        left -= costOf(read);
        if (bytesOf(read.text) <= SHORT_BYTES) return { ...read, where: 'here', id: null };
        ids.set(read.text, `t${ids.size}`);
        return { ...read, where: 'here', id: `t${ids.size - 1}` };
      }),
    );
  }
  return placed;
}

/** A text in parts of so many bytes of HTML at most, together the whole of it; where it can be between words. */
export function partsOf(text: string, most: number): string[] {
  const parts = [''];
  let room = most;
  for (const word of text.match(/\S*\s*/g) ?? []) {
    for (const piece of bytesOf(word) <= most ? [word] : word) {
      const bytes = bytesOf(piece);
      if (bytes > room) [room] = [most, parts.push('')];
      parts.push(`${parts.pop() ?? ''}${piece}`);
      room -= bytes;
    }
  }
  return parts;
}

function isLong({ text }: ReadText): boolean {
  return bytesOf(text) > LONG_BYTES;
}

function costOf({ text }: ReadText): number {
  return bytesOf(text) + MARKUP_BYTES;
}

/** As they stand in HTML. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text.replace(/[&<>"'`=]/g, '&#xNN;')).length;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
