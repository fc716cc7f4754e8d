import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { LedgerModule } from '#lib/ledger';
import { ConsentService } from './consents/consent.service.js';
import { InFlight } from './consents/in-flight.js';
import { ContactService } from './contacts/contact.service.js';
import { ExportService } from './exports/export.service.js';
import { InboundService } from './inbound/inbound.service.js';
import { ImportService } from './imports/import.service.js';
import { RunwayService } from './runway/runway.service.js';
import { LinkService } from './links/link.service.js';
import { PreferenceService } from './preferences/preference.service.js';

/** People, and what they agreed to. */
@Module({})
export class ConsentModule {
  /** @param inFlight tells which messages are on their way; `sending` has the one that knows */
  static forRoot(inFlight: Type<InFlight>): DynamicModule {
    return {
      module: ConsentModule,
      imports: [LedgerModule],
      providers: [
        ContactService,
        ConsentService,
        ExportService,
        ImportService,
        InboundService,
        LinkService,
        PreferenceService,
        RunwayService,
        { provide: InFlight, useClass: inFlight },
      ],
      exports: [
        ContactService,
        ConsentService,
        ExportService,
        ImportService,
        InboundService,
        LinkService,
        PreferenceService,
        RunwayService,
      ],
    };
  }
}
