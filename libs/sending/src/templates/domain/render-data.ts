import type { JsonValue } from '#lib/ledger';

/** What a template can show: plain JSON data, nothing that can be called. */
export type RenderData = Readonly<Record<string, JsonValue>>;

/** What a message is made of besides its template. */
export interface RenderFacts {
  readonly variables: Readonly<Record<string, JsonValue>>;
  readonly brand: {
    readonly name: string;
    readonly legalName: string;
    readonly postalAddress: string;
    readonly defaultLanguage: string;
  };
  readonly language: string;
  /** Of the contact. */
  readonly attributes: Readonly<Record<string, JsonValue>>;
  readonly topic: { readonly key: string; readonly labels: Readonly<Record<string, string>> } | null;
  readonly links: Readonly<Record<string, string | null>>;
}

/** What a template shows of them. What every message has wins over what was sent along. */
export function renderData({ variables, brand, language, attributes, topic, links }: RenderFacts): RenderData {
  const { name, legalName, postalAddress, defaultLanguage } = brand;
  return {
    ...variables,
    brand: { name, legalName, postalAddress },
    contact: { language, attributes },
    topic: topic === null ? null : (topic.labels[language] ?? topic.labels[defaultLanguage] ?? topic.key),
    ...links,
  };
}
