import { lookup as lookupName, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { interfacesOf, isVouched, type Named, type Target, urlTarget } from './domain/vouched-hosts.js';

/** What is said of an address that is not one on the internet. */
export const NOT_PUBLIC = 'not_a_public_address';

/** Ports at which receivers listen; others belong to services that must not be written to. */
const PORTS = new Set(['', '443', '8443']);

/** What is not the public internet: IANA's special-purpose registry for IPv4 (RFC 6890), multicast and reserved. */
const NOT_PUBLIC_V4 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  NOT_PUBLIC_V4.addSubnet(net, prefix, 'ipv4');
}

/**
 * Of IPv6 only global unicast is public (RFC 4291, 2000::/3), and of that not what carries an IPv4 address in it
 * (6to4, Teredo), nor documentation and benchmarking.
 */
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');
const NOT_PUBLIC_V6 = new BlockList();
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  NOT_PUBLIC_V6.addSubnet(net, prefix, 'ipv6');
}

/** Whether an IP address is one that anybody on the internet can be at. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !NOT_PUBLIC_V4.check(address, 'ipv4');
    case 6:
      return GLOBAL_UNICAST.check(address, 'ipv6') && !NOT_PUBLIC_V6.check(address, 'ipv6');
    default:
      return false;
  }
}

/**
 * Where the connections of a client may lead: hosts inside, which are not on the public internet (this machine, its
 * network, what a cloud tells its machines), only as far as the operator of the deployment vouches for them. That
 * holds for whatever is written in an account of a brand or in an address of a contact.
 */
export interface Reach {
  readonly vouched: readonly string[];
  /**
   * Whether addresses come from people outside. Then all others have to be https at the ports where receivers listen;
   * a provider's interface may be at any.
   */
  readonly byStrangers: boolean;
}

/**
 * Why a URL must not be called, as far as it alone tells; null when it may be looked up. An address written in it is
 * looked at here, because no name is looked up then.
 */
export function urlProblem(url: URL, { vouched, byStrangers }: Reach): string | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return byStrangers ? 'not_https' : 'not_http';
  const target = urlTarget(url);
  if (isVouched(target, vouched)) return null;
  return (byStrangers ? strangeUrlProblem(url) : null) ?? hostProblem(target.host);
}

function strangeUrlProblem(url: URL): string | null {
  if (url.protocol !== 'https:') return 'not_https';
  if (url.username !== '' || url.password !== '') return 'credentials_in_url';
  return PORTS.has(url.port) ? null : 'port_not_allowed';
}

/** Of an address itself; what a name stands for is known when it is looked up. */
function hostProblem(host: string): string | null {
  return isIP(host) !== 0 && !isPublicAddress(host) ? NOT_PUBLIC : null;
}

/** Names that stand for something inside wherever they are looked up (RFC 6761, 6762, 8375; ICANN's `internal`), and those of one label. */
const INSIDE_NAMES = /^[^.]*\.?$|\.(?:localhost|local|internal|home\.arpa)\.?$/;

/** Places in an account's settings that lead inside by their own words, where the operator does not vouch for them. */
export function insideInterfaces(settings: unknown, vouched: readonly string[]): Named[] {
  return interfacesOf(settings).filter(({ target }) => {
    const { host } = target;
    const isInside = isIP(host) === 0 ? INSIDE_NAMES.test(host) : !isPublicAddress(host);
    return isInside && !isVouched(target, vouched);
  });
}

/** How to connect there: the lookup to do it with, undefined for the usual one. @throws Error with the code `NOT_PUBLIC` */
export function lookupFor(target: Target, vouched: readonly string[]): LookupFunction | undefined {
  if (isVouched(target, vouched)) return undefined;
  const problem = hostProblem(target.host);
  if (problem !== null) throw notPublic();
  return lookupPublic;
}

/** Asks the system for every address of a name. */
export type LookUp = (
  name: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

/**
 * Looks a name up for a connection, once: the addresses that were looked at are the ones that are connected to, so that
 * a name cannot answer differently the second time. A name with any address inside is refused as a whole.
 */
export function onlyPublic(lookUp: LookUp): LookupFunction {
  return (name, options, done) => {
    lookUp(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0);
      const [first] = found;
      if (first === undefined || !found.every(({ address }) => isPublicAddress(address)))
        return done(notPublic(), '', 0);
      if (options.all === true) return done(null, found);
      return done(null, first.address, first.family);
    });
  };
}

const lookupPublic = onlyPublic(lookupName);

function notPublic(): Error {
  return Object.assign(new Error('not a public address'), { code: NOT_PUBLIC });
}
