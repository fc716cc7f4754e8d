import { hash } from 'node:crypto';

/** A number in [0, 1) that is the same for the same texts, and for no others that one could name. */
export function luckOf(...texts: readonly string[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify(texts), 'hex').slice(0, 12), 16) / 2 ** 48;
}
