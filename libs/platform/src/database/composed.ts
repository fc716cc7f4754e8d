/**
 * A piece of a statement that is put together while the program runs: text, and between its pieces values that are bound.
 * A class, so that nothing which came in from outside is ever taken for one.
 */
export class SqlPart {
  constructor(
    /** One more than there are values. */
    readonly texts: readonly string[],
    readonly values: readonly unknown[],
  ) {}
}

/**
 * A piece from a template literal. Interpolated parts are spliced in, anything else is bound and never pasted, so that
 * whoever writes SQL by this writes it in the source, whatever the values.
 */
export function sqlPart(strings: TemplateStringsArray, ...values: unknown[]): SqlPart {
  const texts = [strings[0] ?? ''];
  const bound: unknown[] = [];
  const append = (text: string): void => {
    texts.push((texts.pop() ?? '') + text);
  };
  values.forEach((value, i) => {
    if (value instanceof SqlPart) {
      append(value.texts[0] ?? '');
      texts.push(...value.texts.slice(1));
      bound.push(...value.values);
    } else {
      texts.push('');
      bound.push(value);
    }
    append(strings[i + 1] ?? '');
  });
  return new SqlPart(texts, bound);
}

export function joinParts(parts: readonly SqlPart[], between: ' AND ' | ' OR ' | ', '): SqlPart {
  const texts: string[] = [''];
  parts.forEach((part, i) => {
    const [first = '', ...rest] = part.texts;
    texts.push((texts.pop() ?? '') + (i === 0 ? '' : between) + first, ...rest);
  });
  return new SqlPart(
    texts,
    parts.flatMap(({ values }) => values),
  );
}

/** The name of a column, in quotes. @throws RangeError for what is no plain name */
export function nameOfColumn(name: string): SqlPart {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError('a column has a plain name');
  return new SqlPart([`"${name}"`], []);
}

/** As the driver wants it. */
export function toText({ texts }: SqlPart): string {
  return texts.reduce((sql, text, i) => `${sql}$${i}${text}`);
}
