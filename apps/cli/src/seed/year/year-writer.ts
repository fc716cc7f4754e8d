import { ConsentService, ContactService, type OptOutLink } from '#lib/consent';
import type { BrandId, EpochMs } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import type { Database, KeyRing } from '#lib/platform';
import { FactService, type ReportedFact } from '#lib/reporting';
import { type Feedback, FeedbackService, PastMailings, type PastMessage, StartedMessages } from '#lib/sending';
import type { B2bYear } from './domain/b2b-year.js';
import { type Company, type Member, TOPICS } from './domain/company.js';
import type { Mailing, Reaction } from './domain/mailings.js';
import { linksOf } from './domain/reading.js';
import { NOTICE } from './year-setup.js';

export interface Gateway {
  readonly database: Database;
  readonly ledger: LedgerService;
  readonly keys: KeyRing;
}

/** What of a year was written. */
export interface Written {
  readonly people: number;
  readonly messages: number;
  readonly sent: number;
  readonly events: number;
  readonly facts: number;
}

/** Tells a year to the gateway in the order in which it happened. */
export class YearWriter {
  private readonly contacts: ContactService;
  private readonly consents: ConsentService;
  private readonly feedback: FeedbackService;
  private readonly facts: FactService;
  private readonly mailings: PastMailings;
  private readonly ledger: LedgerService;
  private events = 0;

  /**
   * @param by who says all this, in the ledger
   * @param lanes people who are brought in at the same time
   */
  constructor(
    { database, ledger, keys }: Gateway,
    private readonly brandId: BrandId,
    private readonly by: string,
    private readonly lanes: number,
  ) {
    const inFlight = new StartedMessages(ledger);
    this.contacts = new ContactService(database, ledger, inFlight, keys);
    this.consents = new ConsentService(database, ledger, inFlight);
    this.feedback = new FeedbackService(database, ledger);
    this.facts = new FactService(database);
    this.mailings = new PastMailings(database, ledger);
    this.ledger = ledger;
  }

  async write({ companies, mailings, facts, calendar, agreement }: B2bYear): Promise<Written> {
    const members = companies.flatMap((company) => company.people.map((member) => ({ member, company })));
    let waiting = [...members].sort((a, b) => (b.member.joins ?? Infinity) - (a.member.joins ?? Infinity));
    const joinUntil = async (instant: EpochMs): Promise<void> => {
      const joined = ({ member }: { member: Member }): EpochMs =>
        member.joins === null ? -Infinity : calendar.at(member.joins, 5);
      const now = waiting.filter((one) => joined(one) <= instant);
      waiting = waiting.filter((one) => joined(one) > instant);
      await inLanes(this.lanes, now, ({ member, company }) => this.join(member, company, joined({ member })));
    };
    let [messages, sent] = [0, 0];
    for (const mailing of mailings) {
      await joinUntil(mailing.at);
      const ended = await this.mail(mailing);
      messages += ended.length;
      sent += ended.filter(({ status }) => status === 'sent').length;
    }
    await joinUntil(calendar.end);
    for (const { role, facts: said } of agreement) await this.report(said, `${this.by}, ${role}`);
    // All at once and last: where they are, the year is whole.
    await this.report(facts, this.by);
    const agreed = agreement.reduce((sum, one) => sum + one.facts.length, 0);
    return { people: members.length, messages, sent, events: this.events, facts: facts.length + agreed };
  }

  private async report(facts: readonly ReportedFact[], by: string): Promise<void> {
    const answers = await this.facts.report(facts, this.brandId, by, (tx, { entryId, count, digest, at }) =>
      this.ledger.append(tx, [
        {
          ...{ id: entryId, type: 'facts.reported', brandId: this.brandId, at },
          ...{ clear: { root: digest, cnt: count }, disclosed: { actor: by } },
        },
      ]),
    );
    const refused = answers.find((answer) => answer.kind === 'refused');
    if (refused !== undefined) throw new Error(`${refused.id}: ${refused.detail}`);
  }

  private async join(member: Member, { name }: Company, at: EpochMs): Promise<void> {
    const { externalId, address, language, zone, country, firstName, lastName, role, topics, joins } = member;
    await this.contacts.put(
      this.brandId,
      externalId,
      {
        ...{ language, zone, country, account: name, attributes: { firstName, lastName, role } },
        contactPoints: [{ channel: 'email', address }],
      },
      this.by,
    );
    if (joins === null || topics.length === 0) return;
    await this.consents.record(
      this.brandId,
      externalId,
      {
        ...{ channel: 'email', purpose: 'commercial', topics: TOPICS.filter((topic) => topics.includes(topic)) },
        ...{ kind: 'granted', legalBasis: 'consent', notice: { key: NOTICE, version: 1, language } },
        ...{ method: 'web_form', source: 'https://www.hafenwerk.example/newsletter', occurredAt: at, evidence: {} },
      },
      this.by,
    );
  }

  private async mail({ at, campaign, step, to }: Mailing): Promise<PastMessage[]> {
    const ended = await this.mailings.record(this.brandId, {
      at,
      request: { template: campaign.template, topic: campaign.topic, campaign: campaign.key, step },
      links: linksOf(campaign.topic),
      goal: 'clicked',
      to: to.map(({ member: { externalId, firstName }, variant, headline, refusal }) => ({
        ...{ to: externalId, variant, refusal, variables: { headline, firstName } },
      })),
    });
    const reactions = ended.flatMap((message, i) =>
      message.status === 'sent' ? (to[i]?.reactions ?? []).map((reaction) => ({ message, reaction })) : [],
    );
    const reported = reactions.flatMap(({ message, reaction }) => feedbackOf(message, reaction));
    const reporter = { brandId: this.brandId, test: false, actor: this.by, via: 'webhook' } as const;
    const answers = await this.feedback.report(reported, reporter);
    const refused = answers.find((answer) => answer.kind === 'refused');
    if (refused !== undefined) throw new Error(`${refused.id}: ${refused.code}`);
    this.events += reported.length;
    for (const { message, reaction } of reactions)
      if (reaction.kind === 'left') await this.leave(message, reaction.afterMs);
    return ended;
  }

  private async leave({ id, contactPointId, scopeId, endedAt }: PastMessage, afterMs: number): Promise<void> {
    if (contactPointId === null) return;
    const link: OptOutLink = { contactPointId, scopeId, messageId: id };
    await this.consents.withdrawByLink(link, { method: 'one_click', details: {} }, endedAt + afterMs);
    this.events++;
  }
}

function feedbackOf({ id: messageId, endedAt, links }: PastMessage, reaction: Reaction): Feedback[] {
  if (reaction.kind === 'left') return [];
  const { kind: type, afterMs } = reaction;
  const bounce =
    reaction.kind !== 'bounced'
      ? null
      : { kind: reaction.hard ? ('hard' as const) : ('soft' as const), status: reaction.hard ? '5.1.1' : '4.2.2' };
  // Which link it is hangs on when they did it, and so is the same for the same seed.
  const link = type === 'clicked' ? links[afterMs % links.length] : undefined;
  return [
    {
      ...{
        id: link === undefined ? `${messageId} ${type} ${afterMs}` : `link ${link.id} ${afterMs}`,
        type,
        messageId,
        at: endedAt + afterMs,
        bounce,
      },
      automated: 'automated' in reaction && reaction.automated,
      link: link?.url ?? null,
    },
  ];
}

async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const line = [...items];
  const lane = async (): Promise<void> => {
    for (let item = line.shift(); item !== undefined; item = line.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
