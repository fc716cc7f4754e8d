import { z } from 'zod';
import { CHANNELS } from '#lib/kernel';
import {
  type Chart,
  channelWord,
  columnWord,
  type ConsentTrendService,
  DELIVERY_REPORTS,
  type DeliveryReportKey,
  type DeliveryService,
  type ExitFigures,
  type ExitPlace,
  type ExitService,
  exitSankey,
  type LinkService,
  type LiftService,
  type ReportLanguage,
  type ReportRole,
  reportWords,
  standingWord,
  withoutSmallCells,
} from '#lib/reporting';
import { Key } from '../../http/scalars.schema.js';
import { PeriodQuery, type ReportPeriods } from '../report-period.js';
import { FORMS, type OfferedReport } from './offered-report.js';
import { ExitPlaceQuery, toExitPlace } from './exit-query.js';

export const ExitQuery = z.strictObject({ ...PeriodQuery, ...ExitPlaceQuery, ...FORMS });

/** Where messages went, and why some were not sent. */
export function exitsOffered(exits: ExitService, periods: ReportPeriods): OfferedReport<typeof ExitQuery> {
  return {
    key: 'exits',
    roles: ['operations', 'cmo'],
    query: ExitQuery,
    people: 'inflow',
    async make(brandId, query) {
      const period = await periods.of(brandId, query);
      const { campaign, path, step, channel, messages } = query;
      const parameters = { campaign, path, step, channel, messages, days: period.days };
      const { report, figures } = await exits.report({ brandId, ...period }, toExitPlace(query), parameters);
      return { report, chart: (language, least) => sankeyOf(figures, language, least) };
    },
  };
}

export const DeliveryQuery = z.strictObject({
  ...PeriodQuery,
  campaign: ExitPlaceQuery.campaign,
  messages: ExitPlaceQuery.messages,
  ...FORMS,
});
export const EmailQuery = z.strictObject({
  by: z.enum(['topic', 'subject']).default('topic').meta({ description: 'By which mails are told apart.' }),
  ...DeliveryQuery.shape,
});

const DELIVERY_ROLES: Readonly<Record<DeliveryReportKey, readonly ReportRole[]>> = {
  email: ['operations', 'cmo'],
  channels: ['operations', 'cmo', 'finance'],
  content: ['cmo', 'sales'],
};

/** What became of messages after they left. */
export function deliveriesOffered(deliveries: DeliveryService, periods: ReportPeriods): OfferedReport[] {
  return DELIVERY_REPORTS.map((key) => ({
    key,
    roles: DELIVERY_ROLES[key],
    query: key === 'email' ? EmailQuery : DeliveryQuery,
    people: key === 'content' ? 'sent' : 'accepted',
    async make(brandId, query: z.infer<typeof DeliveryQuery> & Partial<z.infer<typeof EmailQuery>>) {
      const period = await periods.of(brandId, query);
      const { by = 'topic', campaign, messages } = query;
      const report = await deliveries.report(
        key,
        { brandId, ...period },
        { by, campaign, messages, days: period.days },
      );
      return { report, drawn: key === 'channels' ? 'sent' : 'clicked' };
    },
  }));
}

export const LinksQuery = z.strictObject({ ...PeriodQuery, campaign: ExitPlaceQuery.campaign, ...FORMS });

/** How often links of mails were followed. */
export function linksOffered(links: LinkService, periods: ReportPeriods): OfferedReport<typeof LinksQuery> {
  return {
    key: 'links',
    roles: ['operations', 'cmo'],
    query: LinksQuery,
    people: 'arrived',
    async make(brandId, query) {
      const period = await periods.of(brandId, query);
      const { campaign } = query;
      const report = await links.report({ brandId, ...period }, { campaign, days: period.days });
      return { report, drawn: 'clicked' };
    },
  };
}

export const LiftQuery = z.strictObject({
  ...PeriodQuery,
  by: z.enum(['all', 'segment']).default('all').meta({ description: 'Whether segments are told apart.' }),
  withinHours: z.coerce
    .number()
    .int()
    .min(1)
    .max(720)
    .default(24)
    .meta({ description: 'What happens within so many hours of sending counts.' }),
  ...FORMS,
});

/** What choosing the best channel and the best time has brought. */
export function liftOffered(lifts: LiftService, periods: ReportPeriods): OfferedReport<typeof LiftQuery> {
  return {
    key: 'lift',
    roles: ['operations', 'cmo'],
    query: LiftQuery,
    people: ['chosen', 'control'],
    async make(brandId, query, _seesMessages, isAnew = false) {
      const period = await periods.of(brandId, query);
      const { by, withinHours } = query;
      const report = await lifts.report({ brandId, ...period }, { by, withinHours }, isAnew);
      return { report, drawn: 'chosen_rate' };
    },
  };
}

export const ConsentQuery = z.strictObject({
  ...PeriodQuery,
  stretch: z.enum(['day', 'week', 'month']).default('week').meta({ description: 'A row for each.' }),
  by: z.enum(['all', 'topic', 'channel']).default('all'),
  channel: z.enum(CHANNELS).optional(),
  purpose: Key.optional(),
  topic: Key.optional(),
  value: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000_000)
    .optional()
    .meta({ description: 'What a sent message is worth, in minor units: your estimate.' }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters')
    .default('EUR'),
  ...FORMS,
});

/** How consents come and go, and what lost reach costs. */
export function consentsOffered(
  trend: ConsentTrendService,
  periods: ReportPeriods,
): OfferedReport<typeof ConsentQuery> {
  return {
    key: 'consents',
    roles: ['operations', 'cmo', 'sales'],
    query: ConsentQuery,
    hides: (report) =>
      withoutSmallCells(report, {
        counts: ['optIns', 'optOuts', 'lapsed', 'unsent'],
        tells: { net: ['optIns', 'optOuts'], lost_value: ['unsent'] },
      }),
    async make(brandId, query) {
      const period = await periods.of(brandId, query);
      const { by, stretch, channel, purpose, topic, value, currency } = query;
      const parameters = { by, stretch, channel, purpose, topic, value, currency };
      const { report, stretches } = await trend.report({ brandId, ...period }, period.days, parameters);
      return { report, chart: (language, least) => trendOf(stretches, language, least) };
    },
  };
}

function sankeyOf(figures: ExitFigures, language: ReportLanguage, least: number): Chart | null {
  const number = (n: number): string => n.toLocaleString(language);
  const { inflow, sent, processing } = figures.total;
  const words = {
    en: {
      description: `Of ${number(inflow)} accepted messages ${number(sent)} were sent and ${number(processing)} are in processing; the rest left for the reasons named on the right. The numbers are in the table.`,
      accepted: 'Accepted',
      others: 'All others',
    },
    de: {
      description: `Von ${number(inflow)} angenommenen Nachrichten wurden ${number(sent)} gesendet, ${number(processing)} sind in Bearbeitung; der Rest schied aus den rechts genannten Gründen aus. Die Zahlen stehen in der Tabelle.`,
      accepted: 'Angenommen',
      others: 'Alle anderen',
    },
  }[language];
  return exitSankey(figures, {
    ...words,
    title: reportWords('exits', language).question,
    least,
    number,
    place: (place, isOne) => placeWords(place, isOne, language),
    way: (way) => standingWord(way, language),
  });
}

/** Channel, step, path and campaign in one line, which is cut at its end; the campaign where there is more than one. */
function placeWords({ campaign, path, step, channel }: ExitPlace, isOne: boolean, language: ReportLanguage): string {
  const none = { en: 'No campaign', de: 'Ohne Kampagne' }[language];
  const parts = [channelWord(channel, language), step, path, isOne ? null : (campaign ?? none)];
  return parts.filter((part) => part !== null).join(' · ');
}

function trendOf(
  stretches: readonly { readonly from: string; readonly optIns: number; readonly optOuts: number }[],
  language: ReportLanguage,
  least: number,
): Chart | null {
  // A line would tell what the table does not.
  const isFew = (n: number): boolean => n > 0 && n < least;
  if (stretches.some(({ optIns, optOuts }) => isFew(optIns) || isFew(optOuts))) return null;
  if (stretches.every(({ optIns, optOuts }) => optIns === 0 && optOuts === 0)) return null;
  const line = (key: 'optIns' | 'optOuts', tone: 'flow' | 'exit') => {
    const values = stretches.map((one) => one[key]);
    const sum = values.reduce((all, one) => all + one, 0);
    return { name: key, tone, values, label: `${columnWord(key, language)} ${sum.toLocaleString(language)}` };
  };
  const lines = [line('optIns', 'flow'), line('optOuts', 'exit')];
  const described = {
    en: `Two lines over ${stretches.length} stretches of time: ${lines.map(({ label }) => label).join(', ')} in all.`,
    de: `Zwei Linien über ${stretches.length} Zeitabschnitte: insgesamt ${lines.map(({ label }) => label).join(', ')}.`,
  }[language];
  return {
    kind: 'lines',
    title: reportWords('consents', language).question,
    description: described,
    moments: stretches.map(({ from }) => from),
    lines,
  };
}
