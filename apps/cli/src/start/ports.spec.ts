import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { choosePorts, type Ports } from './ports.js';

const SETTING = '/proc/sys/net/ipv4/ip_unprivileged_port_start';
const FIRST_FOR_ALL = fs.existsSync(SETTING) ? Number(fs.readFileSync(SETTING, 'utf8')) : 1;

describe('the ports of a start', () => {
  const servers: net.Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  const listen = async (port: number): Promise<number> => {
    const server = net.createServer().listen(port, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as net.AddressInfo).port;
  };

  it('are different from those of a start at the same time, though nobody listens yet', async () => {
    const both = await Promise.all([choosePorts(undefined), choosePorts(undefined)]);
    const ports = both.flatMap((one) => Object.values(one));
    expect(new Set(ports).size).toBe(12);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(8080);
  });

  it('leave out what is taken', async () => {
    const { witness } = await choosePorts(undefined);
    await listen(witness + 1).catch(() => undefined);
    expect(Object.values(await choosePorts(undefined))).not.toContain(witness + 1);
  });

  it('follow the one that was asked for, or are refused with the number of the taken one', async () => {
    const { api, worker, ...others } = await sixInARow();
    expect({ worker, ...others }).toEqual({
      ...{ center: api + 1, worker: api + 2, mailbox: api + 3, smtp: api + 4, witness: api + 5 },
    });
    await listen(worker);
    await expect(choosePorts(api)).rejects.toThrow(`Port ${worker}, wanted for worker, is taken`);
  });

  it('are refused where no browser would open the pages', async () => {
    await expect(choosePorts(6_663)).rejects.toThrow('Port 6665, wanted for worker, is one that no browser opens');
  });

  (FIRST_FOR_ALL > 1 ? it : it.skip)('are refused as what they are where they are not for this account', async () => {
    await withoutRoot(async () => {
      await expect(choosePorts(1)).rejects.toThrow('Port 1, wanted for api, may not be used by this account');
    });
  });
});

/** Somewhere below the ports that systems give away by themselves. */
async function sixInARow(): Promise<Ports> {
  for (let first = 12_000; ; first += 97) {
    try {
      return await choosePorts(first);
    } catch {
      // Somebody is there.
    }
  }
}

/** Root may listen anywhere. */
async function withoutRoot(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
