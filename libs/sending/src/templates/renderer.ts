import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { systemClock } from '#lib/platform';
import type { TemplateContents } from './domain/template-content.js';
import { type RenderJob, RenderingUnavailable, RenderQueue } from './render-queue.js';
import type { RenderData, RenderResult } from './render.js';

/** What takes longer is rendered apart from all others. A message takes well under a millisecond. */
const QUICK = { ms: 200, memoryMb: 128 };
const APART = { ms: 1_000, memoryMb: 128 };
/** For how long a template that was cut off is rendered apart at most, and how long it is remembered that it was. */
const APART_MS = 5 * 60_000;
/**
 * After so many in a row that were quick apart it was the machine that was slow, or one message alone, and not the template:
 * it goes back among the others. Twice as many each time that it is cut off again meanwhile.
 */
const QUICK_AGAIN = 8;
/** Messages of one such template that are rendered apart or wait for it; whoever hands over is not held up by more. */
const MOST_APART = 2;
/** So many that are cut off apart, with none between them that is not, open the circuit of the template for so long. */
const OPENS_AT = 3;
const OPEN_MS = 60_000;
const MOST_KNOWN = 1_000;

interface CutOff {
  /** It is rendered apart until then. */
  until: number;
  /** Of those in a row that were quick apart: how many there are, and how many it takes. */
  quick: number;
  takes: number;
  /** Of those that are apart now. */
  waiting: number;
  failed: number;
  openUntil: number;
}

/**
 * Renders for a process, in two threads. Everything begins in the first; a template that is cut off there is tried again
 * in the second, and goes there at once from then on, so that nobody waits for it but its own messages. When the second
 * cuts it off again and again its messages are told to come later; when it is quick there it goes back to the first.
 */
@Injectable()
export class Renderer implements OnApplicationShutdown {
  private readonly quick = new RenderQueue(QUICK, (job) => this.cut(job));
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

  private cut(job: RenderJob): Promise<RenderResult> {
    const now = systemClock.monotonic();
    const about = this.about(job.template.id);
    // Others of it may be on their way here when one has sent it apart; it is cut off anew where it had come back.
    if (now >= about.until) {
      const isAgain = now - about.until < APART_MS;
      Object.assign(about, { takes: isAgain ? about.takes * 2 : QUICK_AGAIN, quick: 0, until: now + APART_MS });
    }
    return this.apart(job);
  }

  private async apart({ template, language, data }: RenderJob): Promise<RenderResult> {
    const about = this.about(template.id);
    if (systemClock.monotonic() < about.openUntil)
      throw new RenderingUnavailable('messages of this template took too long again and again; it waits');
    if (about.waiting >= MOST_APART)
      throw new RenderingUnavailable('a message of this template took too long; others of it wait');
    about.waiting++;
    const begun = systemClock.monotonic();
    try {
      const result = await this.slow.render(template, language, data);
      const now = systemClock.monotonic();
      const isCutOff = !result.ok && (result.code === 'too_slow' || result.code === 'too_large');
      about.failed = isCutOff ? about.failed + 1 : 0;
      if (isCutOff) about.until = now + APART_MS;
      about.quick = isCutOff || now - begun > QUICK.ms ? 0 : about.quick + 1;
      if (about.quick >= about.takes) about.until = now;
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
    const made = { until: now + APART_MS, quick: 0, takes: QUICK_AGAIN, waiting: 0, failed: 0, openUntil: -Infinity };
    const [oldest] = this.cutOff.keys();
    if (this.cutOff.size >= MOST_KNOWN && oldest !== undefined) this.cutOff.delete(oldest);
    this.cutOff.set(templateId, made);
    return made;
  }
}
