import type { Database, ReadinessCheck } from '#lib/platform';
import { checkGuards } from './guards.js';

/** Readiness: whether everything that keeps the ledger append-only is in place. */
export function ledgerCheck(database: Database): ReadinessCheck {
  return {
    name: 'ledger',
    async run() {
      const violations = await checkGuards(database.tx);
      if (violations.length === 0) return { status: 'up' };
      const message = violations.map(({ object, problem }) => `${object}: ${problem}`).join('; ');
      return { status: 'down', message };
    },
  };
}
