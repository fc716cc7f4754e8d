import { ContentModule } from './content/content.module.js';
import { DocsModule } from './docs/docs.module.js';
import { EventEndpointsModule } from './event-endpoints/event-endpoints.module.js';
import { EventsModule } from './events/events.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { HealthModule } from './health/health.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { InboundModule } from './inbound/inbound.module.js';
import { LedgerDoorModule } from './ledger/ledger-door.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ODataModule } from './odata/odata.module.js';
import { PeopleModule } from './people/people.module.js';
import { ReportPagesModule } from './report-pages/report-pages.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { SetupModule } from './setup/setup.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** What the machines' door offers: every module with controllers. The API description is made from these. */
export const FEATURES = [
  SetupModule,
  ContentModule,
  PeopleModule,
  ImportsModule,
  ExportsModule,
  InboundModule,
  MessagesModule,
  EventsModule,
  EventEndpointsModule,
  WebhooksModule,
  LedgerDoorModule,
  ReportsModule,
  ReportPagesModule,
  ODataModule,
  HealthModule,
  MetricsModule,
  DocsModule,
];
