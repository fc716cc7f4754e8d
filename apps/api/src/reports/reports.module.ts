import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { LedgerModule } from '#lib/ledger';
import { ReportingModule } from '#lib/reporting';
import { RunwayService, StartedMessages } from '#lib/sending';
import { ReportCatalog } from './catalog/report-catalog.js';
import { MessageReportsController } from './message-reports.controller.js';
import { ActivityReportsController } from './activity-reports.controller.js';
import { DrillController } from './drill.controller.js';
import { FigureController } from './figure.controller.js';
import { Figures } from './figures.js';
import { FactDrillController } from './fact-drill.controller.js';
import { MoneyReportsController } from './money-reports.controller.js';
import { ReportPeriods } from './report-period.js';
import { MonthEnd } from './snapshots/month-end.js';
import { WarmReports } from './warm-reports.js';
import { RunwayController } from './runway.controller.js';

const SERVICES = [ReportPeriods, ReportCatalog, Figures, MonthEnd, WarmReports, RunwayService];

/** What people and machines read about the whole of a brand. */
@Module({
  imports: [ConsentModule.forRoot(StartedMessages), LedgerModule, ReportingModule],
  controllers: [
    ...[RunwayController, MessageReportsController, DrillController, FactDrillController],
    ...[MoneyReportsController, ActivityReportsController, FigureController],
  ],
  providers: SERVICES,
  exports: SERVICES,
})
export class ReportsModule {}
