import type { EpochMs } from '#lib/kernel';
import type { FactName, Source } from '../../domain/behind.js';
import type { FactKind } from '../../facts/domain/fact.js';
import type { Books, Conversion, ConversionChoice } from './books.js';
import type { Spent } from './costs.js';

/** Of which kind the facts behind conversions are. */
export const FACTS_OF: Readonly<Record<ConversionChoice['of'], FactKind>> = {
  ...{ won: 'opportunity', opportunity: 'opportunity', order: 'order', custom: 'custom', lead: 'stage' },
};

/** A fact that counts once, or adds so much. */
export function ofFact({ kind, id }: FactName, at: EpochMs | null, adds: number | null = 1, name = ''): Source {
  return { kind, id, at, name, adds, fact: { kind, id }, link: null };
}

/** A conversion, by the name of its account. */
export function ofConversion(
  { accounts }: Pick<Books, 'accounts'>,
  { kind, id, at, account }: Conversion,
  adds: number | null = 1,
): Source {
  return ofFact({ kind: FACTS_OF[kind], id }, at, adds, accounts.get(account)?.name ?? account);
}

export function ofConversions(
  books: Pick<Books, 'accounts'>,
  all: readonly Conversion[],
  adds: (one: Conversion) => number | null = () => 1,
): () => Source[] {
  return () => all.map((one) => ofConversion(books, one, adds(one)));
}

/** What conversions are worth. */
export const worth = ({ amount }: Conversion): number | null => amount;

/** Costs: each fact with what of it falls on the period, and messages by tariff. */
export function ofCosts(spent: readonly Spent[], sentBehind: (one: Spent) => string | null): Source[] {
  return spent.map((one): Source => {
    const [fact = null] = one.facts;
    const name = [one.channel, one.campaign].filter((part) => part !== null).join(' · ');
    if (one.category !== 'messages')
      return { kind: `cost_${one.category}`, id: fact?.id ?? '', at: null, name, adds: one.amount, fact, link: null };
    const id = one.facts.map((tariff) => tariff.id).join(', ');
    return { kind: 'messages', id, at: null, name, adds: one.amount, fact, link: sentBehind(one) };
  });
}
