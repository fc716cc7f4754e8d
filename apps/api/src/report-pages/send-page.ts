import type { FastifyReply } from 'fastify';
import type { Html } from './html.js';
import { layout, type Shell } from './page/layout.js';
import { PAGE_POLICY } from './page/style.js';

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
