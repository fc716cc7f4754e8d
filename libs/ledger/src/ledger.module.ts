import { Module } from '@nestjs/common';
import { Database, KEY_RING, type KeyRing } from '#lib/platform';
import { LedgerService } from './ledger.service.js';
import { PublishedLog } from './published-log.js';
import { StartCheck } from './start-check.js';

/** Gives LedgerService and PublishedLog, with the deployment's keys, to processes whose database can be trusted. */
@Module({
  providers: [
    StartCheck,
    {
      provide: LedgerService,
      useFactory: ({ ledgerKek, ledgerMac }: KeyRing) => new LedgerService({ kek: ledgerKek, macKey: ledgerMac }),
      inject: [KEY_RING],
    },
    {
      provide: PublishedLog,
      useFactory: (database: Database) => new PublishedLog(database),
      inject: [Database],
    },
  ],
  exports: [LedgerService, PublishedLog],
})
export class LedgerModule {}
