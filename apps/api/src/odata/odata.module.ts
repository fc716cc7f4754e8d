import { Module } from '@nestjs/common';
import { ReportingModule } from '#lib/reporting';
import { ReportsModule } from '../reports/reports.module.js';
import { FeedExportsController } from './feed-exports.controller.js';
import { ODataController } from './odata.controller.js';
import { ODataProblemFilter } from './odata-problem.filter.js';

/** What other programs read of the whole of a brand. */
@Module({
  imports: [ReportingModule, ReportsModule],
  controllers: [ODataController, FeedExportsController],
  providers: [ODataProblemFilter],
})
export class ODataModule {}
