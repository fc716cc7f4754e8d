import { Module } from '@nestjs/common';
import { LedgerModule } from '#lib/ledger';
import { LedgerController } from './ledger.controller.js';
import { LogController } from './log.controller.js';

/** Reading the log: a brand its own entries, and strangers what proves all of them. */
@Module({ imports: [LedgerModule], controllers: [LedgerController, LogController] })
export class LedgerDoorModule {}
