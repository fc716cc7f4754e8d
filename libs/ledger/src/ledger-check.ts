import type { Database, ReadinessCheck } from '#lib/platform';
import { checkGuards } from './guards.js';
import { recognitionStore } from './recognition.store.js';

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

/** Readiness: whether the log can still be signed. A database that was restored from an older backup is found by this. */
export function publishingCheck(database: Database): ReadinessCheck {
  return {
    name: 'publishing',
    async run() {
      const hold = await recognitionStore.hold(database.tx);
      return hold?.kind === 'contradicted' ? { status: 'down', message: hold.reason } : { status: 'up' };
    },
  };
}

/** Readiness of whoever hands over: whether messages may leave by this database. */
export function handOverCheck(database: Database): ReadinessCheck {
  return {
    name: 'hand-over',
    async run() {
      const hold = await recognitionStore.hold(database.tx);
      return hold === null ? { status: 'up' } : { status: 'down', message: hold.reason };
    },
  };
}
