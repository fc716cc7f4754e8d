import { Module } from '@nestjs/common';
import { KEY_RING, type KeyRing } from '#lib/platform';
import { LedgerService } from './ledger.service.js';
import { StartCheck } from './start-check.js';

/** Gives LedgerService, with the deployment's keys, to processes whose database can be trusted. */
@Module({
  providers: [
    StartCheck,
    {
      provide: LedgerService,
      useFactory: ({ ledgerKek, ledgerMac }: KeyRing) => new LedgerService({ kek: ledgerKek, macKey: ledgerMac }),
      inject: [KEY_RING],
    },
  ],
  exports: [LedgerService],
})
export class LedgerModule {}
