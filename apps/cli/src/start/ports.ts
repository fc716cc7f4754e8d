import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { CommandEnd } from '../command.js';

/** In the order in which they follow the first port. */
export const DOORS = ['api', 'center', 'worker', 'mailbox', 'smtp', 'witness'] as const;
export type Ports = Readonly<Record<(typeof DOORS)[number], number>>;

const HOST = '127.0.0.1';
const FIRST = 8080;
const LAST = 65_535;

/**
 * Six ports on 127.0.0.1: the asked one and its five successors, or the first free ones from 8080. Starts at the
 * same time get different ones.
 * @throws CommandEnd when a port that was asked for is taken, not for this account, or not for pages.
 */
export async function choosePorts(asked: number | undefined): Promise<Ports> {
  const chosen: number[] = [];
  for (let port = asked ?? FIRST; chosen.length < DOORS.length; port++) {
    const door = DOORS[chosen.length] ?? 'api';
    if (port > LAST) throw new CommandEnd(`There are not six free ports from ${FIRST} up.`, 1);
    const isOurs = (await claim(port)) || asked !== undefined;
    const refused = (isOurs ? await tryOut(port) : 'is taken') ?? (door === 'smtp' ? null : await barred(port));
    if (refused === null) chosen.push(port);
    else if (asked !== undefined) {
      const advice = 'Choose another with --port, or leave --port out.';
      throw new CommandEnd(`Port ${port}, wanted for ${door}, ${refused}. ${advice}`, 1);
    }
  }
  const [api = 0, center = 0, worker = 0, mailbox = 0, smtp = 0, witness = 0] = chosen;
  return { api, center, worker, mailbox, smtp, witness };
}

/**
 * Seconds pass until the process that wants a port listens on it. Meanwhile, and until this process ends, the UDP
 * port of the same number says to other starts that it is spoken for.
 */
async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  try {
    socket.bind({ port, address: HOST, exclusive: true });
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  }
}

/** Null where a server can listen; else what the port is. */
async function tryOut(port: number): Promise<string | null> {
  const server = net.createServer();
  try {
    server.listen({ port, host: HOST, exclusive: true });
    await once(server, 'listening');
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return 'is taken';
    if (code === 'EACCES') return "may not be used by this account; low ports, as a rule those below 1024, are root's";
    return `cannot be listened on (${message})`;
  } finally {
    server.close();
  }
}

/** Ports of other protocols are kept from browsers, and from Node's own fetch, by the Fetch standard ("bad port"). */
async function barred(port: number): Promise<string | null> {
  const refused: unknown = await fetch(`http://${HOST}:${port}`).catch((error: unknown) => error);
  const why = refused instanceof Error && refused.cause instanceof Error ? refused.cause.message : '';
  return why === 'bad port' ? 'is one that no browser opens' : null;
}
