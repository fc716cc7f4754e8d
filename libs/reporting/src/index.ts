/** What came of messages, in money: reports as plain tables that lead back to touches. */
export { minorDigits, toDecimal } from './domain/currency.js';
export * from './domain/report.js';
export {
  type Figure,
  FIGURE,
  figureIn,
  figuresLinked,
  isOfNobody,
  linksOfNobody,
  type Source,
  type SourceWithEntry,
  toldToAnybody,
} from './domain/behind.js';
export { FEW, withoutSmallRows } from './domain/small-rows.js';
export { withoutSmallCells } from './domain/small-cells.js';
export { reportCsv, type ReportCsvDialect } from './report-csv.js';
export { REPORT_ROLES, type ReportRole } from './roles.js';
export { ReportingModule } from './reporting.module.js';
export type { Asked } from './domain/asked.js';
export { type Days, instantsOf, lastDays, STRETCHES } from './domain/days.js';
export { ExitService } from './exits/exit.service.js';
export { type ContentFilter, type ExitedMessage, type ExitFilter, SEEN, type StoodFilter } from './exits/exit.store.js';
export { EXIT_MESSAGES } from './exits/domain/exit-report.js';
export { type ExitFigures, type ExitPlace, STANDINGS, type Stood } from './exits/domain/exit-figures.js';
export { exitSankey } from './exits/domain/exit-sankey.js';
export { LinkService } from './links/link.service.js';
export { LiftService } from './lift/lift.service.js';
export { DeliveryService } from './deliveries/delivery.service.js';
export { DELIVERY_REPORTS, type DeliveryReportKey } from './deliveries/domain/delivery-report.js';
export { type Said, type SaidFilter } from './consents/consent-trend.store.js';
export { CONSENTS_SAID } from './consents/domain/consent-report.js';
export { CONSENT_MOVES } from './consents/domain/consent-trend.js';
export { ConsentTrendService } from './consents/consent-trend.service.js';
export type { Chart } from './charts/domain/chart.js';
export { drawChart } from './charts/draw.js';
export { channelWord, reasonWord, REASON_WORDS, standingWord } from './words/exit-words.js';
export { REPORT_LANGUAGES, type ReportLanguage } from './words/languages.js';
export {
  columnWord,
  noteWord,
  parameterWord,
  reportWords,
  unitWord,
  valueWord,
  whyNotWord,
} from './words/report-words.js';
export {
  ACTIONS,
  addressOf,
  COST_CATEGORIES,
  COST_SEGMENTS,
  type Fact,
  LEAD_STAGES,
  sourceOf,
} from './facts/domain/fact.js';
export {
  type FactAnswer,
  type FactRefusal,
  FactService,
  type RecordBatch,
  type ReportedFact,
  type Retraction,
} from './facts/fact.service.js';
export type { MoneyAsked, MoneyQuery } from './money/money-query.js';
export { MoneyService } from './money/money.service.js';
export type { CreditedTouch } from './money/domain/credited-touches.js';
export type { TouchFilter } from './money/touch-filter.js';
export type { TouchesRead } from './money/gathering.js';
export { KeptConsentsService } from './kept-consents/kept-consents.service.js';
export { KeptMessagesService } from './kept-messages/kept-message.service.js';
export { KeptTouchesService } from './money/kept.service.js';
export { type AccountTouch, DrillService, type TouchListFilter, type WithEntry } from './money/drill.service.js';
export { type DealBehind, type DealFilter, DEALS } from './money/domain/deals-behind.js';
export { BASES, DIMENSIONS } from './money/touch.store.js';
export {
  ACCOUNT_TOUCHES,
  ATTRIBUTION_TOUCHES,
  DEALS_BEHIND,
  ENGAGEMENTS,
  LEADS_BEHIND,
  OUTCOMES,
  type MoneyData,
  type TouchLink,
} from './money/domain/frame.js';
export { type FeedExport, FeedExportService } from './feeds/feed-export.service.js';
export { FEED_EXPORT_STATES } from './feeds/feed-export.store.js';
export { FEED_FORMATS, type FeedFormat } from './feeds/encoders.js';
export { rowWriter } from './feeds/domain/row-json.js';
export { settledMs } from './settled.js';
export { FeedService, type FeedOwner, type FeedPage } from './feeds/feed.service.js';
export type { FeedOptions } from './feeds/domain/feed-query.js';
export {
  FEED_SET_NAMES,
  FEED_SETS,
  feedSet,
  type FeedProperty,
  type FeedSet,
  type FeedSetName,
  type FeedType,
} from './feeds/domain/feed-set.js';
export { changesReport, type KeptReport, snapshotsReport } from './snapshots/domain/snapshot-report.js';
export { asToldToday } from './snapshots/domain/told-today.js';
export { type Difference, InvariantService } from './invariants/invariant.service.js';
export { type RecordMonth, SnapshotService } from './snapshots/snapshot.service.js';
export type { MonthOfBrand } from './snapshots/snapshot.store.js';
export { assetsReport, ASSETS_BY } from './activity/domain/assets-report.js';
export { pagesReport } from './activity/domain/pages-report.js';
export { sourcesReport } from './activity/domain/sources-report.js';
export { segmentsReport } from './activity/domain/segments-report.js';
export { GOALS, journeysReport } from './activity/domain/journeys-report.js';
export { silenceReport } from './activity/domain/silence-report.js';
export { ENGAGEMENT_KINDS, type EngagementFilter } from './activity/domain/engagements-behind.js';
export type { ActivityRead, Engagement } from './activity/domain/activity.js';
export type { ActivityFigure } from './activity/domain/activity-figures.js';
export { POINTS, SCORED, type ScoreRule } from './money/domain/engagement-score.js';
export { positionsReport } from './money/domain/positions-report.js';
export {
  type LeadBehind,
  type LeadFilter,
  type OutcomeBehind,
  type OutcomeFilter,
  STAGES_BEHIND,
} from './money/domain/facts-behind.js';
export { attributionReport, modelsReport } from './money/domain/attribution-report.js';
export { variantsReport } from './money/domain/variants-report.js';
export { acquisitionReport, salesReport } from './money/domain/kpis.js';
export { campaignsReport } from './money/domain/campaigns-report.js';
export {
  type FewRows,
  fewFindings,
  fewNames,
  isByFew,
  isOfFew,
  OF_FEW,
  withFewMarked,
  withoutFewConversions,
} from './money/domain/few-conversions.js';
export { withoutFewNotes } from './money/domain/few-notes.js';
export { funnelReport, FUNNELS, withoutFewLeads } from './money/domain/funnel-report.js';
export { qualityReport } from './money/domain/quality-report.js';
export { accountsReport, pathsReport, revenueReport, SEGMENTS } from './money/domain/revenue-reports.js';
