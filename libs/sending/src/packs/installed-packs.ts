import { loadPacks, packsFolder, type PackLibrary } from './load-packs.js';

let loaded: PackLibrary | undefined;

/** The packs of this installation, read once. @throws PacksUnusable */
export function installedPacks(): PackLibrary {
  loaded ??= loadPacks(packsFolder());
  return loaded;
}
