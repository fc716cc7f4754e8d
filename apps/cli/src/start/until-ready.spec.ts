import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { untilReady, whyUnready } from './until-ready.js';

describe('a server that is waited for', () => {
  const details = {
    database: { status: 'up' },
    publishing: { status: 'down', message: 'the database is an older one' },
    queues: { status: 'down' },
    zones: { status: 'degraded', message: 'old' },
  };
  const patience = { noticeMs: 100, timeoutMs: 300 };
  const abort = new AbortController();
  let server: http.Server;
  let url: string;
  let answer: { status: number; body: string };

  beforeEach(async () => {
    answer = { status: 503, body: JSON.stringify({ status: 'error', details }) };
    server = http.createServer((_, response) => void response.writeHead(answer.status).end(answer.body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it('runs and is not ready: that is told once, and however long it takes it is waited for', async () => {
    const told: string[] = [];
    const waiting = untilReady('api', url, abort.signal, (why) => told.push(why), patience);
    const later = new Promise((resolve) => setTimeout(() => resolve('still waiting'), 2 * patience.timeoutMs));
    expect(await Promise.race([waiting, later])).toBe('still waiting');
    expect(told).toEqual([answer.body]);
    answer = { status: 200, body: '{}' };
    await waiting;
  });

  it('is given up where nobody is told, and where it never answers', async () => {
    await expect(untilReady('api', url, abort.signal, undefined, patience)).rejects.toThrow(
      'api is not ready after 0.3 s',
    );
    server.close();
    server.closeAllConnections();
    const told: string[] = [];
    const waiting = untilReady('api', url, abort.signal, (why) => told.push(why), patience);
    await expect(waiting).rejects.toThrow('it does not answer');
    expect(told).toEqual([]);
  });

  it('is no longer waited for when everything stops', async () => {
    const stop = new AbortController();
    const waiting = untilReady('api', url, stop.signal, () => stop.abort(new Error('stopped')), patience);
    await expect(waiting).rejects.toThrow('stopped');
  });

  it('says what keeps it from being ready', () => {
    expect(whyUnready(answer.body)).toBe('publishing, the database is an older one; queues');
    for (const other of ['<html>', '{}', '{"details":{}}', '{"details":7}']) expect(whyUnready(other)).toBe(other);
  });
});
