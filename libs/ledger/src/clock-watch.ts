import type { EpochMs } from '#lib/kernel';
import { systemClock } from '#lib/platform';
import { SignerRefuses } from './signer.js';

/**
 * How far the database's clock, which dates entries, may be from the clock of whoever shows them to witnesses, in
 * milliseconds. With what a witness may be behind it is no more than a verifier passes over (`TOLERANCE.skewMs`).
 */
const MOST_APART_MS = 1_000;
/** For how long nothing is signed at most so that times which entries say too early have come. */
const LONGEST_WAIT_MS = 600_000;

/**
 * Keeps the log from being shown while the database's clock is wrong: what is entered then says a time at which witnesses
 * had seen it already, or one long before they saw the log without it, and would look forged for ever.
 */
export class ClockWatch {
  /** Until then nothing is signed, because entries may say that it is as late. */
  private until: EpochMs = -Infinity;

  constructor(private readonly now: () => EpochMs = () => systemClock.now()) {}

  /**
   * A process that begins knows by what is entered already whether the clock was ahead before.
   * @param latest the latest time that an entry says; null: there is none
   */
  remember(latest: EpochMs | null): void {
    const now = this.now();
    if (latest !== null && latest > now && latest <= now + LONGEST_WAIT_MS) this.until = Math.max(this.until, latest);
  }

  /**
   * @param databaseNow asks the database what time it is
   * @throws SignerRefuses while the clocks are apart, and until what was entered meanwhile has come to pass
   */
  async look(databaseNow: () => Promise<EpochMs>): Promise<void> {
    const asked = this.now();
    const database = await databaseNow();
    const answered = this.now();
    const [ahead, behind] = [database - answered, asked - database];
    if (ahead > MOST_APART_MS) this.until = Math.min(database, answered + LONGEST_WAIT_MS);
    if (Math.max(ahead, behind) > MOST_APART_MS) {
      const seconds = Math.round(Math.max(ahead, behind) / 1_000);
      const which = ahead > behind ? 'ahead of' : 'behind';
      throw new SignerRefuses(
        `the database’s clock is ${seconds} s ${which} this machine’s: set both by NTP, and look which of them is wrong`,
      );
    }
    if (answered < this.until) {
      const time = new Date(this.until).toISOString();
      throw new SignerRefuses(`the database’s clock was ahead: entries say that it is ${time}, which is waited for`);
    }
  }
}
