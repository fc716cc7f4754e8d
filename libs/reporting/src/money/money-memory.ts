import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { FactsByKind } from '../facts/domain/fact.js';
import { FactMemory } from '../facts/fact-memory.js';
import type { Books } from './domain/books.js';
import type { KeptStand } from './kept.store.js';
import { type RememberedTouches, TouchMemory } from './touch-memory.js';

/** What the process remembers of a brand, as one snapshot sees it. */
export interface Remembered {
  readonly facts: FactsByKind;
  readonly touches: RememberedTouches;
}

/** Books of which what follows from them is remembered. */
const MOST_BOOKS = 16;

/** What one process remembers of what reports on money are made of. Nothing of it is the only record of anything. */
export class MoneyMemory {
  private readonly facts = new FactMemory();
  private readonly touches = new TouchMemory();
  private readonly books = new Map<string, Books>();

  /**
   * @param tx a snapshot
   * @returns null where a report was made of a later snapshot meanwhile
   */
  async at(tx: Tx, brandId: BrandId, stand: KeptStand & { readonly through: EpochMs }): Promise<Remembered | null> {
    const facts = await this.facts.facts(tx, brandId, stand.through);
    const touches = await this.touches.at(tx, brandId, stand);
    return facts === null || touches === null ? null : { facts, touches };
  }

  forget(brandId: BrandId): void {
    this.facts.forget(brandId);
    this.touches.forget(brandId);
  }

  /** @param key of brand, currency and zone */
  latestBooks(key: string): Books | undefined {
    return this.books.get(key);
  }

  keepBooks(key: string, books: Books): void {
    this.books.delete(key);
    this.books.set(key, books);
    for (const oldest of this.books.keys()) if (this.books.size > MOST_BOOKS) this.books.delete(oldest);
  }
}

/** Kinds of facts that are of an account, or of a contact, whose account then counts. */
export const KINDS_OF_SOMEBODY = ['stage', 'opportunity', 'order', 'custom'] as const;

const contactsOfLists = new WeakMap<FactsByKind[(typeof KINDS_OF_SOMEBODY)[number]], readonly string[]>();

/** Of a list that does not change. */
export function contactsOf(facts: FactsByKind[(typeof KINDS_OF_SOMEBODY)[number]]): readonly string[] {
  let contacts = contactsOfLists.get(facts);
  if (contacts === undefined) {
    const found: string[] = [];
    for (const fact of facts) {
      if (fact.contactId !== undefined) found.push(fact.contactId);
      if ('roles' in fact) for (const { contactId } of fact.roles) found.push(contactId);
    }
    contactsOfLists.set(facts, (contacts = found));
  }
  return contacts;
}
