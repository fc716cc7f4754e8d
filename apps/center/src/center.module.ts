import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { ledgerCheck, LedgerModule, LedgerService } from '#lib/ledger';
import {
  type Config,
  Database,
  KEY_RING,
  type KeyRing,
  platformChecks,
  PlatformModule,
  type ReadinessCheck,
} from '#lib/platform';
import {
  AcceptService,
  ContactMessages,
  ErasureWithdrawal,
  FeedbackService,
  MessageService,
  PersonExportService,
  StartedMessages,
  TrackingService,
  WakeUps,
} from '#lib/sending';
import { DoubleOptInController } from './double-opt-in/double-opt-in.controller.js';
import { HealthController, READINESS } from './health/health.controller.js';
import { journalCheck, KeptWishes } from './journal/kept-wishes.js';
import { OptOutJournal } from './journal/opt-out-journal.js';
import { OneClickController } from './one-click/one-click.controller.js';
import { FreshLinks } from './preferences/fresh-links.js';
import { PreferencePage } from './preferences/preference-page.js';
import { PreferencesController } from './preferences/preferences.controller.js';
import { CountedLinksController } from './tracking/counted-links.controller.js';
import { OpenedController } from './tracking/opened.controller.js';

export const CENTER_CONTROLLERS = [
  OneClickController,
  DoubleOptInController,
  PreferencesController,
  CountedLinksController,
  OpenedController,
  HealthController,
];
export const CENTER_SERVICES = [PreferencePage, KeptWishes, FreshLinks];

/** The center has no queue, and must work while there is none: the sweeper wakes the few messages that begin here. */
@Injectable()
class LeftToSweeper extends WakeUps {
  override onModuleInit(): void {}
  override send(): void {}
}
/** So that they do not wait for long. */
const SWEPT_AFTER_SECONDS = 1;

/** Nobody waits longer at this door: a wish to leave is kept then, as while the database is away. Nothing here is long. */
const PATIENCE = { answerMs: 5_000, cutsSlow: true };

/** The contacts' door: pages behind signed links, no login. */
@Module({})
export class CenterModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: CenterModule,
      imports: [
        PlatformModule.forRoot(config, 'center', { startsWithoutDatabase: true, patience: PATIENCE }),
        LedgerModule,
        ConsentModule.forRoot(StartedMessages),
      ],
      controllers: CENTER_CONTROLLERS,
      providers: [
        ...CENTER_SERVICES,
        ContactMessages,
        ErasureWithdrawal,
        MessageService,
        FeedbackService,
        TrackingService,
        PersonExportService,
        { provide: WakeUps, useClass: LeftToSweeper },
        {
          provide: AcceptService,
          inject: [Database, LedgerService, WakeUps],
          useFactory: (database: Database, ledger: LedgerService, wakeUps: WakeUps) =>
            new AcceptService(database, ledger, wakeUps, { ...config, WAKE_UP_SECONDS: SWEPT_AFTER_SECONDS }),
        },
        {
          provide: OptOutJournal,
          inject: [KEY_RING],
          useFactory: (keys: KeyRing) => new OptOutJournal(config.CENTER_JOURNAL_DIR, keys.secrets),
        },
        {
          provide: READINESS,
          inject: [Database, OptOutJournal],
          useFactory: (database: Database, journal: OptOutJournal): ReadinessCheck[] => [
            ...platformChecks(config, database, []),
            ledgerCheck(database),
            journalCheck(journal),
          ],
        },
      ],
    };
  }
}
