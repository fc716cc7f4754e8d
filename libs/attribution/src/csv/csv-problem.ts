/** What is wrong with a file, and in which line, in a sentence for whoever has to mend it. */
export class CsvProblem extends Error {
  constructor(
    readonly line: number,
    readonly detail: string,
  ) {
    super(`line ${line}: ${detail}`);
  }
}
