import { Module } from '@nestjs/common';
import { ConsentTrendService } from './consents/consent-trend.service.js';
import { DeliveryService } from './deliveries/delivery.service.js';
import { ExitService } from './exits/exit.service.js';
import { FactService } from './facts/fact.service.js';
import { FeedExportService } from './feeds/feed-export.service.js';
import { FeedService } from './feeds/feed.service.js';
import { LinkService } from './links/link.service.js';
import { InvariantService } from './invariants/invariant.service.js';
import { KeptConsentsService } from './kept-consents/kept-consents.service.js';
import { KeptMessagesService } from './kept-messages/kept-message.service.js';
import { KeptTouchesService } from './money/kept.service.js';
import { DrillService } from './money/drill.service.js';
import { LiftService } from './lift/lift.service.js';
import { MoneyService } from './money/money.service.js';
import { MonthsService } from './money/months.service.js';
import { WorkedOutFeeds } from './feeds/worked-out.service.js';
import { SnapshotService } from './snapshots/snapshot.service.js';

const SERVICES = [
  ExitService,
  DeliveryService,
  LinkService,
  LiftService,
  ConsentTrendService,
  FactService,
  KeptTouchesService,
  KeptConsentsService,
  KeptMessagesService,
  MoneyService,
  MonthsService,
  DrillService,
  FeedService,
  WorkedOutFeeds,
  FeedExportService,
  SnapshotService,
  InvariantService,
];

/** Figures out of what other libs publish as SQL views. */
@Module({ providers: SERVICES, exports: SERVICES })
export class ReportingModule {}
