/** How messages leave: accepted, decided, handed over, and ended exactly once. */
export { AcceptService } from './messages/accept.service.js';
export type { AcceptAnswer, AcceptItem, Sender } from './messages/accept-item.js';
export type { Accepted } from './messages/first-answers.js';
export { type Goal, GOALS } from './messages/domain/best-arm.js';
export { DEFAULT_HOURS, MOST_HOURS } from './messages/domain/best-time.js';
export { STRATEGIES, type Strategy } from './messages/domain/choice-place.js';
export { assignVariant } from './experiments/assign-variant.js';
export type { Experiment, Verdict } from './experiments/domain/experiment.js';
export { type VariantResult, VariantService } from './experiments/variant.service.js';
export { AttemptService, type Started } from './messages/attempt.service.js';
export { decisionWarnings } from './messages/domain/decision-warnings.js';
export type { Judgement } from './messages/decision-batch.js';
export {
  DEFAULT_LIFETIME_MS,
  MAX_LIFETIME_MS,
  type Message,
  type MessageStatus,
  type BestTime,
  type SendRequest,
} from './messages/domain/message.js';
export { ASKED_ABOUT, ContactMessages, type HeldMessage, type OriginMessage } from './messages/contact-messages.js';
export { toRecord } from './messages/domain/decision-record.js';
export { HandOverService } from './messages/hand-over.service.js';
export {
  MessageService,
  type ExplainedStep,
  type MessageExplanation,
  type MessageView,
} from './messages/message.service.js';
export { OutcomeService } from './messages/outcome.service.js';
export { StartedMessages } from './messages/started-messages.js';
export { SweeperService } from './messages/sweeper.service.js';
export { type Lane, laneOfJob } from './messages/domain/lane.js';
export { WakeUps } from './messages/wake-ups.js';
export { EVENT_TYPES, type EventType } from './events-out/domain/cloud-event.js';
export { EventDispatcher } from './events-out/event-dispatcher.js';
export {
  type EventEndpoint,
  type EventEndpointFacts,
  EventEndpointService,
  type Replay,
  type WithSecret,
} from './events-out/event-endpoint.service.js';
export { DELIVERY_STATUSES, type EventDelivery } from './events-out/event-endpoint.store.js';
export { EventsOutModule } from './events-out/events-out.module.js';
export type { Feedback, FeedbackRefusal } from './feedback/domain/feedback.js';
export { FeedbackService, type FeedbackAnswer, type Reporter } from './feedback/feedback.service.js';
export { TrackingService, type Visitor } from './tracking/tracking.service.js';
export type { Returned } from './returned/returned.js';
export { SenderRegistry } from './senders/sender-registry.js';
export { ReturnedModule } from './returned/returned.module.js';
export { ConnectionService } from './returned/connection.service.js';
export { ReturnedService, type InboundText, type MailTaken, type WebhookOutcome } from './returned/returned.service.js';
export { SendingModule } from './sending.module.js';
export type {
  ChannelSender,
  HandOver,
  RenderedContent,
  SenderCapabilities,
  SendResult,
} from './senders/channel-sender.js';
export { reference } from './reference.js';
export { patternProblem, type NamePatterns } from './setup/domain/name-pattern.js';
export { type DataShape, shapeProblems } from './templates/domain/data-shape.js';
export { RULES as LINT_RULES, type Finding } from './lint/domain/finding.js';
export { LintService, type LintSubject } from './lint/lint.service.js';
export { PreviewService, type Preview, type PreviewRequest } from './lint/preview.service.js';
export { SendingSetupModule } from './setup.module.js';
export { CampaignService, type Campaign, type CampaignFacts } from './campaigns/campaign.service.js';
export { backtest } from './backtest/backtest.js';
export {
  type BacktestReport,
  type Ends,
  type KeyedTally,
  LEFT_ALONE,
  type Tally,
} from './backtest/domain/backtest-report.js';
export { PolicyCase } from './decisions/decision-case.js';
export { CaseDecider } from './decisions/case-decider.js';
export { compileReader, NOT_READ, type Reader } from './decisions/compiled-reader.js';
export { type CaseRefusal, type DecisionVerdict, toDetail, toVerdict } from './decisions/decision-verdict.js';
export { decisionSchemas } from './decisions/decision-schemas.js';
export { replay, type ReplayCounts, type ReplayDifference } from './history/replay.js';
export type { Period } from './history/past-decisions.js';
export { type PastMailing, PastMailings, type PastMessage, type PastRecipient } from './history/past-mailings.js';
export { RunwayService, type RunwayRequest } from './runway/runway.service.js';
export type { Runway, RunwayReport, RunwayWeek } from './runway/domain/runway.js';
export { RUNWAY_WORDS, runwayTable, runwayText } from './runway/domain/runway-table.js';
export { RUNWAY_STYLE, runwayPage } from './runway/domain/runway-page.js';
export { tablesOf } from './packs/as-decided.js';
export { installedPacks } from './packs/installed-packs.js';
export { loadPacks, packDigest, type PackLibrary, packsFolder, PacksUnusable } from './packs/load-packs.js';
export { PolicyBody, problemPointer } from './policies/policy-body.js';
export { policyHash, PolicyService, type PublishedPolicy } from './policies/policy.service.js';
export {
  ProviderService,
  type Provider,
  type ProviderFacts,
  type ProviderInput,
} from './providers/provider.service.js';
export { CIRCUIT_STATES, type CircuitState } from './providers/domain/circuit.js';
export { PROVIDER_KINDS, type ProviderKind } from './senders/sender-cache.js';
export { SENDER_KINDS, type SenderKind } from './senders/sender-kinds.js';
export { type BlockFacts, blockProblems, BlockService, type PublishedBlock } from './blocks/block.service.js';
export { type BlockContents, includedIn, putInPlace, refText } from './blocks/put-in-place.js';
export type { BlockRef } from './blocks/block-places.js';
export type { TemplateContent } from './templates/domain/template-content.js';
export { TemplateService, type PublishedTemplate, type TemplateFacts } from './templates/template.service.js';
export { pipelineFigures, type PipelineFigures } from './figures/pipeline-figures.js';
export { PersonExportModule } from './exports/person-export.module.js';
export { PersonExportService } from './exports/person-export.service.js';
export type { PersonExport } from './exports/domain/person-export.js';
export type { PersonPage } from './exports/domain/person-page.js';
export { PERSON_PAGE_STYLE } from './exports/domain/person-page-style.js';
export { type PersonTextKey, type PersonTexts, wordOf } from './exports/domain/person-texts.js';
export { directionOf, PERSON_PAGE_LANGUAGES, PERSON_TEXTS, type PersonPageLanguage } from './exports/domain/texts.js';
export { ConfirmationMails } from './confirmations/confirmation-mails.js';
export { ConfirmationModule } from './confirmations/confirmation.module.js';
export { ConfirmationSetup, type ConfirmationInput } from './confirmations/confirmation-setup.js';
export { confirmationTemplate } from './confirmations/confirmation-template.js';
export { ErasureMailModule } from './erasures/erasure-mail.module.js';
export { ErasureWithdrawal } from './erasures/erasure-withdrawal.js';
export { ErasureMails, type Farewell, type Told } from './erasures/erasure-mails.js';
export { RecallService } from './recall/recall.service.js';
export { type Reconciled, Reconciler } from './reconcile/reconciler.js';
export { type Difference } from './reconcile/domain/difference.js';
