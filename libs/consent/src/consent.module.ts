import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { LedgerModule } from '#lib/ledger';
import { ConsentService } from './consents/consent.service.js';
import { InFlight } from './consents/in-flight.js';
import { LeftBefore } from './consents/left-before.service.js';
import { ProofService } from './consents/proof.service.js';
import { StandingService } from './consents/standing.service.js';
import { ContactService } from './contacts/contact.service.js';
import { ExportService } from './exports/export.service.js';
import { InboundService } from './inbound/inbound.service.js';
import { ImportService } from './imports/import.service.js';
import { LinkService } from './links/link.service.js';
import { PreferenceService } from './preferences/preference.service.js';
import { MergeService } from './contacts/merge.service.js';
import { DoubleOptInService } from './double-opt-in/double-opt-in.service.js';
import { ConfirmationService } from './double-opt-in/confirmation.service.js';
import { ErasedAgain } from './erasure/erased-again.js';
import { ErasureNotices } from './erasure/erasure-notices.js';
import { ErasureOrders } from './erasure/erasure-orders.js';
import { ErasureService } from './erasure/erasure.service.js';
import { KeptAddresses } from './erasure/kept-addresses.js';
import { RetentionService } from './erasure/retention.service.js';
import { SuppressionService } from './suppressions/suppression.service.js';

const SERVICES = [
  ContactService,
  ConsentService,
  StandingService,
  SuppressionService,
  MergeService,
  ErasureService,
  ErasureNotices,
  ErasureOrders,
  ErasedAgain,
  RetentionService,
  KeptAddresses,
  ProofService,
  LeftBefore,
  DoubleOptInService,
  ConfirmationService,
  ExportService,
  ImportService,
  InboundService,
  LinkService,
  PreferenceService,
];

/** People, and what they agreed to. */
@Module({})
export class ConsentModule {
  /** @param inFlight tells which messages are on their way; `sending` has the one that knows */
  static forRoot(inFlight: Type<InFlight>): DynamicModule {
    return {
      module: ConsentModule,
      imports: [LedgerModule],
      providers: [...SERVICES, { provide: InFlight, useClass: inFlight }],
      exports: SERVICES,
    };
  }
}
