import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inLanes } from './in-lanes.js';

interface Part {
  readonly id: number;
  readonly about: readonly number[];
  /** Turns of the event loop that it takes. */
  readonly turns: number;
}

async function* each(parts: readonly Part[]): AsyncGenerator<Part> {
  for (const part of parts) yield part;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const meets = (a: Part, b: Part): boolean => a.about.some((one) => b.about.includes(one));

describe('parts in lanes', () => {
  it('are answered in their order, at most so many at once, and never beside one that they meet', async () => {
    const part = fc.record({ about: fc.uniqueArray(fc.nat(5), { maxLength: 3 }), turns: fc.nat(4) });
    let together = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), async (drawn, most) => {
        const parts = drawn.map((one, id) => ({ ...one, id }));
        const running: Part[] = [];
        const carryOut = async (one: Part): Promise<number> => {
          expect(running.filter((other) => meets(other, one))).toEqual([]);
          expect(running.length).toBeLessThan(most);
          running.push(one);
          together = Math.max(together, running.length);
          for (let i = 0; i < one.turns; i++) await turn();
          running.splice(running.indexOf(one), 1);
          return one.id;
        };
        const answers: number[] = [];
        for await (const answer of inLanes(each(parts), { most, meets, carryOut })) answers.push(answer);
        expect(answers).toEqual(parts.map(({ id }) => id));
      }),
      { numRuns: 100 },
    );
    expect(together).toBe(3);
  });

  it.each(['fails', 'is enough'])(
    'end when one %s: what had begun is waited for, and nothing else begins',
    async (why) => {
      const begun: number[] = [];
      let done = 0;
      const carryOut = async ({ id, turns }: Part): Promise<number> => {
        begun.push(id);
        for (let i = 0; i < turns; i++) await turn();
        done += 1;
        if (why === 'fails' && id === 0) throw new Error('broke');
        return id;
      };
      const parts = [0, 1, 2, 3].map((id) => ({ id, about: [id], turns: id === 1 ? 9 : 1 }));
      const lanes = inLanes(each(parts), { most: 2, meets, carryOut });
      if (why === 'fails') await expect(lanes.next()).rejects.toThrow('broke');
      else {
        await lanes.next();
        await lanes.return(undefined);
      }
      expect([begun, done]).toEqual([[0, 1], 2]);
    },
  );
});
