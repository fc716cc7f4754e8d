// Lets a plain Node process run the TypeScript of this repository: `--import` a module that registers these hooks.
import { transform } from '@swc/core';
import { readFile } from 'node:fs/promises';

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, nextResolve) {
  const isOurs = specifier.startsWith('.') && (context.parentURL ?? '').endsWith('.ts');
  return nextResolve(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const { code } = await transform(await readFile(new URL(url), 'utf8'), {
    swcrc: false,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
