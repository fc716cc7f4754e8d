import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findProgram } from './optional-program.js';
import { until } from './until.js';

const perl = findProgram(['perl']);
/** Perl, where it has Debian's libnet-smpp-perl. */
export const smppPerl =
  perl !== undefined && spawnSync(perl, ['-MNet::SMPP', '-MEncode::GSM0338', '-e', '1']).status === 0
    ? perl
    : undefined;

/** Something that a center of smpp-perl.pl tells. */
export type PerlEvent = Readonly<Record<string, string | number>> & { readonly event: string };

/** A center that has nothing in common with the product, as a process on loopback. */
export interface PerlCenter {
  readonly port: number;
  readonly told: readonly PerlEvent[];
  /** The nth of a kind, from 1, once it is there. */
  next(event: string, nth?: number): Promise<PerlEvent>;
  /** Has it bring what somebody wrote. */
  bring(what: { readonly from: string; readonly text: string; readonly ucs2?: boolean }): void;
  stop(): Promise<void>;
}

export async function startPerlCenter(program: string): Promise<PerlCenter> {
  const child = spawn(program, [path.join(import.meta.dirname, 'smpp-perl.pl')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told: PerlEvent[] = [];
  createInterface(child.stdout).on('line', (line) => told.push(JSON.parse(line) as PerlEvent));
  const next = async (event: string, nth = 1): Promise<PerlEvent> => {
    const of = (): PerlEvent | undefined => told.filter((one) => one.event === event)[nth - 1];
    await until(`"${event}" number ${nth}`, () => of() !== undefined);
    return of() as PerlEvent;
  };
  return {
    port: Number((await next('listening'))['port']),
    told,
    next,
    bring: (what) => void child.stdin.write(`${JSON.stringify(what)}\n`),
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
