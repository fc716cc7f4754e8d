import { Module } from '@nestjs/common';
import { Database, KEY_RING, type KeyRing } from '#lib/platform';
import { AuditExportService } from './bundle/audit-export.service.js';
import { LedgerService } from './ledger.service.js';
import { PublishedLog } from './published-log.js';
import { SubjectHeads } from './bundle/subject-heads.service.js';
import { StartCheck } from './start-check.js';

/** Gives the ledger's services, with the deployment's keys, to processes whose database can be trusted. */
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
    {
      provide: AuditExportService,
      useFactory: (database: Database, ledger: LedgerService, { ledgerKek, ledgerMac }: KeyRing) =>
        new AuditExportService(database, ledger, { kek: ledgerKek, macKey: ledgerMac }),
      inject: [Database, LedgerService, KEY_RING],
    },
    {
      provide: SubjectHeads,
      useFactory: (database: Database, ledger: LedgerService) => new SubjectHeads(database, ledger),
      inject: [Database, LedgerService],
    },
  ],
  exports: [LedgerService, PublishedLog, AuditExportService, SubjectHeads],
})
export class LedgerModule {}
