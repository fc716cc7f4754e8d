import { textProblem } from '#lib/platform';

/**
 * A query string as the router wants it. A name that comes twice becomes an array, which no schema takes,
 * and so does a value that could not be stored; a parser that threw would end the process.
 */
export function parseQuery(text: string): Record<string, unknown> {
  const query = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of new URLSearchParams(text)) {
    query[name] = name in query || textProblem(value) !== null ? [] : value;
  }
  return query;
}
