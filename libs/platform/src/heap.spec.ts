import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { itInLongForm } from '../../../test/support/form.js';

const HOOKS = new URL('../../decision/src/testing/typescript-hooks.mjs', import.meta.url).href;
const HEAP = new URL('./heap.ts', import.meta.url).href;

const asModule = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

/** What a process of its own says, without the settings of this one. */
function said(args: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
  return stdout;
}

/** How far the heap of a process grows over what is alive in it, while it makes garbage for some seconds. */
function growth(begin: string): number {
  const program = `
    ${begin}
    const alive = Array.from({ length: 600_000 }, (_, i) => ({ i, list: [i] }));
    const least = process.memoryUsage().heapUsed;
    let most = 0;
    for (let round = 0, garbage = []; round < 60; round++, garbage = []) {
      for (let i = 0; i < 200_000; i++) garbage.push([i]);
      most = Math.max(most, process.memoryUsage().heapUsed);
    }
    console.log(most / least, alive.length);`;
  const hooks = asModule(`import { register } from 'node:module'; register(${JSON.stringify(HOOKS)});`);
  return Number.parseFloat(said(['--import', hooks, '--input-type=module', '--eval', program]));
}

describe('the heap of a process that makes reports', () => {
  itInLongForm(
    'is at most some twice what is alive, where V8 by itself lets it be four times that',
    () => {
      const sooner = growth(`(await import(${JSON.stringify(HEAP)})).collectSooner();`);
      expect(sooner).toBeLessThan(3.2);
      expect(growth('')).toBeGreaterThan(sooner + 0.8);
    },
    120_000,
  );

  it.each(['api', 'worker'])(
    'is told so by the %s before anything else',
    (name) => {
      const heard = asModule(`
      import v8 from 'node:v8';
      v8.setFlagsFromString = (flag) => console.log('told ' + flag);`);
      const program = fileURLToPath(new URL(`../../../dist/apps/${name}/src/main.js`, import.meta.url));
      expect(said(['--import', heard, program])).toMatch(/^told --heap-growing-percent=/);
    },
    60_000,
  );
});
