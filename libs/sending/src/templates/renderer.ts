import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { systemClock } from '#lib/platform';
import type { TemplateContents } from './domain/template-content.js';
import { type RenderJob, RenderingUnavailable, RenderQueue } from './render-queue.js';
import type { RenderData, RenderResult } from './render.js';

/** What takes longer is rendered apart from all others. A message takes well under a millisecond. */
const QUICK = { ms: 200, memoryMb: 128 };
const APART = { ms: 1_000, memoryMb: 128 };
/** For how long a template that was cut off is rendered apart. */
const APART_MS = 5 * 60_000;
/** Messages of one such template that are rendered apart or wait for it; whoever hands over is not held up by more. */
const MOST_APART = 2;
/** So many that are cut off apart, with none between them that is not, open the circuit of the template for so long. */
const OPENS_AT = 3;
const OPEN_MS = 60_000;
const MOST_KNOWN = 1_000;

interface CutOff {
  until: number;
  /** Of those that are apart now. */
  waiting: number;
  failed: number;
  openUntil: number;
}

/**
 * Renders for a process, in two threads. Everything begins in the first; a template that is cut off there is tried again
 * in the second, and goes there at once from then on, so that nobody waits for it but its own messages. When the second
 * cuts it off again and again its messages are told to come later.
 */
@Injectable()
export class Renderer implements OnApplicationShutdown {
  private readonly quick = new RenderQueue(QUICK, (job) => this.apart(job));
  private readonly slow = new RenderQueue(APART);
  private readonly cutOff = new Map<string, CutOff>();

  /** @throws RenderingUnavailable */
  render(template: TemplateContents, language: string, data: RenderData): Promise<RenderResult> {
    const known = this.cutOff.get(template.id);
    if (known !== undefined && systemClock.monotonic() < known.until) return this.apart({ template, language, data });
    return this.quick.render(template, language, data);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.quick.close(), this.slow.close()]);
  }

  private async apart({ template, language, data }: RenderJob): Promise<RenderResult> {
    const about = this.about(template.id);
    if (systemClock.monotonic() < about.openUntil)
      throw new RenderingUnavailable('messages of this template took too long again and again; it waits');
    if (about.waiting >= MOST_APART)
      throw new RenderingUnavailable('a message of this template took too long; others of it wait');
    about.waiting++;
    try {
      const result = await this.slow.render(template, language, data);
      const now = systemClock.monotonic();
      const isCutOff = !result.ok && (result.code === 'too_slow' || result.code === 'too_large');
      about.failed = isCutOff ? about.failed + 1 : 0;
      if (isCutOff) about.until = now + APART_MS;
      if (about.failed >= OPENS_AT) Object.assign(about, { failed: 0, openUntil: now + OPEN_MS });
      return result;
    } finally {
      about.waiting--;
    }
  }

  private about(templateId: string): CutOff {
    const now = systemClock.monotonic();
    const known = this.cutOff.get(templateId);
    if (known !== undefined) return known;
    const made = { until: now + APART_MS, waiting: 0, failed: 0, openUntil: -Infinity };
    const [oldest] = this.cutOff.keys();
    if (this.cutOff.size >= MOST_KNOWN && oldest !== undefined) this.cutOff.delete(oldest);
    this.cutOff.set(templateId, made);
    return made;
  }
}
