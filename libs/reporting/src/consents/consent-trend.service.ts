import { Inject, Injectable } from '@nestjs/common';
import type { Channel, ZoneSource } from '#lib/kernel';
import { Database, tzdb } from '#lib/platform';
import { DateTime } from 'luxon';
import type { Asked } from '../domain/asked.js';
import { type Days, stretchesOf } from '../domain/days.js';
import type { Report } from '../domain/report.js';
import { movesOf } from '../kept-consents/domain/said-figures.js';
import { KeptConsentsService } from '../kept-consents/kept-consents.service.js';
import { unsentOf } from '../kept-messages/domain/kept-figures.js';
import { KeptMessagesService } from '../kept-messages/kept-message.service.js';
import { consentTrendStore, type Said, type SaidFilter } from './consent-trend.store.js';
import { type ConsentParameters, consentReport } from './domain/consent-report.js';
import { byStretch, movesTogether, type MoveFigures } from './domain/consent-trend.js';

export interface ConsentTrendResult {
  readonly report: Report;
  /** For a chart: each stretch by its first day. */
  readonly stretches: readonly (MoveFigures & { readonly from: string })[];
}

/** How consents come and go. */
@Injectable()
export class ConsentTrendService {
  private readonly zones: ZoneSource = tzdb;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeptMessagesService) private readonly kept: Pick<KeptMessagesService, 'ended'>,
    @Inject(KeptConsentsService) private readonly keptConsents: Pick<KeptConsentsService, 'said'>,
  ) {}

  /** The expressions behind a figure. */
  async said(
    filter: SaidFilter,
    { after, limit }: { readonly after: string | null; readonly limit: number },
  ): Promise<{ readonly items: readonly Said[]; readonly next: string | null }> {
    const found = await consentTrendStore.said(this.database.tx, filter, after, limit + 1);
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async report(asked: Asked, days: Days, parameters: ConsentParameters): Promise<ConsentTrendResult> {
    const zone = this.zones.zone(asked.zone);
    if (zone === null) throw new Error(`no zone is called ${asked.zone}`);
    const bounds = stretchesOf(days, parameters.stretch, zone);
    const { by, channel, purpose, topic } = parameters;
    const filter = {
      by,
      ...(channel === undefined ? {} : { channel: channel as Channel }),
      ...(topic === undefined ? {} : { topic }),
    };
    const counted = await this.database.snapshot(async (tx) => {
      // For which purpose a message was is not kept.
      const isKept = asked.asOf === null && purpose === undefined;
      const ended = isKept ? await this.kept.ended(tx, asked.brandId, bounds) : null;
      const said = asked.asOf === null ? await this.keptConsents.said(tx, asked.brandId, bounds) : null;
      const whole = { ...filter, ...(purpose === undefined ? {} : { purpose }) };
      const counted = await consentTrendStore.count(tx, {
        ...{ ...whole, brandId: asked.brandId, asOf: asked.asOf, bounds },
        ...{ isUnsentKnown: ended !== null, isSaidKnown: said !== null },
      });
      const known = [
        ...(ended === null ? [] : unsentOf(ended, filter)),
        ...(said === null ? [] : movesOf(said, whole)),
      ];
      return known.length === 0 ? counted : { ...counted, moves: movesTogether([...counted.moves, ...known]) };
    });
    const beginnings = bounds.slice(0, -1).map((at) => DateTime.fromMillis(at, { zone }).toISODate() ?? '');
    const sums = byStretch(counted.moves, beginnings.length);
    return {
      report: consentReport(counted.moves, beginnings, days, asked, parameters, counted),
      stretches: beginnings.flatMap((from, i) => {
        const figures = sums[i];
        return figures === undefined ? [] : [{ from, ...figures }];
      }),
    };
  }
}
