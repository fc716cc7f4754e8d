/** What a field holds: a value, a record of another kind, or a list of either. */
export type FieldType =
  | 'text'
  | 'number'
  | 'boolean'
  | { readonly record: string }
  | { readonly list: 'text' | 'number' | { readonly record: string } };

export type Fields = Readonly<Record<string, FieldType>>;

/**
 * What a brand sends along with its messages, declared once: kinds of records by name, each with fields that may be
 * records again, so that a template can show what is related over several of them.
 */
export interface DataShape {
  /** What `variables` of a request hold. */
  readonly variables: Fields;
  /** What `attributes` of a contact hold; left out: anything. */
  readonly attributes?: Fields;
  readonly records: Readonly<Record<string, Fields>>;
}

/** As far as a template may go from one record to the next. */
export const MOST_HOPS = 6;

/** Where one is in the data: among the fields of a record, at a list, at a value, or where everything is allowed. */
export type DataPlace =
  | {
      readonly at: 'fields';
      readonly fields: Fields;
      /** What is there besides, of no kind that a brand declares. */
      readonly also: Readonly<Record<string, DataPlace>>;
      readonly hops: number;
    }
  | { readonly at: 'list'; readonly of: DataPlace }
  | { readonly at: 'value' }
  | { readonly at: 'anything' };

const VALUE: DataPlace = { at: 'value' };
const ANYTHING: DataPlace = { at: 'anything' };
const text = 'text';
/** What every message has, whatever is sent along. */
const BRAND: Fields = { name: text, legalName: text, postalAddress: text };
const GIVEN: Fields = {
  topic: text,
  ...{ unsubscribeUrl: text, preferencesUrl: text, confirmUrl: text, denyUrl: text, confirmation: text },
};

/** What is wrong with a shape, by pointer; empty when it can be used. */
export function shapeProblems(shape: DataShape): { pointer: string; detail: string }[] {
  const groups: [string, Fields][] = [
    ['/variables', shape.variables],
    ['/attributes', shape.attributes ?? {}],
    ...Object.entries(shape.records).map(([name, fields]): [string, Fields] => [`/records/${name}`, fields]),
  ];
  const unknown = groups.flatMap(([pointer, fields]) =>
    Object.entries(fields).flatMap(([name, type]) => {
      const record = recordOf(type);
      if (record === null || Object.hasOwn(shape.records, record)) return [];
      return [{ pointer: `${pointer}/${name}`, detail: `"${record}" is no record of this shape` }];
    }),
  );
  const taken = Object.keys(shape.variables)
    .filter((name) => name === 'brand' || name === 'contact' || Object.hasOwn(GIVEN, name))
    .map((name) => ({ pointer: `/variables/${name}`, detail: 'every message has this already; choose another name' }));
  return [...unknown, ...taken];
}

/** Where a template begins. */
export function rootOf(shape: DataShape): DataPlace {
  const attributes = shape.attributes === undefined ? ANYTHING : fieldsAt(shape.attributes, 0);
  const contact: DataPlace = { at: 'fields', fields: { language: text }, also: { attributes }, hops: 0 };
  return {
    at: 'fields',
    fields: { ...GIVEN, ...shape.variables },
    also: { brand: fieldsAt(BRAND, 0), contact },
    hops: 0,
  };
}

/** Where `name` leads from a place; a sentence when it leads nowhere. */
export function into(shape: DataShape, place: DataPlace, name: string): DataPlace | string {
  switch (place.at) {
    case 'anything':
      return ANYTHING;
    case 'value':
      return `nothing can be behind a value; "${name}" is`;
    case 'list':
      return name === 'length' ? VALUE : `"${name}" is asked of a list; go through it with each`;
    case 'fields':
      return intoFields(shape, place, name);
  }
}

/** What `each` goes through; a sentence when there is nothing to go through. */
export function elementOf(place: DataPlace): DataPlace | string {
  if (place.at === 'list') return place.of;
  return place.at === 'anything' ? ANYTHING : 'each goes through a list, and this is none';
}

function intoFields(
  shape: DataShape,
  { fields, also, hops }: DataPlace & { at: 'fields' },
  name: string,
): DataPlace | string {
  const given = Object.hasOwn(also, name) ? also[name] : undefined;
  if (given !== undefined) return given;
  const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (type === undefined) return `"${name}" is no declared field; declare it in dataShape of the brand, or correct it`;
  if (typeof type === 'string') return VALUE;
  const record = recordOf(type);
  if (record === null) return { at: 'list', of: VALUE };
  if (hops + 1 > MOST_HOPS) return `"${name}" is more than ${MOST_HOPS} records away; send what it holds nearer by`;
  const there = fieldsAt(shape.records[record] ?? {}, hops + 1);
  return 'list' in type ? { at: 'list', of: there } : there;
}

function fieldsAt(fields: Fields, hops: number): DataPlace {
  return { at: 'fields', fields, also: {}, hops };
}

function recordOf(type: FieldType): string | null {
  if (typeof type === 'string') return null;
  if ('record' in type) return type.record;
  return typeof type.list === 'string' ? null : type.list.record;
}
