import { type ConfigGroup, type ConfigState, type Facts, GROUPS } from './config-state.js';

/** What cannot be read as a set-up, in words. */
export class ConfigUnreadable extends Error {}

/** Forms of a template that are files of their own, so that a change of them can be read line by line. */
const FORMS = { html: 'html', text: 'txt' } as const;

/**
 * A set-up as files: one JSON document for each thing, members in order of their names, and of a template a folder with
 * its HTML and text beside it. The same set-up is the same bytes.
 */
export function toFiles(state: ConfigState): Map<string, string> {
  const files = new Map<string, string>();
  for (const group of GROUPS) {
    for (const [key, facts] of Object.entries(state[group])) {
      if (group === 'templates') templateFiles(key, facts, files);
      else files.set(`${group}/${key}.json`, document(facts));
    }
  }
  return files;
}

/** @throws ConfigUnreadable naming the file */
export function fromFiles(files: ReadonlyMap<string, string>): ConfigState {
  const state: Record<ConfigGroup, Record<string, Facts>> = {
    ...{ brands: {}, purposes: {}, topics: {}, notices: {}, policies: {}, templates: {}, campaigns: {}, providers: {} },
    'double-opt-in': {},
  };
  for (const [path, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const template = /^templates\/([^/]+)\/template\.json$/.exec(path)?.[1];
    if (template !== undefined) {
      state.templates[template] = withForms(template, parsed(path, text), files);
      continue;
    }
    const [, group, key] = /^([a-z-]+)\/([^/]+)\.json$/.exec(path) ?? [];
    if (key !== undefined && isGroup(group) && group !== 'templates') state[group][key] = parsed(path, text);
    else if (!/^templates\/[^/]+\/[A-Za-z0-9-]+\.(html|txt)$/.test(path))
      throw new ConfigUnreadable(`${path} is no file of a set-up; take it out of the folder`);
  }
  return state;
}

function templateFiles(key: string, { contents, ...facts }: Facts, files: Map<string, string>): void {
  const rest: Record<string, Facts> = {};
  for (const [language, { html, text, ...others }] of Object.entries(contents as Record<string, Facts>)) {
    rest[language] = others;
    if (typeof html === 'string') files.set(`templates/${key}/${language}.${FORMS.html}`, html);
    if (typeof text === 'string') files.set(`templates/${key}/${language}.${FORMS.text}`, text);
  }
  files.set(`templates/${key}/template.json`, document({ ...facts, contents: rest }));
}

function withForms(key: string, facts: Facts, files: ReadonlyMap<string, string>): Facts {
  const contents = Object.entries((facts['contents'] ?? {}) as Record<string, Facts>).map(([language, others]) => {
    const form = (ending: string): string | undefined => files.get(`templates/${key}/${language}.${ending}`);
    const text = form(FORMS.text);
    if (text === undefined) throw new ConfigUnreadable(`templates/${key}/${language}.${FORMS.text} is missing`);
    return [language, { ...others, html: form(FORMS.html) ?? null, text }];
  });
  return { ...facts, contents: Object.fromEntries(contents) as Facts };
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
