const NEWLINE = 10;

/** How many bytes of a file lie before its lines, about: files are read ahead of what is done with their rows. */
export class LinesRead {
  private readonly marks: { readonly lines: number; readonly bytes: number }[] = [{ lines: 0, bytes: 0 }];

  add(chunk: Uint8Array): void {
    const last = this.marks.at(-1) ?? { lines: 0, bytes: 0 };
    let lines = last.lines;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
    this.marks.push({ lines, bytes: last.bytes + chunk.length });
  }

  /** @param line counted from 1, at most as many as were read */
  bytesUpTo(line: number): number {
    const after = this.marks.findIndex(({ lines }) => lines >= line);
    const [from, to] = [this.marks[after - 1], this.marks[after]];
    if (to === undefined) return this.marks.at(-1)?.bytes ?? 0;
    if (from === undefined) return to.bytes;
    return from.bytes + ((to.bytes - from.bytes) * (line - from.lines)) / (to.lines - from.lines);
  }
}
