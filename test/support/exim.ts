import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../apps/cli/src/database/index.js';
import { findProgram } from './optional-program.js';
import { until } from './until.js';

/** Debian's mail server, where it is installed and may change to its own account. */
export const eximProgram = process.getuid?.() === 0 ? findProgram(['/usr/sbin/exim4', 'exim4', 'exim']) : undefined;

/** A mail server that has nothing in common with the product, as a plain process on loopback. */
export interface Exim {
  readonly port: number;
  /** Every mail that was delivered, as it lies in a mailbox: with its Envelope-to and Return-path. */
  delivered(): string[];
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Takes mail for people.example; knows nobody of the name `nobody-here`, and asks for `later` to come back later. */
export async function startExim(program: string): Promise<Exim> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-exim-'));
  const [spool, box, file] = ['spool', 'box', 'exim.conf'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  fs.mkdirSync(spool);
  fs.mkdirSync(box);
  const port = await freePort();
  fs.writeFileSync(file, configuration(port, spool, box));
  // Exim gives up root for an account of its own, which must reach its folders.
  execFileSync('chown', ['-R', 'Debian-exim', folder]);
  fs.chmodSync(folder, 0o755);
  execFileSync('chown', ['root', file]);

  let running = await started(program, file, port);
  return {
    port,
    delivered() {
      const names = fs.readdirSync(box);
      // What is still being written has a file beside it that says so, and that is gone a moment later.
      const isWhole = (name: string): boolean => !name.endsWith('.lock') && !names.includes(`${name}.lock`);
      return names.filter(isWhole).map((name) => fs.readFileSync(path.join(box, name), 'utf8'));
    },
    async restart() {
      await ended(running);
      running = await started(program, file, port);
    },
    async stop() {
      await ended(running);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(port: number, spool: string, box: string): string {
  return `
primary_hostname = mta.test
spool_directory = ${spool}
log_file_path = ${spool}/%slog
pid_file_path = ${spool}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
smtp_accept_queue_per_connection = 0
domainlist local = people.example
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
keep_environment =
begin acl
rcpt:
  deny message = 5.1.1 no such mailbox
       local_parts = nobody-here
  defer message = 4.2.0 come back later
       local_parts = later
  accept domains = +local
  deny message = relay not permitted
begin routers
all:
  driver = accept
  transport = file
begin transports
file:
  driver = appendfile
  file = ${box}/$message_exim_id
  create_file = anywhere
  user = Debian-exim
  envelope_to_add
  return_path_add
begin retry
* * F,1h,5m
`;
}

async function started(program: string, file: string, port: number): Promise<ChildProcess> {
  const child = spawn(program, ['-C', file, '-bdf'], { stdio: 'ignore' });
  await until('the mail server', () => greets(port));
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.end('QUIT\r\n');
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
