import { Unstartable } from './database/own-folder.js';

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'is a folder, and a file is needed',
  ERR_FS_EISDIR: 'is a folder, and a file is needed',
  ENOTDIR: 'is a file, and a folder is needed',
  EACCES: 'may not be read or written by this user',
  EPERM: 'may not be read or written by this user',
  ENOSPC: 'there is no room left',
  EADDRINUSE: 'another program uses that port',
  ECONNREFUSED: 'nobody listens there: is it running?',
  ECONNRESET: 'the other side hung up',
  ETIMEDOUT: 'no answer came in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer came in time',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  // PostgreSQL's, appendix A.
  '28P01': 'look at user and password in DATABASE_URL',
  '28000': 'look at the user in DATABASE_URL',
  '3D000': 'look at the name of the database in DATABASE_URL',
  '53300': 'it has no connection left; try again later',
  '55P03': 'others hold what it needs; try again',
  '57014': 'the database took longer than it may; try again when it has less to do',
  '57P03': 'it is starting or stopping; try again',
};

/**
 * What the operating system refused, as a line for whoever typed a command: what, and why. Null for every other error,
 * which is a mistake of ours and keeps its trace.
 */
export function operatingError(error: unknown): string | null {
  for (const one of withCauses(error)) {
    if (one instanceof Unstartable) return one.message;
    const { code, path, hostname, address, port } = one as NodeJS.ErrnoException & {
      readonly hostname?: string;
      readonly address?: string;
      readonly port?: number;
    };
    const sentence = code === undefined ? undefined : SENTENCES[code];
    if (sentence === undefined) continue;
    const place = path ?? hostname ?? (address === undefined ? undefined : `${address}:${port}`);
    return place === undefined ? `${one.message}: ${sentence}` : `${place}: ${sentence}`;
  }
  return null;
}

/** What several attempts at the same thing met and what caused it before an error itself: the causes know more. */
function withCauses(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const several: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return [...[...several, error.cause].flatMap(withCauses), error];
}
