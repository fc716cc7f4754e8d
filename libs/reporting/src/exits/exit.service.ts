import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#lib/platform';
import type { Asked } from '../domain/asked.js';
import type { Report } from '../domain/report.js';
import { type ExitFigures, exitFigures } from './domain/exit-figures.js';
import { type ExitParameters, exitReport } from './domain/exit-report.js';
import { exitsOf } from '../kept-messages/domain/kept-figures.js';
import { KeptMessagesService } from '../kept-messages/kept-message.service.js';
import { type ContentFilter, type ExitedMessage, type ExitFilter, exitStore, type StoodFilter } from './exit.store.js';

export interface ExitResult {
  readonly report: Report;
  /** The same before it became a table, for a chart. */
  readonly figures: ExitFigures;
}

/** Where messages went: those that came in are in between, sent, or out for one reason each. */
@Injectable()
export class ExitService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeptMessagesService) private readonly kept: Pick<KeptMessagesService, 'read'>,
  ) {}

  async report(asked: Asked, filter: Omit<ExitFilter, keyof Asked>, parameters: ExitParameters): Promise<ExitResult> {
    const counted = await this.database.snapshot(async (tx) => {
      const kept = asked.asOf === null ? await this.kept.read(tx, asked) : null;
      return kept === null ? exitStore.count(tx, { ...asked, ...filter }) : { ...kept, ...exitsOf(kept, filter) };
    });
    const figures = exitFigures(counted);
    return { figures, report: exitReport(figures, asked, parameters, counted) };
  }

  /** The messages behind a figure of the report, one page at a time, in the order of their ids. */
  async messages(
    filter: ExitFilter & StoodFilter & ContentFilter,
    { after, limit }: { readonly after: string | null; readonly limit: number },
  ): Promise<{ readonly items: ExitedMessage[]; readonly next: string | null }> {
    const rows = await exitStore.messages(this.database.tx, filter, after, limit + 1);
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }
}
