import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Html } from './html.js';
import { layout, type Shell } from './page/layout.js';
import { PAGE_POLICY } from './page/style.js';

/** Browsers say so; whoever does not is a program. */
export function takesPages({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').includes('text/html');
}

export function sendPage(reply: FastifyReply, shell: Shell, content: Html): void {
  void reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-language': shell.language,
      'content-security-policy': PAGE_POLICY,
      vary: 'Accept-Language, Cookie',
    })
    .send(layout(shell, content));
}
