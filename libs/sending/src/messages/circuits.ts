import type { EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { ProviderDefinition } from '../catalog/catalog.js';
import type { BackOffReason } from './domain/entries.js';
import { asksAgainAt, circuitState, withProbe } from '../providers/domain/circuit.js';
import { providerStore } from './provider.store.js';

/** Whether a provider may be called now. */
export type Turn =
  | { readonly kind: 'go'; readonly isProbe: boolean }
  | { readonly kind: 'wait'; readonly reason: BackOffReason; readonly code: string; readonly retryAt: EpochMs };

export const GO = { kind: 'go', isProbe: false } as const satisfies Turn;

export function backOff(code: string, retryAt: EpochMs): Turn & { readonly kind: 'wait' } {
  return { kind: 'wait', reason: 'provider_backoff', code, retryAt };
}

/**
 * The circuits that one batch of attempts meets. Over all processes one message at a time tries a provider whose circuit
 * is half open; whoever finds the row in other hands waits like everybody else.
 */
export class Circuits {
  /** Providers that nobody else of this batch has to ask about. */
  private readonly settled = new Map<string, Turn>();

  constructor(
    private readonly tx: Tx,
    private readonly now: EpochMs,
  ) {}

  /** @param tryUntil how long the message has to try, if it may */
  async turnAt({ id, circuit }: ProviderDefinition, tryUntil: EpochMs): Promise<Turn> {
    const known = this.settled.get(id);
    if (known !== undefined) return known;
    const turn =
      circuitState(circuit, this.now) === 'half_open' ? await this.claim(id, tryUntil) : this.waitFor(circuit);
    // The one that tries is one; whoever comes after it waits.
    this.settled.set(id, turn.kind === 'go' && turn.isProbe ? this.waitFor(null) : turn);
    return turn;
  }

  private async claim(id: string, tryUntil: EpochMs): Promise<Turn> {
    const locked = await providerStore.tryCircuit(this.tx, id);
    if (locked === null) return this.waitFor(null);
    if (circuitState(locked.circuit, this.now) === 'closed') return GO;
    const tried = withProbe(locked.circuit, this.now, tryUntil);
    if (tried === null) return this.waitFor(locked.circuit);
    await providerStore.saveCircuit(this.tx, id, tried);
    return { kind: 'go', isProbe: true };
  }

  private waitFor(circuit: ProviderDefinition['circuit']): Turn {
    return backOff('circuit_open', asksAgainAt(circuit, this.now));
  }
}
