import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Erased, ErasedAgain } from '#lib/consent';
import type { BrandId, ContactId } from '#lib/kernel';
import { ERASED_FILE, readIfThere } from '#lib/ledger';

/** A transaction that commits late has an earlier instant than one that was seen. */
const OVERLAP_MS = 3_600_000;

const Line = z.strictObject({
  id: z.guid().transform((id) => id as ContactId),
  brandId: z.guid().transform((id) => id as BrandId),
  at: z.int(),
});

/**
 * Who was erased, outside the database, by ids that name nobody. A backup from before an erasure brings the person back;
 * this list takes them out again. What was erased in the seconds before the database was lost may be missing in it.
 */
export class ErasedList {
  private readonly file: string;
  private readonly known = new Map<string, Erased>();

  /** @throws Error when the list is damaged, but for a last line that a crash has cut off */
  constructor(
    folder: string,
    private readonly erasures: ErasedAgain,
  ) {
    this.file = path.join(folder, ERASED_FILE);
    const text = readIfThere(this.file) ?? '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n').filter(Boolean)) this.remember(Line.parse(JSON.parse(line)));
    if (whole !== text) fs.truncateSync(this.file, Buffer.byteLength(whole));
  }

  /** Erases again whoever is back, and notes who was erased since the last time. Answers of how many it was the first. */
  async round(signal?: AbortSignal): Promise<number> {
    const again = await this.erasures.erase([...this.known.values()], signal);
    const latest = Math.max(0, ...[...this.known.values()].map(({ at }) => at));
    const found = (await this.erasures.since(Math.max(0, latest - OVERLAP_MS))).filter(({ id }) => !this.known.has(id));
    if (found.length > 0) this.append(found);
    return again;
  }

  /** Makes the file of a log that is signed, if nobody was erased yet: one that is missing was left behind, and not empty. */
  begin(): void {
    if (!fs.existsSync(this.file)) this.append([]);
  }

  private append(found: readonly Erased[]): void {
    const handle = fs.openSync(this.file, 'a', 0o600);
    try {
      fs.writeFileSync(handle, found.map(({ id, brandId, at }) => `${JSON.stringify({ id, brandId, at })}\n`).join(''));
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    for (const one of found) this.remember(one);
  }

  private remember(one: Erased): void {
    this.known.set(one.id, one);
  }
}
