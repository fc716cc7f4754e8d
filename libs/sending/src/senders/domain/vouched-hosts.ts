/** Somewhere to connect to. `host` in lower case, an IPv6 address without brackets. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** As the list of the operator names it: `host:port`, or `host` alone at the port of a URL's scheme. */
  readonly name: string;
}

export function urlTarget(url: URL): Target {
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, name: url.host };
}

export function hostTarget(host: string, port: number): Target {
  const lower = host.toLowerCase();
  return { host: lower, port, name: `${lower.includes(':') ? `[${lower}]` : lower}:${port}` };
}

/**
 * Whether the operator of the deployment answers for a host inside (PROVIDER_HOSTS, EVENT_HOSTS): it is listed to the
 * letter, or with `*` for its port.
 */
export function isVouched({ host, name }: Target, vouched: readonly string[]): boolean {
  const anyPort = `${host.includes(':') ? `[${host}]` : host}:*`;
  return vouched.some((one) => one.toLowerCase() === name || one.toLowerCase() === anyPort);
}

/** One place in an account's settings that says where to connect. */
export interface Named {
  /** JSON Pointer within the settings. */
  readonly pointer: string;
  readonly target: Target;
}

/** Settings that hold the URL of a provider's interface; `host` and `port` hold that of a mail server or a center. */
const URLS = ['baseUrl', 'tokenUrl'];

/** The interface of the account's provider, whatever its kind: where we connect to without a contact having asked for it. */
export function interfacesOf(settings: unknown): Named[] {
  const all = record(settings);
  const urls = URLS.flatMap((key) => {
    const text = all[key];
    return typeof text === 'string' && URL.canParse(text) ? [{ pointer: `/${key}`, target: urlTarget(new URL(text)) }] : []; // prettier-ignore
  });
  const { host, port } = all;
  const server = typeof host === 'string' && typeof port === 'number' ? [{ pointer: '/host', target: hostTarget(host, port) }] : []; // prettier-ignore
  return [...urls, ...server];
}

/**
 * Hosts inside to which an account would have addresses of contacts lead, as far as the operator vouches for them too:
 * so that a webhook of somebody reaches no mail server that is vouched for.
 */
export function alsoVouched(alsoHosts: readonly string[], vouched: readonly string[]): string[] {
  return alsoHosts.filter((host) => isListed(host, vouched));
}

/** Those of an account's settings that the operator does not vouch for, as they are written. */
export function unvouchedHosts(settings: unknown, vouched: readonly string[]): string[] {
  const { alsoHosts } = record(settings);
  const hosts = Array.isArray(alsoHosts) ? alsoHosts.filter((host) => typeof host === 'string') : [];
  return hosts.filter((host) => !isListed(host, vouched));
}

function isListed(text: string, vouched: readonly string[]): boolean {
  const { host } = /^(?<host>\[[^\]]*\]|[^:]*):/.exec(text)?.groups ?? {};
  return vouched.includes(text) || (host !== undefined && vouched.includes(`${host}:*`));
}

function record(settings: unknown): Readonly<Record<string, unknown>> {
  return { ...(typeof settings === 'object' ? settings : null) };
}
