import type { ToldEntry } from './compare-rows.js';
import { isObject, type Values } from './entry-rows.js';

/** Where an entry tells of what was set up: the disclosure, the table of the thing, and the clear field with its hash. */
const TOLD: Readonly<Record<string, { readonly name: string; readonly table: string; readonly hash?: string }>> = {
  'purpose.changed': { name: 'purpose', table: 'consent.purpose' },
  'topic.changed': { name: 'topic', table: 'consent.topic' },
  'notice.published': { name: 'notice', table: 'consent.notice', hash: 'doc' },
  'policy.published': { name: 'policy', table: 'sending.policy', hash: 'pol' },
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
    const said: Values = at.hash === undefined ? told : { ...told, hash: clear[at.hash] ?? null };
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
