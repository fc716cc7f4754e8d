import type { FastifyReply, FastifyRequest } from 'fastify';

/** With the prefix a browser takes it from this host alone, over TLS and for every path (RFC 6265bis, 4.1.3.2). */
const SECURE_NAME = '__Host-reports';
const LOCAL_NAME = 'reports';

/** The session that the browser brought, as it wrote it; null without one. */
export function cookieOf(request: FastifyRequest): string | null {
  const name = nameFor(request);
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const own = pairs.filter((pair) => pair.startsWith(`${name}=`));
  // Two of one name are not what we gave.
  return own.length === 1 ? (own[0]?.slice(name.length + 1) ?? null) : null;
}

/** No script reads it and no other site's page sends it. */
export function setCookie(request: FastifyRequest, reply: FastifyReply, value: string, seconds: number): void {
  const name = nameFor(request);
  const secure = name === SECURE_NAME ? '; Secure' : '';
  void reply.header('set-cookie', `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`);
}

/** Without TLS only where the browser is on the machine itself; over any other plain connection no browser keeps it. */
function nameFor({ protocol, hostname }: FastifyRequest): string {
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  return protocol !== 'https' && isLocal ? LOCAL_NAME : SECURE_NAME;
}
