/**
 * Renders in a thread of its own, so that a template which would take too long or too much memory is ended without the
 * process. Built as one file, because a thread begins with a file: scripts/bundle.mjs.
 */
import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { TemplateContents } from './domain/template-content.js';
import type { RenderReply, RenderRequest } from './render-messages.js';
import { renderContent } from './render.js';

const port = parentPort;
if (port === null) throw new Error('this is a thread of a process that renders');
const { progress } = workerData as { progress: Int32Array };
try {
  // Its number, by which its processor time is read from outside.
  Atomics.store(progress, 1, Number(readlinkSync('/proc/thread-self').split('/').at(-1)));
} catch {
  // Not Linux: then a clock tells how long something takes.
}
const known = new Map<string, TemplateContents>();

port.on('message', ({ jobs, forget }: RenderRequest) => {
  if (forget) known.clear();
  const results = jobs.map(({ n, templateId, template, language, data }): RenderReply['results'][number] => {
    if (template !== null) known.set(templateId, template);
    const contents = known.get(templateId);
    if (contents === undefined) throw new Error(`template ${templateId} was not handed in`);
    // Read from outside, also when this thread has died: the job that it died of.
    Atomics.store(progress, 0, n);
    return { n, result: renderContent(contents, language, data) };
  });
  Atomics.store(progress, 0, 0);
  port.postMessage({ results } satisfies RenderReply);
});
