/** One thing that two values say differently. A side that says nothing about it is null. */
export interface Difference {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly recorded: unknown;
  readonly derived: unknown;
}

/** Every place at which two JSON values differ, the innermost that says so. Members that are undefined are not there. */
export function differences(recorded: unknown, derived: unknown, pointer = ''): Difference[] {
  if (Object.is(recorded, derived)) return [];
  if (!isObject(recorded) || !isObject(derived) || Array.isArray(recorded) !== Array.isArray(derived)) {
    return [{ pointer, recorded: recorded ?? null, derived: derived ?? null }];
  }
  const names = new Set([...Object.keys(recorded), ...Object.keys(derived)]);
  return [...names].flatMap((name) => {
    const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
    return differences(recorded[name], derived[name], `${pointer}/${step}`);
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
