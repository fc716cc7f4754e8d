import { LedgerService, Sequencer } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing } from '#lib/platform';
import { Reconciler } from '#lib/sending';
import type { RunningApi } from './running-api.js';

/** Compares the rows of a running api with its log, as is done every day: everything has its position before. */
export class Comparison {
  private readonly keys: KeyRing;
  private readonly sequencer: Sequencer;

  constructor(private readonly api: RunningApi) {
    this.keys = api.app.get<KeyRing>(KEY_RING, { strict: false });
    const { ledgerKek: kek, ledgerMac: macKey } = this.keys;
    this.sequencer = new Sequencer({ url: api.database.urls.sequencer, keys: { kek, macKey } });
  }

  /** Of each difference the table, and what is wrong with its row. */
  async differences(): Promise<string[]> {
    while ((await this.sequencer.runOnce()) > 0);
    const { app } = this.api;
    const database = app.get(Database, { strict: false });
    const found = await new Reconciler(database, app.get(LedgerService, { strict: false }), this.keys).run();
    return found.differences.map(({ table, problem }) => `${table} ${problem}`);
  }

  stop(): Promise<void> {
    return this.sequencer.stop();
  }
}
