import { ODataHttpClient } from '@odata2ts/http-client-api';
import { ODataService, EntityTypeServiceV4, EntitySetServiceV4 } from '@odata2ts/odata-service';
import {
  TouchId,
  VisitId,
  MessageEndId,
  ConversionId,
  CostId,
  AttributionResultId,
  Touch,
  EditableTouch,
  Visit,
  EditableVisit,
  MessageEnd,
  EditableMessageEnd,
  Conversion,
  EditableConversion,
  Cost,
  EditableCost,
  AttributionResult,
  EditableAttributionResult,
} from './ConsentGatewayModel.mjs';
import { QTouch, QVisit, QMessageEnd, QConversion, QCost, QAttributionResult } from './QConsentGateway.mjs';
export declare class ConsentGatewayService<ClientType extends ODataHttpClient> extends ODataService<ClientType> {
  Touches(): TouchCollectionService<ClientType>;
  Touches(id: TouchId): TouchService<ClientType>;
  Visits(): VisitCollectionService<ClientType>;
  Visits(id: VisitId): VisitService<ClientType>;
  MessageEnds(): MessageEndCollectionService<ClientType>;
  MessageEnds(id: MessageEndId): MessageEndService<ClientType>;
  Conversions(): ConversionCollectionService<ClientType>;
  Conversions(id: ConversionId): ConversionService<ClientType>;
  Costs(): CostCollectionService<ClientType>;
  Costs(id: CostId): CostService<ClientType>;
  AttributionResults(): AttributionResultCollectionService<ClientType>;
  AttributionResults(id: AttributionResultId): AttributionResultService<ClientType>;
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
