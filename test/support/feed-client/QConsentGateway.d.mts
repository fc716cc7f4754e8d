import {
  QueryObject,
  QGuidPath,
  QStringPath,
  QDateTimeOffsetPath,
  QBooleanPath,
  QId,
  QGuidParam,
  QStringParam,
  QDateTimeOffsetParam,
  QNumberPath,
  QDatePath,
  QDateParam,
  QNumberParam,
  QBooleanParam,
} from '@odata2ts/odata-query-objects';
import {
  TouchId,
  VisitId,
  MessageEndId,
  DecisionId,
  ConsentEventId,
  CampaignDayId,
  ExitDayId,
  EmailDayId,
  FunnelDayId,
  AccountMonthId,
  CreditId,
  SnapshotCellId,
  ConversionId,
  CostId,
  AttributionResultId,
  CalendarDayId,
  VisitVersionId,
  ConversionVersionId,
  CostVersionId,
} from './ConsentGatewayModel.mjs';
export declare class QTouch extends QueryObject {
  readonly MessageId: QGuidPath<string>;
  readonly Type: QStringPath<string>;
  readonly At: QDateTimeOffsetPath<string>;
  readonly Event: QStringPath<string>;
  readonly ContactId: QGuidPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Topic: QStringPath<string>;
  readonly Step: QStringPath<string>;
  readonly Variant: QStringPath<string>;
  readonly Bounce: QStringPath<string>;
  readonly Automated: QBooleanPath<boolean>;
  readonly RecordedAt: QDateTimeOffsetPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
}
export declare const qTouch: QTouch;
export declare class QTouchId extends QId<TouchId> {
  private readonly params;
  getParams(): (QGuidParam<string> | QStringParam<string> | QDateTimeOffsetParam<string>)[];
}
export declare class QVisit extends QueryObject {
  readonly Id: QStringPath<string>;
  readonly At: QDateTimeOffsetPath<string>;
  readonly ContactId: QGuidPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Version: QNumberPath<number>;
  readonly RecordedAt: QDateTimeOffsetPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
}
export declare const qVisit: QVisit;
export declare class QVisitId extends QId<VisitId> {
  private readonly params;
  getParams(): QStringParam<string>[];
}
export declare class QMessageEnd extends QueryObject {
  readonly MessageId: QGuidPath<string>;
  readonly ContactId: QGuidPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Class: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Step: QStringPath<string>;
  readonly Variant: QStringPath<string>;
  readonly Purpose: QStringPath<string>;
  readonly Topic: QStringPath<string>;
  readonly Template: QStringPath<string>;
  readonly TemplateVersion: QNumberPath<number>;
  readonly AcceptedAt: QDateTimeOffsetPath<string>;
  readonly EndedAt: QDateTimeOffsetPath<string>;
  readonly End: QStringPath<string>;
  readonly Reason: QStringPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
}
export declare const qMessageEnd: QMessageEnd;
export declare class QMessageEndId extends QId<MessageEndId> {
  private readonly params;
  getParams(): QGuidParam<string>[];
}
export declare class QDecision extends QueryObject {
  readonly LedgerEntryId: QGuidPath<string>;
  readonly MessageId: QGuidPath<string>;
  readonly ContactId: QGuidPath<string>;
  readonly At: QDateTimeOffsetPath<string>;
  readonly Step: QStringPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Class: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Purpose: QStringPath<string>;
  readonly Topic: QStringPath<string>;
  readonly Outcome: QStringPath<string>;
  readonly Reason: QStringPath<string>;
  readonly Policy: QStringPath<string>;
  readonly Rules: QStringPath<string>;
  readonly Attempt: QNumberPath<number>;
}
export declare const qDecision: QDecision;
export declare class QDecisionId extends QId<DecisionId> {
  private readonly params;
  getParams(): QGuidParam<string>[];
}
export declare class QConsentEvent extends QueryObject {
  readonly Id: QGuidPath<string>;
  readonly ContactId: QGuidPath<string>;
  readonly ContactPointId: QGuidPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Purpose: QStringPath<string>;
  readonly Topic: QStringPath<string>;
  readonly Kind: QStringPath<string>;
  readonly LegalBasis: QStringPath<string>;
  readonly Method: QStringPath<string>;
  readonly Effective: QBooleanPath<boolean>;
  readonly Jurisdiction: QStringPath<string>;
  readonly OccurredAt: QDateTimeOffsetPath<string>;
  readonly RecordedAt: QDateTimeOffsetPath<string>;
  readonly ValidUntil: QDateTimeOffsetPath<string>;
  readonly MessageId: QGuidPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
}
export declare const qConsentEvent: QConsentEvent;
export declare class QConsentEventId extends QId<ConsentEventId> {
  private readonly params;
  getParams(): QGuidParam<string>[];
}
export declare class QCampaignDay extends QueryObject {
  readonly Date: QDatePath<string>;
  readonly From: QDateTimeOffsetPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Accepted: QNumberPath<number>;
  readonly Processing: QNumberPath<number>;
  readonly Sent: QNumberPath<number>;
  readonly Dropped: QNumberPath<number>;
  readonly Failed: QNumberPath<number>;
  readonly Unknown: QNumberPath<number>;
  readonly Bounced: QNumberPath<number>;
  readonly Opened: QNumberPath<number>;
  readonly Clicked: QNumberPath<number>;
  readonly Replied: QNumberPath<number>;
  readonly Complained: QNumberPath<number>;
}
export declare const qCampaignDay: QCampaignDay;
export declare class QCampaignDayId extends QId<CampaignDayId> {
  private readonly params;
  getParams(): (QStringParam<string> | QDateParam<string>)[];
}
export declare class QExitDay extends QueryObject {
  readonly Date: QDatePath<string>;
  readonly From: QDateTimeOffsetPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Path: QStringPath<string>;
  readonly Step: QStringPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Standing: QStringPath<string>;
  readonly Reason: QStringPath<string>;
  readonly Messages: QNumberPath<number>;
}
export declare const qExitDay: QExitDay;
export declare class QExitDayId extends QId<ExitDayId> {
  private readonly params;
  getParams(): (QStringParam<string> | QDateParam<string>)[];
}
export declare class QEmailDay extends QueryObject {
  readonly Date: QDatePath<string>;
  readonly From: QDateTimeOffsetPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Topic: QStringPath<string>;
  readonly Template: QStringPath<string>;
  readonly TemplateVersion: QNumberPath<number>;
  readonly Subject: QStringPath<string>;
  readonly Accepted: QNumberPath<number>;
  readonly Processing: QNumberPath<number>;
  readonly Sent: QNumberPath<number>;
  readonly Dropped: QNumberPath<number>;
  readonly Failed: QNumberPath<number>;
  readonly Unknown: QNumberPath<number>;
  readonly Delivered: QNumberPath<number>;
  readonly Bounced: QNumberPath<number>;
  readonly HardBounced: QNumberPath<number>;
  readonly Arrived: QNumberPath<number>;
  readonly Opened: QNumberPath<number>;
  readonly OpenedByMachine: QNumberPath<number>;
  readonly Clicked: QNumberPath<number>;
  readonly ClickedByMachine: QNumberPath<number>;
  readonly Replied: QNumberPath<number>;
  readonly Complained: QNumberPath<number>;
  readonly Withdrawn: QNumberPath<number>;
}
export declare const qEmailDay: QEmailDay;
export declare class QEmailDayId extends QId<EmailDayId> {
  private readonly params;
  getParams(): (QStringParam<string> | QDateParam<string> | QNumberParam<number>)[];
}
export declare class QFunnelDay extends QueryObject {
  readonly Date: QDatePath<string>;
  readonly From: QDateTimeOffsetPath<string>;
  readonly Of: QStringPath<string>;
  readonly Stage: QStringPath<string>;
  readonly Reached: QNumberPath<number>;
  readonly Amount: QNumberPath<number>;
  readonly Currency: QStringPath<string>;
  readonly Timed: QNumberPath<number>;
  readonly DaysFromBefore: QNumberPath<number>;
}
export declare const qFunnelDay: QFunnelDay;
export declare class QFunnelDayId extends QId<FunnelDayId> {
  private readonly params;
  getParams(): (QStringParam<string> | QDateParam<string>)[];
}
export declare class QAccountMonth extends QueryObject {
  readonly From: QDateTimeOffsetPath<string>;
  readonly To: QDateTimeOffsetPath<string>;
  readonly AccountId: QGuidPath<string>;
  readonly Name: QStringPath<string>;
  readonly Tier: QStringPath<string>;
  readonly Contacts: QNumberPath<number>;
  readonly Touches: QNumberPath<number>;
  readonly Score: QNumberPath<number>;
  readonly Pipeline: QNumberPath<number>;
  readonly Revenue: QNumberPath<number>;
  readonly Currency: QStringPath<string>;
}
export declare const qAccountMonth: QAccountMonth;
export declare class QAccountMonthId extends QId<AccountMonthId> {
  private readonly params;
  getParams(): (QGuidParam<string> | QDateTimeOffsetParam<string>)[];
}
export declare class QCredit extends QueryObject {
  readonly From: QDateTimeOffsetPath<string>;
  readonly To: QDateTimeOffsetPath<string>;
  readonly Dimension: QStringPath<string>;
  readonly Model: QStringPath<string>;
  readonly Conversion: QStringPath<string>;
  readonly ConvertedAt: QDateTimeOffsetPath<string>;
  readonly Place: QNumberPath<number>;
  readonly Of: QNumberPath<number>;
  readonly Attributed: QBooleanPath<boolean>;
  readonly Name: QStringPath<string>;
  readonly Touch: QStringPath<string>;
  readonly MessageId: QGuidPath<string>;
  readonly TouchedAt: QDateTimeOffsetPath<string>;
  readonly ContactId: QGuidPath<string>;
  readonly Conversions: QNumberPath<number>;
  readonly Amount: QNumberPath<number>;
  readonly Currency: QStringPath<string>;
}
export declare const qCredit: QCredit;
export declare class QCreditId extends QId<CreditId> {
  private readonly params;
  getParams(): (QStringParam<string> | QDateTimeOffsetParam<string> | QNumberParam<number>)[];
}
export declare class QSnapshotCell extends QueryObject {
  readonly Month: QStringPath<string>;
  readonly From: QDateTimeOffsetPath<string>;
  readonly Report: QStringPath<string>;
  readonly Row: QNumberPath<number>;
  readonly RowName: QStringPath<string>;
  readonly Column: QStringPath<string>;
  readonly Kind: QStringPath<string>;
  readonly Unit: QStringPath<string>;
  readonly Value: QNumberPath<number>;
  readonly WhyNot: QStringPath<string>;
  readonly AsOf: QDateTimeOffsetPath<string>;
  readonly RecordedAt: QDateTimeOffsetPath<string>;
  readonly LedgerPosition: QNumberPath<number>;
  readonly Sha256: QStringPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
}
export declare const qSnapshotCell: QSnapshotCell;
export declare class QSnapshotCellId extends QId<SnapshotCellId> {
  private readonly params;
  getParams(): (QStringParam<string> | QNumberParam<number>)[];
}
export declare class QConversion extends QueryObject {
  readonly Kind: QStringPath<string>;
  readonly Id: QStringPath<string>;
  readonly At: QDateTimeOffsetPath<string>;
  readonly ClosedAt: QDateTimeOffsetPath<string>;
  readonly Name: QStringPath<string>;
  readonly AccountId: QGuidPath<string>;
  readonly ContactId: QGuidPath<string>;
  readonly Lead: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Region: QStringPath<string>;
  readonly ProductLine: QStringPath<string>;
  readonly Owner: QStringPath<string>;
  readonly Persona: QStringPath<string>;
  readonly Amount: QNumberPath<number>;
  readonly Currency: QStringPath<string>;
  readonly Version: QNumberPath<number>;
  readonly RecordedAt: QDateTimeOffsetPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
}
export declare const qConversion: QConversion;
export declare class QConversionId extends QId<ConversionId> {
  private readonly params;
  getParams(): QStringParam<string>[];
}
export declare class QCost extends QueryObject {
  readonly Id: QStringPath<string>;
  readonly Category: QStringPath<string>;
  readonly FirstDay: QDatePath<string>;
  readonly LastDay: QDatePath<string>;
  readonly From: QDateTimeOffsetPath<string>;
  readonly Amount: QNumberPath<number>;
  readonly Currency: QStringPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Version: QNumberPath<number>;
  readonly RecordedAt: QDateTimeOffsetPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
}
export declare const qCost: QCost;
export declare class QCostId extends QId<CostId> {
  private readonly params;
  getParams(): QStringParam<string>[];
}
export declare class QAttributionResult extends QueryObject {
  readonly From: QDateTimeOffsetPath<string>;
  readonly To: QDateTimeOffsetPath<string>;
  readonly Dimension: QStringPath<string>;
  readonly Model: QStringPath<string>;
  readonly Attributed: QBooleanPath<boolean>;
  readonly Name: QStringPath<string>;
  readonly Conversions: QNumberPath<number>;
  readonly Amount: QNumberPath<number>;
  readonly Currency: QStringPath<string>;
}
export declare const qAttributionResult: QAttributionResult;
export declare class QAttributionResultId extends QId<AttributionResultId> {
  private readonly params;
  getParams(): (QStringParam<string> | QDateTimeOffsetParam<string> | QBooleanParam<boolean>)[];
}
export declare class QCalendarDay extends QueryObject {
  readonly Date: QDatePath<string>;
  readonly From: QDateTimeOffsetPath<string>;
  readonly To: QDateTimeOffsetPath<string>;
  readonly Year: QNumberPath<number>;
  readonly Quarter: QNumberPath<number>;
  readonly Month: QNumberPath<number>;
  readonly Day: QNumberPath<number>;
  readonly Weekday: QNumberPath<number>;
  readonly IsoYear: QNumberPath<number>;
  readonly IsoWeek: QNumberPath<number>;
  readonly MonthKey: QStringPath<string>;
  readonly WeekKey: QStringPath<string>;
}
export declare const qCalendarDay: QCalendarDay;
export declare class QCalendarDayId extends QId<CalendarDayId> {
  private readonly params;
  getParams(): QDateParam<string>[];
}
export declare class QVisitVersion extends QueryObject {
  readonly Id: QStringPath<string>;
  readonly At: QDateTimeOffsetPath<string>;
  readonly ContactId: QGuidPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Version: QNumberPath<number>;
  readonly RecordedAt: QDateTimeOffsetPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
  readonly Retracted: QBooleanPath<boolean>;
}
export declare const qVisitVersion: QVisitVersion;
export declare class QVisitVersionId extends QId<VisitVersionId> {
  private readonly params;
  getParams(): (QStringParam<string> | QNumberParam<number>)[];
}
export declare class QConversionVersion extends QueryObject {
  readonly Kind: QStringPath<string>;
  readonly Id: QStringPath<string>;
  readonly At: QDateTimeOffsetPath<string>;
  readonly ClosedAt: QDateTimeOffsetPath<string>;
  readonly Name: QStringPath<string>;
  readonly AccountId: QGuidPath<string>;
  readonly ContactId: QGuidPath<string>;
  readonly Lead: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Region: QStringPath<string>;
  readonly ProductLine: QStringPath<string>;
  readonly Owner: QStringPath<string>;
  readonly Persona: QStringPath<string>;
  readonly Amount: QNumberPath<number>;
  readonly Currency: QStringPath<string>;
  readonly Version: QNumberPath<number>;
  readonly RecordedAt: QDateTimeOffsetPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
  readonly Retracted: QBooleanPath<boolean>;
}
export declare const qConversionVersion: QConversionVersion;
export declare class QConversionVersionId extends QId<ConversionVersionId> {
  private readonly params;
  getParams(): (QStringParam<string> | QNumberParam<number>)[];
}
export declare class QCostVersion extends QueryObject {
  readonly Id: QStringPath<string>;
  readonly Category: QStringPath<string>;
  readonly FirstDay: QDatePath<string>;
  readonly LastDay: QDatePath<string>;
  readonly From: QDateTimeOffsetPath<string>;
  readonly Amount: QNumberPath<number>;
  readonly Currency: QStringPath<string>;
  readonly Channel: QStringPath<string>;
  readonly Campaign: QStringPath<string>;
  readonly Version: QNumberPath<number>;
  readonly RecordedAt: QDateTimeOffsetPath<string>;
  readonly LedgerEntryId: QGuidPath<string>;
  readonly Retracted: QBooleanPath<boolean>;
}
export declare const qCostVersion: QCostVersion;
export declare class QCostVersionId extends QId<CostVersionId> {
  private readonly params;
  getParams(): (QStringParam<string> | QNumberParam<number>)[];
}
