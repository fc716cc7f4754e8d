import { type ConfigGroup, type ConfigState, type Facts, GROUPS } from './config-state.js';

/** What cannot be read as a set-up, in words. */
export class ConfigUnreadable extends Error {}

/** Forms that are files of their own, so that a change of them can be read line by line. */
const FORMS = { html: 'html', text: 'txt' } as const;
/** What is a folder each, with a document and its forms beside it. */
const DOCUMENTS = { templates: 'template.json', blocks: 'block.json' } as const;
type Folder = keyof typeof DOCUMENTS;

/**
 * A set-up as files: one JSON document for each thing, members in order of their names, and of a template or a
 * version of a block a folder with its HTML and text beside it. The same set-up is the same bytes.
 */
export function toFiles(state: ConfigState): Map<string, string> {
  const files = new Map<string, string>();
  for (const group of GROUPS) {
    for (const [key, facts] of Object.entries(state[group])) {
      if (isFolder(group)) folderFiles(group, key, facts, files);
      else files.set(`${group}/${key}.json`, document(facts));
    }
  }
  return files;
}

/** @throws ConfigUnreadable naming the file */
export function fromFiles(files: ReadonlyMap<string, string>): ConfigState {
  const state: Record<ConfigGroup, Record<string, Facts>> = {
    ...{ brands: {}, purposes: {}, topics: {}, notices: {}, policies: {}, blocks: {}, templates: {}, campaigns: {} },
    ...{ providers: {}, 'double-opt-in': {} },
  };
  for (const [path, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [, folder, name = '', file] = /^(templates|blocks)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (isFolder(folder)) {
      if (folder === 'blocks' && !/^[A-Za-z0-9-]+@[1-9]\d{0,8}$/.test(name))
        throw new ConfigUnreadable(`${path}: the folder of a block is named with its version, such as blocks/footer@3`);
      if (file === DOCUMENTS[folder]) state[folder][name] = withForms(folder, name, parsed(path, text), files);
      else if (!/^[A-Za-z0-9-]+\.(html|txt)$/.test(file ?? '')) throw new ConfigUnreadable(strange(path));
      continue;
    }
    const [, group, key] = /^([a-z-]+)\/([^/]+)\.json$/.exec(path) ?? [];
    if (key === undefined || !isGroup(group) || isFolder(group)) throw new ConfigUnreadable(strange(path));
    state[group][key] = parsed(path, text);
  }
  refuseUnnamed(files, state);
  return state;
}

/** A file that no document names would say nothing, and the next pull would take it away. */
function refuseUnnamed(files: ReadonlyMap<string, string>, state: ConfigState): void {
  for (const path of files.keys()) {
    const [, folder, name = '', language = ''] =
      /^(templates|blocks)\/([^/]+)\/([^/]+)\.(?:html|txt)$/.exec(path) ?? [];
    if (!isFolder(folder)) continue;
    const document = `${folder}/${name}/${DOCUMENTS[folder]}`;
    if (!files.has(document)) throw new ConfigUnreadable(`${document} is missing, beside ${path}`);
    if (!Object.hasOwn(state[folder][name]?.['contents'] ?? {}, language))
      throw new ConfigUnreadable(`${path} is of a language that ${document} does not name; add it to its contents`);
  }
}

function folderFiles(folder: Folder, key: string, { contents, ...facts }: Facts, files: Map<string, string>): void {
  const rest: Record<string, Facts> = {};
  for (const [language, { html, text, ...others }] of Object.entries(contents as Record<string, Facts>)) {
    rest[language] = others;
    if (typeof html === 'string') files.set(`${folder}/${key}/${language}.${FORMS.html}`, html);
    if (typeof text === 'string') files.set(`${folder}/${key}/${language}.${FORMS.text}`, text);
  }
  files.set(`${folder}/${key}/${DOCUMENTS[folder]}`, document({ ...facts, contents: rest }));
}

/** A template always has a text; a block may have either. */
function withForms(folder: Folder, key: string, facts: Facts, files: ReadonlyMap<string, string>): Facts {
  const contents = Object.entries((facts['contents'] ?? {}) as Record<string, Facts>).map(([language, others]) => {
    const form = (ending: string): string | null => files.get(`${folder}/${key}/${language}.${ending}`) ?? null;
    const text = form(FORMS.text);
    if (text === null && folder === 'templates')
      throw new ConfigUnreadable(`${folder}/${key}/${language}.${FORMS.text} is missing`);
    return [language, { ...others, html: form(FORMS.html), text }];
  });
  return { ...facts, contents: Object.fromEntries(contents) as Facts };
}

function strange(path: string): string {
  return `${path} is no file of a set-up; take it out of the folder`;
}

function isFolder(group: string | undefined): group is Folder {
  return group !== undefined && Object.hasOwn(DOCUMENTS, group);
}

function parsed(path: string, text: string): Facts {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Facts;
  } catch (error) {
    throw new ConfigUnreadable(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new ConfigUnreadable(`${path} must hold one JSON object`);
}

function document(facts: Facts): string {
  return `${JSON.stringify(inOrder(facts), null, 2)}\n`;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, inOrder(member)]));
}

function isGroup(name: string | undefined): name is ConfigGroup {
  return GROUPS.some((group) => group === name);
}
