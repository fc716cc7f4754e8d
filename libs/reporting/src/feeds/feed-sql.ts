import { joinParts, nameOfColumn, type SqlPart, sqlPart } from '#lib/platform';
import type { FeedProperty, FeedType } from './domain/feed-set.js';
import type { Condition } from './domain/filter.js';
import type { FeedQuery, Order } from './domain/feed-query.js';
import type { Literal } from './domain/literals.js';

/** A condition as SQL over the columns of a set, which are called as its properties are. */
export function whereOf(condition: Condition): SqlPart {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return sqlPart`(${joinParts(condition.of.map(whereOf), condition.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'not':
      // To OData a comparison with nothing is false, and what is not false is true.
      return sqlPart`NOT coalesce(${whereOf(condition.of)}, false)`;
    case 'compare':
      return comparison(condition);
    case 'in': {
      const { property, values } = condition;
      const each = values.map((value) => sqlPart`${column(property)} IS NOT DISTINCT FROM ${valueOf(property, value)}`);
      return sqlPart`(${joinParts(each, ' OR ')})`;
    }
    case 'text': {
      const [text, value] = [column(condition.property), condition.value];
      if (condition.is === 'startswith') return sqlPart`starts_with(${text}, ${value})`;
      if (condition.is === 'contains') return sqlPart`strpos(${text}, ${value}) > 0`;
      return sqlPart`right(${text}, length(${value})) = ${value}::text`;
    }
  }
}

function comparison({ is, property, value }: Extract<Condition, { kind: 'compare' }>): SqlPart {
  const [left, right] = [column(property), valueOf(property, value)];
  if (is === 'eq') return value === null ? sqlPart`${left} IS NULL` : sqlPart`${left} = ${right}`;
  if (is === 'ne') return sqlPart`${left} IS DISTINCT FROM ${right}`;
  if (value === null) return sqlPart`false`;
  switch (is) {
    case 'gt':
      return sqlPart`${left} > ${right}`;
    case 'ge':
      return sqlPart`${left} >= ${right}`;
    case 'lt':
      return sqlPart`${left} < ${right}`;
    case 'le':
      return sqlPart`${left} <= ${right}`;
  }
}

/** Rows behind one, by the order of the query. */
export function behind(order: FeedQuery['order'], after: readonly (Literal | null)[]): SqlPart {
  const isPlain =
    order.every(({ property }) => !property.isNullable) &&
    order.every(({ isDescending }) => isDescending === order[0]?.isDescending);
  if (isPlain) {
    // One comparison of rows, for which an index may be entered in the middle.
    const columns = joinParts(
      order.map(({ property }) => column(property)),
      ', ',
    );
    const values = joinParts(
      order.map(({ property }, i) => valueOf(property, after[i] ?? null)),
      ', ',
    );
    return order[0]?.isDescending === true ? sqlPart`(${columns}) < (${values})` : sqlPart`(${columns}) > (${values})`;
  }
  const ways = order.map((item, i) => {
    const same = order
      .slice(0, i)
      .map(
        ({ property }, j) => sqlPart`${column(property)} IS NOT DISTINCT FROM ${valueOf(property, after[j] ?? null)}`,
      );
    return joinParts([...same, later(item, after[i] ?? null)], ' AND ');
  });
  return sqlPart`(${joinParts(ways, ' OR ')})`;
}

/** Nothing comes before everything, and when descending behind it. */
function later({ property, isDescending }: Order, value: Literal | null): SqlPart {
  const [left, right] = [column(property), valueOf(property, value)];
  if (isDescending) return value === null ? sqlPart`false` : sqlPart`(${left} < ${right} OR ${left} IS NULL)`;
  return value === null ? sqlPart`${left} IS NOT NULL` : sqlPart`${left} > ${right}`;
}

export function orderedBy(order: FeedQuery['order']): SqlPart {
  return joinParts(
    order.map(({ property, isDescending }) => {
      // Of the rows that are read: a name alone is what is written, and of numbers that is a text.
      const name = sqlPart`feed.${column(property)}`;
      if (!property.isNullable) return isDescending ? sqlPart`${name} DESC` : name;
      return isDescending ? sqlPart`${name} DESC NULLS LAST` : sqlPart`${name} NULLS FIRST`;
    }),
    ', ',
  );
}

/** The text of a value as feeds write it. */
export function written(property: FeedProperty): SqlPart {
  const name = column(property);
  if (property.type === 'string') return name;
  if (property.type === 'instant') {
    return sqlPart`to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  }
  return property.type === 'decimal' ? sqlPart`trim_scale(${name})::text` : sqlPart`${name}::text`;
}

export function column({ name }: FeedProperty): SqlPart {
  return nameOfColumn(name);
}

function valueOf({ type }: FeedProperty, value: Literal | null): SqlPart {
  return CASTS[type](value);
}

const CASTS: Readonly<Record<FeedType, (value: Literal | null) => SqlPart>> = {
  guid: (value) => sqlPart`${value}::uuid`,
  string: (value) => sqlPart`${value}::text`,
  instant: (value) => sqlPart`${value}::timestamptz`,
  date: (value) => sqlPart`${value}::date`,
  decimal: (value) => sqlPart`${value}::numeric`,
  int: (value) => sqlPart`${value}::integer`,
  boolean: (value) => sqlPart`${value}::boolean`,
};
