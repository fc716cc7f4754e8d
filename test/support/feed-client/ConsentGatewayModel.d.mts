export interface Touch {
  MessageId: string;
  Type: string;
  At: string;
  Event: string;
  ContactId: string;
  Channel: string;
  Campaign: string | null;
  Topic: string | null;
  Step: string | null;
  Variant: string | null;
  Bounce: string | null;
  Automated: boolean;
  RecordedAt: string;
  LedgerEntryId: string | null;
}
export type TouchId = {
  MessageId: string;
  Type: string;
  At: string;
  Event: string;
};
export interface EditableTouch
  extends
    Pick<Touch, 'MessageId' | 'Type' | 'At' | 'Event' | 'ContactId' | 'Channel' | 'Automated' | 'RecordedAt'>,
    Partial<Pick<Touch, 'Campaign' | 'Topic' | 'Step' | 'Variant' | 'Bounce' | 'LedgerEntryId'>> {}
export interface Visit {
  Id: string;
  At: string;
  ContactId: string;
  Channel: string;
  Campaign: string | null;
  Version: number;
  RecordedAt: string;
  LedgerEntryId: string | null;
}
export type VisitId =
  | string
  | {
      Id: string;
    };
export interface EditableVisit
  extends
    Pick<Visit, 'At' | 'ContactId' | 'Channel' | 'Version' | 'RecordedAt'>,
    Partial<Pick<Visit, 'Campaign' | 'LedgerEntryId'>> {}
export interface MessageEnd {
  MessageId: string;
  ContactId: string;
  Channel: string;
  Class: string;
  Campaign: string | null;
  Step: string | null;
  Variant: string | null;
  Purpose: string | null;
  Topic: string | null;
  Template: string | null;
  TemplateVersion: number | null;
  AcceptedAt: string;
  EndedAt: string;
  End: string;
  Reason: string | null;
  LedgerEntryId: string | null;
}
export type MessageEndId =
  | string
  | {
      MessageId: string;
    };
export interface EditableMessageEnd
  extends
    Pick<MessageEnd, 'ContactId' | 'Channel' | 'Class' | 'AcceptedAt' | 'EndedAt' | 'End'>,
    Partial<
      Pick<
        MessageEnd,
        | 'Campaign'
        | 'Step'
        | 'Variant'
        | 'Purpose'
        | 'Topic'
        | 'Template'
        | 'TemplateVersion'
        | 'Reason'
        | 'LedgerEntryId'
      >
    > {}
export interface Conversion {
  Kind: string;
  Id: string;
  At: string;
  ClosedAt: string | null;
  Name: string | null;
  AccountId: string | null;
  ContactId: string | null;
  Lead: string | null;
  Campaign: string | null;
  Region: string | null;
  ProductLine: string | null;
  Owner: string | null;
  Persona: string | null;
  Amount: number | null;
  Currency: string | null;
  Version: number;
  RecordedAt: string;
  LedgerEntryId: string | null;
}
export type ConversionId = {
  Kind: string;
  Id: string;
};
export interface EditableConversion
  extends
    Pick<Conversion, 'Kind' | 'Id' | 'At' | 'Version' | 'RecordedAt'>,
    Partial<
      Pick<
        Conversion,
        | 'ClosedAt'
        | 'Name'
        | 'AccountId'
        | 'ContactId'
        | 'Lead'
        | 'Campaign'
        | 'Region'
        | 'ProductLine'
        | 'Owner'
        | 'Persona'
        | 'Amount'
        | 'Currency'
        | 'LedgerEntryId'
      >
    > {}
export interface Cost {
  Id: string;
  Category: string;
  FirstDay: string;
  LastDay: string;
  From: string;
  Amount: number;
  Currency: string;
  Channel: string | null;
  Campaign: string | null;
  Version: number;
  RecordedAt: string;
  LedgerEntryId: string | null;
}
export type CostId =
  | string
  | {
      Id: string;
    };
export interface EditableCost
  extends
    Pick<Cost, 'Category' | 'FirstDay' | 'LastDay' | 'From' | 'Amount' | 'Currency' | 'Version' | 'RecordedAt'>,
    Partial<Pick<Cost, 'Channel' | 'Campaign' | 'LedgerEntryId'>> {}
export interface AttributionResult {
  From: string;
  To: string;
  Dimension: string;
  Model: string;
  Attributed: boolean;
  Name: string;
  Conversions: number;
  Amount: number;
  Currency: string;
}
export type AttributionResultId = {
  From: string;
  Dimension: string;
  Model: string;
  Attributed: boolean;
  Name: string;
};
export interface EditableAttributionResult extends Pick<
  AttributionResult,
  'From' | 'To' | 'Dimension' | 'Model' | 'Attributed' | 'Name' | 'Conversions' | 'Amount' | 'Currency'
> {}
