import { SequenceInterner } from '../interner.js';

/** Something that reached or came from a contact. */
export interface TouchFact {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly account: string;
  readonly contact: string;
  /** The channel or the campaign, whichever the report is about. */
  readonly name: string;
  /** Which message it was, the same for everybody who was sent it; left out or null: none that others were sent. */
  readonly send?: string | null;
}

/** Touches, by numbers from 0 on. */
export interface Touches {
  readonly size: number;
  /** Epoch milliseconds. */
  atOf(touch: number): number;
  nameOf(touch: number): string;
  accountOf(touch: number): string;
  contactOf(touch: number): string;
  /** Which message it was, where the log says so. */
  sendOf(touch: number): string | null;
  /** Touches by account or by contact, each group in the order of time, and of ids where times are equal. */
  grouped(unit: 'account' | 'contact'): TouchGroups;
}

/** Names by the order in which they came. */
class Names {
  private readonly ids = new Map<string, number>();
  private readonly names: string[] = [];

  get size(): number {
    return this.names.length;
  }

  idOf(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    this.ids.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  find(name: string): number | undefined {
    return this.ids.get(name);
  }

  at(id: number): string {
    return this.names[id] ?? '';
  }
}

/** All touches, each once, as numbers in columns: ten million of them fit where objects would not. */
export class TouchLog implements Touches {
  private readonly ids = SequenceInterner.ofBytes();
  private readonly encoder = new TextEncoder();
  private readonly accounts = new Names();
  private readonly contacts = new Names();
  private readonly labels = new Names();
  private readonly sends = new Names();
  private at = new Float64Array(1024);
  private account = new Uint32Array(1024);
  private contact = new Uint32Array(1024);
  private label = new Uint32Array(1024);
  /** One more than the number of the message; 0 for none. Empty until there is one. */
  private send = new Uint32Array();

  get size(): number {
    return this.ids.size;
  }

  /** @returns false when a touch of this id is there already and says something else; the same twice is one touch */
  add({ id, at, account, contact, name, send = null }: TouchFact): boolean {
    const bytes = this.encoder.encode(id);
    const known = this.ids.size;
    const touch = this.ids.intern(bytes, 0, bytes.length);
    const accountId = this.accounts.idOf(account);
    const contactId = this.contacts.idOf(contact);
    const label = this.labels.idOf(name);
    if (touch < known)
      return (
        this.at[touch] === at &&
        this.account[touch] === accountId &&
        this.contact[touch] === contactId &&
        this.label[touch] === label &&
        this.sendOf(touch) === send
      );
    if (touch === this.at.length) this.grow();
    this.at[touch] = at;
    this.account[touch] = accountId;
    this.contact[touch] = contactId;
    this.label[touch] = label;
    if (send !== null) {
      if (this.send.length < this.at.length) this.send = larger(this.send, new Uint32Array(this.at.length));
      this.send[touch] = this.sends.idOf(send) + 1;
    }
    return true;
  }

  atOf(touch: number): number {
    return this.at[touch] ?? NaN;
  }

  nameOf(touch: number): string {
    return this.labels.at(this.label[touch] ?? 0);
  }

  accountOf(touch: number): string {
    return this.accounts.at(this.account[touch] ?? 0);
  }

  contactOf(touch: number): string {
    return this.contacts.at(this.contact[touch] ?? 0);
  }

  sendOf(touch: number): string | null {
    const send = this.send[touch] ?? 0;
    return send === 0 ? null : this.sends.at(send - 1);
  }

  grouped(unit: 'account' | 'contact'): TouchGroups {
    const names = unit === 'account' ? this.accounts : this.contacts;
    const column = unit === 'account' ? this.account : this.contact;
    const starts = new Uint32Array(names.size + 1);
    for (let touch = 0; touch < this.size; touch++) {
      const next = (column[touch] ?? 0) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let i = 0; i < names.size; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
    const next = starts.slice();
    const touches = new Uint32Array(this.size);
    for (let touch = 0; touch < this.size; touch++) {
      const group = column[touch] ?? 0;
      const at = next[group] ?? 0;
      touches[at] = touch;
      next[group] = at + 1;
    }
    for (let group = 0; group < names.size; group++)
      touches.subarray(starts[group], starts[group + 1]).sort((a, b) => this.compare(a, b));
    return {
      names: Array.from({ length: names.size }, (_, i) => names.at(i)),
      of: (name) => {
        const group = names.find(name);
        return group === undefined ? NOTHING : touches.subarray(starts[group], starts[group + 1]);
      },
    };
  }

  private compare(a: number, b: number): number {
    const difference = this.atOf(a) - this.atOf(b);
    return difference === 0 ? this.ids.compare(a, b) : difference;
  }

  private grow(): void {
    const length = this.at.length * 2;
    this.at = larger(this.at, new Float64Array(length));
    this.account = larger(this.account, new Uint32Array(length));
    this.contact = larger(this.contact, new Uint32Array(length));
    this.label = larger(this.label, new Uint32Array(length));
  }
}

function larger<T extends Float64Array | Uint32Array>(old: T, room: T): T {
  room.set(old);
  return room;
}

/** Touches of accounts or contacts. */
export interface TouchGroups {
  readonly names: readonly string[];
  /** Touches of one of them, oldest first. */
  readonly of: (name: string) => Uint32Array;
}

const NOTHING = new Uint32Array();
