/** One thing that was checked. `unchecked`: what it needs was not given, could not be had, or did not hold. */
export interface AuditStep {
  readonly step: string;
  readonly result: 'holds' | 'fails' | 'unchecked';
  /** Why it does not hold, or was not checked; empty when it holds. */
  readonly problem: string;
}

/** What was checked of a log, and what came of it. */
export interface AuditReport {
  /** Whether everything that could be checked holds. */
  readonly verdict: 'holds' | 'fails' | 'unchecked';
  readonly origin: string | null;
  readonly size: number | null;
  readonly steps: readonly AuditStep[];
}

/** Something is not there now, which says nothing about the log. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** Hears how many entries were read of how many. */
export type OnProgress = (done: number, total: number) => void;

/** Gathers what is found. The first thing that is wrong with a step is the one that is told. */
export class Findings {
  private readonly found = new Map<string, AuditStep>();

  /** @param names of all steps, in the order in which they are told; each is unchecked until something is said about it */
  constructor(names: readonly string[]) {
    for (const step of names) this.found.set(step, { step, result: 'unchecked', problem: 'it was not reached' });
  }

  holds(step: string): void {
    if (this.resultOf(step) === 'unchecked') this.found.set(step, { step, result: 'holds', problem: '' });
  }

  fails(step: string, problem: string): void {
    if (this.resultOf(step) !== 'fails') this.found.set(step, { step, result: 'fails', problem });
  }

  unchecked(step: string, problem: string): void {
    if (this.resultOf(step) !== 'fails') this.found.set(step, { step, result: 'unchecked', problem });
  }

  /** `holds` unless it fails. */
  is(step: string, holds: boolean, problem: string): void {
    if (holds) this.holds(step);
    else this.fails(step, problem);
  }

  resultOf(step: string): AuditStep['result'] | undefined {
    return this.found.get(step)?.result;
  }

  /** @param optional steps that may stay unchecked in a report that holds */
  report(origin: string | null, size: number | null, optional: readonly string[] = []): AuditReport {
    const steps = [...this.found.values()];
    const open = steps.some(({ step, result }) => result === 'unchecked' && !optional.includes(step));
    const verdict = steps.some(({ result }) => result === 'fails') ? 'fails' : open ? 'unchecked' : 'holds';
    return { verdict, origin, size, steps };
  }
}
