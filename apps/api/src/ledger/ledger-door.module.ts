import { Module } from '@nestjs/common';
import { LedgerModule } from '#lib/ledger';
import { LedgerController } from './ledger.controller.js';

/** Reading the log. */
@Module({ imports: [LedgerModule], controllers: [LedgerController] })
export class LedgerDoorModule {}
