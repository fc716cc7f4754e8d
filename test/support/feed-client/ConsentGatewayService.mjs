import { ODataService, EntityTypeServiceV4, EntitySetServiceV4 } from '@odata2ts/odata-service';
import {
  QTouchId,
  QVisitId,
  QMessageEndId,
  QDecisionId,
  QConsentEventId,
  QCampaignDayId,
  QExitDayId,
  QEmailDayId,
  QFunnelDayId,
  QAccountMonthId,
  QCreditId,
  QSnapshotCellId,
  QConversionId,
  QCostId,
  QAttributionResultId,
  QCalendarDayId,
  QVisitVersionId,
  QConversionVersionId,
  QCostVersionId,
  qTouch,
  qVisit,
  qMessageEnd,
  qDecision,
  qConsentEvent,
  qCampaignDay,
  qExitDay,
  qEmailDay,
  qFunnelDay,
  qAccountMonth,
  qCredit,
  qSnapshotCell,
  qConversion,
  qCost,
  qAttributionResult,
  qCalendarDay,
  qVisitVersion,
  qConversionVersion,
  qCostVersion,
} from './QConsentGateway.mjs';
export class ConsentGatewayService extends ODataService {
  Touches(id) {
    const fieldName = 'Touches';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new TouchCollectionService(client, path, fieldName)
      : new TouchService(client, path, new QTouchId(fieldName).buildUrl(id));
  }
  Visits(id) {
    const fieldName = 'Visits';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new VisitCollectionService(client, path, fieldName)
      : new VisitService(client, path, new QVisitId(fieldName).buildUrl(id));
  }
  MessageEnds(id) {
    const fieldName = 'MessageEnds';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new MessageEndCollectionService(client, path, fieldName)
      : new MessageEndService(client, path, new QMessageEndId(fieldName).buildUrl(id));
  }
  Decisions(id) {
    const fieldName = 'Decisions';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new DecisionCollectionService(client, path, fieldName)
      : new DecisionService(client, path, new QDecisionId(fieldName).buildUrl(id));
  }
  ConsentEvents(id) {
    const fieldName = 'ConsentEvents';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new ConsentEventCollectionService(client, path, fieldName)
      : new ConsentEventService(client, path, new QConsentEventId(fieldName).buildUrl(id));
  }
  CampaignDaily(id) {
    const fieldName = 'CampaignDaily';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new CampaignDayCollectionService(client, path, fieldName)
      : new CampaignDayService(client, path, new QCampaignDayId(fieldName).buildUrl(id));
  }
  ExitDaily(id) {
    const fieldName = 'ExitDaily';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new ExitDayCollectionService(client, path, fieldName)
      : new ExitDayService(client, path, new QExitDayId(fieldName).buildUrl(id));
  }
  EmailKpi(id) {
    const fieldName = 'EmailKpi';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new EmailDayCollectionService(client, path, fieldName)
      : new EmailDayService(client, path, new QEmailDayId(fieldName).buildUrl(id));
  }
  FunnelDaily(id) {
    const fieldName = 'FunnelDaily';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new FunnelDayCollectionService(client, path, fieldName)
      : new FunnelDayService(client, path, new QFunnelDayId(fieldName).buildUrl(id));
  }
  AccountEngagement(id) {
    const fieldName = 'AccountEngagement';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new AccountMonthCollectionService(client, path, fieldName)
      : new AccountMonthService(client, path, new QAccountMonthId(fieldName).buildUrl(id));
  }
  Credits(id) {
    const fieldName = 'Credits';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new CreditCollectionService(client, path, fieldName)
      : new CreditService(client, path, new QCreditId(fieldName).buildUrl(id));
  }
  Snapshots(id) {
    const fieldName = 'Snapshots';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new SnapshotCellCollectionService(client, path, fieldName)
      : new SnapshotCellService(client, path, new QSnapshotCellId(fieldName).buildUrl(id));
  }
  Conversions(id) {
    const fieldName = 'Conversions';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new ConversionCollectionService(client, path, fieldName)
      : new ConversionService(client, path, new QConversionId(fieldName).buildUrl(id));
  }
  Costs(id) {
    const fieldName = 'Costs';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new CostCollectionService(client, path, fieldName)
      : new CostService(client, path, new QCostId(fieldName).buildUrl(id));
  }
  AttributionResults(id) {
    const fieldName = 'AttributionResults';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new AttributionResultCollectionService(client, path, fieldName)
      : new AttributionResultService(client, path, new QAttributionResultId(fieldName).buildUrl(id));
  }
  Dates(id) {
    const fieldName = 'Dates';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new CalendarDayCollectionService(client, path, fieldName)
      : new CalendarDayService(client, path, new QCalendarDayId(fieldName).buildUrl(id));
  }
  VisitVersions(id) {
    const fieldName = 'VisitVersions';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new VisitVersionCollectionService(client, path, fieldName)
      : new VisitVersionService(client, path, new QVisitVersionId(fieldName).buildUrl(id));
  }
  ConversionVersions(id) {
    const fieldName = 'ConversionVersions';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new ConversionVersionCollectionService(client, path, fieldName)
      : new ConversionVersionService(client, path, new QConversionVersionId(fieldName).buildUrl(id));
  }
  CostVersions(id) {
    const fieldName = 'CostVersions';
    const { client, path } = this.__base;
    return typeof id === 'undefined' || id === null
      ? new CostVersionCollectionService(client, path, fieldName)
      : new CostVersionService(client, path, new QCostVersionId(fieldName).buildUrl(id));
  }
}
export class TouchService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qTouch);
  }
}
export class TouchCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qTouch, new QTouchId(name));
  }
}
export class VisitService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qVisit);
  }
}
export class VisitCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qVisit, new QVisitId(name));
  }
}
export class MessageEndService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qMessageEnd);
  }
}
export class MessageEndCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qMessageEnd, new QMessageEndId(name));
  }
}
export class DecisionService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qDecision);
  }
}
export class DecisionCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qDecision, new QDecisionId(name));
  }
}
export class ConsentEventService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qConsentEvent);
  }
}
export class ConsentEventCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qConsentEvent, new QConsentEventId(name));
  }
}
export class CampaignDayService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCampaignDay);
  }
}
export class CampaignDayCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCampaignDay, new QCampaignDayId(name));
  }
}
export class ExitDayService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qExitDay);
  }
}
export class ExitDayCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qExitDay, new QExitDayId(name));
  }
}
export class EmailDayService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qEmailDay);
  }
}
export class EmailDayCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qEmailDay, new QEmailDayId(name));
  }
}
export class FunnelDayService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qFunnelDay);
  }
}
export class FunnelDayCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qFunnelDay, new QFunnelDayId(name));
  }
}
export class AccountMonthService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qAccountMonth);
  }
}
export class AccountMonthCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qAccountMonth, new QAccountMonthId(name));
  }
}
export class CreditService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCredit);
  }
}
export class CreditCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCredit, new QCreditId(name));
  }
}
export class SnapshotCellService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qSnapshotCell);
  }
}
export class SnapshotCellCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qSnapshotCell, new QSnapshotCellId(name));
  }
}
export class ConversionService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qConversion);
  }
}
export class ConversionCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qConversion, new QConversionId(name));
  }
}
export class CostService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCost);
  }
}
export class CostCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCost, new QCostId(name));
  }
}
export class AttributionResultService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qAttributionResult);
  }
}
export class AttributionResultCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qAttributionResult, new QAttributionResultId(name));
  }
}
export class CalendarDayService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCalendarDay);
  }
}
export class CalendarDayCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCalendarDay, new QCalendarDayId(name));
  }
}
export class VisitVersionService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qVisitVersion);
  }
}
export class VisitVersionCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qVisitVersion, new QVisitVersionId(name));
  }
}
export class ConversionVersionService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qConversionVersion);
  }
}
export class ConversionVersionCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qConversionVersion, new QConversionVersionId(name));
  }
}
export class CostVersionService extends EntityTypeServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCostVersion);
  }
}
export class CostVersionCollectionService extends EntitySetServiceV4 {
  constructor(client, basePath, name) {
    super(client, basePath, name, qCostVersion, new QCostVersionId(name));
  }
}
