/** The id of a message begins with the clock of the process that accepted it, `accepted_at` is the database's. */
export const CLOCKS_DIFFER_MS = 86_400_000;

export { firstIdAt } from '#lib/platform';
