import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A counterpart on loopback that takes everything at once, so that what is measured is the side that sends. */
export interface Counterpart {
  readonly port: number;
  /** Messages that it was given. */
  taken(): number;
  close(): Promise<void>;
}

export interface HttpRequestSeen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Takes every request; keeps the last one. */
export async function httpCounterpart(status: number): Promise<Counterpart & { last(): HttpRequestSeen | null }> {
  let taken = 0;
  let last: HttpRequestSeen | null = null;
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const isToken = request.url === '/token';
      if (!isToken) {
        taken++;
        last = { path: request.url ?? '/', headers: request.headers, body: Buffer.concat(chunks) };
      }
      response.writeHead(isToken ? 200 : status, { 'content-type': 'application/json' });
      response.end(
        isToken ? '{"access_token":"granted","expires_in":3600}' : '{"sid":"SM1","messages":[{"id":"wamid.1"}]}',
      );
    });
  });
  await listen(server);
  return {
    ...addressOf(server),
    taken: () => taken,
    last: () => last,
    close: () => {
      server.closeAllConnections();
      return closed(server);
    },
  };
}

/** An SMTP server that says yes to every command (RFC 5321, with PIPELINING). */
export async function smtpCounterpart(): Promise<Counterpart> {
  let taken = 0;
  return tcpCounterpart(
    (socket) => {
      let isData = false;
      let rest = '';
      socket.write('220 bench\r\n');
      return (chunk) => {
        rest += chunk.toString('latin1');
        let answers = '';
        for (;;) {
          const end = rest.indexOf(isData ? '\r\n.\r\n' : '\r\n');
          if (end === -1) break;
          const line = rest.slice(0, end);
          rest = rest.slice(end + (isData ? 5 : 2));
          if (isData) {
            isData = false;
            taken++;
            answers += '250 taken\r\n';
          } else if (/^EHLO/i.test(line)) answers += '250-bench\r\n250-8BITMIME\r\n250 PIPELINING\r\n';
          else if (/^DATA/i.test(line)) {
            isData = true;
            answers += '354 go on\r\n';
          } else answers += /^QUIT/i.test(line) ? '221 bye\r\n' : '250 yes\r\n';
        }
        if (answers !== '') socket.write(answers);
      };
    },
    () => taken,
  );
}

const SUBMIT_SM = 0x04;
const RESPONSE = 0x80000000;
const HEADER_BYTES = 16;

/** A message center that says yes to every request (SMPP 3.4). */
export async function smppCounterpart(): Promise<Counterpart> {
  let taken = 0;
  return tcpCounterpart(
    (socket) => {
      let rest = Buffer.alloc(0);
      return (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        const answers: Buffer[] = [];
        while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
          const command = rest.readUInt32BE(4);
          const body = command === SUBMIT_SM ? Buffer.from(`${taken++}\0`) : Buffer.from('bench\0');
          const answer = Buffer.alloc(HEADER_BYTES);
          answer.writeUInt32BE(HEADER_BYTES + body.length, 0);
          answer.writeUInt32BE(command + RESPONSE, 4);
          answer.writeUInt32BE(rest.readUInt32BE(12), 12);
          if (command < RESPONSE) answers.push(answer, body);
          rest = rest.subarray(rest.readUInt32BE(0));
        }
        if (answers.length > 0) socket.write(Buffer.concat(answers));
      };
    },
    () => taken,
  );
}

async function tcpCounterpart(
  converse: (socket: Socket) => (chunk: Buffer) => void,
  taken: () => number,
): Promise<Counterpart> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', converse(socket));
  });
  await listen(server);
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return closed(server);
  };
  return { ...addressOf(server), taken, close };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function addressOf(server: Server): { readonly port: number } {
  return { port: (server.address() as AddressInfo).port };
}
