import { lookup as lookupName, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

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
 * Why a URL that somebody else chose must not be called, as far as the URL alone tells; null when it may be looked up.
 * An address written in it is looked at here, because no name is looked up then.
 */
export function publicAddressProblem(url: URL): string | null {
  if (url.protocol !== 'https:') return 'not_https';
  if (url.username !== '' || url.password !== '') return 'credentials_in_url';
  if (!PORTS.has(url.port)) return 'port_not_allowed';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) return NOT_PUBLIC;
  return null;
}

/**
 * Looks a name up for a connection, once: the addresses that were looked at are the ones that are connected to, so that
 * a name cannot answer differently the second time. A name with any address inside is refused as a whole.
 */
export const lookupPublic: LookupFunction = (name, options, done) => {
  lookupName(name, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error !== null) return done(error, '', 0);
    const [first] = found;
    if (first === undefined || !found.every(({ address }) => isPublicAddress(address))) {
      return done(Object.assign(new Error('not a public address'), { code: NOT_PUBLIC }), '', 0);
    }
    if (options.all === true) return done(null, found);
    return done(null, first.address, first.family);
  });
};
