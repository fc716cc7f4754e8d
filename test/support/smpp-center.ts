import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A submit_sm as it came over the wire, by the fields of SMPP 3.4, 4.4.1. */
export interface Submitted {
  readonly source: { readonly ton: number; readonly npi: number; readonly address: string };
  readonly destination: { readonly ton: number; readonly npi: number; readonly address: string };
  readonly esmClass: number;
  readonly registeredDelivery: number;
  readonly dataCoding: number;
  readonly validity: string;
  readonly shortMessage: Buffer;
}

/** What a center does with a submission: takes it, refuses it with a state, breaks the connection, or says nothing. */
export type SmppReaction =
  | 'take'
  | { readonly status: number }
  | 'cut'
  | 'stall'
  | { readonly delayMs: number }
  | { readonly after: Promise<unknown> };

export interface SmppCenter {
  readonly port: number;
  /** Every submission, whatever became of it. */
  readonly submitted: Submitted[];
  /** Commands as they came, by number. */
  readonly commands: number[];
  readonly binds: { readonly systemId: string; readonly password: string; readonly version: number }[];
  react: (one: Submitted, nth: number) => SmppReaction;
  /** How it names what it takes. */
  idOf: (one: Submitted, nth: number) => string;
  /** State that a bind is answered with. */
  bindStatus: number;
  /** So many connections may be bound at once; one more is answered ESME_RALYBND. */
  bindLimit: number;
  readonly refusedBinds: number;
  /** Connections that are bound now. */
  readonly bound: number;
  /** What it brings right behind its answer to a bind, in the same write, as messages that waited for it. */
  waiting: Buffer[];
  /** The states that those are answered with. */
  readonly confirmed: number[];
  /** Brings something by itself to every bound client; resolves with the states they answer. */
  deliver(body: Buffer, command?: number): Promise<number[]>;
  /**
   * Brings something by itself to the client that bound last. Resolves with whether that one said that it has it: false
   * when its connection ended before, or nobody is bound.
   */
  bring(body: Buffer): Promise<boolean>;
  close(): Promise<void>;
}

const BIND_TRANSCEIVER = 0x09;
const SUBMIT_SM = 0x04;
const DELIVER_SM = 0x05;
const UNBIND = 0x06;
const ENQUIRE_LINK = 0x15;
const RESPONSE = 0x80000000;
/** ESME_RALYBND. */
const ALREADY_BOUND = 0x05;

/** A short message service center on loopback, written from SMPP 3.4 and from nothing that the product uses. */
export async function startSmppCenter(): Promise<SmppCenter> {
  const sockets = new Set<Socket>();
  const bound: Socket[] = [];
  const answers = new Map<number, (status: number) => void>();
  let nextId = 0;
  let refusedBinds = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      if (bound.includes(socket)) bound.splice(bound.indexOf(socket), 1);
    });
    socket.on('error', () => undefined);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
        const length = rest.readUInt32BE(0);
        handle(socket, rest.subarray(0, length));
        rest = rest.subarray(length);
      }
    });
  });

  function handle(socket: Socket, pdu: Buffer): void {
    const [command, status, sequence] = [pdu.readUInt32BE(4), pdu.readUInt32BE(8), pdu.readUInt32BE(12)];
    const body = pdu.subarray(16);
    if (command >= RESPONSE) {
      answers.get(sequence)?.(status);
      return;
    }
    center.commands.push(command);
    const respond = (state: number, content = Buffer.alloc(0)): void => {
      socket.write(frame(command + RESPONSE, state, sequence, state === 0 ? content : Buffer.alloc(0)));
    };
    if (command === BIND_TRANSCEIVER) {
      const fields = new Fields(body);
      const [systemId, password] = [fields.text(), fields.text()];
      fields.text();
      center.binds.push({ systemId, password, version: fields.byte() });
      const state = center.bindStatus === 0 && bound.length >= center.bindLimit ? ALREADY_BOUND : center.bindStatus;
      if (state === 0) bound.push(socket);
      else refusedBinds++;
      socket.cork();
      respond(state, Buffer.from('center\0'));
      for (const body of state === 0 ? center.waiting : []) {
        const its = 1_000_000 + ++nextId;
        answers.set(its, (confirmed) => center.confirmed.push(confirmed));
        socket.write(frame(DELIVER_SM, 0, its, body));
      }
      socket.uncork();
    } else if (command === SUBMIT_SM) {
      const one = readSubmission(body);
      center.submitted.push(one);
      const reaction = center.react(one, center.submitted.length);
      const id = Buffer.from(`${center.idOf(one, center.submitted.length)}\0`);
      if (reaction === 'take') respond(0, id);
      else if (reaction === 'cut') socket.destroy();
      else if (reaction !== 'stall' && 'status' in reaction) respond(reaction.status);
      else if (reaction !== 'stall' && 'after' in reaction) void reaction.after.then(() => respond(0, id));
      else if (reaction !== 'stall') setTimeout(() => respond(0, id), reaction.delayMs);
    } else if (command === UNBIND) {
      if (bound.includes(socket)) bound.splice(bound.indexOf(socket), 1);
      respond(0);
      socket.end();
    } else {
      respond(command === ENQUIRE_LINK ? 0 : 3);
    }
  }

  const center: SmppCenter = {
    port: 0,
    submitted: [],
    commands: [],
    binds: [],
    react: () => 'take',
    idOf: () => `id-${++nextId}`,
    bindStatus: 0,
    bindLimit: Infinity,
    get refusedBinds() {
      return refusedBinds;
    },
    get bound() {
      return bound.length;
    },
    waiting: [],
    confirmed: [],
    bring: (body) =>
      new Promise((resolve) => {
        const socket = bound.at(-1);
        if (socket === undefined) return resolve(false);
        const sequence = 1_000_000 + ++nextId;
        answers.set(sequence, (status) => resolve(status === 0));
        socket.setMaxListeners(0).once('close', () => resolve(false));
        socket.write(frame(DELIVER_SM, 0, sequence, body));
      }),
    deliver: (body, command = DELIVER_SM) =>
      Promise.all(
        [...sockets].map(
          (socket) =>
            new Promise<number>((resolve) => {
              const sequence = 1_000_000 + ++nextId;
              answers.set(sequence, resolve);
              socket.write(frame(command, 0, sequence, body));
            }),
        ),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(center, { port: (server.address() as AddressInfo).port });
}

/** Service type, source, destination, esm class, protocol, priority, two times, registered delivery, replace, coding, id, text. */
function readSubmission(body: Buffer): Submitted {
  const fields = new Fields(body);
  fields.text();
  const address = () => ({ ton: fields.byte(), npi: fields.byte(), address: fields.text() });
  const [source, destination, esmClass] = [address(), address(), fields.byte()];
  fields.byte();
  fields.byte();
  fields.text();
  const validity = fields.text();
  const registeredDelivery = fields.byte();
  fields.byte();
  const dataCoding = fields.byte();
  fields.byte();
  const shortMessage = fields.octets(fields.byte());
  return { source, destination, esmClass, registeredDelivery, dataCoding, validity, shortMessage };
}

function frame(command: number, status: number, sequence: number, body: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(16 + body.length, 0);
  header.writeUInt32BE(command, 4);
  header.writeUInt32BE(status, 8);
  header.writeUInt32BE(sequence, 12);
  return Buffer.concat([header, body]);
}

/** Reads a body field by field: C-octet strings and single octets (SMPP 3.4, 3.1). */
class Fields {
  private at = 0;

  constructor(private readonly body: Buffer) {}

  byte(): number {
    return this.body.readUInt8(this.at++);
  }

  text(): string {
    const end = this.body.indexOf(0, this.at);
    const text = this.body.toString('latin1', this.at, end);
    this.at = end + 1;
    return text;
  }

  octets(length: number): Buffer {
    const from = this.at;
    this.at += length;
    return this.body.subarray(from, this.at);
  }
}
