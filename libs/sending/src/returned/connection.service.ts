import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { crashPoint, Database, KEY_RING, type KeyRing, type Logger, LOGGER, newId, seal, unseal } from '#lib/platform';
import { broughtStore, type BroughtRow, type DueRow } from './brought.store.js';
import { KeywordReplies } from './keyword-replies.js';
import type { Returned, ReturnedEvent, ReturnedText, TextPart } from './returned.js';
import { type Account, ReturnedService } from './returned.service.js';

/** Parts that nobody completes are read as they are after so long. */
const WAIT_FOR_PARTS_MS = 60_000;
/** How soon a message is looked for again that a receipt names, and then ever later. */
const FIRST_LOOK_MS = 500;
const LATEST_LOOK_MS = 60_000;
/**
 * Hand-overs are recorded within seconds; who names a message later than this means somebody else's. And a center brings
 * again within seconds what it was not told in time that we have.
 */
const FORGET_MS = 10 * 60_000;
/** What a process has begun to do is left to it for so long. */
const LEASE_MS = 30_000;
const AT_ONCE = 200;

/**
 * Takes in what providers bring on their own connections. They wait for an answer, and bring little else meanwhile: so
 * what cannot be understood yet is written down and answered, and understood later.
 */
@Injectable()
export class ConnectionService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ReturnedService) private readonly returned: ReturnedService,
    @Inject(KeywordReplies) private readonly replies: KeywordReplies,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Everything is safe once this resolves, whatever dies. */
  async take(providerId: string, returned: readonly Returned[]): Promise<void> {
    const account = await this.returned.account(providerId);
    if (account === null) return;
    for (const one of returned) if (isPart(one)) await this.takePart(account, one);
    const whole = returned.filter((one) => !isPart(one));
    if (whole.length > 0) await this.hear(account, whole);
  }

  /** Understands what is due; what fails holds up nothing else, and is due again. Answers how much that was. */
  async settle(): Promise<number> {
    const due = await broughtStore.due(this.database.tx, AT_ONCE, LEASE_MS);
    const taken = new Set<string>();
    for (const row of due) {
      if (taken.has(row.id)) continue;
      try {
        for (const { id } of await this.settleOne(row)) taken.add(id);
      } catch (error) {
        this.logger.error({ provider: row.providerId, err: error }, 'what a provider brought cannot be understood; tried again'); // prettier-ignore
      }
    }
    return due.length;
  }

  /** Answers of what else was settled with it. */
  private async settleOne(row: DueRow): Promise<readonly BroughtRow[]> {
    const account = await this.returned.account(row.providerId);
    if (account !== null && row.together !== null && !row.isRead) return this.readParts(account, row.together);
    if (account === null || row.isRead) await this.remove([row]);
    else await this.lookAgain(account, row);
    return [];
  }

  private async takePart(account: Account, text: ReturnedText & { readonly part: TextPart }): Promise<void> {
    const { part } = text;
    const together = this.togetherOf(account.id, text);
    const said = this.hashed([together.toString('hex'), part.number, text.text]);
    const row = this.sealed(account.id, { ...text, part: undefined }, { together, number: part.number, said });
    const isComplete = await this.database.transaction(async (tx) => {
      await broughtStore.lock(tx, together);
      await broughtStore.keep(tx, row, WAIT_FOR_PARTS_MS);
      return (await broughtStore.parts(tx, together, 0)).length >= part.total;
    });
    crashPoint('brought.after_keep');
    if (isComplete) await this.readParts(account, together);
  }

  /** As far as they have come. A process that dies over it leaves them to the next: to be heard twice changes nothing. */
  private async readParts(account: Account, together: Buffer): Promise<readonly BroughtRow[]> {
    const rows = await this.database.transaction(async (tx) => {
      await broughtStore.lock(tx, together);
      return broughtStore.parts(tx, together, LEASE_MS);
    });
    const texts = rows.map((row) => this.opened<ReturnedText>(row));
    const [first] = texts;
    if (first === undefined) return rows;
    // Whoever takes over from a process that dies here reads the same parts, whose center may have a name for the first.
    const named = { id: first.id ?? `parts ${rows[0]?.id}`, text: texts.map(({ text }) => text).join('') };
    await this.hear(account, [{ ...first, ...named }]);
    crashPoint('brought.after_hear');
    await broughtStore.read(
      this.database.tx,
      rows.map(({ id }) => id),
      FORGET_MS,
    );
    crashPoint('brought.after_read');
    return rows;
  }

  /** A receipt may come before our own record of the hand-over is written, so its message is looked for again for a while. */
  private async hear(account: Account, returned: readonly Returned[]): Promise<void> {
    const { unknown, outcomes } = await this.returned.take(account, returned);
    for (const { from, outcome } of outcomes)
      await this.replies.send(account, { from, reading: outcome.reading, reply: outcome.answer.reply });
    for (const event of unknown)
      await broughtStore.keep(
        this.database.tx,
        this.sealed(account.id, event, { together: null, number: null, said: null }),
        FIRST_LOOK_MS,
      );
    if (unknown.length > 0) crashPoint('brought.after_keep');
  }

  private async lookAgain(account: Account, row: DueRow): Promise<void> {
    const { unknown } = await this.returned.take(account, [this.opened<ReturnedEvent>(row)]);
    if (unknown.length > 0 && row.ageMs < FORGET_MS)
      return broughtStore.again(this.database.tx, row.id, Math.min(row.ageMs, LATEST_LOOK_MS));
    if (unknown.length > 0)
      this.logger.warn({ provider: account.id }, 'a provider reported of a message that is not known');
    await this.remove([row]);
  }

  private remove(rows: readonly BroughtRow[]): Promise<void> {
    return broughtStore.remove(
      this.database.tx,
      rows.map(({ id }) => id),
    );
  }

  private sealed(
    providerId: string,
    what: object,
    place: Pick<BroughtRow, 'together' | 'number' | 'said'>,
  ): BroughtRow {
    const id = newId<string>();
    return {
      id,
      providerId,
      ...place,
      sealed: seal(this.keys.secrets, Buffer.from(JSON.stringify(what)), context(id)),
    };
  }

  private opened<T>({ id, sealed }: BroughtRow): T {
    return JSON.parse(unseal(this.keys.secrets, sealed, context(id)).toString()) as T;
  }

  /** Whose parts they are, and of which text: a phone counts its texts, from 0 again after a while. */
  private togetherOf(providerId: string, { from, part }: ReturnedText & { readonly part: TextPart }): Buffer {
    return this.hashed([providerId, from, part.to, part.reference, part.total]);
  }

  private hashed(what: readonly unknown[]): Buffer {
    return createHmac('sha256', this.keys.addresses).update(JSON.stringify(what)).digest();
  }
}

function isPart(one: Returned): one is ReturnedText & { readonly part: TextPart } {
  return one.kind === 'text' && one.part !== undefined;
}

const context = (id: string): string => `sending.brought/${id}`;
