import { Module } from '@nestjs/common';
import { ConsentSetupModule } from '#lib/consent';
import { ReportingModule } from '#lib/reporting';
import { SendingModule } from '#lib/sending';
import { LedgerModule } from '#lib/ledger';
import { ReportsModule } from '../reports/reports.module.js';
import { FigurePagesController } from './figure-pages.controller.js';
import { FactPagesController } from './fact-pages.controller.js';
import { ListPages } from './list-pages.js';
import { DrillPagesController } from './drill-pages.controller.js';
import { EntryPagesController } from './entry-pages.controller.js';
import { MessagePagesController } from './message-pages.controller.js';
import { ReportPagesController } from './report-pages.controller.js';
import { Readers } from './session/reader.js';
import { SignInController } from './sign-in.controller.js';
import { TouchPagesController } from './touch-pages.controller.js';

/** Reports as pages that people read. */
@Module({
  imports: [ConsentSetupModule, LedgerModule, ReportingModule, ReportsModule, SendingModule],
  controllers: [
    SignInController,
    ReportPagesController,
    DrillPagesController,
    FactPagesController,
    FigurePagesController,
    EntryPagesController,
    MessagePagesController,
    TouchPagesController,
  ],
  providers: [Readers, ListPages],
})
export class ReportPagesModule {}
