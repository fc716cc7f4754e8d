import type { EpochMs } from '#lib/kernel';
import type { Books, Conversion } from './domain/books.js';
import type { GatherPeriod, PathGatherer } from './domain/path-gatherer.js';
import type { TouchSource } from './touch-source.js';

/**
 * Everybody's paths; what each account had to do with us, with the paths that led to a conversion or without them, so that
 * none of those that converted has a touch; paths that led to a conversion, for reports in which no other matters; who met
 * which variant; or none. A report that reads less is made in less time, whatever all the others did.
 */
export type TouchesRead = 'all' | 'accounts' | 'contacts' | 'converting' | 'exposures' | 'nothing';

export interface Gathered {
  /** Whether what is gathered says how many touches there were. */
  readonly isWhole: boolean;
  /** Accounts of which nothing is known but that they had touches in the period. */
  readonly otherAccounts: number;
}

/** Whose touches may have led to conversions: their accounts, and those of people of other accounts with a role in them. */
export function accountsOf(some: readonly Conversion[]): string[] {
  const accounts = new Set<string>();
  for (const { account, abroad } of some) {
    accounts.add(account);
    for (const home of abroad.values()) accounts.add(home);
  }
  accounts.delete('');
  return [...accounts];
}

/** Has touches read as far as a report needs them. */
export async function gather(
  source: TouchSource,
  gatherer: PathGatherer,
  about: {
    readonly books: Books;
    readonly conversions: readonly Conversion[];
    readonly period: GatherPeriod;
    readonly asOf: EpochMs;
  },
  reads: TouchesRead,
): Promise<Gathered> {
  const { books, conversions, period, asOf } = about;
  const whole = { isWhole: true, otherAccounts: 0 };
  const part = { isWhole: false, otherAccounts: 0 };
  switch (reads) {
    case 'nothing':
    case 'exposures':
      return whole;
    case 'converting':
      await source.stream(
        gatherer,
        accountsOf(conversions.filter(({ at }) => at >= period.from && at < period.to && at <= asOf)),
      );
      return part;
    case 'accounts':
    case 'contacts': {
      // Of accounts that nobody named, a report says no more than how many there are.
      const named = [...new Set([...books.accounts.keys(), ...accountsOf(conversions)])];
      const otherAccounts = await source.othersTouched(period, named);
      if (otherAccounts === null) {
        await source.stream(gatherer, null);
        return whole;
      }
      if (reads === 'accounts') await source.stream(gatherer, named);
      else await source.addCounted(gatherer, period, named);
      return { isWhole: false, otherAccounts };
    }
    case 'all': {
      if (!source.knowsEnds) {
        await source.stream(gatherer, null);
        return whole;
      }
      // Of a conversion of another time only how long it took matters, which its lead says.
      const matters = ({ at, leadAt }: Conversion): boolean =>
        leadAt === null || at > asOf || (at >= period.from && at < period.to);
      const streamed = accountsOf(conversions.filter(matters));
      await source.stream(gatherer, streamed);
      const converted = conversions.map(({ account }) => account);
      await source.addEnded(gatherer, [period], [...new Set([...converted, ...streamed])].filter(Boolean));
      return part;
    }
  }
}
