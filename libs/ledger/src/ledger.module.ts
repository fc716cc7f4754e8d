import { Module } from '@nestjs/common';
import { KEY_RING, type KeyRing } from '#lib/platform';
import { LedgerService } from './ledger.service.js';

/** Gives LedgerService, with the deployment's keys. */
@Module({
  providers: [
    {
      provide: LedgerService,
      useFactory: ({ ledgerKek, ledgerMac }: KeyRing) => new LedgerService({ kek: ledgerKek, macKey: ledgerMac }),
      inject: [KEY_RING],
    },
  ],
  exports: [LedgerService],
})
export class LedgerModule {}
