import { afterAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { itInLongForm, LONG } from '../../../../test/support/form.js';
import type { TemplateContents } from './domain/template-content.js';
import { RenderingUnavailable, type RenderLimits, RenderQueue } from './render-queue.js';
import { Renderer } from './renderer.js';

const template = (text: string): TemplateContents => ({
  id: randomUUID(),
  defaultLanguage: 'en',
  contents: { en: { subject: 's', html: null, text } },
});
const opened: RenderQueue[] = [];
const queue = (limits?: RenderLimits): RenderQueue => {
  const made = new RenderQueue(limits);
  opened.push(made);
  return made;
};
const ROWS = Array.from({ length: 9_000 }, (_, i) => i);
/** Many seconds of work within all other limits: each round asks hundreds of times, and names something thousands of times. */
const SLOW = template(`{{#each rows}}${'{{#if this}}{{/if}}'.repeat(490)}${'{{../none}}'.repeat(4_000)}{{/each}}`);
const MUCH = { rows: ROWS, none: '' };

describe('a thread that renders', () => {
  afterAll(() => Promise.all(opened.map((one) => one.close())));

  it('says what rendering here would say, also of many at once and of templates that it has', async () => {
    const [a, b] = [template('Hello {{name}}'), template('{{missing}}')];
    const one = queue();
    const names = Array.from({ length: 500 }, (_, i) => `n${i}`);
    const results = await Promise.all(names.map((name) => one.render(a, 'de', { name })));
    expect(results.map((result) => result.ok && result.content.text)).toEqual(names.map((name) => `Hello ${name}`));
    expect(await one.render(b, 'en', {})).toEqual({ ok: false, code: 'missing_variable', missing: 'missing' });
    expect(await one.render(a, 'en', { name: 'again' })).toMatchObject({ ok: true });
  });

  it('ends a template that takes too long with a reason, and renders what waited behind it', async () => {
    const one = queue({ ms: 300, memoryMb: 128 });
    const quick = template('{{n}}');
    await one.render(quick, 'en', { n: 0 });
    const results = await Promise.all([
      one.render(quick, 'en', { n: 1 }),
      one.render(SLOW, 'en', MUCH),
      one.render(quick, 'en', { n: 2 }),
    ]);
    expect(results.map((result) => (result.ok ? result.content.text : result.code))).toEqual(['1', 'too_slow', '2']);
    expect(await one.render(quick, 'en', { n: 3 })).toMatchObject({ ok: true });
  });

  (process.platform === 'linux' ? it : it.skip)(
    'is looked at ten times as often before it is ended, where it gets little of a processor',
    async () => {
      const looksUntilCut = async (hadPerLook: number): Promise<number> => {
        let looks = 0;
        // Without a number the thread is only beginning.
        const one = new RenderQueue({ ms: 40, memoryMb: 128 }, null, (thread) =>
          thread === 0 ? null : hadPerLook * looks++,
        );
        opened.push(one);
        await one.render(template(''), 'en', {});
        looks = 0;
        expect(await one.render(SLOW, 'en', MUCH)).toEqual({ ok: false, code: 'too_slow' });
        return looks;
      };
      // A look is every 10 ms, and each is tried twice: four looks where it has had all of a processor, forty where none.
      expect(await looksUntilCut(10)).toBeLessThan(2 * 20);
      expect(await looksUntilCut(0)).toBeGreaterThanOrEqual(2 * 40);
    },
  );

  it('ends one that takes too much memory with a reason, and the process lives', async () => {
    const one = queue({ ms: 20_000, memoryMb: 12 });
    const quick = template('{{n}}');
    const words = Array.from({ length: 400_000 }, (_, i) => ({ word: `word ${i}` }));
    const results = await Promise.all([
      one.render(quick, 'en', { n: 1 }),
      one.render(template('{{words.length}}'), 'en', { words }),
      one.render(quick, 'en', { n: 2 }),
    ]);
    expect(results.map((result) => (result.ok ? result.content.text : result.code))).toEqual(['1', 'too_large', '2']);
  });

  it('ends none that is good by itself, however full of others the memory is', async () => {
    const one = queue({ ms: 20_000, memoryMb: 16 });
    for (let i = 0; i < (LONG ? 24 : 8); i++) {
      const text = Array.from({ length: 400 }, (_, n) => `{{#if a${n}}}${'x'.repeat(100)}{{/if}}`).join('');
      const all = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`a${n}`, true]));
      expect([i, await one.render(template(`${i} ${text}`), 'en', all)]).toMatchObject([i, { ok: true }]);
    }
  });

  it('that is ended leaves nobody waiting', async () => {
    const one = queue();
    const waiting = one.render(template('x'), 'en', {});
    await one.close();
    await expect(waiting).rejects.toThrow('rendering was ended');
  });
});

describe('what a process renders', () => {
  it('waits for no template that takes too long but once and shortly, and that one’s others are told to come later', async () => {
    const renderer = new Renderer();
    const quick = template('{{n}}');
    const slow = () => renderer.render(SLOW, 'en', MUCH).catch((error: unknown) => error);
    const timed = async (n: number): Promise<number> => {
      const begun = performance.now();
      expect(await renderer.render(quick, 'en', { n })).toMatchObject({ ok: true, content: { text: String(n) } });
      return performance.now() - begun;
    };
    try {
      await timed(0);
      const first = slow();
      const cutOff = timed(1);
      await cutOff;
      // Apart by now, where it goes on: what is quick does not wait for it, nor for others like it.
      const others = [slow(), slow(), slow()];
      let least = Infinity;
      for (let n = 2; n < 12; n++) least = Math.min(least, await timed(n));
      expect(least).toBeLessThan(100);
      const ends = await Promise.all([first, ...others]);
      expect(ends.filter((one) => one instanceof RenderingUnavailable)).toHaveLength(2);
      expect(ends.filter((one) => !(one instanceof RenderingUnavailable))).toEqual(
        Array(2).fill({ ok: false, code: 'too_slow' }),
      );
      // A message of the same template that is no burden is rendered; the third that is one opens the circuit.
      expect(await renderer.render(SLOW, 'en', { rows: [] })).toMatchObject({ ok: true });
    } finally {
      await renderer.onApplicationShutdown();
    }
  });

  itInLongForm(
    'takes a template back that was cut off once and is quick, and is slower to do so each time that it is cut off again',
    async () => {
      const renderer = new Renderer();
      // With less to compile than `SLOW`, so that it is quick with nothing also on a machine that is very busy.
      const made = template(
        `{{#each rows}}${'{{#if this}}{{/if}}'.repeat(200)}${'{{../none}}'.repeat(1_000)}{{/each}}`,
      );
      const one = (rows: number[]) => renderer.render(made, 'en', { rows, none: '' }).catch((error: unknown) => error);
      const isRendered = (result: unknown): boolean => (result as { ok?: boolean }).ok === true;
      /** How often two of four at once are rendered, because it is apart, until all four are. */
      const roundsApart = async (): Promise<number> => {
        const patience = performance.now() + 140_000;
        for (let rounds = 0; performance.now() < patience;) {
          const rendered = (await Promise.all([one([]), one([]), one([]), one([])])).filter(isRendered).length;
          if (rendered === 4) return rounds;
          if (rendered > 0) rounds++;
          // On a machine that is very busy its circuit may have opened.
          else await sleep(200);
        }
        return Infinity;
      };
      try {
        await one(ROWS);
        const first = await roundsApart();
        await one(ROWS);
        const second = await roundsApart();
        // Two of four are rendered apart; a busy machine makes it more.
        expect(first).toBeGreaterThanOrEqual(4);
        expect(first).toBeLessThan(Infinity);
        expect(second).toBeGreaterThanOrEqual(8);
        expect(second).toBeLessThan(Infinity);
      } finally {
        await renderer.onApplicationShutdown();
      }
    },
  );
});
