import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, Channel, ContactId, ContactPointId, MessageId } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import { Database, hashAddress, KEY_RING, type KeyRing, newId, type Tx } from '#lib/platform';
import { isFirstTime, wishNamed } from '../consents/carried-wish.js';
import { ConsentService } from '../consents/consent.service.js';
import { jurisdictionOf } from '../consents/domain/jurisdiction.js';
import { InFlight } from '../consents/in-flight.js';
import { lockContact } from '../consents/locked-contact.js';
import { leaveEverything } from '../consents/leave-everything.js';
import { ContactService } from '../contacts/contact.service.js';
import { contactStore } from '../contacts/contact.store.js';
import { checkAddress } from '../contacts/domain/address.js';
import { NUMBERED, numberForms } from '../contacts/domain/number-forms.js';
import { databaseNow } from '../database-now.js';
import { answerKeyword, type KeywordAnswer } from '../keywords/domain/answer-keyword.js';
import { type KeywordReading, readKeyword } from '../keywords/domain/read-keyword.js';
import { readOptOutToken } from '../links/opt-out-token.js';
import { SuppressionService } from '../suppressions/suppression.service.js';
import { cleanText } from './domain/clean-text.js';
import { type IgnoredMail, type InboundMail, type MailWords, readMail } from './domain/read-mail.js';
import { countryOfNumber, numberMeant, numberReadings } from './domain/written-number.js';
import { inboundStore } from './inbound.store.js';

/** What came of an inbound mail. */
export type MailOutcome =
  | { readonly kind: 'left'; readonly changed: boolean; readonly inFlight: readonly MessageId[] }
  /** `forReview`: has words of leaving in it, and was not understood; a person should read it. */
  | {
      readonly kind: 'ignored';
      readonly why: IgnoredMail | 'unknown_token' | 'unknown_sender' | 'unclear';
      readonly forReview: boolean;
    };

/** What came of an inbound text message, and the one text that is to be sent back. */
export interface TextOutcome {
  readonly reading: KeywordReading;
  readonly answer: KeywordAnswer;
  readonly left: AddressLeft | null;
  /** Why nobody can tell at which address somebody wants to leave; then nothing is to be answered. Null: it was told. */
  readonly unheard: Unheard | null;
}

/** `no_address`: it is none of the channel. `several_people`: a number that several could have, in several countries. */
export type Unheard = 'no_address' | 'several_people';

/** What is known of a text beside its words, for telling whose number it is. */
export interface TextContext {
  /** Whom the message went to that it answers: what they were sent there says who it is, whatever the address looks like. */
  readonly pointId?: ContactPointId | null | undefined;
  /** What the text came to: a number of the brand, in the E.164 form where it is one. */
  readonly to?: string | null | undefined;
  /** By whose plan numbers are written where it came from (ISO 3166-1 alpha-2). */
  readonly country?: string | null | undefined;
  /** Its name where it came from: what is brought again under it leaves no second time. Without one it is new each time. */
  readonly name?: string | null | undefined;
}

/** What is known of a mail beside what it says. */
export type MailContext = Pick<TextContext, 'pointId' | 'name'>;

type Meant = { readonly kind: 'one'; readonly address: string } | { readonly kind: Unheard };

/** Somebody who wrote. `isNew`: nobody was known at the address before. */
export interface Writer {
  readonly id: ContactId;
  readonly externalId: string;
  readonly isNew: boolean;
}

export interface AddressLeft {
  /** Contact points that have the address; none: nobody is known by it, and that is kept of the address itself. */
  readonly points: number;
  readonly changed: boolean;
  readonly inFlight: readonly MessageId[];
}

/** Hears people who leave by writing back, on the path of every other opt-out. */
@Injectable()
export class InboundService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(ContactService) private readonly contacts: ContactService,
    @Inject(SuppressionService) private readonly suppressions: SuppressionService,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(KEY_RING) private readonly keys: Pick<KeyRing, 'addresses' | 'links'>,
  ) {}

  /**
   * A mail to the mailbox that List-Unsubscribe names. A token is believed whoever sends it, words from their sender, and
   * for whom the mail went to that they answer.
   * @param context whom the message of ours went to that the mail itself answers, and by which name the mail is known
   */
  async mail(brandId: BrandId, raw: InboundMail, context: MailContext = {}): Promise<MailOutcome> {
    const mail = cleanMail(raw);
    const reading = readMail(mail);
    if (reading.kind !== 'tokens') return this.saidInMail(brandId, mail, reading, context);
    const left = await this.leaveByTokens(brandId, mail, reading.tokens, context);
    if (left !== null) return left;
    // What only looks like a token must not silence the words beside it.
    const said = await this.saidInMail(brandId, mail, reading.words, context);
    return said.kind === 'ignored' && said.why === 'unclear' ? { ...said, why: 'unknown_token' } : said;
  }

  private async saidInMail(
    brandId: BrandId,
    mail: InboundMail,
    words: MailWords,
    context: MailContext,
  ): Promise<MailOutcome> {
    if (words.kind === 'ignored') return { kind: 'ignored', why: words.why, forReview: false };
    if (words.kind === 'unclear') return { kind: 'ignored', why: 'unclear', forReview: words.mayLeave };
    const left = await this.leaveByAddress(
      brandId,
      'email',
      words.from,
      { method: 'mailto', source: 'mail to the mailbox for leaving', wording: words.words },
      context,
    );
    const points = await this.pointsOf(brandId, 'email', words.from);
    const had = new Set(context.pointId == null ? points : [...points, context.pointId]);
    const byLink = await this.leaveByTokens(brandId, mail, words.quoted, context, had);
    if (typeof left === 'string') return byLink ?? { kind: 'ignored', why: 'unknown_sender', forReview: true };
    const inFlight = [...new Set([...left.inFlight, ...(byLink?.inFlight ?? [])])];
    return { kind: 'left', changed: left.changed || (byLink?.changed ?? false), inFlight };
  }

  /** By the first that is one of ours; null where none is. @param except contact points that have left already */
  private async leaveByTokens(
    brandId: BrandId,
    mail: InboundMail,
    tokens: readonly string[],
    { name }: MailContext,
    except: ReadonlySet<ContactPointId> = new Set(),
  ): Promise<Extract<MailOutcome, { kind: 'left' }> | null> {
    for (const token of tokens) {
      const link = readOptOutToken(this.keys.links, token);
      const owner = link === null ? null : await contactStore.findByContactPoint(this.database.tx, link.contactPointId);
      if (link === null || owner === null || owner.brandId !== brandId || except.has(link.contactPointId)) continue;
      const evidence = { method: 'mailto', details: { from: mail.from } };
      const wishId =
        name == null ? null : wishNamed(this.keys.addresses, 'link', brandId, name, link.contactPointId, link.scopeId);
      const left = await this.consents.withdrawByLink(link, evidence, null, wishId);
      if (left !== null) return { kind: 'left', changed: left.changed, inFlight: left.started };
    }
    return null;
  }

  /**
   * A text message that came back on a channel. Leaving is carried out here, before anything is answered; for coming back
   * a text message is never enough at this door, so START is answered with the way to sign up.
   */
  async text(
    brandId: BrandId,
    channel: Channel,
    address: string,
    raw: string,
    context: TextContext = {},
  ): Promise<TextOutcome> {
    const text = cleanText(raw);
    const reading = readKeyword(text);
    const answer = answerKeyword(reading, { country: null, leftByKeyword: false, confirmationPending: false });
    const left =
      answer.change === 'withdraw_all'
        ? await this.leaveByAddress(
            brandId,
            channel,
            address,
            {
              ...{ method: 'keyword', source: 'text message', wording: text.slice(0, 1000) },
              details: { how: reading.kind === 'opt_out' ? reading.how : null },
            },
            context,
          )
        : null;
    return typeof left === 'string'
      ? { reading, answer: { ...answer, change: null, reply: null }, left: null, unheard: left }
      : { reading, answer, left, unheard: null };
  }

  /**
   * Who is to be answered at an address, so that they can be: a person who has it, else a new one, who wrote and is known
   * by nothing else. Null for what is no address of the channel, or could be several people's.
   */
  async writer(brandId: BrandId, channel: Channel, address: string, context: TextContext = {}): Promise<Writer | null> {
    const meant = await this.addressMeant(this.database.tx, brandId, channel, address, context);
    if (meant.kind !== 'one') return null;
    const forms = this.formsOf(brandId, channel, meant.address);
    const points = await inboundStore.pointsAt(this.database.tx, brandId, channel, forms);
    const holder = points.find(({ isInUse }) => isInUse);
    const found = holder === undefined ? null : await contactStore.byId(this.database.tx, holder.contactId);
    if (found !== null) return { id: found.id, externalId: found.externalId, isNew: false };
    const contactPoints = [{ channel, address: meant.address }];
    const { contact } = await this.contacts.put(brandId, `wrote-${newId()}`, { contactPoints }, 'inbound');
    return { id: contact.id, externalId: contact.externalId, isNew: true };
  }

  /**
   * Leaves everything at an address, for everybody who has it: what a keyword or a sentence means that names nothing
   * narrower. It is theirs in every form of its number, and under whatever other name the provider has for it. Where
   * nobody has it, that somebody objected there is kept for whoever will. Where nobody can tell which address it is,
   * that is answered: then nothing was done, and whoever asks must not say that it was.
   *
   * What is brought again under its name is answered and leaves nothing: they may have said yes since. It is known in the
   * transaction in which it is carried out, so what was not is carried out when it is brought again.
   */
  async leaveByAddress(
    brandId: BrandId,
    channel: Channel,
    address: string,
    evidence: {
      readonly method: string;
      /** Where it was said. */
      readonly source: string;
      readonly wording: string;
      readonly details?: Record<string, JsonValue>;
    },
    context: TextContext = {},
  ): Promise<AddressLeft | Unheard> {
    const pointId = context.pointId ?? null;
    return this.database.transaction(async (tx) => {
      const meant = await this.addressMeant(tx, brandId, channel, address, context);
      if (meant.kind !== 'one' && pointId === null) return meant.kind;
      const forms = meant.kind === 'one' ? this.formsOf(brandId, channel, meant.address) : [];
      const points = await inboundStore.pointsAt(tx, brandId, channel, forms, pointId);
      const own = pointId === null ? points : await inboundStore.pointsAt(tx, brandId, channel, forms);
      const inFlight = new Set<MessageId>();
      let changed = false;
      const isAgain =
        context.name != null &&
        !(await isFirstTime(
          tx,
          wishNamed(this.keys.addresses, 'address', brandId, channel, context.name, address, evidence.wording),
          await databaseNow(tx),
        ));
      // Who answers by mail from another mailbox means that one, too.
      if (!isAgain && own.length === 0 && (points.length === 0 || channel === 'email')) {
        for (const addressHash of forms) {
          const key = { brandId, channel, addressHash };
          changed = (await this.suppressions.objectTo(tx, key, 'inbound', evidence.method)) || changed;
        }
      }
      for (const { id, contactId } of points) {
        const contact = await lockContact(tx, await contactStore.byId(tx, contactId));
        if (contact === null) continue;
        if (isAgain) {
          for (const message of await this.inFlight.started(tx, contact.sharing)) inFlight.add(message);
          continue;
        }
        const change = await leaveEverything(
          tx,
          this.consents,
          brandId,
          contact,
          { id, channel },
          {
            legalBasis: 'withdrawal',
            notice: null,
            wording: evidence.wording,
            method: evidence.method,
            source: evidence.source,
            jurisdiction: jurisdictionOf(contact),
            actor: 'contact',
            details: { from: address, ...evidence.details },
          },
        );
        changed ||= change.changed;
        for (const message of change.inFlight) inFlight.add(message);
      }
      return { points: points.length, changed, inFlight: [...inFlight] };
    });
  }

  /** The contact points whose address it is, in every form and under every other name; none where nobody can tell. */
  async pointsOf(
    brandId: BrandId,
    channel: Channel,
    address: string,
    context: TextContext = {},
  ): Promise<ContactPointId[]> {
    const meant = await this.addressMeant(this.database.tx, brandId, channel, address, context);
    if (meant.kind !== 'one') return [];
    const forms = this.formsOf(brandId, channel, meant.address);
    const points = await inboundStore.pointsAt(this.database.tx, brandId, channel, forms);
    return points.map(({ id }) => id);
  }

  /** A provider took a message to one address and said that it knows the person by another; answers come from that one. */
  async knownAs(brandId: BrandId, channel: Channel, address: string, alias: string): Promise<void> {
    const [known, written] = [checkAddress(channel, alias), checkAddress(channel, address)];
    if (!known.ok || !written.ok || known.normalized === written.normalized) return;
    const name = hashAddress(this.keys.addresses, brandId, channel, known.normalized);
    for (const form of this.formsOf(brandId, channel, written.normalized))
      await inboundStore.addAlias(this.database.tx, brandId, channel, name, form);
  }

  /** A number may be written in many ways, and without its country be that of many people; see `numberMeant`. */
  private async addressMeant(
    tx: Tx,
    brandId: BrandId,
    channel: Channel,
    address: string,
    { to, country }: TextContext,
  ): Promise<Meant> {
    if (!NUMBERED.has(channel)) {
      const checked = checkAddress(channel, address);
      return checked.ok ? { kind: 'one', address: checked.normalized } : { kind: 'no_address' };
    }
    const readings = numberReadings(address, country ?? null);
    const numberOf = new Map(
      readings.flatMap(({ number }) =>
        this.formsOf(brandId, channel, number).map((form) => [form.toString('hex'), number]),
      ),
    );
    const hashes = [...numberOf.keys()].map((hex) => Buffer.from(hex, 'hex'));
    const known = await inboundStore.knownAmong(tx, brandId, channel, hashes);
    const numbers = new Set(known.flatMap((hash) => numberOf.get(hash.toString('hex')) ?? []));
    const meant = numberMeant(readings, numbers, country ?? (to == null ? null : countryOfNumber(to)));
    switch (meant.kind) {
      case 'one':
        return { kind: 'one', address: meant.number };
      case 'none':
        return { kind: 'no_address' };
      case 'several':
        return { kind: 'several_people' };
    }
  }

  /** In the order of their hashes, in which they are locked. */
  private formsOf(brandId: BrandId, channel: Channel, normalized: string): Buffer[] {
    return numberForms(channel, normalized)
      .map((form) => hashAddress(this.keys.addresses, brandId, channel, form))
      .sort((a, b) => a.compare(b));
  }
}

function cleanMail({ headers, from, subject, text }: InboundMail): InboundMail {
  return {
    headers: headers.map(({ key, value }) => ({ key, value: cleanText(value) })),
    from: from === null ? null : cleanText(from),
    subject: cleanText(subject),
    text: cleanText(text),
  };
}
