/** Who may be written to, about what, and on which evidence. */
export {
  BrandService,
  findBrandId,
  type Brand,
  type BrandFacts,
  type TrackingSettings,
} from './brands/brand.service.js';
export { KeyService, type ApiKey, type IssuedKey, type KeyRequest, type Principal } from './keys/key.service.js';
export {
  afterVersion,
  lockBrandSetup,
  positionOf,
  toPage,
  type Change,
  type Page,
  type PageRequest,
  type Put,
} from './setup-change.js';
export { databaseNow } from './database-now.js';
export { canonicalHash, type Json } from './canonical-hash.js';
export type { PublishedWording } from './notices/served-notice.js';
export { NoticeService, type Notice, type NoticeWording, type ServedNotice } from './notices/notice.service.js';
export { PurposeService, type Purpose, type PurposeFacts } from './purposes/purpose.service.js';
export { TopicService, type Topic, type TopicFacts } from './topics/topic.service.js';
export { ConsentSetupModule } from './setup.module.js';
export { ConsentModule } from './consent.module.js';
export {
  StandingService,
  type Standings,
  type StandingPoint,
  type StandingState,
} from './consents/standing.service.js';
export { DPV, DPV_STATUSES, dpvStatus, type DpvStatus } from './consents/domain/dpv.js';
export { EXPLAINED_IN, explainStatus, type ExplanationLanguage } from './consents/domain/explain-status.js';
export { ConsentService, type ConsentChange, type ConsentInput } from './consents/consent.service.js';
export type { ConsentEventRow, ConsentStateRow, Evidence } from './consents/consent.store.js';
export {
  CONSENT_EVENT_KINDS,
  type ConsentEventKind,
  type ConsentFact,
  type ConsentState,
  foldConsent,
  isReducing,
  isRefusal,
  withoutRetracted,
} from './consents/domain/consent-fold.js';
export {
  InFlight,
  type AskedByLaw,
  type ConsentUse,
  type EvidenceDuty,
  type MessageAbout,
} from './consents/in-flight.js';
export { ContactService, type Contact, type ContactInput } from './contacts/contact.service.js';
export type { ContactPointRow } from './contacts/contact.store.js';
export { CONSENT_BASES, STATED_EVIDENCE, type ConsentBasis } from './consents/domain/consent-basis.js';
export { articleOf, BASES_OF_A_NO, LEGAL_BASES, OTHER_LEGAL_BASES } from './consents/domain/legal-basis.js';
export type { Wishes } from './contacts/domain/wishes.js';
export {
  definitionStore,
  type BrandDefinition,
  type PurposeDefinition,
  type TopicDefinition,
} from './definitions/definition.store.js';
export { type ConsentsByPoint, withTestConsents } from './recipients/test-consents.js';
export { eachReachable, type ReachablePoint, type Whereabouts } from './recipients/everybody.store.js';
export { recipientStore, type Recipient, type Suppression } from './recipients/recipient.store.js';
export { bounceClassOf, type BounceClass } from './suppressions/domain/bounce-class.js';
export {
  SUPPRESSION_REASONS,
  type SuppressionPeriod,
  type SuppressionReason,
} from './suppressions/domain/suppressions-of.js';
export { recordReports, type SuppressionReport } from './suppressions/record-reports.js';
export {
  SuppressionService,
  type SuppressedAddress,
  type SuppressionChange,
} from './suppressions/suppression.service.js';
export { makeOptOutToken, readOptOutToken, type OptOutLink } from './links/opt-out-token.js';
export { ImportService, type ImportRequest, type ImportStep, type ImportSummary } from './imports/import.service.js';
export type { RowResult } from './imports/row-result.js';
export { ROW_OUTCOMES, type ImportCounts, type RowOutcome } from './imports/domain/import-counts.js';
export type { ImportRecord } from './imports/import-record.store.js';
export { ImportRow } from './imports/import-row.js';
export { IMPORT_FORMATS, type ImportFormat } from './imports/read-rows.js';
export { namesOptOut } from './keywords/domain/names-opt-out.js';
export { readKeyword, type KeywordReading } from './keywords/domain/read-keyword.js';
export { answerKeyword, type KeywordAnswer, type KeywordFacts } from './keywords/domain/answer-keyword.js';
export { ExportService, type PersonRecord } from './exports/export.service.js';
export { isoReceipt } from './exports/domain/iso-receipt.js';
export { kantaraReceipt } from './exports/domain/kantara-receipt.js';
export {
  InboundService,
  type AddressLeft,
  type MailOutcome,
  type TextContext,
  type TextOutcome,
  type Unheard,
  type Writer,
} from './inbound/inbound.service.js';
export { isNumberedCountry } from './inbound/domain/written-number.js';
export { cleanText } from './inbound/domain/clean-text.js';
export type { InboundMail } from './inbound/domain/read-mail.js';
export { makeManageToken, MANAGE_LINK_MS, type ManageLink } from './links/manage-token.js';
export { makeTrackingToken, readTrackingToken, type TrackedThing } from './links/tracking-token.js';
export { NO_OPT_OUT, NOWHERE, readPageLink, type LinkAccess, type PageLink } from './links/page-link.js';
export { LinkService, type IssuedLink, type LinkRequest } from './links/link.service.js';
export { accentStyle, inkOn, type PageSettings } from './brands/domain/page-settings.js';
export { PreferenceService } from './preferences/preference.service.js';
export type { PageEvidence, PreferenceAnswer, PreferenceView } from './preferences/preference-view.js';
export type { AgreementEvent, PageBrand, PreferenceChange } from './preferences/preference.store.js';
export { everythingOf, forAdvertising } from './consents/domain/everything.js';
export { canBeLeft } from './consents/domain/leaving.js';
export { canStillCome, cellKey, type Cell } from './preferences/domain/cells.js';
export { stillHolds } from './preferences/domain/still-holds.js';
export { ownHoursOf } from './preferences/domain/own-hours.js';
export { maskAddress } from './preferences/domain/mask-address.js';
export type {
  Labels,
  PointFacts,
  PreferenceFacts,
  PurposeFacts as ShownPurpose,
} from './preferences/domain/preference-facts.js';
export {
  FREQUENCIES,
  frequencyOf,
  isShown,
  maySayYes,
  type PlannedConsent,
  type PreferenceRequest,
} from './preferences/domain/plan-preferences.js';
export { makeConfirmToken, readConfirmToken, type ConfirmLink } from './links/confirm-token.js';
export { DoubleOptInService, type OptInRequest } from './double-opt-in/double-opt-in.service.js';
export {
  ConfirmationService,
  type ConfirmationRequest,
  type KeptDenial,
  type OptInView,
  type Said,
  type SaidOn,
} from './double-opt-in/confirmation.service.js';
export type { DoubleOptInSetting } from './double-opt-in/double-opt-in.store.js';
export {
  ErasureService,
  type ErasureDue,
  type ErasureReceipt,
  type ForeseenErasure,
  type ErasureRequest,
} from './erasure/erasure.service.js';
export { ERASURE_REFUSALS, type ErasureRefusal, type ErasureRefusalReason } from './erasure/domain/erasure-refusal.js';
export { ErasureNotices, type UntoldErasure } from './erasure/erasure-notices.js';
export { ErasureOrders, type OrderedErasure, type WithdrawnErasure } from './erasure/erasure-orders.js';
export { type ErasureOrder, erasureOrderStore, type ErasuresWaiting } from './erasure/erasure-order.store.js';
export type { NoticeReader } from './erasure/erasure-notice.store.js';
export type { RefusedErasure } from './erasure/refuse-erasure.js';
export { type Erased, ErasedAgain } from './erasure/erased-again.js';
export { isKeptLongEnough } from './erasure/domain/retain-until.js';
export { KeptAddresses } from './erasure/kept-addresses.js';
export { RetentionService, type Retention } from './erasure/retention.service.js';
export { addressHashesOf } from './contacts/address-hash.js';
export { statedOf } from './consents/domain/consent-basis.js';
export { MergeService, type MergeAnswer } from './contacts/merge.service.js';
export { LeftBefore } from './consents/left-before.service.js';
export { ProofService, type ConsentProof } from './consents/proof.service.js';
