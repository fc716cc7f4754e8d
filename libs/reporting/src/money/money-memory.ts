import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { FactsByKind } from '../facts/domain/fact.js';
import { FactMemory } from '../facts/fact-memory.js';
import type { Books } from './domain/books.js';
import { Followed } from './domain/followed.js';
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
  /** Of facts of the last brand they are found without a look at any fact. */
  private readonly contacts = {
    stage: new Followed<OfSomebody, readonly string[]>(),
    opportunity: new Followed<OfSomebody, readonly string[]>(),
    order: new Followed<OfSomebody, readonly string[]>(),
    custom: new Followed<OfSomebody, readonly string[]>(),
  };

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

  /** Whom facts are of, or who has a role in them; each once. */
  contactsOf(facts: FactsByKind): string[] {
    const contacts = new Set<string>();
    for (const kind of KINDS_OF_SOMEBODY)
      for (const some of this.contacts[kind].of(facts[kind], contactsIn))
        for (const contact of some) contacts.add(contact);
    return [...contacts];
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
const KINDS_OF_SOMEBODY = ['stage', 'opportunity', 'order', 'custom'] as const;

type OfSomebody = FactsByKind[(typeof KINDS_OF_SOMEBODY)[number]][number];

const NOBODY: readonly string[] = [];

function contactsIn(fact: OfSomebody): readonly string[] {
  const roles = 'roles' in fact ? fact.roles.map(({ contactId }) => contactId) : NOBODY;
  if (fact.contactId === undefined) return roles;
  return [fact.contactId, ...roles];
}
