/** What a brand is set up with, as it can be written down: everything but secrets and what the gateway counts itself. */
export type Facts = Readonly<Record<string, unknown>>;

/** In an order in which each finds what it names: a brand's page shows a notice. */
export const GROUPS = [
  'notices',
  'brands',
  'purposes',
  'topics',
  'policies',
  'templates',
  'campaigns',
  'providers',
  'double-opt-in',
] as const;
export type ConfigGroup = (typeof GROUPS)[number];

/** Of these each change is a new version, and no version changes. */
export const VERSIONED: readonly ConfigGroup[] = ['notices', 'policies', 'templates'];

/** By group, then by key. */
export type ConfigState = Readonly<Record<ConfigGroup, Readonly<Record<string, Facts>>>>;

/** One thing that is to be brought to what the files say. */
export interface ConfigStep {
  readonly group: ConfigGroup;
  readonly key: string;
  readonly kind: 'create' | 'change';
  readonly facts: Facts;
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly pointer: string;
  readonly from: unknown;
  readonly to: unknown;
}

export interface ConfigPlan {
  readonly steps: readonly ConfigStep[];
  /** What is there and stands in no file: it stays, as nothing of the set-up can be removed. */
  readonly onlyThere: readonly string[];
}

/** What is to be done so that the gateway says what the files say. The same files again: nothing. */
export function planConfig(there: ConfigState, wanted: ConfigState): ConfigPlan {
  const steps = GROUPS.flatMap((group) =>
    Object.entries(wanted[group]).flatMap(([key, facts]): ConfigStep[] => {
      const before = Object.hasOwn(there[group], key) ? there[group][key] : undefined;
      if (before === undefined) return [{ group, key, kind: 'create', facts, differences: [] }];
      const differences = differencesOf(before, facts);
      return differences.length === 0 ? [] : [{ group, key, kind: 'change', facts, differences }];
    }),
  );
  const onlyThere = GROUPS.flatMap((group) =>
    Object.keys(there[group]).flatMap((key) => (Object.hasOwn(wanted[group], key) ? [] : [`${group}/${key}`])),
  );
  return { steps, onlyThere };
}

/** Where two values differ, leaf by leaf, in the order of their names. */
export function differencesOf(from: unknown, to: unknown, pointer = ''): Difference[] {
  if (isMap(from) && isMap(to)) {
    const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return names.flatMap((name) => differencesOf(from[name], to[name], `${pointer}/${name}`));
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length)
    return from.flatMap((item, i) => differencesOf(item, to[i], `${pointer}/${i}`));
  return isSame(from, to) ? [] : [{ pointer, from, to }];
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
