import type { JsonValue } from '#lib/ledger';

/** The most a structured form may hold, so that rendering it is bounded. */
const MOST_TEXTS = 500;
const DEEPEST = 16;
const MOST_BYTES = 64 * 1024;
const PROTOTYPE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** What forbids a structured form whatever its texts say; empty when each of its texts may be looked at. */
export function dataProblems(data: JsonValue): string[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return ['must be an object'];
  if (Buffer.byteLength(JSON.stringify(data)) > MOST_BYTES) return [`is larger than ${MOST_BYTES} bytes`];
  if (depthOf(data) > DEEPEST) return [`is nested deeper than ${DEEPEST} levels`];
  const found = textsOf(data);
  if (found.length > MOST_TEXTS) return [`has more than ${MOST_TEXTS} texts`];
  return found.some(({ path }) => path.some((name) => PROTOTYPE_NAMES.has(name))) ? ['reaches into a prototype'] : [];
}

/** Every text in it, which is a template of its own, and where it stands. */
export function textsOf(data: JsonValue, path: readonly string[] = []): { path: readonly string[]; text: string }[] {
  if (typeof data === 'string') return [{ path, text: data }];
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([name, value]) => textsOf(value, [...path, name]));
}

/** The same form, with every text put through `render`. */
export function mapTexts(
  data: JsonValue,
  render: (text: string, path: readonly string[]) => string,
  path: readonly string[] = [],
): JsonValue {
  if (typeof data === 'string') return render(data, path);
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((value: JsonValue, i) => mapTexts(value, render, [...path, String(i)]));
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, mapTexts(value, render, [...path, name])]),
  );
}

function depthOf(data: JsonValue): number {
  if (typeof data !== 'object' || data === null) return 0;
  return 1 + Math.max(0, ...Object.values(data).map(depthOf));
}
