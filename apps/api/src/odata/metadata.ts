import { FEED_SETS, type FeedSet, type FeedType } from '#lib/reporting';

const NAMESPACE = 'ConsentGateway';

const EDM: Readonly<Record<FeedType, string>> = {
  guid: 'Type="Edm.Guid"',
  string: 'Type="Edm.String"',
  instant: 'Type="Edm.DateTimeOffset" Precision="6"',
  date: 'Type="Edm.Date"',
  decimal: 'Type="Edm.Decimal" Scale="variable"',
  int: 'Type="Edm.Int32"',
  boolean: 'Type="Edm.Boolean"',
};

/** All sets in CSDL 4.0. The same sets give the same bytes. */
export function metadataXml(): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="${NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">
${FEED_SETS.map(entityXml).join('\n')}
      <EntityContainer Name="Feeds">
${FEED_SETS.map(({ name, entity }) => `        <EntitySet Name="${name}" EntityType="${NAMESPACE}.${entity}"/>`).join('\n')}
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
`;
}

function entityXml({ entity, key, properties }: FeedSet): string {
  const lines = [
    `<EntityType Name="${entity}">`,
    '  <Key>',
    ...key.map((name) => `    <PropertyRef Name="${name}"/>`),
    '  </Key>',
    ...properties.map(
      ({ name, type, isNullable }) => `  <Property Name="${name}" ${EDM[type]} Nullable="${isNullable}"/>`,
    ),
    '</EntityType>',
  ];
  return lines.map((line) => `      ${line}`).join('\n');
}

/** The sets that a reader may ask for, as JSON. */
export function serviceDocument(base: string, sets: readonly FeedSet[]): string {
  return JSON.stringify({
    '@odata.context': `${base}/$metadata`,
    value: sets.map(({ name }) => ({ name, kind: 'EntitySet', url: name })),
  });
}
