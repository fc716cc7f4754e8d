import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { LedgerModule } from '#lib/ledger';
import { SendingSetupModule, StartedMessages } from '#lib/sending';
import { AuditExportsController } from './audit-exports.controller.js';
import { LedgerController } from './ledger.controller.js';
import { LogController } from './log.controller.js';

/** Reading the log: a brand its own entries and bundles of them, and strangers what proves all of them. */
@Module({
  imports: [LedgerModule, ConsentModule.forRoot(StartedMessages), SendingSetupModule],
  controllers: [LedgerController, LogController, AuditExportsController],
})
export class LedgerDoorModule {}
