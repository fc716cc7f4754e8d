/**
 * What every parser in this library answers to a text that is not exactly of its format; none throws anything else.
 * `format` names the format, `problem` says in a few words what is wrong with the text.
 */
export class Malformed extends RangeError {
  override readonly name = 'Malformed';

  constructor(
    readonly format: string,
    readonly problem: string,
  ) {
    super(`${format}: ${problem}`);
  }
}

/** Whether something holds, and if not why. A verifier that finds a fault answers so; it does not throw. */
export type Check = { readonly holds: true } | { readonly holds: false; readonly problem: string };

export const HOLDS: Check = { holds: true };

export const fails = (problem: string): Check => ({ holds: false, problem });

/** What keeps something from being known: nothing is wrong, and it cannot be said to hold. */
export interface Open {
  readonly open: string;
}
