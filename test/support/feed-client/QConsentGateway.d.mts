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
  QBooleanParam,
} from '@odata2ts/odata-query-objects';
import { TouchId, VisitId, MessageEndId, ConversionId, CostId, AttributionResultId } from './ConsentGatewayModel.mjs';
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
