/** What a schema says of a value, in the shape of Zod and of Standard Schema. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string | undefined;
  /** Zod's names of members that the schema does not have. */
  readonly keys?: readonly string[];
  /** Of a choice of shapes: what each of them says. */
  readonly errors?: readonly (readonly SchemaIssue[])[];
  /** Of a name that is chosen freely: what is wrong with it. */
  readonly issues?: readonly SchemaIssue[];
  readonly expected?: string;
  readonly values?: readonly unknown[];
}

/** The same with its place in plain steps. */
export interface PlainIssue extends SchemaIssue {
  readonly path: readonly PropertyKey[];
}

/**
 * Says what a value may be where the schema says "Invalid input" and no more, as it does of every choice of shapes: what
 * is wrong by the shape that was meant, in its place, or, where none can have been, which there are.
 */
export function plainIssues(issue: SchemaIssue): readonly PlainIssue[] {
  const path = (issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step));
  const within = (inner: PlainIssue): PlainIssue => ({ ...inner, path: [...path, ...inner.path] });
  if (issue.code === 'invalid_key' && issue.issues !== undefined) {
    return issue.issues.flatMap(plainIssues).map(within);
  }
  const shapes = issue.errors ?? [];
  if (issue.code !== 'invalid_union' || shapes.length === 0) return [{ ...issue, path }];
  const meant = shapes.filter((said) => !said.some(isAnotherKind)).sort((a, b) => a.length - b.length);
  if (meant[0] !== undefined) return meant[0].flatMap(plainIssues).map(within);
  const kinds = shapes.flatMap((said) => said.find(isAnotherKind) ?? []).map(kindOf);
  return [{ message: `must be ${[...new Set(kinds)].join(' or ')}`, path }];
}

/** The value as a whole is of another kind than the shape, so that shape was not meant. */
function isAnotherKind({ code, path = [] }: SchemaIssue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union');
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'an array',
  null: 'null',
};

function kindOf(issue: SchemaIssue): string {
  const { values, expected, message, code } = issue;
  if (code === 'invalid_union')
    return plainIssues(issue)
      .map((one) => one.message.replace(/^must be /, ''))
      .join(' or ');
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' or ');
  return (expected === undefined ? undefined : KINDS[expected]) ?? message;
}
