import { CsvProblem } from './csv-problem.js';
import type { CsvRecords } from './csv-records.js';

/**
 * Where the columns stand, by the names in the first record.
 * @throws CsvProblem when one that must be there is missing, or one is there that nobody knows or that is there already
 */
export function columnsOf<Name extends string>(
  header: CsvRecords,
  required: readonly Name[],
  optional: readonly Name[],
): ReadonlyMap<Name, number> {
  const known = [...required, ...optional];
  const expected = `Columns are ${required.join(', ')}${optional.map((name) => `[, ${name}]`).join('')}, divided by commas.`;
  const places = new Map<Name, number>();
  for (let field = 0; field < header.count; field++) {
    const text = header.text(field).trim();
    const name = known.find((candidate) => candidate === text.toLowerCase());
    if (name === undefined) {
      const isDivided = header.count === 1 && text.includes(';');
      const hint = isDivided ? ' The columns of this file seem to be divided by semicolons.' : '';
      throw new CsvProblem(header.line, `there is no column "${text}". ${expected}${hint}`);
    }
    if (places.has(name)) throw new CsvProblem(header.line, `the column "${name}" is there twice.`);
    places.set(name, field);
  }
  const missing = required.filter((name) => !places.has(name));
  if (missing.length > 0)
    throw new CsvProblem(header.line, `the column "${missing.join('", "')}" is missing. ${expected}`);
  return places;
}
