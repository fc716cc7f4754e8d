/** What a brand is set up with, as it can be written down: everything but secrets and what the gateway counts itself. */
export type Facts = Readonly<Record<string, unknown>>;

/** In an order in which each finds what it names: a brand's page shows a notice. */
export const GROUPS = [
  'notices',
  'brands',
  'purposes',
  'topics',
  'policies',
  'blocks',
  'templates',
  'campaigns',
  'providers',
  'double-opt-in',
] as const;
export type ConfigGroup = (typeof GROUPS)[number];

/** Of these each change is the next version, and no version changes. Of blocks each version is a thing by itself, `footer@3`. */
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
  /** Why it cannot be carried out. */
  readonly problems: readonly string[];
  /** What will still include a block of which there is a newer version, when it has been carried out. */
  readonly older: readonly string[];
}

/** The blocks, as `footer@3`, that something of these facts includes. */
export type Includes = (facts: Facts) => readonly string[];

/** What is to be done so that the gateway says what the files say. The same files again: nothing. */
export function planConfig(there: ConfigState, wanted: ConfigState, includes: Includes): ConfigPlan {
  const steps = GROUPS.flatMap((group) =>
    Object.entries(wanted[group]).flatMap(([key, facts]): ConfigStep[] => {
      const before = Object.hasOwn(there[group], key) ? there[group][key] : undefined;
      if (before === undefined) return [{ group, key, kind: 'create', facts, differences: [] }];
      const differences = differencesOf(before, facts);
      return differences.length === 0 ? [] : [{ group, key, kind: 'change', facts, differences }];
    }),
  );
  const kept = withBlocksInUse(there, includes);
  const onlyThere = GROUPS.flatMap((group) =>
    Object.keys(kept[group]).flatMap((key) => (Object.hasOwn(wanted[group], key) ? [] : [`${group}/${key}`])),
  );
  const { ordered, problems } = inOrderOfBlocks(steps, there, includes);
  return {
    steps: ordered,
    onlyThere,
    problems,
    older: olderBlocks(there, wanted, includes),
  };
}

/** What is written down: of blocks the newest version of each, and those that something else includes. */
export function withBlocksInUse(state: ConfigState, includes: Includes): ConfigState {
  const newest = [...newestBlocks(Object.keys(state.blocks))].map(([key, version]) => `${key}@${version}`);
  const used = new Set<string>();
  const use = (ref: string): void => {
    const facts = state.blocks[ref];
    if (facts === undefined || used.has(ref)) return;
    used.add(ref);
    for (const other of includes(facts)) use(other);
  };
  for (const ref of [...newest, ...Object.values(state.templates).flatMap(includes)]) use(ref);
  return { ...state, blocks: Object.fromEntries(Object.entries(state.blocks).filter(([ref]) => used.has(ref))) };
}

/** A block is published before what includes it. */
function inOrderOfBlocks(
  steps: readonly ConfigStep[],
  there: ConfigState,
  includes: Includes,
): { readonly ordered: readonly ConfigStep[]; readonly problems: readonly string[] } {
  const blocks = new Map(steps.filter(({ group }) => group === 'blocks').map((step) => [step.key, step]));
  const problems = [...blocks.values()].flatMap(({ key, kind }) =>
    kind === 'change' ? [`blocks/${key} is published and never changes; write it as another version`] : [],
  );
  const done = new Set<string>();
  const ordered: ConfigStep[] = [];
  const visit = (step: ConfigStep, way: readonly string[]): void => {
    for (const ref of includes(step.facts)) {
      const other = blocks.get(ref);
      if (way.includes(ref))
        problems.push(`blocks/${ref} includes itself: ${[...way.slice(way.indexOf(ref)), ref].join(' > ')}`);
      else if (other === undefined && !Object.hasOwn(there.blocks, ref))
        problems.push(`${step.group}/${step.key} includes ${ref}, which is in no file and not there`);
      else if (other !== undefined && !done.has(ref)) visit(other, [...way, ref]);
    }
    if (step.group !== 'blocks' || done.has(step.key)) return;
    done.add(step.key);
    ordered.push(step);
  };
  const others = steps.filter(({ group }) => group !== 'blocks');
  for (const step of blocks.values()) if (!done.has(step.key)) visit(step, [step.key]);
  for (const step of others) if (step.group === 'templates') visit(step, []);
  const before = GROUPS.indexOf('blocks');
  return {
    ordered: [
      ...others.filter(({ group }) => GROUPS.indexOf(group) < before),
      ...ordered,
      ...others.filter(({ group }) => GROUPS.indexOf(group) > before),
    ],
    problems: [...new Set(problems)],
  };
}

function olderBlocks(there: ConfigState, wanted: ConfigState, includes: Includes): string[] {
  const newest = newestBlocks([...Object.keys(there.blocks), ...Object.keys(wanted.blocks)]);
  return Object.entries({ ...there.templates, ...wanted.templates })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([template, facts]) =>
      includes(facts).flatMap((ref) => {
        const [key = '', version] = ref.split('@');
        const last = newest.get(key) ?? 0;
        return last > Number(version) ? [`templates/${template} includes ${ref}; the newest is ${key}@${last}`] : [];
      }),
    );
}

function newestBlocks(refs: readonly string[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const ref of refs) {
    const [key = '', version] = ref.split('@');
    newest.set(key, Math.max(newest.get(key) ?? 0, Number(version)));
  }
  return newest;
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
