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
 * Transpiles the .ts files under each folder into the same place under `out`, and copies data files beside them.
 * Folders are relative to `root`; specs and declarations stay behind.
 *
 * @param {{ root: string, folders: string[], out: string, servedFrom?: string }} options `servedFrom` is where `out`
 *   will be moved to, when it is only a draft.
 * @returns {Promise<number>} how many files were written
 */
export async function transpile({ root, folders, out, servedFrom = out }) {
  const files = folders.flatMap((folder) => filesUnder(path.join(root, folder)));
  const code = files.filter((file) => file.endsWith('.ts') && !NOT_SHIPPED.test(file));
  const data = files.filter((file) => DATA.test(file) && !/(^|\/)tsconfig[^/]*\.json$/.test(file));
  const place = (file) => path.join(out, path.relative(root, file));
  const home = (file) => path.dirname(path.join(servedFrom, path.relative(root, file)));
  for (const file of [...code, ...data]) fs.mkdirSync(path.dirname(place(file)), { recursive: true });
  await Promise.all(code.map((file) => transpileFile(file, place(file).replace(/\.ts$/, '.js'), home(file))));
  for (const file of data) fs.copyFileSync(file, place(file));
  return code.length + data.length;
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
