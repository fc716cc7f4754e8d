import type { BrandId } from '#lib/kernel';
import { type CopiedRow, sqlPart, type Tx } from '#lib/platform';
import { keptStore } from '../money/kept.store.js';
import { type Block, BlockBuilder, instantIn, type Kind, type PackedTouches } from './domain/contact-block.js';
import { ContactTouches, TouchNumbers } from './domain/contact-touches.js';

const UUID_FIELD = 20;
const INSTANT_FIELD = 12;
const NONE = -1;
/** Before the elements of an array: dimensions, whether it has nulls, of what it is, how many there are, the first place. */
const ARRAY_HEAD = 20;

/** What every contact was sent and did, out of what is kept of touches, as `tx` sees it. */
export async function readContacts(tx: Tx, brandId: BrandId): Promise<ContactTouches> {
  const numbers = new TouchNumbers();
  const campaigns = await campaignsOf(tx, brandId, numbers);
  const blocks: Block[] = [];
  const builder = new BlockBuilder(numbers.campaigns);
  await tx.copyOut(
    sqlPart`SELECT account_id, contacts, delivered, engaged FROM reporting.account_touches WHERE brand_id = ${brandId}::uuid`,
    (row) => {
      numbers.accounts.add(row.view, row.start + 4);
      builder.add(packedIn(row, numbers, campaigns));
      if (builder.isFull) blocks.push(builder.block());
    },
  );
  blocks.push(builder.block());
  return ContactTouches.of(numbers, blocks);
}

/** The same a moment later. @param changed accounts that were kept anew since */
export async function laterContacts(
  tx: Tx,
  brandId: BrandId,
  known: ContactTouches,
  changed: readonly string[],
): Promise<ContactTouches> {
  if (changed.length === 0) return known;
  const { numbers } = known;
  const campaigns = await campaignsOf(tx, brandId, numbers);
  const packed = new Map<number, PackedTouches>();
  const empty = new DataView(new ArrayBuffer(0));
  for (const account of changed) {
    const number = numbers.accounts.numberOf(account);
    if (number >= 0) packed.set(number, { contacts: [], delivered: empty, engaged: empty, campaigns });
  }
  await tx.copyOut(
    sqlPart`SELECT account_id, contacts, delivered, engaged FROM reporting.account_touches
             WHERE brand_id = ${brandId}::uuid AND account_id = ANY (${`{${changed.join(',')}}`}::uuid[])`,
    (row) => {
      const touches = packedIn(row, numbers, campaigns);
      const [delivered, engaged] = [copyOf(touches.delivered), copyOf(touches.engaged)];
      packed.set(numbers.accounts.add(row.view, row.start + 4), { ...touches, delivered, engaged });
    },
  );
  return known.with(packed);
}

/** Out of rows of the log: account, contact, at, kind, campaign; by accounts and contacts, and of each what it was sent first. */
export class BlocksBuilder {
  private readonly blocks: Block[] = [];
  private readonly builder: BlockBuilder;
  private account = NONE;
  private contact = NONE;

  constructor(private readonly numbers: TouchNumbers) {
    this.builder = new BlockBuilder(numbers.campaigns);
  }

  add({ view, bytes, start }: CopiedRow): void {
    const account = this.numbers.accounts.add(view, start + 4);
    if (account !== this.account && this.account !== NONE) this.endAccount();
    const contact = this.numbers.contacts.add(view, start + UUID_FIELD + 4);
    if (account !== this.account || contact !== this.contact) this.builder.beginContact(contact);
    [this.account, this.contact] = [account, contact];
    const at = start + 2 * UUID_FIELD;
    const kind = textAt(bytes, view, at + INSTANT_FIELD);
    const campaign = textAt(bytes, view, at + INSTANT_FIELD + 4 + (kind ?? '').length);
    this.builder.addTouch(instantIn(view, at + 4), this.numbers.campaigns.numberOf(campaign), kindOf(kind));
  }

  end(): ContactTouches {
    if (this.account !== NONE) this.endAccount();
    this.blocks.push(this.builder.block());
    return ContactTouches.of(this.numbers, this.blocks);
  }

  private endAccount(): void {
    this.builder.endAccount();
    if (this.builder.isFull) this.blocks.push(this.builder.block());
  }
}

function textAt(bytes: Buffer, view: DataView, at: number): string | null {
  const length = view.getInt32(at);
  return length < 0 ? null : bytes.toString('utf8', at + 4, at + 4 + length);
}

function kindOf(text: string | null): Kind {
  switch (text) {
    case 'sent':
    case 'click':
    case 'reply':
    case 'visit':
      return text;
    default:
      throw new Error('the log was asked for kinds of its own');
  }
}

/** The numbers of campaigns, by the ids of the names that touches have. */
async function campaignsOf(tx: Tx, brandId: BrandId, numbers: TouchNumbers): Promise<Uint32Array> {
  const names = await keptStore.names(tx, brandId, 'campaign');
  return Uint32Array.from(names, (name = null) => numbers.campaigns.numberOf(name));
}

/** account_id, contacts, delivered, engaged; what is in the bytes of the row is read before the next comes. */
function packedIn({ view, start }: CopiedRow, numbers: TouchNumbers, campaigns: Uint32Array): PackedTouches {
  let at = start + UUID_FIELD;
  const ofContacts = view.getInt32(at);
  const many = view.getInt32(at + 4) === 0 ? 0 : view.getInt32(at + 4 + 12);
  const contacts = Array.from({ length: many }, (_, i) =>
    numbers.contacts.add(view, at + 4 + ARRAY_HEAD + UUID_FIELD * i + 4),
  );
  at += 4 + ofContacts;
  const delivered = fieldAt(view, at);
  return { contacts, delivered, engaged: fieldAt(view, at + 4 + delivered.byteLength), campaigns };
}

function fieldAt(view: DataView, at: number): DataView {
  return new DataView(view.buffer, view.byteOffset + at + 4, view.getInt32(at));
}

function copyOf({ buffer, byteOffset, byteLength }: DataView): DataView {
  return new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
}
