import { DocsModule } from './docs/docs.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { LedgerDoorModule } from './ledger/ledger-door.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { PeopleModule } from './people/people.module.js';
import { SetupModule } from './setup/setup.module.js';

/** What the machines' door offers: every module with controllers. The API description is made from these. */
export const FEATURES = [
  SetupModule,
  PeopleModule,
  MessagesModule,
  EventsModule,
  LedgerDoorModule,
  HealthModule,
  MetricsModule,
  DocsModule,
];
