// The one place that says how TypeScript becomes JavaScript here; types are checked by `npm run check:types`.
import { transformFile } from '@swc/core';
import fs from 'node:fs';
import path from 'node:path';

export const SWC = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

/** What a program needs at run time besides its code. */
const DATA = /\.(hbs|css|json|txt|svg|png|ico|woff2|bin|gz|html)$/;
const NOT_SHIPPED = /(\.d\.ts|\.spec\.ts)$/;

/**
 * Transpiles .ts files into the same place under `out`: those named, or all under each folder, with the data files beside
 * them. Places are relative to `root`; specs and declarations stay behind.
 *
 * @param {{ root: string, folders?: string[], files?: string[], out: string, servedFrom?: string }} options
 *   `servedFrom` is where `out` will be moved to, when it is only a draft.
 */
export async function transpile({ root, folders = [], files = [], out, servedFrom = out }) {
  const found = folders.flatMap((folder) => filesUnder(path.join(root, folder)));
  const code = [...files.map((file) => path.join(root, file)), ...found].filter(
    (file) => file.endsWith('.ts') && !NOT_SHIPPED.test(file),
  );
  const place = (file) => path.join(out, path.relative(root, file));
  const home = (file) => path.dirname(path.join(servedFrom, path.relative(root, file)));
  for (const file of code) fs.mkdirSync(path.dirname(place(file)), { recursive: true });
  await Promise.all(code.map((file) => transpileFile(file, place(file).replace(/\.ts$/, '.js'), home(file))));
  copyData({ root, folders, out });
}

/** Copies the files that programs read, into the same place under `out`. */
export function copyData({ root, folders, out }) {
  for (const file of folders.flatMap((folder) => filesUnder(path.join(root, folder)))) {
    if (!DATA.test(file) || /(^|\/)tsconfig[^/]*\.json$/.test(file)) continue;
    const copy = path.join(out, path.relative(root, file));
    fs.mkdirSync(path.dirname(copy), { recursive: true });
    fs.copyFileSync(file, copy);
  }
}

async function transpileFile(file, target, home) {
  const { code, map } = await transformFile(file, {
    ...SWC,
    swcrc: false,
    configFile: false,
    sourceMaps: true,
    inlineSourcesContent: false,
  });
  fs.writeFileSync(target, `${code}\n//# sourceMappingURL=${path.basename(target)}.map\n`);
  const parsed = JSON.parse(map ?? '{}');
  fs.writeFileSync(
    `${target}.map`,
    JSON.stringify({ ...parsed, sources: [path.relative(home, file)], sourceRoot: undefined }),
  );
}

/** @returns {string[]} */
export function filesUnder(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
