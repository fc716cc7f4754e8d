import { isIPv4 } from 'node:net';

/** Whether a host is this machine, so that what is said to it in clear is said to nobody else. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
