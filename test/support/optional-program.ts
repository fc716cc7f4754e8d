import { describe, it } from '@jest/globals';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The first of `names` that can be executed: an absolute path, or a name looked up in PATH. */
export function findProgram(names: readonly (string | undefined)[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const candidates = names
    .filter((name): name is string => name !== undefined && name !== '')
    .flatMap((name) => (path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name))));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Takes the place of a suite whose program is not installed: skipped with a warning on a developer's machine,
 * and failed where CI=true, so that nobody takes a run without it for a complete one.
 */
export function describeWithout(program: string, name: string): void {
  const hint = `"${name}" was left out: it needs ${program}, which is not installed`;
  if (process.env['CI'] === 'true') {
    describe(name, () => {
      it(`needs ${program}`, () => {
        throw new Error(hint);
      });
    });
    return;
  }
  console.warn(hint);
  describe(name, () => {
    it.skip(`needs ${program}`, () => undefined);
  });
}
