// Makes the programs of apps/ into few files: a process that starts reads a dozen of them instead of 1,700, which is most
// of what starting used to cost. What a program shares with another, or loads only when it is asked to, is a file of its
// own. docs/decisions/0090-programs-are-bundles.md says why so.
import { transform } from '@swc/core';
import fs from 'node:fs';
import path from 'node:path';
import { SWC } from './transpile.mjs';

// Its allocator would give memory back to the system and ask for it again, cleared, which on a busy machine was a third of
// what building took. It reads this when it is loaded.
process.env.MIMALLOC_PURGE_DELAY ??= '-1';
const { rolldown } = await import('rolldown');

/** Each exports `main`, which runs it. */
export const PROGRAMS = [
  'apps/api/src/main',
  'apps/api/src/print-openapi',
  'apps/center/src/main',
  'apps/worker/src/main',
  'apps/witness/src/main',
  'apps/cli/src/main',
  'apps/cli/src/mailbox/main',
];

/** Loaded beside a program by `node --import`, so they stay modules of their own; they import Node's modules only. */
export const PRELOADS = ['apps/cli/src/start/child-guard.ts', 'apps/cli/src/bench/probe.ts'];

/** What lies in an audit bundle for others to run: one file each, with nothing from outside but Node's own modules. */
const CARRIED = 'libs/ledger/src/bundle';
const PROOF = 'libs/proof/src/browser';
/** A thread begins with a file of its own. */
const THREADS = ['libs/sending/src/templates/render-thread', 'libs/sending/src/returned/mail-thread'];

/** Finds its compiled part by the folder it is in. */
const STAYS_OUTSIDE = ['msgpackr-extract'];

/**
 * @param {{ root: string, out: string, generated: Promise<void> }} options `out` may be a draft of dist/; `generated`
 *   resolves when the Prisma client is there
 * @returns {Promise<number>} how many files of code were written
 */
export async function bundle({ root, out, generated }) {
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(PROGRAMS.map((place) => [place, path.join(root, `${place}.ts`)])),
    platform: 'node',
    external: [/^node:/, ...STAYS_OUTSIDE],
    // What a module does when it is loaded (reflect-metadata, decorators) is not always announced.
    treeshake: false,
    plugins: [ourTypeScript(root, generated), foreignCode(root)],
    onLog,
  });
  const { output } = await build.write({
    dir: out,
    format: 'cjs',
    entryFileNames: '[name]-[hash].cjs',
    chunkFileNames: 'shared/[name]-[hash].cjs',
    dynamicImportInCjs: false,
    sourcemap: true,
    sourcemapPathTransform: (source, map) => fromDist({ root, out }, source, map),
    sourcemapExcludeSources: true,
    comments: { legal: false },
  });
  await build.close();
  for (const { isEntry, name, fileName } of output) {
    if (isEntry) writeStarter(path.join(out, `${name}.js`), fileName, out);
  }
  fs.copyFileSync(path.join(root, 'scripts/load-program.mjs'), path.join(out, 'load-program.mjs'));
  return output.filter(({ type }) => type === 'chunk').length;
}

/** The verifier of audit bundles, once for Node and once, without Node, for the page that verifies itself. */
export async function bundleVerifiers({ root, out }) {
  const build = (input, file, options, format) =>
    rolldown({
      cwd: root,
      input: path.join(root, CARRIED, input),
      plugins: [ourTypeScript(root)],
      onLog,
      ...options,
    }).then(async (made) => {
      await made.write({ file: path.join(out, CARRIED, file), format, comments: { legal: false } });
      await made.close();
    });
  const withoutNode = {
    platform: 'browser',
    resolve: { alias: { 'node:crypto': path.join(root, PROOF, 'crypto.ts') } },
    transform: { inject: { Buffer: [path.join(root, PROOF, 'portable-buffer.ts'), 'PortableBuffer'] } },
  };
  await Promise.all([
    build('programs/verify.ts', 'programs/verify.mjs', { platform: 'node', external: [/^node:/] }, 'esm'),
    build('page/main.ts', 'page/report.js', withoutNode, 'iife'),
  ]);
}

/** What renders and reads mails beside a process: one file each with all that it needs. */
export async function bundleThreads({ root, out }) {
  await Promise.all(
    THREADS.map(async (place) => {
      const made = await rolldown({
        cwd: root,
        input: path.join(root, `${place}.ts`),
        platform: 'node',
        external: [/^node:/],
        plugins: [ourTypeScript(root), foreignCode(root)],
        onLog,
      });
      await made.write({ file: path.join(out, `${place}.cjs`), format: 'cjs', comments: { legal: false } });
      await made.close();
    }),
  );
}

/** `node dist/apps/api/src/main.js` runs the program, `node --import .../main.load.js` only reads it. */
function writeStarter(file, bundled, out) {
  const loader = path.relative(path.dirname(file), path.join(out, 'load-program.mjs'));
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const write = (target, line, verb) =>
    fs.writeFileSync(target, `${line}import { ${verb} } from './${loader}';\nawait ${verb}('${bundled}');\n`);
  write(file, '#!/usr/bin/env node\n', 'run');
  write(file.replace(/\.js$/, '.load.js'), '', 'load');
}

/** Our code, by the same transpiler and options as in the tests. */
function ourTypeScript(root, generated = Promise.resolve()) {
  return {
    name: 'our-typescript',
    async resolveId(source, importer) {
      if (source.startsWith('#lib/')) return path.join(root, 'libs', source.slice('#lib/'.length), 'src/index.ts');
      if (!source.startsWith('.') || importer?.endsWith('.ts') !== true) return undefined;
      if (source.includes('/generated/')) await generated;
      const file = path.resolve(path.dirname(importer), source).replace(/\.js$/, '.ts');
      return fs.existsSync(file) ? file : undefined;
    },
    async load(id) {
      if (!id.endsWith('.ts')) return undefined;
      const text = await fs.promises.readFile(id, 'utf8');
      const options = { ...SWC, filename: id, swcrc: false, configFile: false, sourceMaps: true };
      const { code, map } = await transform(text, { ...options, inlineSourcesContent: false });
      // Data lies in dist/ where its code would be.
      const home = path.join('dist', path.relative(root, id)).replace(/\.ts$/, '.js');
      return { code: withOrigin(code, home), map, moduleType: 'js' };
    },
  };
}

/** Packages: without source maps, and knowing where they lie. */
function foreignCode(root) {
  return {
    name: 'foreign-code',
    transform(code, id) {
      if (!id.includes('/node_modules/') || !/\.[cm]?js$/.test(id)) return undefined;
      return { code: withOrigin(code, path.relative(root, id)), map: { mappings: '' } };
    },
  };
}

/** A draft lies elsewhere than dist/, and sources are named from there. */
function fromDist({ root, out }, source, map) {
  const home = path.join(root, 'dist', path.relative(out, path.dirname(map)));
  return path.relative(home, path.resolve(path.dirname(map), source));
}

function withOrigin(code, place) {
  const text = JSON.stringify(place);
  return code
    .replaceAll(/\bimport\.meta\.url\b/g, `__origin.url(${text})`)
    .replaceAll(/\bimport\.meta\.dirname\b/g, `__origin.folder(${text})`)
    .replaceAll(/\bimport\.meta\.resolve\(/g, `__origin.resolve(${text}, `);
}

/** Nest and its friends look for packages that need not be there; everything else is a fault. */
function onLog(level, log) {
  if (log.code === 'UNRESOLVED_IMPORT' && /node_modules/.test(log.message)) return;
  if (level === 'warn' && /node_modules/.test(log.message)) return;
  if (level !== 'debug') console.error(`${level}: ${log.message}`);
}
