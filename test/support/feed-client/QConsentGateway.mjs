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
