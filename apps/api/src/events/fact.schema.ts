import { z } from 'zod';
import type { EpochMs } from '#lib/kernel';
import {
  ACTIONS,
  COST_CATEGORIES,
  COST_SEGMENTS,
  addressOf,
  type Fact,
  type FactAnswer,
  LEAD_STAGES,
  type ReportedFact,
  type Retraction,
  sourceOf,
} from '#lib/reporting';
import { ChannelName, InstantInput, line } from '../http/scalars.schema.js';

const MOST_MINOR = 1_000_000_000_000;
const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be three capital letters')
  .meta({ examples: ['EUR'] });
const Day = z.iso.date().meta({ examples: ['2026-11-26'] });
const id = line(200).meta({ description: 'Of the fact in your system; the same id again is a correction.' });
const at = InstantInput.meta({ description: 'When it happened.' });
const name = line(200);
const campaign = name.optional().meta({ description: 'Key of a campaign.' });
const who = {
  account: name.optional().meta({ description: 'The company, as contacts name it.' }),
  contact: name.optional().meta({ description: 'External id of a contact.' }),
};

export const MoneyInput = z.strictObject({ amount: z.int().min(0).max(MOST_MINOR), currency: Currency }).meta({
  id: 'Money',
  description: 'Whole minor units: 1050 EUR is 10,50 €.',
  examples: [{ amount: 1050, currency: 'EUR' }],
});

/** Where something is: without scheme, query and fragment, which may say who came. */
const address = line(500)
  .transform(addressOf)
  .refine((at) => at !== '', 'must say more than where a query begins');

const fact = <Type extends string, More extends z.ZodRawShape>(type: Type, more: More) =>
  z.strictObject({ type: z.literal(type), id, ...more });

const Utm = z.strictObject({
  source: name.optional(),
  medium: name.optional(),
  campaign: name.optional(),
  term: name.optional(),
  content: name.optional(),
});

/** What an address says of where somebody came from, as far as it can be kept. */
function utmIn(text: string): z.infer<typeof Utm> {
  const [, query = ''] = /^[^?#]*\?([^#]*)/.exec(text.trim()) ?? [];
  const said = new URLSearchParams(query);
  return Object.fromEntries(
    Object.keys(Utm.shape).flatMap((key) => {
      const { data } = name.safeParse(said.get(`utm_${key}`));
      return data === undefined ? [] : [[key, data]];
    }),
  );
}

/** What a CRM, finance or a web site report. */
export const FACT_REQUESTS = [
  fact('account', {
    name: name.optional().meta({ description: 'Left out: the id.' }),
    industry: name.optional(),
    revenueClass: name.optional(),
    tier: name.optional(),
    region: name.optional(),
  }),
  fact('stage', { at, lead: name, stage: z.enum(LEAD_STAGES), ...who, campaign, persona: name.optional() }),
  fact('opportunity', {
    at: at.meta({ description: 'When it was opened.' }),
    ...who,
    status: z.enum(['open', 'won', 'lost']),
    closedAt: InstantInput.optional(),
    value: MoneyInput,
    owner: name.optional(),
    region: name.optional(),
    productLine: name.optional(),
    campaign,
    lead: name.optional(),
    roles: z
      .array(z.strictObject({ contact: name, role: name }))
      .max(100)
      .default([])
      .meta({
        description:
          'Who takes part. Only their touches lead to the deal; left out: those of everybody in the account.',
      }),
  }),
  fact('order', { at, ...who, value: MoneyInput, region: name.optional(), productLine: name.optional(), campaign }),
  fact('custom', {
    at,
    ...who,
    name,
    value: MoneyInput.optional(),
    campaign,
    action: z.enum(ACTIONS).optional().meta({
      description: 'What somebody did by it: sent a form, took a place at an event, was there, took a file along.',
    }),
    about: address.optional().meta({ description: 'Which page, event or content it is about.' }),
  }),
  fact('visit', {
    at,
    contact: name,
    channel: line(63).optional().meta({ description: 'Left out: by `utm.medium`, or else direct.' }),
    campaign,
    utm: Utm.optional(),
    page: line(500)
      .transform((text) => ({ at: addressOf(text), utm: utmIn(text) }))
      .refine(({ at }) => at !== '', 'must say more than where a query begins')
      .optional()
      .meta({
        description:
          'Address of the page that was seen. What its query says as utm_source and so on counts where `utm` does not say it; nothing else of the query is kept.',
      }),
  }),
  fact('asset', {
    name: name.optional().meta({ description: 'Left out: the id.' }),
    sort: line(60).meta({ description: 'whitepaper, blog, video, or whatever else you tell apart.' }),
    pages: z
      .array(address)
      .min(1)
      .max(100)
      .meta({ description: 'Addresses of its pages and files, as visits, events and links of mails name them.' }),
  }),
  fact('cost', {
    category: z.enum(COST_CATEGORIES),
    from: Day,
    to: Day.meta({ description: 'Last day, included; the cost is divided evenly over the days.' }),
    value: MoneyInput,
    campaign,
    channel: line(63).optional(),
    of: z
      .strictObject(Object.fromEntries(COST_SEGMENTS.map((segment) => [segment, name.optional()])))
      .optional()
      .meta({ description: 'Of which segment alone it is, such as {"region": "North"}.' }),
  }),
  fact('tariff', {
    channel: ChannelName,
    provider: name.optional().meta({
      description: 'Key of the provider whose price it is. It goes before a tariff for the whole channel.',
    }),
    from: Day,
    perThousand: MoneyInput.meta({
      description: 'For a thousand messages; of text messages for a thousand parts, as providers charge them.',
    }),
  }),
  fact('target', {
    measure: z.enum(['pipeline', 'won']),
    from: Day,
    to: Day,
    region: name.optional(),
    value: MoneyInput,
  }),
  fact('exchange_rate', {
    from: Currency,
    to: Currency,
    day: Day.meta({ description: 'Counts from this day until another rate follows.' }),
    rate: z.string().regex(/^(?=.*[1-9])\d{1,9}(\.\d{1,12})?$/, 'must be a decimal above 0, such as "0.9213"'),
  }),
  fact('weight_set', {
    at: at.meta({ description: 'When it was agreed.' }),
    name: line(100),
    version: z.int().min(1).max(1_000_000),
    weights: z
      .record(line(200), z.number().min(0).max(1_000_000))
      .refine((weights) => Object.keys(weights).length <= 200, 'must be 200 at most')
      .meta({ description: 'What a touch of a channel or campaign is worth beside the others of its path.' }),
    otherwise: z.number().min(0).max(1_000_000).default(0).meta({ description: 'Of those that are not named.' }),
  }),
  fact('sign_off', {
    at: at.meta({ description: 'When it was signed.' }),
    set: name.meta({ description: 'Id of a weight set, as it is now. It counts once two people in two roles signed.' }),
    role: name,
    name,
  }),
  fact('retraction', {
    of: z
      .enum([
        'account',
        'stage',
        'opportunity',
        'order',
        'custom',
        'visit',
        'asset',
        'cost',
        'tariff',
        'target',
        'exchange_rate',
        'weight_set',
        'sign_off',
      ])
      .meta({ description: 'The fact of this kind and id never was.' }),
  }),
] as const;

export const FactRequest = z.discriminatedUnion('type', FACT_REQUESTS);
type FactRequest = z.infer<typeof FactRequest>;

export const FACT_ANSWERS = [
  z.strictObject({
    result: z.literal('kept'),
    id: z.string(),
    version: z.int().meta({ description: '1 for a fact that is new; each correction is the next.' }),
  }),
  z.strictObject({ result: z.literal('unchanged'), id: z.string(), version: z.int() }),
] as const;

type StatedFact = Exclude<FactRequest, { type: 'retraction' }>;

export function toReportedFact(request: FactRequest): ReportedFact | Retraction {
  if (request.type === 'retraction') return { id: request.id, retracts: request.of };
  const roles = request.type === 'opportunity' ? request.roles.map(({ contact }) => contact) : [];
  return {
    id: request.id,
    at: momentOf(request),
    kind: request.type,
    accounts: request.type === 'account' ? [request.id] : listed('account' in request ? request.account : undefined),
    contacts: [...listed('contact' in request ? request.contact : undefined), ...roles],
    toFact: (ids) => toFact(request, ids),
  };
}

function listed(name: string | undefined): string[] {
  return name === undefined ? [] : [name];
}

/** Days stand for themselves, so that the same fact sent again later says the same. An account is at no time. */
function momentOf(request: StatedFact): EpochMs {
  switch (request.type) {
    case 'account':
    case 'asset':
      return 0;
    case 'exchange_rate':
      return Date.parse(request.day);
    case 'cost':
    case 'tariff':
    case 'target':
      return Date.parse(request.from);
    default:
      return request.at;
  }
}

function toFact(request: StatedFact, ids: Parameters<ReportedFact['toFact']>[0]): Fact {
  const whose = ({ account, contact }: { account?: string | undefined; contact?: string | undefined }) => ({
    ...(account === undefined ? {} : { accountId: ids.account(account) }),
    ...(contact === undefined ? {} : { contactId: ids.contact(contact) }),
  });
  switch (request.type) {
    case 'account': {
      const { industry, revenueClass, tier, region } = request;
      const accountId = ids.account(request.id);
      return { kind: 'account', accountId, name: request.name ?? request.id, industry, revenueClass, tier, region };
    }
    case 'stage': {
      const { lead, stage, campaign: from, persona } = request;
      return { kind: 'stage', lead, stage, campaign: from, persona, ...whose(request) };
    }
    case 'opportunity': {
      const { status, closedAt, value, owner, region, productLine, campaign: from, lead } = request;
      const roles = request.roles.map(({ contact, role }) => ({ contactId: ids.contact(contact), role }));
      const deal = { status, closedAt, value, owner, region, productLine, campaign: from, lead, roles };
      return { kind: 'opportunity', ...deal, ...whose(request) };
    }
    case 'order': {
      const { value, region, productLine, campaign: from } = request;
      return { kind: 'order', value, region, productLine, campaign: from, ...whose(request) };
    }
    case 'custom':
      return {
        kind: 'custom',
        name: request.name,
        value: request.value,
        campaign: request.campaign,
        action: request.action,
        about: request.about,
        ...whose(request),
      };
    case 'visit': {
      const utm = Object.fromEntries(
        Object.entries({ ...request.page?.utm, ...request.utm }).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      );
      const source = sourceOf(utm, request);
      return {
        kind: 'visit',
        contactId: ids.contact(request.contact),
        ...source,
        utm: request.utm === undefined && Object.keys(utm).length === 0 ? undefined : utm,
        page: request.page?.at,
      };
    }
    case 'asset':
      return { kind: 'asset', name: request.name ?? request.id, sort: request.sort, pages: request.pages };
    case 'cost': {
      const { category, from, to, value, channel, of } = request;
      return { kind: 'cost', category, from, to, value, campaign: request.campaign, channel, of };
    }
    case 'tariff': {
      const { channel, provider, from, perThousand } = request;
      return { kind: 'tariff', channel, ...(provider === undefined ? {} : { provider }), from, perThousand };
    }
    case 'target': {
      const { measure, from, to, region, value } = request;
      return { kind: 'target', measure, from, to, region, value };
    }
    case 'weight_set': {
      const { name: called, version, weights, otherwise } = request;
      return { kind: 'weight_set', name: called, version, weights, otherwise };
    }
    case 'sign_off':
      return { kind: 'sign_off', set: request.set, role: request.role, name: request.name };
    case 'exchange_rate': {
      const { from, to, day, rate } = request;
      return { kind: 'exchange_rate', from, to, day, rate };
    }
  }
}

export function toFactAnswer(answer: FactAnswer) {
  switch (answer.kind) {
    case 'kept':
    case 'unchanged':
      return { result: answer.kind, id: answer.id, version: answer.version } as const;
    case 'refused':
      return { result: 'refused', id: answer.id, code: answer.code, detail: answer.detail } as const;
  }
}
