import type { EpochMs, SubjectId } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import { type ToldEvent, toldEventOf } from './told-event.js';

/** A message that left on the strength of what somebody had agreed to, as its entries tell it. */
export interface ToldUse {
  readonly channel: string;
  readonly purposeId: string;
  readonly at: EpochMs;
}

interface Entry {
  readonly clear: Readonly<Record<string, JsonValue>>;
  readonly disclosed: Readonly<Record<string, JsonValue>>;
}

/** What the entries of people's chains tell of consents and of their uses, which nobody can have changed. */
export class ToldChains {
  readonly events: ToldEvent[] = [];
  /** Chains of whoever is one person with these. */
  readonly others = new Set<SubjectId>();
  private readonly purposes = new Map<string, string>();
  private readonly left = new Map<string, ToldUse>();

  /** Of each chain in its order. */
  add({ clear, disclosed }: Entry): void {
    const event = toldEventOf(clear, disclosed);
    if (event !== null) this.events.push(event);
    const other = clear['t'] === 'contact.changed' ? textOf(disclosed['change'], 'subject') : null;
    if (other !== null) this.others.add(other as SubjectId);
    const message = textOf(disclosed['message'], 'id');
    if (message !== null && clear['test'] === undefined) this.addSend(message, clear, disclosed);
  }

  /** One for each message that left, or may have; its last start. */
  get uses(): ToldUse[] {
    return [...this.left.values()];
  }

  private addSend(message: string, { t, ch, now, out }: Entry['clear'], disclosed: Entry['disclosed']): void {
    const purpose = t === 'send.accepted' ? textOf(disclosed['topic'], 'purpose') : null;
    if (purpose !== null) this.purposes.set(message, purpose);
    // What failed never arrived, and what was decided or cancelled after a start had not left by it.
    if (t === 'send.decided' || t === 'send.cancelled' || (t === 'send.ended' && out === 'failed'))
      this.left.delete(message);
    const purposeId = this.purposes.get(message);
    if (t !== 'send.handover_started' || purposeId === undefined) return;
    if (typeof ch !== 'string' || typeof now !== 'string') return;
    this.left.set(message, { channel: ch, purposeId, at: Date.parse(now) });
  }
}

function textOf(value: JsonValue | undefined, name: string): string | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const member = isObject ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
  return typeof member === 'string' ? member : null;
}
