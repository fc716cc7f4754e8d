import type { EpochMs } from '#lib/kernel';
import { type Calendar, YEAR } from './calendar.js';
import type { Company, Member, Topic } from './company.js';
import { Draw } from './draw.js';

export interface Campaign {
  /** KIND-Product-vN-YYYY-MM. */
  readonly key: string;
  readonly name: string;
  readonly topic: Topic;
  readonly template: string;
  /** Days before the end on which its first mailing leaves. */
  readonly begins: number;
}

export interface Mailing {
  readonly at: EpochMs;
  readonly campaign: Campaign;
  readonly step: string;
  readonly to: readonly Recipient[];
}

/** Somebody in a mailing, and what comes of it if it leaves. */
export interface Recipient {
  readonly member: Member;
  readonly variant: 'a' | 'b';
  readonly headline: string;
  /** The provider takes no such message. */
  readonly refusal: string | null;
  readonly reactions: readonly Reaction[];
}

export type Reaction =
  | { readonly kind: 'delivered' | 'replied' | 'complained' | 'left'; readonly afterMs: number }
  | { readonly kind: 'opened' | 'clicked'; readonly afterMs: number; readonly automated: boolean }
  | { readonly kind: 'bounced'; readonly afterMs: number; readonly hard: boolean };

/** What is sold. */
export const PRODUCTS = ['LagerPilot', 'FlottenBlick', 'WerkTakt'] as const;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The last mailing and all that comes of it lie before the end. */
const LAST_MAILING = 4;
/** Of those who chose a topic, how many are in one mailing: campaigns are for segments. */
const SEGMENT = 0.54;

/** A mailing on every Tuesday, and a reminder two days before each event; oldest first. */
export function mailingsOf(seed: number, calendar: Calendar, companies: readonly Company[]): Mailing[] {
  const draw = new Draw(seed, 'mailings');
  const members = companies.flatMap(({ people }) => people);
  const campaigns = new Map<string, Campaign>();
  const mailings: Mailing[] = [];
  let tuesdays = 0;
  let month = '';
  for (let before = YEAR - 1; before >= LAST_MAILING; before--) {
    if (calendar.weekday(before) !== 2) continue;
    if (calendar.month(before) !== month) [month, tuesdays] = [calendar.month(before), 0];
    const plan = PLAN[tuesdays++ % PLAN.length] ?? PLAN[0];
    const [kind, topic, template, step] = plan;
    const key = keyOf(kind, month, calendar);
    const campaign = campaigns.get(key) ?? { key, name: nameOf(kind, key), topic, template, begins: before };
    campaigns.set(key, campaign);
    const at = calendar.at(before, 7.5);
    mailings.push({ at, campaign, step, to: recipientsOf(draw, members, campaign, before) });
    if (kind === 'EVENT' && before - 2 >= LAST_MAILING) {
      const reminder = { at: calendar.at(before - 2, 8), campaign, step: 'reminder' };
      mailings.push({ ...reminder, to: recipientsOf(draw, members, campaign, before - 2) });
    }
  }
  return mailings;
}

/** Tuesday by Tuesday of a month. */
const PLAN = [
  ['NURTURE', 'product-news', 'product-letter', 'step-1'],
  ['NEWS', 'newsletter', 'newsletter', 'issue'],
  ['NURTURE', 'product-news', 'product-letter', 'step-2'],
  ['EVENT', 'events', 'invitation', 'invitation'],
  ['NURTURE', 'product-news', 'product-letter', 'step-3'],
] as const;
type Kind = (typeof PLAN)[number][0];

function keyOf(kind: Kind, month: string, calendar: Calendar): string {
  const place = calendar.months().findIndex(({ key }) => key === month);
  switch (kind) {
    case 'NURTURE':
      return `NURTURE-${PRODUCTS[place % PRODUCTS.length] ?? PRODUCTS[0]}-v${place < 6 ? 1 : 2}-${month}`;
    case 'NEWS':
      return `NEWS-Rundbrief-v1-${month}`;
    case 'EVENT':
      return `${place % 3 === 1 ? 'FAIR-Messe' : 'WEBINAR-Praxis'}-v1-${month}`;
  }
}

function nameOf(kind: Kind, key: string): string {
  const [, subject = '', , year = '', month = ''] = key.split('-');
  return { NURTURE: `Nurture ${subject}`, NEWS: subject, EVENT: `Einladung ${subject}` }[kind] + `, ${month}/${year}`;
}

const HEADLINES: Readonly<Record<Topic, readonly [string, string]>> = {
  newsletter: ['Neues aus dem Betrieb', 'News from the shop floor'],
  'product-news': ['So läuft es bei anderen', 'How others do it'],
  events: ['Ein Vormittag aus der Praxis', 'A morning of practice'],
};

function recipientsOf(draw: Draw, members: readonly Member[], campaign: Campaign, before: number): Recipient[] {
  return members.flatMap((member): Recipient[] => {
    // Somebody typed them in by hand; the gateway says what comes of that.
    const isStranger = member.joins === null && member.quietSince === null && campaign.topic === 'newsletter';
    const isGone = member.quietSince !== null && member.quietSince > before;
    const isIn = member.joins !== null && member.joins > before && !isGone && member.topics.includes(campaign.topic);
    const [isDrawn, isA] = [draw.chance(SEGMENT), draw.chance(0.5)];
    const refusal = draw.chance(0.004) ? 'smtp_data_554' : null;
    const reactions = reactionsOf(draw, isA);
    if (!(isStranger || (isIn && isDrawn))) return [];
    const [german, english] = HEADLINES[campaign.topic];
    const headline = member.language === 'de' ? german : english;
    return [{ member, variant: isA ? 'a' : 'b', headline, refusal, reactions }];
  });
}

/** All of it within 40 hours: the next mailing may already know of it. */
function reactionsOf(draw: Draw, isA: boolean): Reaction[] {
  const luck = draw.share();
  const openAfter = draw.whole(4 * MINUTE, 30 * HOUR);
  if (luck < 0.012) return [{ kind: 'bounced', afterMs: draw.whole(MINUTE, 5 * MINUTE), hard: true }];
  if (luck < 0.022) return [{ kind: 'bounced', afterMs: draw.whole(MINUTE, HOUR), hard: false }];
  const reactions: Reaction[] = [{ kind: 'delivered', afterMs: draw.whole(2_000, 90_000) }];
  // Some mail servers open what comes in, and a few of them follow its links.
  if (draw.chance(0.07)) {
    reactions.push({ kind: 'opened', afterMs: 100_000, automated: true });
    if (draw.chance(0.2)) reactions.push({ kind: 'clicked', afterMs: 101_000, automated: true });
  }
  if (luck < 0.0235) return [...reactions, { kind: 'complained', afterMs: openAfter }];
  if (!draw.chance(isA ? 0.42 : 0.36)) return reactions;
  reactions.push({ kind: 'opened', afterMs: openAfter, automated: false });
  const next = openAfter + draw.whole(20_000, 2 * HOUR);
  if (draw.chance(isA ? 0.27 : 0.2)) reactions.push({ kind: 'clicked', afterMs: next, automated: false });
  if (draw.chance(0.02)) reactions.push({ kind: 'replied', afterMs: next + HOUR });
  else if (draw.chance(0.018)) reactions.push({ kind: 'left', afterMs: next + HOUR });
  return reactions;
}
