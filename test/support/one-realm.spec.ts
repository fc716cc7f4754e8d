import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

interface Graph {
  run(file: string): Promise<Record<string, unknown>>;
}
interface Tools {
  readonly ModuleGraph: new (options: { root: string }) => Graph;
  readonly surroundings: () => object;
  readonly restore: (before: object) => string[];
}

const folder = mkdtempSync(path.join(tmpdir(), 'one-realm-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tools = async (): Promise<Tools> => {
  const load = (name: string): Promise<object> => import(path.join(import.meta.dirname, name)) as Promise<object>;
  return Object.assign({}, await load('module-graph.mjs'), await load('one-realm.mjs')) as Tools;
};

it('evaluates our modules afresh for each file, once in it, and packages once for all', async () => {
  const { ModuleGraph } = await tools();
  const root = path.resolve(import.meta.dirname, '../..');
  writeFileSync(path.join(folder, 'state.ts'), 'export const state: { n: number } = { n: 0 };');
  writeFileSync(
    path.join(folder, 'entry.ts'),
    `import pg from 'pg';
     import { state } from './state.js';
     export { pg, state };
     export const again = import('./state.js');`,
  );
  const entry = path.join(folder, 'entry.ts');
  const first = await new ModuleGraph({ root }).run(entry);
  const second = await new ModuleGraph({ root }).run(entry);
  expect((await (first['again'] as Promise<{ state: object }>)).state).toBe(first['state']);
  expect(second['state']).toEqual({ n: 0 });
  expect(second['state']).not.toBe(first['state']);
  expect(second['pg']).toBe(first['pg']);
});

it('keeps nothing of a file that nobody holds any more', async () => {
  const { ModuleGraph } = await tools();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const entry = path.join(folder, 'held.ts');
  writeFileSync(entry, 'const held = {}; export const seen = new WeakRef(held); export const holds = () => held;');
  const { seen } = (await new ModuleGraph({ root: folder }).run(entry)) as { seen: WeakRef<object> };
  await new Promise((resolve) => setImmediate(resolve)); // Until then V8 keeps what a reference was just made to.
  collect();
  expect(seen.deref()).toBeUndefined();
});

it('notices what a file leaves changed, and puts it back', async () => {
  const { surroundings, restore } = await tools();
  const before = surroundings();
  expect(restore(before)).toEqual([]);
  const [realDate, cwd] = [globalThis.Date, process.cwd()];
  globalThis.Date = class extends realDate {} as DateConstructor;
  process.env['ONE_REALM_SPEC'] = 'left';
  process.chdir(folder);
  expect(restore(before)).toEqual(['globalThis.Date', 'process.env.ONE_REALM_SPEC', 'the working directory']);
  expect([globalThis.Date, process.env['ONE_REALM_SPEC'], process.cwd()]).toEqual([realDate, undefined, cwd]);
});
