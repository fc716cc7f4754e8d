import type { ToldEntry } from './compare-rows.js';
import { isObject, type Values } from './entry-rows.js';

interface Telling {
  /** The disclosure. */
  readonly name: string;
  readonly table: string;
  /** The clear field with its hash. */
  readonly hash?: string;
  /** What entries of before do not say, because it was always so. */
  readonly unless?: Values;
  /** Members that are no facts of the thing: where it stood, which moves by itself. */
  readonly without?: readonly string[];
}

/** Where an entry tells of what was set up. */
const TOLD: Readonly<Record<string, Telling>> = {
  'purpose.changed': { name: 'purpose', table: 'consent.purpose' },
  'topic.changed': { name: 'topic', table: 'consent.topic' },
  'notice.published': { name: 'notice', table: 'consent.notice', hash: 'doc' },
  'policy.published': { name: 'policy', table: 'sending.policy', hash: 'pol' },
  'provider.changed': {
    ...{ name: 'provider', table: 'sending.provider' },
    unless: { priority: 100, atLeastOnce: [], sendingDomains: [] },
  },
  // One that says that it is gone is called no more, by itself.
  'endpoint.changed': { name: 'endpoint', table: 'sending.event_endpoint', without: ['enabled', 'position'] },
};

interface Told {
  readonly table: string;
  readonly id: string;
  readonly said: Values;
}

/** What the log says last of each thing that was set up. Set-up is small, and nothing of it is about a person. */
export class SetUpTold {
  private readonly last = new Map<string, Told>();

  /** In the order of the log. */
  add({ clear, disclosed }: ToldEntry): void {
    const type = clear['t'];
    const at = typeof type === 'string' && Object.hasOwn(TOLD, type) ? TOLD[type] : undefined;
    if (at === undefined) return;
    const told = disclosed?.[at.name];
    if (!isObject(told) || typeof told['id'] !== 'string') return;
    const { id } = told;
    const facts = Object.entries({ ...at.unless, ...told }).filter(([name]) => !at.without?.includes(name));
    const said: Values = {
      ...Object.fromEntries(facts),
      ...(at.hash !== undefined && { hash: clear[at.hash] ?? null }),
      ...(clear['br'] !== undefined && { brand: clear['br'] }),
    };
    this.last.set(`${at.table} ${id}`, { table: at.table, id, said });
  }

  /** Everything that the log tells of; nothing of it is ever taken away. */
  all(): Iterable<Told> {
    return this.last.values();
  }

  of(table: string, id: string): Values | undefined {
    return this.last.get(`${table} ${id}`)?.said;
  }
}
