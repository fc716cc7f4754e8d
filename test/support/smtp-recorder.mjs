// A mail server as a process of its own whose log is the truth of the crash tests: it outlives every process of the
// product, shares no code with it, and a line is on the disk before the message is answered.
//
//   node test/support/smtp-recorder.mjs --log FILE [--port N] [--fault JSON]
//
// Prints {"port":N} when ready and {"fault":...} when another fault is in force. One line per message whose content arrived to its end and was not refused:
//   {"messageId":"<id@domain>","rcpt":["..."],"at":"ISO 8601"}
// A fault is {"at":"greeting"|"mail"|"rcpt"|"content"|"end","do":"cut"|"stall"|"delay"|"refuse","ms"?,"reply"?,"count"?}.
// `end` with cut, stall or delay comes after the line was written: the message was taken and the answer is lost or late.
// `content`, with cut or stall, comes in the middle: nothing was taken. Another fault, or null for none, can be sent at any time as a line on
// standard input or as a message of a parent process. Ends on SIGTERM, or when its standard input is closed.
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SMTPServer } from 'smtp-server';

const { values } = parseArgs({
  options: { log: { type: 'string' }, port: { type: 'string', default: '0' }, fault: { type: 'string' } },
});
if (values.log === undefined) throw new Error('--log FILE is needed');
const log = fs.openSync(values.log, 'a');
let fault = values.fault === undefined ? null : JSON.parse(values.fault);

const server = new SMTPServer({
  logger: false,
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onConnect: (session, next) => meet('greeting', session, next),
  onMailFrom: (_address, session, next) => meet('mail', session, next),
  onRcptTo: (_address, session, next) => meet('rcpt', session, next),
  onData(stream, session, next) {
    const chunks = [];
    let lost = false;
    stream.on('error', () => undefined);
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      if (fault?.at !== 'content') return;
      lost = true;
      meet('content', session, () => undefined);
    });
    stream.on('end', () => {
      // A small mail is here to its end before the connection is cut in its middle.
      if (lost) return;
      if (fault?.at === 'end' && fault.do === 'refuse') return meet('end', session, next);
      record(Buffer.concat(chunks), session);
      meet('end', session, next);
    });
  },
});
server.on('error', () => undefined);

function meet(phase, session, next) {
  if (fault === null || fault.at !== phase) return next();
  const { do: what, ms = 1000, reply = 451 } = fault;
  if (fault.count !== undefined && --fault.count <= 0) fault = null;
  if (what === 'stall') return;
  if (what === 'delay') return void setTimeout(next, ms);
  if (what === 'refuse') return next(Object.assign(new Error('as the test wishes'), { responseCode: reply }));
  for (const connection of server.connections) if (connection.session === session) connection._socket.destroy();
}

function record(mail, session) {
  const head = mail
    .toString('latin1')
    .split('\r\n\r\n', 1)[0]
    .replace(/\r\n[ \t]+/g, ' ');
  const messageId = /^message-id:\s*(\S+)\s*$/im.exec(head)?.[1] ?? null;
  const rcpt = session.envelope.rcptTo.map((recipient) => recipient.address);
  fs.writeSync(log, `${JSON.stringify({ messageId, rcpt, at: new Date().toISOString() })}\n`);
  fs.fdatasyncSync(log);
}

const setFault = (next) => {
  fault = next;
  process.stdout.write(`${JSON.stringify({ fault })}\n`);
};
createInterface({ input: process.stdin })
  .on('line', (line) => line.trim() !== '' && setFault(JSON.parse(line)))
  .on('close', () => process.exit(0));
process.on('message', setFault);
process.on('SIGTERM', () => process.exit(0));

server.listen(Number(values.port), '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: server.server.address().port })}\n`);
});
