import { ODataHttpClient } from '@odata2ts/http-client-api';
import { ODataService, EntityTypeServiceV4, EntitySetServiceV4 } from '@odata2ts/odata-service';
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
  Touch,
  EditableTouch,
  Visit,
  EditableVisit,
  MessageEnd,
  EditableMessageEnd,
  Decision,
  EditableDecision,
  ConsentEvent,
  EditableConsentEvent,
  CampaignDay,
  EditableCampaignDay,
  ExitDay,
  EditableExitDay,
  EmailDay,
  EditableEmailDay,
  FunnelDay,
  EditableFunnelDay,
  AccountMonth,
  EditableAccountMonth,
  Credit,
  EditableCredit,
  SnapshotCell,
  EditableSnapshotCell,
  Conversion,
  EditableConversion,
  Cost,
  EditableCost,
  AttributionResult,
  EditableAttributionResult,
  CalendarDay,
  EditableCalendarDay,
  VisitVersion,
  EditableVisitVersion,
  ConversionVersion,
  EditableConversionVersion,
  CostVersion,
  EditableCostVersion,
} from './ConsentGatewayModel.mjs';
import {
  QTouch,
  QVisit,
  QMessageEnd,
  QDecision,
  QConsentEvent,
  QCampaignDay,
  QExitDay,
  QEmailDay,
  QFunnelDay,
  QAccountMonth,
  QCredit,
  QSnapshotCell,
  QConversion,
  QCost,
  QAttributionResult,
  QCalendarDay,
  QVisitVersion,
  QConversionVersion,
  QCostVersion,
} from './QConsentGateway.mjs';
export declare class ConsentGatewayService<ClientType extends ODataHttpClient> extends ODataService<ClientType> {
  Touches(): TouchCollectionService<ClientType>;
  Touches(id: TouchId): TouchService<ClientType>;
  Visits(): VisitCollectionService<ClientType>;
  Visits(id: VisitId): VisitService<ClientType>;
  MessageEnds(): MessageEndCollectionService<ClientType>;
  MessageEnds(id: MessageEndId): MessageEndService<ClientType>;
  Decisions(): DecisionCollectionService<ClientType>;
  Decisions(id: DecisionId): DecisionService<ClientType>;
  ConsentEvents(): ConsentEventCollectionService<ClientType>;
  ConsentEvents(id: ConsentEventId): ConsentEventService<ClientType>;
  CampaignDaily(): CampaignDayCollectionService<ClientType>;
  CampaignDaily(id: CampaignDayId): CampaignDayService<ClientType>;
  ExitDaily(): ExitDayCollectionService<ClientType>;
  ExitDaily(id: ExitDayId): ExitDayService<ClientType>;
  EmailKpi(): EmailDayCollectionService<ClientType>;
  EmailKpi(id: EmailDayId): EmailDayService<ClientType>;
  FunnelDaily(): FunnelDayCollectionService<ClientType>;
  FunnelDaily(id: FunnelDayId): FunnelDayService<ClientType>;
  AccountEngagement(): AccountMonthCollectionService<ClientType>;
  AccountEngagement(id: AccountMonthId): AccountMonthService<ClientType>;
  Credits(): CreditCollectionService<ClientType>;
  Credits(id: CreditId): CreditService<ClientType>;
  Snapshots(): SnapshotCellCollectionService<ClientType>;
  Snapshots(id: SnapshotCellId): SnapshotCellService<ClientType>;
  Conversions(): ConversionCollectionService<ClientType>;
  Conversions(id: ConversionId): ConversionService<ClientType>;
  Costs(): CostCollectionService<ClientType>;
  Costs(id: CostId): CostService<ClientType>;
  AttributionResults(): AttributionResultCollectionService<ClientType>;
  AttributionResults(id: AttributionResultId): AttributionResultService<ClientType>;
  Dates(): CalendarDayCollectionService<ClientType>;
  Dates(id: CalendarDayId): CalendarDayService<ClientType>;
  VisitVersions(): VisitVersionCollectionService<ClientType>;
  VisitVersions(id: VisitVersionId): VisitVersionService<ClientType>;
  ConversionVersions(): ConversionVersionCollectionService<ClientType>;
  ConversionVersions(id: ConversionVersionId): ConversionVersionService<ClientType>;
  CostVersions(): CostVersionCollectionService<ClientType>;
  CostVersions(id: CostVersionId): CostVersionService<ClientType>;
}
export declare class TouchService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  Touch,
  EditableTouch,
  QTouch
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class TouchCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  Touch,
  EditableTouch,
  QTouch,
  TouchId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class VisitService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  Visit,
  EditableVisit,
  QVisit
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class VisitCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  Visit,
  EditableVisit,
  QVisit,
  VisitId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class MessageEndService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  MessageEnd,
  EditableMessageEnd,
  QMessageEnd
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class MessageEndCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  MessageEnd,
  EditableMessageEnd,
  QMessageEnd,
  MessageEndId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class DecisionService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  Decision,
  EditableDecision,
  QDecision
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class DecisionCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  Decision,
  EditableDecision,
  QDecision,
  DecisionId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class ConsentEventService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  ConsentEvent,
  EditableConsentEvent,
  QConsentEvent
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class ConsentEventCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  ConsentEvent,
  EditableConsentEvent,
  QConsentEvent,
  ConsentEventId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CampaignDayService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  CampaignDay,
  EditableCampaignDay,
  QCampaignDay
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CampaignDayCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  CampaignDay,
  EditableCampaignDay,
  QCampaignDay,
  CampaignDayId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class ExitDayService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  ExitDay,
  EditableExitDay,
  QExitDay
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class ExitDayCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  ExitDay,
  EditableExitDay,
  QExitDay,
  ExitDayId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class EmailDayService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  EmailDay,
  EditableEmailDay,
  QEmailDay
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class EmailDayCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  EmailDay,
  EditableEmailDay,
  QEmailDay,
  EmailDayId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class FunnelDayService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  FunnelDay,
  EditableFunnelDay,
  QFunnelDay
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class FunnelDayCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  FunnelDay,
  EditableFunnelDay,
  QFunnelDay,
  FunnelDayId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class AccountMonthService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  AccountMonth,
  EditableAccountMonth,
  QAccountMonth
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class AccountMonthCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  AccountMonth,
  EditableAccountMonth,
  QAccountMonth,
  AccountMonthId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CreditService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  Credit,
  EditableCredit,
  QCredit
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CreditCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  Credit,
  EditableCredit,
  QCredit,
  CreditId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class SnapshotCellService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  SnapshotCell,
  EditableSnapshotCell,
  QSnapshotCell
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class SnapshotCellCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  SnapshotCell,
  EditableSnapshotCell,
  QSnapshotCell,
  SnapshotCellId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class ConversionService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  Conversion,
  EditableConversion,
  QConversion
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class ConversionCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  Conversion,
  EditableConversion,
  QConversion,
  ConversionId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CostService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  Cost,
  EditableCost,
  QCost
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CostCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  Cost,
  EditableCost,
  QCost,
  CostId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class AttributionResultService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  AttributionResult,
  EditableAttributionResult,
  QAttributionResult
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class AttributionResultCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  AttributionResult,
  EditableAttributionResult,
  QAttributionResult,
  AttributionResultId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CalendarDayService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  CalendarDay,
  EditableCalendarDay,
  QCalendarDay
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CalendarDayCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  CalendarDay,
  EditableCalendarDay,
  QCalendarDay,
  CalendarDayId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class VisitVersionService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  VisitVersion,
  EditableVisitVersion,
  QVisitVersion
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class VisitVersionCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  VisitVersion,
  EditableVisitVersion,
  QVisitVersion,
  VisitVersionId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class ConversionVersionService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  ConversionVersion,
  EditableConversionVersion,
  QConversionVersion
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class ConversionVersionCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  ConversionVersion,
  EditableConversionVersion,
  QConversionVersion,
  ConversionVersionId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CostVersionService<ClientType extends ODataHttpClient> extends EntityTypeServiceV4<
  ClientType,
  CostVersion,
  EditableCostVersion,
  QCostVersion
> {
  constructor(client: ClientType, basePath: string, name: string);
}
export declare class CostVersionCollectionService<ClientType extends ODataHttpClient> extends EntitySetServiceV4<
  ClientType,
  CostVersion,
  EditableCostVersion,
  QCostVersion,
  CostVersionId
> {
  constructor(client: ClientType, basePath: string, name: string);
}
