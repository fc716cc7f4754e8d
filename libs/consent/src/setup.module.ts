import { Module } from '@nestjs/common';
import { LedgerModule } from '#lib/ledger';
import { BrandService } from './brands/brand.service.js';
import { KeyService } from './keys/key.service.js';
import { NoticeService } from './notices/notice.service.js';
import { PurposeService } from './purposes/purpose.service.js';
import { TopicService } from './topics/topic.service.js';

const SERVICES = [BrandService, KeyService, NoticeService, PurposeService, TopicService];

/** Brands with what they may say and to what end, and the keys that speak for them. */
@Module({ imports: [LedgerModule], providers: SERVICES, exports: SERVICES })
export class ConsentSetupModule {}
