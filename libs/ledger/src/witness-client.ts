import { createHash } from 'node:crypto';
import path from 'node:path';
import { systemClock } from '#lib/platform';
import {
  type Checkpoint,
  checkSignatures,
  HASH_BYTES,
  Malformed,
  parseSignatureLine,
  parseSignedCheckpoint,
  parseTrustPolicy,
  type VerifierKey,
  type Witness,
  writeHashLines,
  writeSignatureLine,
} from '#lib/proof';
import { Unavailable } from './audit.js';
import { boundedBytes } from './bounded-answer.js';
import { readIfThere } from './durable-file.js';
import { POLICY_FILE } from './signer.js';
import type { KeptCosignature } from './tile.store.js';

/** A checkpoint that a witness shows. */
export interface SeenCheckpoint extends Checkpoint {
  /** Whether a key of the log that we know has signed it. */
  readonly isSigned: boolean;
}

/** Proves that a tree begins with one of this size. */
export type ProofFrom = (size: number) => Promise<Buffer[]>;

/** How far a witness's clock may be off: behind, less than a verifier passes over (`TOLERANCE.skewMs`); seconds are cut off. */
const MOST_BEHIND_MS = 4_000;
const MOST_AHEAD_MS = 60_000;
const TIMEOUT_MS = 2_000;
/** A witness that does not answer is asked again after that, then twice that, up to a minute; nobody waits for it meanwhile. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Pauses grow that long only if it has not cosigned for some fifteen seconds. */
const MISSED_AT_MS = 8_000;
const MOST_ANSWER_BYTES = 65_536;
/** More than a witness of ours takes, so nothing that it kept is too long to be looked at. */
const MOST_CHECKPOINT_BYTES = 512 * 1024;

/** One witness as the publisher sees it (C2SP tlog-witness). */
export class WitnessClient {
  /** What it cosigned last, as far as we know; 0 makes it tell us. */
  private seen = 0;
  private pauseMs = 0;
  private askAgainAt = 0;
  private reason = '';
  /** It says that it has seen something else, and has not shown since what it has cosigned. */
  disagrees = false;

  constructor(
    private readonly witness: Witness & { readonly url: string },
    private readonly monotonic: () => number,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  /** What the policy calls it. */
  get name(): string {
    return this.witness.name;
  }

  /** The name of its key, under which its cosignatures are kept. */
  get key(): string {
    return this.witness.key.name;
  }

  /** Why it has not cosigned for a while; null when it has, or nobody needs to know yet. */
  get trouble(): string | null {
    return this.pauseMs < MISSED_AT_MS ? null : this.reason;
  }

  /** Whether it is worth waiting for. */
  get isDue(): boolean {
    return this.monotonic() >= this.askAgainAt;
  }

  /**
   * The newest checkpoint of the log that it has cosigned. Its own signature is what shows that: whether the log's can be
   * verified is said beside it, since a machine that was restored from before a rotation does not have the key.
   * @returns null when it has seen none.
   * @throws Unavailable when it does not say, which is something else.
   */
  async newest(origin: string, logKeys: readonly VerifierKey[]): Promise<SeenCheckpoint | null> {
    const id = createHash('sha256').update(origin).digest('hex');
    try {
      const answer = await fetch(`${this.witness.url}/${id}/checkpoint`, {
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      if (answer.status === 404) return this.answered(null);
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
      const { checkpoint, note } = parseSignedCheckpoint(await boundedText(answer, MOST_CHECKPOINT_BYTES));
      const isBy = (keys: readonly VerifierKey[]): boolean => checkSignatures(note, keys).verified.length > 0;
      const isSigned = isBy(logKeys);
      // What neither has signed says nothing, whoever it is that answers.
      if (checkpoint.origin !== origin || (!isSigned && !isBy([this.witness.key])))
        throw new Error('shows what neither it nor the log has signed');
      this.disagrees = false;
      return this.answered({ ...checkpoint, isSigned });
    } catch (error) {
      this.missed(error);
      throw new Unavailable(`the witness ${this.name} does not answer: ${this.reason}`);
    }
  }

  /**
   * Whether it takes what stands under this checkpoint for a signature of a log that it watches.
   * @throws Unavailable when it does not say.
   */
  async takes(note: string): Promise<boolean> {
    const { size } = parseSignedCheckpoint(note).checkpoint;
    const where = `the witness ${this.name} at ${this.witness.url}`;
    const answer = await this.post(note, size, []).catch((error: unknown) => {
      throw new Unavailable(`${where} does not answer`, { cause: error });
    });
    // It looks at who has signed before it looks at what was said (C2SP tlog-witness, "add-checkpoint").
    if (answer.status === 200 || answer.status === 409) return true;
    if (answer.status === 403 || answer.status === 404) return false;
    throw new Unavailable(`${where} answers ${answer.status}`);
  }

  /**
   * For one that does not show what it has seen: `disagrees` if it says that this is more than what was signed last, and
   * not if it says to have seen nothing. It cosigns nothing by that, since the proof is none.
   */
  async lookBehind(note: string): Promise<void> {
    const { size } = parseSignedCheckpoint(note).checkpoint;
    try {
      const answer = await this.post(note, 0, [Buffer.alloc(HASH_BYTES)]);
      if (answer.status === 409) {
        if ((await sizeIn(answer)) > size) this.disagrees = true;
        // It answers, so it can be asked to cosign, which tells as well.
        this.askAgainAt = 0;
      }
      // It looks at the old size before it looks at the proof (C2SP tlog-witness, "add-checkpoint").
      if (answer.status === 422) this.disagrees = false;
      if (!answer.bodyUsed) await answer.body?.cancel();
    } catch {
      // It has said nothing.
    }
  }

  /**
   * Shows it a checkpoint.
   * @returns null when it did not cosign this time.
   */
  async cosign(note: string, size: number, proofFrom: ProofFrom): Promise<KeptCosignature | null> {
    try {
      const cosignature = await this.ask(note, size, proofFrom);
      this.pauseMs = 0;
      this.disagrees = false;
      return cosignature;
    } catch (error) {
      this.missed(error);
      return null;
    }
  }

  private answered<T>(value: T): T {
    this.pauseMs = 0;
    this.askAgainAt = 0;
    return value;
  }

  private missed(error: unknown): void {
    this.reason = error instanceof Error ? error.message : String(error);
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.pauseMs * 2));
    this.askAgainAt = this.monotonic() + this.pauseMs;
  }

  private async ask(note: string, size: number, proofFrom: ProofFrom): Promise<KeptCosignature> {
    const askedAt = systemClock.now();
    let answer = await this.post(note, this.seen, await proofFrom(this.seen));
    if (answer.status === 409) {
      this.seen = await sizeIn(answer);
      this.disagrees = this.seen > size;
      if (this.disagrees) throw new Error('has seen more');
      answer = await this.post(note, this.seen, await proofFrom(this.seen));
    }
    this.disagrees = answer.status === 422;
    const text = await boundedText(answer);
    if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
    const cosignature = this.ownLine(note, text);
    this.seen = size;
    // Kept, it would have entries that are right look back-dated, or as though they were from the future, for ever.
    const [early, late] = [askedAt - cosignature.at, cosignature.at - systemClock.now()];
    const off = Math.round(Math.max(early, late) / 1_000);
    if (early > MOST_BEHIND_MS || late > MOST_AHEAD_MS)
      throw new Error(`its clock is ${off} s ${early > late ? 'behind' : 'ahead of'} ours`);
    return cosignature;
  }

  private post(note: string, old: number, proof: readonly Buffer[]): Promise<Response> {
    return fetch(`${this.witness.url}/add-checkpoint`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: `old ${old}\n${writeHashLines(proof)}\n${note}`,
      signal: AbortSignal.timeout(this.timeoutMs),
      redirect: 'error',
    });
  }

  /** Its line that is right; lines of others are passed over. */
  private ownLine(note: string, answer: string): KeptCosignature {
    const { key } = this.witness;
    const { text } = parseSignedCheckpoint(note).note;
    for (const line of answer.split('\n').filter((one) => one !== '')) {
      const signature = parseSignatureLine(line);
      const [right] = checkSignatures({ text, signatures: [signature] }, [key]).verified;
      if (right !== undefined && right.time !== null) {
        return { line: writeSignatureLine(signature), witness: key.name, at: right.time * 1000 };
      }
    }
    throw new Malformed('cosignature', 'the witness did not sign');
  }
}

async function sizeIn(answer: Response): Promise<number> {
  const text = await boundedText(answer);
  if (!/^(0|[1-9][0-9]{0,15})\n$/.test(text)) throw new Error('no size');
  return Number(text);
}

async function boundedText(answer: Response, most = MOST_ANSWER_BYTES): Promise<string> {
  const bytes = await boundedBytes(answer, most);
  if (bytes === null) throw new Error('the answer is too long');
  return bytes.toString('utf8');
}

/** Witnesses of a folder's policy that can be asked. */
export function witnessesIn(folder: string): (Witness & { readonly url: string })[] {
  const text = readIfThere(path.join(folder, POLICY_FILE));
  if (text === null) return [];
  return parseTrustPolicy(text).witnesses.flatMap(({ url, ...witness }) => (url === null ? [] : [{ ...witness, url }]));
}
