import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { definitionStore } from '#lib/consent';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { Database, systemClock, tzdb } from '#lib/platform';
import { type Days, instantsOf, lastDays, settledMs } from '#lib/reporting';
import { InstantInput, Zone } from '../http/scalars.schema.js';

const Day = z.iso.date().meta({ description: 'A day in the zone, such as 2026-11-26.' });

/** What every report is asked by: which days, of which zone, as known when. */
export const PeriodQuery = {
  from: Day.optional().meta({ description: 'First day of the period; left out: the last 30 days.' }),
  to: Day.optional().meta({ description: 'Last day of the period, included; left out: today.' }),
  zone: Zone.optional().meta({ description: 'Whose days; left out: the zone of the brand.' }),
  asOf: InstantInput.optional().meta({
    description: 'As it stood at an instant of the past: the same answer whenever it is asked for. Left out: now.',
  }),
};

export interface AskedPeriod {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly zone?: string | undefined;
  readonly asOf?: EpochMs | undefined;
}

export interface ReportPeriod {
  readonly days: Days;
  readonly zone: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly asOf: EpochMs | null;
}

const DAYS = 30;
/** Clocks of processes and of the database may differ by so much. */
export const SETTLED_MS = 120_000;

/** Makes the days that somebody asked about into instants. */
@Injectable()
export class ReportPeriods {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws DomainError invalid_zone, invalid_request */
  async of(brandId: BrandId, { from, to, zone, asOf }: AskedPeriod): Promise<ReportPeriod> {
    const [brand] = await definitionStore.brands(this.database.tx, [brandId]);
    const name = zone ?? brand?.defaultZone ?? 'Etc/UTC';
    const clock = tzdb.zone(name);
    if (clock === null) throw new DomainError('invalid_zone', 'Name a zone of the IANA database, as Europe/Berlin.');
    const now = systemClock.now();
    const recent = lastDays(DAYS, clock, now);
    const days = { to: to ?? recent.to, from: from ?? (to === undefined ? recent.from : lastDaysBefore(to, clock)) };
    const instants = instantsOf(days, clock);
    if (instants === null) throw refused('from, to', 'must be days, the first not after the last, ten years at most');
    if (asOf !== undefined && asOf > now - SETTLED_MS) {
      throw refused('asOf', 'must be two minutes ago at least; leave it out for now');
    }
    if (asOf !== undefined && asOf > (await settledMs(this.database.tx))) {
      throw refused('asOf', 'must be before what is still being recorded began; leave it out for now, or ask later');
    }
    return { days, zone: name, ...instants, asOf: asOf ?? null };
  }
}

function lastDaysBefore(to: string, zone: Parameters<typeof lastDays>[1]): string {
  const end = instantsOf({ from: to, to }, zone);
  return end === null ? to : lastDays(DAYS, zone, end.from).from;
}

function refused(name: string, detail: string): DomainError {
  return new DomainError('invalid_request', 'Correct what `errors` names; /docs shows what is expected.', {
    violations: [{ pointer: '', detail: `query parameter ${name}: ${detail}` }],
  });
}
