import type { OpenedDatabase } from './open-database.js';
import type { Ports } from './ports.js';

export const APPS = ['api', 'center', 'worker'] as const;
export type App = (typeof APPS)[number];

const HOST = '127.0.0.1';

/** Where everything can be reached. */
export interface Addresses {
  readonly api: string;
  readonly center: string;
  readonly worker: string;
  /** The page that shows received mail. */
  readonly mailbox: string;
  readonly smtp: { readonly host: string; readonly port: number };
  readonly witness: string;
}

export function addressesOf(ports: Ports): Addresses {
  const url = (port: number): string => `http://${HOST}:${port}`;
  const { api, center, worker, mailbox, smtp, witness } = ports;
  return {
    api: url(api),
    center: url(center),
    worker: url(worker),
    mailbox: url(mailbox),
    smtp: { host: HOST, port: smtp },
    witness: url(witness),
  };
}

/** The settings of a child process. Others, such as LOG_LEVEL or QUEUE_URL, it has from the environment of `start`. */
export function settingsOf(
  child: App | 'demo',
  ports: Ports,
  { urls, masterKey, folders }: OpenedDatabase,
): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'development',
    DATABASE_URL: urls.app,
    // Only the one that gives ledger positions may write them, and only it signs.
    ...(child === 'worker' ? { SEQUENCER_DATABASE_URL: urls.sequencer, LEDGER_DIR: folders.ledger } : {}),
    ...(child === 'center' ? { CENTER_JOURNAL_DIR: folders.optOuts } : {}),
    MASTER_KEY: masterKey,
    HOST,
    API_PORT: String(ports.api),
    CENTER_PORT: String(ports.center),
    WORKER_PORT: String(ports.worker),
    CENTER_URL: addressesOf(ports).center,
    PROVIDER_HOSTS: [process.env['PROVIDER_HOSTS'], `${HOST}:${ports.smtp}`].filter(Boolean).join(','),
  };
}

/** The witness knows nothing of the rest. */
export function witnessSettings(ports: Ports, { folders }: OpenedDatabase): NodeJS.ProcessEnv {
  return { WITNESS_DIR: folders.witness, WITNESS_PORT: String(ports.witness), HOST };
}
