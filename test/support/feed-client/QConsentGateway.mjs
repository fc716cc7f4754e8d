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
export class QTouch extends QueryObject {
  MessageId = new QGuidPath(this.withPrefix('MessageId'));
  Type = new QStringPath(this.withPrefix('Type'));
  At = new QDateTimeOffsetPath(this.withPrefix('At'));
  Event = new QStringPath(this.withPrefix('Event'));
  ContactId = new QGuidPath(this.withPrefix('ContactId'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Topic = new QStringPath(this.withPrefix('Topic'));
  Step = new QStringPath(this.withPrefix('Step'));
  Variant = new QStringPath(this.withPrefix('Variant'));
  Bounce = new QStringPath(this.withPrefix('Bounce'));
  Automated = new QBooleanPath(this.withPrefix('Automated'));
  RecordedAt = new QDateTimeOffsetPath(this.withPrefix('RecordedAt'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
}
export const qTouch = new QTouch();
export class QTouchId extends QId {
  params = [
    new QGuidParam('MessageId'),
    new QStringParam('Type'),
    new QDateTimeOffsetParam('At'),
    new QStringParam('Event'),
  ];
  getParams() {
    return this.params;
  }
}
export class QVisit extends QueryObject {
  Id = new QStringPath(this.withPrefix('Id'));
  At = new QDateTimeOffsetPath(this.withPrefix('At'));
  ContactId = new QGuidPath(this.withPrefix('ContactId'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Version = new QNumberPath(this.withPrefix('Version'));
  RecordedAt = new QDateTimeOffsetPath(this.withPrefix('RecordedAt'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
}
export const qVisit = new QVisit();
export class QVisitId extends QId {
  params = [new QStringParam('Id')];
  getParams() {
    return this.params;
  }
}
export class QMessageEnd extends QueryObject {
  MessageId = new QGuidPath(this.withPrefix('MessageId'));
  ContactId = new QGuidPath(this.withPrefix('ContactId'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Class = new QStringPath(this.withPrefix('Class'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Step = new QStringPath(this.withPrefix('Step'));
  Variant = new QStringPath(this.withPrefix('Variant'));
  Purpose = new QStringPath(this.withPrefix('Purpose'));
  Topic = new QStringPath(this.withPrefix('Topic'));
  Template = new QStringPath(this.withPrefix('Template'));
  TemplateVersion = new QNumberPath(this.withPrefix('TemplateVersion'));
  AcceptedAt = new QDateTimeOffsetPath(this.withPrefix('AcceptedAt'));
  EndedAt = new QDateTimeOffsetPath(this.withPrefix('EndedAt'));
  End = new QStringPath(this.withPrefix('End'));
  Reason = new QStringPath(this.withPrefix('Reason'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
}
export const qMessageEnd = new QMessageEnd();
export class QMessageEndId extends QId {
  params = [new QGuidParam('MessageId')];
  getParams() {
    return this.params;
  }
}
export class QDecision extends QueryObject {
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
  MessageId = new QGuidPath(this.withPrefix('MessageId'));
  ContactId = new QGuidPath(this.withPrefix('ContactId'));
  At = new QDateTimeOffsetPath(this.withPrefix('At'));
  Step = new QStringPath(this.withPrefix('Step'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Class = new QStringPath(this.withPrefix('Class'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Purpose = new QStringPath(this.withPrefix('Purpose'));
  Topic = new QStringPath(this.withPrefix('Topic'));
  Outcome = new QStringPath(this.withPrefix('Outcome'));
  Reason = new QStringPath(this.withPrefix('Reason'));
  Policy = new QStringPath(this.withPrefix('Policy'));
  Rules = new QStringPath(this.withPrefix('Rules'));
  Attempt = new QNumberPath(this.withPrefix('Attempt'));
}
export const qDecision = new QDecision();
export class QDecisionId extends QId {
  params = [new QGuidParam('LedgerEntryId')];
  getParams() {
    return this.params;
  }
}
export class QConsentEvent extends QueryObject {
  Id = new QGuidPath(this.withPrefix('Id'));
  ContactId = new QGuidPath(this.withPrefix('ContactId'));
  ContactPointId = new QGuidPath(this.withPrefix('ContactPointId'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Purpose = new QStringPath(this.withPrefix('Purpose'));
  Topic = new QStringPath(this.withPrefix('Topic'));
  Kind = new QStringPath(this.withPrefix('Kind'));
  LegalBasis = new QStringPath(this.withPrefix('LegalBasis'));
  Method = new QStringPath(this.withPrefix('Method'));
  Effective = new QBooleanPath(this.withPrefix('Effective'));
  Jurisdiction = new QStringPath(this.withPrefix('Jurisdiction'));
  OccurredAt = new QDateTimeOffsetPath(this.withPrefix('OccurredAt'));
  RecordedAt = new QDateTimeOffsetPath(this.withPrefix('RecordedAt'));
  ValidUntil = new QDateTimeOffsetPath(this.withPrefix('ValidUntil'));
  MessageId = new QGuidPath(this.withPrefix('MessageId'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
}
export const qConsentEvent = new QConsentEvent();
export class QConsentEventId extends QId {
  params = [new QGuidParam('Id')];
  getParams() {
    return this.params;
  }
}
export class QCampaignDay extends QueryObject {
  Date = new QDatePath(this.withPrefix('Date'));
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Accepted = new QNumberPath(this.withPrefix('Accepted'));
  Processing = new QNumberPath(this.withPrefix('Processing'));
  Sent = new QNumberPath(this.withPrefix('Sent'));
  Dropped = new QNumberPath(this.withPrefix('Dropped'));
  Failed = new QNumberPath(this.withPrefix('Failed'));
  Unknown = new QNumberPath(this.withPrefix('Unknown'));
  Bounced = new QNumberPath(this.withPrefix('Bounced'));
  Opened = new QNumberPath(this.withPrefix('Opened'));
  Clicked = new QNumberPath(this.withPrefix('Clicked'));
  Replied = new QNumberPath(this.withPrefix('Replied'));
  Complained = new QNumberPath(this.withPrefix('Complained'));
}
export const qCampaignDay = new QCampaignDay();
export class QCampaignDayId extends QId {
  params = [new QDateParam('Date'), new QStringParam('Channel'), new QStringParam('Campaign')];
  getParams() {
    return this.params;
  }
}
export class QExitDay extends QueryObject {
  Date = new QDatePath(this.withPrefix('Date'));
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Path = new QStringPath(this.withPrefix('Path'));
  Step = new QStringPath(this.withPrefix('Step'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Standing = new QStringPath(this.withPrefix('Standing'));
  Reason = new QStringPath(this.withPrefix('Reason'));
  Messages = new QNumberPath(this.withPrefix('Messages'));
}
export const qExitDay = new QExitDay();
export class QExitDayId extends QId {
  params = [
    new QDateParam('Date'),
    new QStringParam('Campaign'),
    new QStringParam('Path'),
    new QStringParam('Step'),
    new QStringParam('Channel'),
    new QStringParam('Standing'),
    new QStringParam('Reason'),
  ];
  getParams() {
    return this.params;
  }
}
export class QEmailDay extends QueryObject {
  Date = new QDatePath(this.withPrefix('Date'));
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Topic = new QStringPath(this.withPrefix('Topic'));
  Template = new QStringPath(this.withPrefix('Template'));
  TemplateVersion = new QNumberPath(this.withPrefix('TemplateVersion'));
  Subject = new QStringPath(this.withPrefix('Subject'));
  Accepted = new QNumberPath(this.withPrefix('Accepted'));
  Processing = new QNumberPath(this.withPrefix('Processing'));
  Sent = new QNumberPath(this.withPrefix('Sent'));
  Dropped = new QNumberPath(this.withPrefix('Dropped'));
  Failed = new QNumberPath(this.withPrefix('Failed'));
  Unknown = new QNumberPath(this.withPrefix('Unknown'));
  Delivered = new QNumberPath(this.withPrefix('Delivered'));
  Bounced = new QNumberPath(this.withPrefix('Bounced'));
  HardBounced = new QNumberPath(this.withPrefix('HardBounced'));
  Arrived = new QNumberPath(this.withPrefix('Arrived'));
  Opened = new QNumberPath(this.withPrefix('Opened'));
  OpenedByMachine = new QNumberPath(this.withPrefix('OpenedByMachine'));
  Clicked = new QNumberPath(this.withPrefix('Clicked'));
  ClickedByMachine = new QNumberPath(this.withPrefix('ClickedByMachine'));
  Replied = new QNumberPath(this.withPrefix('Replied'));
  Complained = new QNumberPath(this.withPrefix('Complained'));
  Withdrawn = new QNumberPath(this.withPrefix('Withdrawn'));
}
export const qEmailDay = new QEmailDay();
export class QEmailDayId extends QId {
  params = [
    new QDateParam('Date'),
    new QStringParam('Campaign'),
    new QStringParam('Topic'),
    new QStringParam('Template'),
    new QNumberParam('TemplateVersion'),
  ];
  getParams() {
    return this.params;
  }
}
export class QFunnelDay extends QueryObject {
  Date = new QDatePath(this.withPrefix('Date'));
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  Of = new QStringPath(this.withPrefix('Of'));
  Stage = new QStringPath(this.withPrefix('Stage'));
  Reached = new QNumberPath(this.withPrefix('Reached'));
  Amount = new QNumberPath(this.withPrefix('Amount'));
  Currency = new QStringPath(this.withPrefix('Currency'));
  Timed = new QNumberPath(this.withPrefix('Timed'));
  DaysFromBefore = new QNumberPath(this.withPrefix('DaysFromBefore'));
}
export const qFunnelDay = new QFunnelDay();
export class QFunnelDayId extends QId {
  params = [new QDateParam('Date'), new QStringParam('Of'), new QStringParam('Stage')];
  getParams() {
    return this.params;
  }
}
export class QAccountMonth extends QueryObject {
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  To = new QDateTimeOffsetPath(this.withPrefix('To'));
  AccountId = new QGuidPath(this.withPrefix('AccountId'));
  Name = new QStringPath(this.withPrefix('Name'));
  Tier = new QStringPath(this.withPrefix('Tier'));
  Contacts = new QNumberPath(this.withPrefix('Contacts'));
  Touches = new QNumberPath(this.withPrefix('Touches'));
  Score = new QNumberPath(this.withPrefix('Score'));
  Pipeline = new QNumberPath(this.withPrefix('Pipeline'));
  Revenue = new QNumberPath(this.withPrefix('Revenue'));
  Currency = new QStringPath(this.withPrefix('Currency'));
}
export const qAccountMonth = new QAccountMonth();
export class QAccountMonthId extends QId {
  params = [new QDateTimeOffsetParam('From'), new QGuidParam('AccountId')];
  getParams() {
    return this.params;
  }
}
export class QCredit extends QueryObject {
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  To = new QDateTimeOffsetPath(this.withPrefix('To'));
  Dimension = new QStringPath(this.withPrefix('Dimension'));
  Model = new QStringPath(this.withPrefix('Model'));
  Conversion = new QStringPath(this.withPrefix('Conversion'));
  ConvertedAt = new QDateTimeOffsetPath(this.withPrefix('ConvertedAt'));
  Place = new QNumberPath(this.withPrefix('Place'));
  Of = new QNumberPath(this.withPrefix('Of'));
  Attributed = new QBooleanPath(this.withPrefix('Attributed'));
  Name = new QStringPath(this.withPrefix('Name'));
  Touch = new QStringPath(this.withPrefix('Touch'));
  MessageId = new QGuidPath(this.withPrefix('MessageId'));
  TouchedAt = new QDateTimeOffsetPath(this.withPrefix('TouchedAt'));
  ContactId = new QGuidPath(this.withPrefix('ContactId'));
  Conversions = new QNumberPath(this.withPrefix('Conversions'));
  Amount = new QNumberPath(this.withPrefix('Amount'));
  Currency = new QStringPath(this.withPrefix('Currency'));
}
export const qCredit = new QCredit();
export class QCreditId extends QId {
  params = [
    new QDateTimeOffsetParam('From'),
    new QStringParam('Dimension'),
    new QStringParam('Model'),
    new QStringParam('Conversion'),
    new QNumberParam('Place'),
  ];
  getParams() {
    return this.params;
  }
}
export class QSnapshotCell extends QueryObject {
  Month = new QStringPath(this.withPrefix('Month'));
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  Report = new QStringPath(this.withPrefix('Report'));
  Row = new QNumberPath(this.withPrefix('Row'));
  RowName = new QStringPath(this.withPrefix('RowName'));
  Column = new QStringPath(this.withPrefix('Column'));
  Kind = new QStringPath(this.withPrefix('Kind'));
  Unit = new QStringPath(this.withPrefix('Unit'));
  Value = new QNumberPath(this.withPrefix('Value'));
  WhyNot = new QStringPath(this.withPrefix('WhyNot'));
  AsOf = new QDateTimeOffsetPath(this.withPrefix('AsOf'));
  RecordedAt = new QDateTimeOffsetPath(this.withPrefix('RecordedAt'));
  LedgerPosition = new QNumberPath(this.withPrefix('LedgerPosition'));
  Sha256 = new QStringPath(this.withPrefix('Sha256'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
}
export const qSnapshotCell = new QSnapshotCell();
export class QSnapshotCellId extends QId {
  params = [new QStringParam('Month'), new QStringParam('Report'), new QNumberParam('Row'), new QStringParam('Column')];
  getParams() {
    return this.params;
  }
}
export class QConversion extends QueryObject {
  Kind = new QStringPath(this.withPrefix('Kind'));
  Id = new QStringPath(this.withPrefix('Id'));
  At = new QDateTimeOffsetPath(this.withPrefix('At'));
  ClosedAt = new QDateTimeOffsetPath(this.withPrefix('ClosedAt'));
  Name = new QStringPath(this.withPrefix('Name'));
  AccountId = new QGuidPath(this.withPrefix('AccountId'));
  ContactId = new QGuidPath(this.withPrefix('ContactId'));
  Lead = new QStringPath(this.withPrefix('Lead'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Region = new QStringPath(this.withPrefix('Region'));
  ProductLine = new QStringPath(this.withPrefix('ProductLine'));
  Owner = new QStringPath(this.withPrefix('Owner'));
  Persona = new QStringPath(this.withPrefix('Persona'));
  Amount = new QNumberPath(this.withPrefix('Amount'));
  Currency = new QStringPath(this.withPrefix('Currency'));
  Version = new QNumberPath(this.withPrefix('Version'));
  RecordedAt = new QDateTimeOffsetPath(this.withPrefix('RecordedAt'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
}
export const qConversion = new QConversion();
export class QConversionId extends QId {
  params = [new QStringParam('Kind'), new QStringParam('Id')];
  getParams() {
    return this.params;
  }
}
export class QCost extends QueryObject {
  Id = new QStringPath(this.withPrefix('Id'));
  Category = new QStringPath(this.withPrefix('Category'));
  FirstDay = new QDatePath(this.withPrefix('FirstDay'));
  LastDay = new QDatePath(this.withPrefix('LastDay'));
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  Amount = new QNumberPath(this.withPrefix('Amount'));
  Currency = new QStringPath(this.withPrefix('Currency'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Version = new QNumberPath(this.withPrefix('Version'));
  RecordedAt = new QDateTimeOffsetPath(this.withPrefix('RecordedAt'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
}
export const qCost = new QCost();
export class QCostId extends QId {
  params = [new QStringParam('Id')];
  getParams() {
    return this.params;
  }
}
export class QAttributionResult extends QueryObject {
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  To = new QDateTimeOffsetPath(this.withPrefix('To'));
  Dimension = new QStringPath(this.withPrefix('Dimension'));
  Model = new QStringPath(this.withPrefix('Model'));
  Attributed = new QBooleanPath(this.withPrefix('Attributed'));
  Name = new QStringPath(this.withPrefix('Name'));
  Conversions = new QNumberPath(this.withPrefix('Conversions'));
  Amount = new QNumberPath(this.withPrefix('Amount'));
  Currency = new QStringPath(this.withPrefix('Currency'));
}
export const qAttributionResult = new QAttributionResult();
export class QAttributionResultId extends QId {
  params = [
    new QDateTimeOffsetParam('From'),
    new QStringParam('Dimension'),
    new QStringParam('Model'),
    new QBooleanParam('Attributed'),
    new QStringParam('Name'),
  ];
  getParams() {
    return this.params;
  }
}
export class QCalendarDay extends QueryObject {
  Date = new QDatePath(this.withPrefix('Date'));
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  To = new QDateTimeOffsetPath(this.withPrefix('To'));
  Year = new QNumberPath(this.withPrefix('Year'));
  Quarter = new QNumberPath(this.withPrefix('Quarter'));
  Month = new QNumberPath(this.withPrefix('Month'));
  Day = new QNumberPath(this.withPrefix('Day'));
  Weekday = new QNumberPath(this.withPrefix('Weekday'));
  IsoYear = new QNumberPath(this.withPrefix('IsoYear'));
  IsoWeek = new QNumberPath(this.withPrefix('IsoWeek'));
  MonthKey = new QStringPath(this.withPrefix('MonthKey'));
  WeekKey = new QStringPath(this.withPrefix('WeekKey'));
}
export const qCalendarDay = new QCalendarDay();
export class QCalendarDayId extends QId {
  params = [new QDateParam('Date')];
  getParams() {
    return this.params;
  }
}
export class QVisitVersion extends QueryObject {
  Id = new QStringPath(this.withPrefix('Id'));
  At = new QDateTimeOffsetPath(this.withPrefix('At'));
  ContactId = new QGuidPath(this.withPrefix('ContactId'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Version = new QNumberPath(this.withPrefix('Version'));
  RecordedAt = new QDateTimeOffsetPath(this.withPrefix('RecordedAt'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
  Retracted = new QBooleanPath(this.withPrefix('Retracted'));
}
export const qVisitVersion = new QVisitVersion();
export class QVisitVersionId extends QId {
  params = [new QStringParam('Id'), new QNumberParam('Version')];
  getParams() {
    return this.params;
  }
}
export class QConversionVersion extends QueryObject {
  Kind = new QStringPath(this.withPrefix('Kind'));
  Id = new QStringPath(this.withPrefix('Id'));
  At = new QDateTimeOffsetPath(this.withPrefix('At'));
  ClosedAt = new QDateTimeOffsetPath(this.withPrefix('ClosedAt'));
  Name = new QStringPath(this.withPrefix('Name'));
  AccountId = new QGuidPath(this.withPrefix('AccountId'));
  ContactId = new QGuidPath(this.withPrefix('ContactId'));
  Lead = new QStringPath(this.withPrefix('Lead'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Region = new QStringPath(this.withPrefix('Region'));
  ProductLine = new QStringPath(this.withPrefix('ProductLine'));
  Owner = new QStringPath(this.withPrefix('Owner'));
  Persona = new QStringPath(this.withPrefix('Persona'));
  Amount = new QNumberPath(this.withPrefix('Amount'));
  Currency = new QStringPath(this.withPrefix('Currency'));
  Version = new QNumberPath(this.withPrefix('Version'));
  RecordedAt = new QDateTimeOffsetPath(this.withPrefix('RecordedAt'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
  Retracted = new QBooleanPath(this.withPrefix('Retracted'));
}
export const qConversionVersion = new QConversionVersion();
export class QConversionVersionId extends QId {
  params = [new QStringParam('Kind'), new QStringParam('Id'), new QNumberParam('Version')];
  getParams() {
    return this.params;
  }
}
export class QCostVersion extends QueryObject {
  Id = new QStringPath(this.withPrefix('Id'));
  Category = new QStringPath(this.withPrefix('Category'));
  FirstDay = new QDatePath(this.withPrefix('FirstDay'));
  LastDay = new QDatePath(this.withPrefix('LastDay'));
  From = new QDateTimeOffsetPath(this.withPrefix('From'));
  Amount = new QNumberPath(this.withPrefix('Amount'));
  Currency = new QStringPath(this.withPrefix('Currency'));
  Channel = new QStringPath(this.withPrefix('Channel'));
  Campaign = new QStringPath(this.withPrefix('Campaign'));
  Version = new QNumberPath(this.withPrefix('Version'));
  RecordedAt = new QDateTimeOffsetPath(this.withPrefix('RecordedAt'));
  LedgerEntryId = new QGuidPath(this.withPrefix('LedgerEntryId'));
  Retracted = new QBooleanPath(this.withPrefix('Retracted'));
}
export const qCostVersion = new QCostVersion();
export class QCostVersionId extends QId {
  params = [new QStringParam('Id'), new QNumberParam('Version')];
  getParams() {
    return this.params;
  }
}
