import type { EpochMs } from '#lib/kernel';
import { IdTable } from '../../money/domain/id-table.js';
import {
  type Block,
  BLOCK_ACCOUNTS,
  BlockBuilder,
  bytesOf,
  campaignIn,
  type Did,
  instantOf,
  isFirst,
  isTouch,
  NOTHING,
  type PackedTouches,
  timesOf,
} from './contact-block.js';

/** Campaigns by numbers; only added to, and shared by what was known earlier and later. 0: none. */
export class CampaignNumbers {
  private readonly names: (string | null)[] = [null];
  private readonly numbers = new Map<string, number>();

  get size(): number {
    return this.names.length;
  }

  numberOf(name: string | null): number {
    if (name === null) return 0;
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  nameOf(number: number): string | null {
    return this.names[number] ?? null;
  }
}

/** Accounts, contacts and campaigns by numbers; only added to, and shared by what was known earlier and later. */
export class TouchNumbers {
  readonly accounts = new IdTable();
  readonly contacts = new IdTable();
  readonly campaigns = new CampaignNumbers();
}

/** A contact and what is known of it; moved on from one to the next, and not to be kept. */
export class ContactAt {
  block: Block = NOTHING;
  /** Its place in the block. */
  place = 0;
  /** By their numbers. */
  account = 0;
  contact = 0;
  /** Where in the block what it was sent in the period begins, and ends. */
  first = 0;
  end = 0;

  get didNothing(): boolean {
    const { starts } = this.block;
    return starts[2 * this.place + 1] === starts[2 * this.place + 2];
  }

  /** When it did something of a kind, oldest first. @param campaign by its number; null: of any */
  timesOf(did: Did, campaign: number | null): readonly EpochMs[] {
    return timesOf(this.block, this.place, did, campaign);
  }
}

/** What one contact was sent of one campaign in a period, as `Entry`, by numbers. */
export interface EntryAt {
  readonly whose: ContactAt;
  readonly campaign: number;
  readonly messages: number;
  readonly first: EpochMs;
}

/** What one contact was sent of one campaign in a period. */
export interface Entry {
  readonly contact: string;
  readonly account: string;
  readonly campaign: string | null;
  readonly messages: number;
  /** The first message of the campaign, also one of before the period. */
  readonly first: EpochMs;
}

interface Period {
  readonly from: EpochMs;
  /** Before this. */
  readonly to: EpochMs;
}

/**
 * What every contact of a brand was sent and did, as it was known at one instant: 8 bytes for each touch. It is replaced, and
 * never changed.
 */
export class ContactTouches {
  private constructor(
    readonly numbers: TouchNumbers,
    private readonly blocks: readonly Block[],
    /** About how much of the memory of the process it takes. */
    readonly bytes: number,
  ) {}

  static readonly none = new ContactTouches(new TouchNumbers(), [], 0);

  static of(numbers: TouchNumbers, blocks: readonly Block[]): ContactTouches {
    const ids = 36 * (numbers.contacts.size + numbers.accounts.size);
    return new ContactTouches(
      numbers,
      blocks,
      blocks.reduce((sum, block) => sum + bytesOf(block), ids),
    );
  }

  /**
   * The same with what is told of some accounts in place of what was known of them.
   * @param changed by the numbers of accounts; one of which nothing is left is there too
   */
  with(changed: ReadonlyMap<number, PackedTouches>): ContactTouches {
    const { numbers } = this;
    const blocks = [...this.blocks];
    const touched = new Set([...changed.keys()].map(blockOf));
    // Others may have numbered accounts meanwhile that are not known here.
    for (let block = blocks.length; block * BLOCK_ACCOUNTS < numbers.accounts.size; block++) touched.add(block);
    if (numbers.accounts.size > 0) touched.add(blockOf(numbers.accounts.size - 1));
    for (const block of touched) {
      const builder = new BlockBuilder(numbers.campaigns);
      const end = Math.min((block + 1) * BLOCK_ACCOUNTS, numbers.accounts.size);
      for (let account = block * BLOCK_ACCOUNTS; account < end; account++) {
        const packed = changed.get(account);
        if (packed !== undefined) builder.add(packed);
        else builder.addOf(this.blocks[block] ?? NOTHING, account % BLOCK_ACCOUNTS);
      }
      blocks[block] = builder.block();
    }
    return ContactTouches.of(numbers, blocks);
  }

  /** Contacts that were sent something in a period. */
  eachContact({ from, to }: Period, visit: (whose: ContactAt) => void): void {
    const whose = new ContactAt();
    this.blocks.forEach((block, number) => {
      const { accountStarts, contacts, starts } = block;
      whose.block = block;
      for (let account = 0; account + 1 < accountStarts.length; account++) {
        const last = accountStarts[account + 1] ?? 0;
        for (let contact = accountStarts[account] ?? 0; contact < last; contact++) {
          let [first, end] = [starts[2 * contact] ?? 0, starts[2 * contact + 1] ?? 0];
          while (first < end && instantOf(block, end - 1) >= to) end--;
          if (first === end || instantOf(block, end - 1) < from) continue;
          while (instantOf(block, first) < from) first++;
          whose.place = contact;
          whose.account = number * BLOCK_ACCOUNTS + account;
          whose.contact = contacts[contact] ?? 0;
          whose.first = first;
          whose.end = end;
          visit(whose);
        }
      }
    });
  }

  /**
   * How many accounts that are none of these had touches in a period. @param basis what counts as one; visits are of both
   * @param but ids
   */
  accountsTouched({ from, to }: Period, basis: 'delivered' | 'engaged', but: readonly string[]): number {
    const { accounts } = this.numbers;
    const excluded = new Uint8Array(accounts.size);
    for (const id of but) {
      const number = accounts.numberOf(id);
      if (number >= 0) excluded[number] = 1;
    }
    let touched = 0;
    this.blocks.forEach((block, number) => {
      const { accountStarts, starts } = block;
      for (let account = 0; account + 1 < accountStarts.length; account++) {
        if (excluded[number * BLOCK_ACCOUNTS + account] === 1) continue;
        const [first, end] = [starts[2 * (accountStarts[account] ?? 0)], starts[2 * (accountStarts[account + 1] ?? 0)]];
        for (let i = first ?? 0; i < (end ?? 0); i++) {
          const at = instantOf(block, i);
          if (at < from || at >= to || !isTouch(block.whats[i] ?? 0, basis)) continue;
          touched++;
          break;
        }
      }
    });
    return touched;
  }

  /** Entries of a period, contact by contact. */
  eachEntry(period: Period, visit: (entry: EntryAt) => void): void {
    this.eachContact(period, (whose) => {
      const { block } = whose;
      const messages = new Map<number, number>();
      const first = new Map<number, EpochMs>();
      for (let i = block.starts[2 * whose.place] ?? 0; i < whose.end; i++) {
        const what = block.whats[i] ?? 0;
        if (isFirst(what)) first.set(campaignIn(what), instantOf(block, i));
        if (i >= whose.first) messages.set(campaignIn(what), (messages.get(campaignIn(what)) ?? 0) + 1);
      }
      for (const [campaign, sent] of messages)
        visit({ whose, campaign, messages: sent, first: first.get(campaign) ?? 0 });
    });
  }

  /** Entries with what is told of each, by campaigns and contacts. @param of null for one that is not wanted */
  entries<T>(period: Period, of: (entry: EntryAt) => T | null): { readonly entry: Entry; readonly of: T }[] {
    const { accounts, contacts, campaigns } = this.numbers;
    const found: { readonly key: string; readonly entry: Entry; readonly of: T }[] = [];
    this.eachEntry(period, (one) => {
      const told = of(one);
      if (told === null) return;
      const { whose, campaign: number, messages, first } = one;
      const [contact, account] = [contacts.textOf(whose.contact), accounts.textOf(whose.account)];
      const campaign = campaigns.nameOf(number);
      found.push({
        key: `${campaign ?? ''}\0${contact}`,
        entry: { contact, account, campaign, messages, first },
        of: told,
      });
    });
    return found.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  }
}

function blockOf(account: number): number {
  return Math.floor(account / BLOCK_ACCOUNTS);
}
