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
export interface Decision {
  LedgerEntryId: string;
  MessageId: string;
  ContactId: string;
  At: string;
  Step: string;
  Channel: string;
  Class: string;
  Campaign: string | null;
  Purpose: string | null;
  Topic: string | null;
  Outcome: string | null;
  Reason: string | null;
  Policy: string | null;
  Rules: string | null;
  Attempt: number | null;
}
export type DecisionId =
  | string
  | {
      LedgerEntryId: string;
    };
export interface EditableDecision
  extends
    Pick<Decision, 'MessageId' | 'ContactId' | 'At' | 'Step' | 'Channel' | 'Class'>,
    Partial<Pick<Decision, 'Campaign' | 'Purpose' | 'Topic' | 'Outcome' | 'Reason' | 'Policy' | 'Rules' | 'Attempt'>> {}
export interface ConsentEvent {
  Id: string;
  ContactId: string | null;
  ContactPointId: string | null;
  Channel: string | null;
  Purpose: string | null;
  Topic: string | null;
  Kind: string;
  LegalBasis: string;
  Method: string;
  Effective: boolean;
  Jurisdiction: string | null;
  OccurredAt: string;
  RecordedAt: string;
  ValidUntil: string | null;
  MessageId: string | null;
  LedgerEntryId: string;
}
export type ConsentEventId =
  | string
  | {
      Id: string;
    };
export interface EditableConsentEvent
  extends
    Pick<ConsentEvent, 'Kind' | 'LegalBasis' | 'Method' | 'Effective' | 'OccurredAt' | 'RecordedAt' | 'LedgerEntryId'>,
    Partial<
      Pick<
        ConsentEvent,
        'ContactId' | 'ContactPointId' | 'Channel' | 'Purpose' | 'Topic' | 'Jurisdiction' | 'ValidUntil' | 'MessageId'
      >
    > {}
export interface CampaignDay {
  Date: string;
  From: string;
  Channel: string;
  Campaign: string;
  Accepted: number;
  Processing: number;
  Sent: number;
  Dropped: number;
  Failed: number;
  Unknown: number;
  Bounced: number;
  Opened: number;
  Clicked: number;
  Replied: number;
  Complained: number;
}
export type CampaignDayId = {
  Date: string;
  Channel: string;
  Campaign: string;
};
export interface EditableCampaignDay extends Pick<
  CampaignDay,
  | 'Date'
  | 'From'
  | 'Channel'
  | 'Campaign'
  | 'Accepted'
  | 'Processing'
  | 'Sent'
  | 'Dropped'
  | 'Failed'
  | 'Unknown'
  | 'Bounced'
  | 'Opened'
  | 'Clicked'
  | 'Replied'
  | 'Complained'
> {}
export interface ExitDay {
  Date: string;
  From: string;
  Campaign: string;
  Path: string;
  Step: string;
  Channel: string;
  Standing: string;
  Reason: string;
  Messages: number;
}
export type ExitDayId = {
  Date: string;
  Campaign: string;
  Path: string;
  Step: string;
  Channel: string;
  Standing: string;
  Reason: string;
};
export interface EditableExitDay extends Pick<
  ExitDay,
  'Date' | 'From' | 'Campaign' | 'Path' | 'Step' | 'Channel' | 'Standing' | 'Reason' | 'Messages'
> {}
export interface EmailDay {
  Date: string;
  From: string;
  Campaign: string;
  Topic: string;
  Template: string;
  TemplateVersion: number;
  Subject: string | null;
  Accepted: number;
  Processing: number;
  Sent: number;
  Dropped: number;
  Failed: number;
  Unknown: number;
  Delivered: number;
  Bounced: number;
  HardBounced: number;
  Arrived: number;
  Opened: number;
  OpenedByMachine: number;
  Clicked: number;
  ClickedByMachine: number;
  Replied: number;
  Complained: number;
  Withdrawn: number;
}
export type EmailDayId = {
  Date: string;
  Campaign: string;
  Topic: string;
  Template: string;
  TemplateVersion: number;
};
export interface EditableEmailDay
  extends
    Pick<
      EmailDay,
      | 'Date'
      | 'From'
      | 'Campaign'
      | 'Topic'
      | 'Template'
      | 'TemplateVersion'
      | 'Accepted'
      | 'Processing'
      | 'Sent'
      | 'Dropped'
      | 'Failed'
      | 'Unknown'
      | 'Delivered'
      | 'Bounced'
      | 'HardBounced'
      | 'Arrived'
      | 'Opened'
      | 'OpenedByMachine'
      | 'Clicked'
      | 'ClickedByMachine'
      | 'Replied'
      | 'Complained'
      | 'Withdrawn'
    >,
    Partial<Pick<EmailDay, 'Subject'>> {}
export interface FunnelDay {
  Date: string;
  From: string;
  Of: string;
  Stage: string;
  Reached: number;
  Amount: number | null;
  Currency: string;
  Timed: number;
  DaysFromBefore: number;
}
export type FunnelDayId = {
  Date: string;
  Of: string;
  Stage: string;
};
export interface EditableFunnelDay
  extends
    Pick<FunnelDay, 'Date' | 'From' | 'Of' | 'Stage' | 'Reached' | 'Currency' | 'Timed' | 'DaysFromBefore'>,
    Partial<Pick<FunnelDay, 'Amount'>> {}
export interface AccountMonth {
  From: string;
  To: string;
  AccountId: string;
  Name: string;
  Tier: string;
  Contacts: number;
  Touches: number;
  Score: number;
  Pipeline: number | null;
  Revenue: number | null;
  Currency: string;
}
export type AccountMonthId = {
  From: string;
  AccountId: string;
};
export interface EditableAccountMonth
  extends
    Pick<AccountMonth, 'From' | 'To' | 'AccountId' | 'Name' | 'Tier' | 'Contacts' | 'Touches' | 'Score' | 'Currency'>,
    Partial<Pick<AccountMonth, 'Pipeline' | 'Revenue'>> {}
export interface Credit {
  From: string;
  To: string;
  Dimension: string;
  Model: string;
  Conversion: string;
  ConvertedAt: string;
  Place: number;
  Of: number;
  Attributed: boolean;
  Name: string;
  Touch: string | null;
  MessageId: string | null;
  TouchedAt: string | null;
  ContactId: string | null;
  Conversions: number;
  Amount: number | null;
  Currency: string;
}
export type CreditId = {
  From: string;
  Dimension: string;
  Model: string;
  Conversion: string;
  Place: number;
};
export interface EditableCredit
  extends
    Pick<
      Credit,
      | 'From'
      | 'To'
      | 'Dimension'
      | 'Model'
      | 'Conversion'
      | 'ConvertedAt'
      | 'Place'
      | 'Of'
      | 'Attributed'
      | 'Name'
      | 'Conversions'
      | 'Currency'
    >,
    Partial<Pick<Credit, 'Touch' | 'MessageId' | 'TouchedAt' | 'ContactId' | 'Amount'>> {}
export interface SnapshotCell {
  Month: string;
  From: string;
  Report: string;
  Row: number;
  RowName: string;
  Column: string;
  Kind: string;
  Unit: string | null;
  Value: number | null;
  WhyNot: string | null;
  AsOf: string;
  RecordedAt: string;
  LedgerPosition: number | null;
  Sha256: string;
  LedgerEntryId: string | null;
}
export type SnapshotCellId = {
  Month: string;
  Report: string;
  Row: number;
  Column: string;
};
export interface EditableSnapshotCell
  extends
    Pick<
      SnapshotCell,
      'Month' | 'From' | 'Report' | 'Row' | 'RowName' | 'Column' | 'Kind' | 'AsOf' | 'RecordedAt' | 'Sha256'
    >,
    Partial<Pick<SnapshotCell, 'Unit' | 'Value' | 'WhyNot' | 'LedgerPosition' | 'LedgerEntryId'>> {}
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
  Amount: number | null;
  Currency: string;
}
export type AttributionResultId = {
  From: string;
  Dimension: string;
  Model: string;
  Attributed: boolean;
  Name: string;
};
export interface EditableAttributionResult
  extends
    Pick<AttributionResult, 'From' | 'To' | 'Dimension' | 'Model' | 'Attributed' | 'Name' | 'Conversions' | 'Currency'>,
    Partial<Pick<AttributionResult, 'Amount'>> {}
export interface CalendarDay {
  Date: string;
  From: string;
  To: string;
  Year: number;
  Quarter: number;
  Month: number;
  Day: number;
  Weekday: number;
  IsoYear: number;
  IsoWeek: number;
  MonthKey: string;
  WeekKey: string;
}
export type CalendarDayId =
  | string
  | {
      Date: string;
    };
export interface EditableCalendarDay extends Pick<
  CalendarDay,
  'From' | 'To' | 'Year' | 'Quarter' | 'Month' | 'Day' | 'Weekday' | 'IsoYear' | 'IsoWeek' | 'MonthKey' | 'WeekKey'
> {}
export interface VisitVersion {
  Id: string;
  At: string;
  ContactId: string;
  Channel: string;
  Campaign: string | null;
  Version: number;
  RecordedAt: string;
  LedgerEntryId: string | null;
  Retracted: boolean;
}
export type VisitVersionId = {
  Id: string;
  Version: number;
};
export interface EditableVisitVersion
  extends
    Pick<VisitVersion, 'Id' | 'At' | 'ContactId' | 'Channel' | 'Version' | 'RecordedAt' | 'Retracted'>,
    Partial<Pick<VisitVersion, 'Campaign' | 'LedgerEntryId'>> {}
export interface ConversionVersion {
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
  Retracted: boolean;
}
export type ConversionVersionId = {
  Kind: string;
  Id: string;
  Version: number;
};
export interface EditableConversionVersion
  extends
    Pick<ConversionVersion, 'Kind' | 'Id' | 'At' | 'Version' | 'RecordedAt' | 'Retracted'>,
    Partial<
      Pick<
        ConversionVersion,
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
export interface CostVersion {
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
  Retracted: boolean;
}
export type CostVersionId = {
  Id: string;
  Version: number;
};
export interface EditableCostVersion
  extends
    Pick<
      CostVersion,
      | 'Id'
      | 'Category'
      | 'FirstDay'
      | 'LastDay'
      | 'From'
      | 'Amount'
      | 'Currency'
      | 'Version'
      | 'RecordedAt'
      | 'Retracted'
    >,
    Partial<Pick<CostVersion, 'Channel' | 'Campaign' | 'LedgerEntryId'>> {}
