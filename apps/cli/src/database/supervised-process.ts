import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * The shell between us and the program. It lives in a process group of its own, so Ctrl-C in a terminal
 * does not reach the program while the application still drains; and its stdin is a pipe that only this
 * process holds, so it sees end-of-file when we close it and also when we are killed with SIGKILL. Then it
 * sends the signal ($1), waits until the program is gone and removes the directory ($2) if there is one.
 * If the program ends by itself the shell ends with the same status.
 */
const SUPERVISOR = `
signal=$1; remove=$2; shift 2
exec 3<&0
"$@" 3<&- &
program=$!
{
  trap 'exit 0' TERM
  while read -r _; do :; done
  trap '' TERM
  kill -"$signal" $program 2>/dev/null
  while kill -0 $program 2>/dev/null; do sleep 0.05; done
  [ -z "$remove" ] || rm -rf "$remove"
} <&3 >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $program
status=$?
kill -TERM $watcher 2>/dev/null
wait $watcher
exit $status
`;

export interface SupervisedOptions {
  /** What asks the program to end: INT is PostgreSQL's fast shutdown, TERM is right for most others. */
  readonly signal: 'INT' | 'TERM';
  /** Removed after the program ended because we stopped or died; not when it crashed. */
  readonly removeAfter?: string | undefined;
  /** File descriptor for the program's output, or nothing to discard it. */
  readonly output?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Account to run as; only root can choose one. */
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
}

export interface SupervisedProcess {
  readonly hasExited: () => boolean;
  /** Resolves when the program is gone, for whatever reason. */
  readonly exited: Promise<void>;
  /** Asks the program to end and waits for it. */
  stop(): Promise<void>;
}

/** Starts a program that cannot outlive this process, however this process ends. */
export function startSupervised(
  program: string,
  args: readonly string[],
  options: SupervisedOptions,
): SupervisedProcess {
  const output = options.output ?? 'ignore';
  const shell: ChildProcess = spawn(
    '/bin/sh',
    ['-c', SUPERVISOR, `supervisor-of:${process.pid}`, options.signal, options.removeAfter ?? '', program, ...args],
    {
      detached: true,
      stdio: ['pipe', output, output],
      env: options.env ?? process.env,
      cwd: options.cwd ?? '/',
      ...(options.account ?? {}),
    },
  );
  let gone = false;
  const exited = once(shell, 'exit').then(
    () => void (gone = true),
    () => void (gone = true),
  );
  // Writing is never done, but a pipe whose reader died still reports it.
  shell.stdin?.on('error', () => undefined);
  shell.unref();
  return {
    hasExited: () => gone,
    exited,
    async stop() {
      if (gone) return;
      shell.ref();
      shell.stdin?.end();
      await exited;
    },
  };
}
