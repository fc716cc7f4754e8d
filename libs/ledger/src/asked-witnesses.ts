import { systemClock } from '#lib/platform';
import type { Checkpoint } from '#lib/proof';
import { Unavailable } from './audit.js';
import { readIfThere } from './durable-file.js';
import { type Signer, SignerRefuses } from './signer.js';
import type { KeptCosignature } from './tile.store.js';
import { type ProofFrom, type SeenCheckpoint, WitnessClient, witnessesIn } from './witness-client.js';

/** What the witnesses of a publisher have to do with it. */
export interface AskedWitnessesOptions {
  readonly folder: string;
  /** How long one that does not answer is waited for. */
  readonly graceMs: number;
  /** How long an answer may take; that of the client when undefined. */
  readonly timeoutMs: number | undefined;
  /** Hears of a witness that has not cosigned for a while, and null when it does again. */
  readonly onWitness: ((name: string, trouble: string | null) => void) | undefined;
  /** The signer as it is now. */
  readonly signer: () => Signer;
  /** @throws SignerRefuses unless the one is a beginning of the other; `who` has seen it. */
  readonly assertBeginning: (from: SeenCheckpoint, to: Checkpoint, who: string) => Promise<void>;
}

/**
 * The witnesses that a publisher asks. What they have seen is the last thing that a machine which was restored as a whole
 * still has against it, so nothing is signed against their word: not against what one shows, nor while one says that it
 * has seen something else and does not show it.
 */
export class AskedWitnesses {
  private readonly all: readonly WitnessClient[];
  /** Those that have not said yet what they have seen, and since when they are asked. */
  private silent: readonly WitnessClient[] = [];
  private silentSince: number | undefined;
  /** What was last told of each. */
  private readonly troubles = new Map<string, string | null>();

  constructor(private readonly options: AskedWitnessesOptions) {
    this.all = witnessesIn(options.folder).map(
      (one) => new WitnessClient(one, () => systemClock.monotonic(), options.timeoutMs),
    );
  }

  /** Those that are worth asking now. */
  get due(): readonly WitnessClient[] {
    return this.all.filter(({ isDue }) => isDue);
  }

  /** All of them, whose last cosignature is older than that. */
  seenBefore(instant: number, kept: ReadonlyMap<string, number>): readonly WitnessClient[] {
    return this.all.filter(({ key }) => (kept.get(key) ?? -Infinity) < instant);
  }

  /**
   * One that does not answer is waited for. Not for ever, if the signer has a memory: it is compared as soon as it answers.
   * @throws Unavailable while it is waited for; SignerRefuses when one has seen something else
   */
  async compareWithAll(now: Checkpoint): Promise<void> {
    this.silent = this.all;
    const compared = await Promise.all(
      this.all.map((witness) => this.compareWith(witness, now).then(() => true, unlessUnavailable)),
    );
    this.silent = this.all.filter((_, i) => compared[i] !== true);
    const [first] = this.silent;
    if (first === undefined) return void (this.silentSince = undefined);
    this.silentSince ??= systemClock.monotonic();
    const isLong = systemClock.monotonic() - this.silentSince >= this.options.graceMs;
    if (isLong && this.options.signer().last() !== null) return;
    throw new Unavailable(`the witness ${first.name} does not say what it has seen`);
  }

  /** Before anything more is signed. */
  async compareLate(now: Checkpoint): Promise<void> {
    for (const witness of this.silent.filter(({ isDue }) => isDue)) {
      const isCompared = await this.compareWith(witness, now).then(() => true, unlessUnavailable);
      if (isCompared === true) this.silent = this.silent.filter((one) => one !== witness);
    }
    // Who is silent after the next failure is waited for from then on.
    if (this.silent.length === 0) this.silentSince = undefined;
  }

  /** Those of these that are due. */
  async cosign(
    witnesses: readonly WitnessClient[],
    note: string,
    checkpoint: Checkpoint,
    proofFrom: ProofFrom,
  ): Promise<KeptCosignature[]> {
    const asked = witnesses.filter(({ isDue }) => isDue);
    const answers = await Promise.all(asked.map((witness) => witness.cosign(note, checkpoint.size, proofFrom)));
    // Whoever has cosigned says that all they have seen are beginnings of it.
    this.silent = this.silent.filter((witness) => !answers[asked.indexOf(witness)]);
    // Anybody can say that they have seen something else; what they show counts.
    for (const witness of asked.filter(({ disagrees }) => disagrees)) await this.compareWith(witness, checkpoint);
    this.tell(asked);
    return answers.filter((answer) => answer !== null);
  }

  /** Of those that are waited for. */
  tellOfSilent(): void {
    this.tell(this.silent);
  }

  private async compareWith(witness: WitnessClient, now: Checkpoint): Promise<void> {
    const { name } = witness;
    const signer = this.options.signer();
    const seen = await this.shownBy(witness, signer);
    if (seen === null) return;
    if (signer.last() === null) {
      throw new SignerRefuses(`the witness ${name} has seen ${seen.size} entries, and ${signer.memory} is gone`);
    }
    const byWhom = seen.isSigned
      ? ''
      : ' (signed by a key that this machine does not have: was it restored from before a rotation?)';
    await this.options.assertBeginning(seen, now, `the witness ${name}${byWhom} has seen`);
  }

  /** @throws Unavailable when it does not say; SignerRefuses when it says that there is something, and does not show it */
  private async shownBy(witness: WitnessClient, signer: Signer): Promise<SeenCheckpoint | null> {
    let silence: unknown;
    const seen = await witness.newest(signer.origin, signer.verifierKeys).catch((error: unknown) => {
      unlessUnavailable(error);
      silence = error;
      return null;
    });
    if (seen !== null) return seen;
    const signed = readIfThere(signer.memory);
    // It sees nothing that was not signed and remembered before: what it has seen beyond that was forgotten here.
    if (signed !== null) await witness.lookBehind(signed);
    if (witness.disagrees) {
      throw new SignerRefuses(`the witness ${witness.name} says that it has seen something else, and does not show it`);
    }
    if (silence instanceof Unavailable) throw silence;
    return null;
  }

  private tell(witnesses: readonly WitnessClient[]): void {
    for (const { name, trouble } of witnesses) {
      if ((this.troubles.get(name) ?? null) !== trouble) this.options.onWitness?.(name, trouble);
      this.troubles.set(name, trouble);
    }
  }
}

function unlessUnavailable(error: unknown): void {
  if (!(error instanceof Unavailable)) throw error;
}
