import { z } from 'zod';
import { type BlockContents, blockProblems, includedIn, putInPlace, refText } from '#lib/sending';
import type { ApiClient } from '../seed/api-client.js';
import type { ConfigPlan, ConfigStep, Facts } from './domain/config-state.js';

type Contents = Record<string, { html: string | null; text: string | null }>;

/** With one of these the gateway would not publish a template. */
const REFUSED = ['unusable_template', 'no_way_out', 'undeclared_field'] as const;
const Findings = z.looseObject({
  findings: z.array(z.looseObject({ code: z.string(), pointer: z.string(), detail: z.string() })),
});

/**
 * What of a plan's words would be refused, each in a line; asked before anything is written, because a template that is
 * refused after others were published leaves half of a set-up. Nothing is stored.
 * @throws UnexpectedAnswer
 */
export async function refusedWords(api: ApiClient, { steps, blocks }: ConfigPlan): Promise<string[]> {
  const problems: string[] = [];
  for (const { group, key, kind, facts } of steps) {
    if (group === 'blocks') {
      const { defaultLanguage } = facts;
      const { contents, violations } = inPlace(facts, blocks);
      const found = [...violations, ...blockProblems({ defaultLanguage: String(defaultLanguage), contents })];
      problems.push(...found.map(({ pointer, detail }) => `blocks/${key}: ${pointer}: ${detail}`));
    }
    if (group === 'templates') problems.push(...(await refusedTemplate(api, { key, kind, facts }, blocks)));
  }
  return problems;
}

async function refusedTemplate(
  api: ApiClient,
  { key, kind, facts }: Pick<ConfigStep, 'key' | 'kind' | 'facts'>,
  blocks: ConfigPlan['blocks'],
): Promise<string[]> {
  const { contents, violations } = inPlace(facts, blocks);
  if (violations.length > 0) return violations.map(({ pointer, detail }) => `templates/${key}: ${pointer}: ${detail}`);
  const draft = { key, ...facts, contents };
  const { findings } = await api.call('POST', '/v1/lint', Findings, { draft });
  const codes: readonly string[] = kind === 'create' ? [...REFUSED, 'name_pattern'] : REFUSED;
  return findings
    .filter(({ code }) => codes.includes(code))
    .map(({ pointer, detail }) => `templates/${key}: ${pointer}: ${detail}`);
}

/** With the blocks that the files and the gateway have, as they will be. */
function inPlace(facts: Facts, blocks: ConfigPlan['blocks']) {
  const contents = facts['contents'] as Contents;
  const whole = includedIn(contents).flatMap((ref): BlockContents[] => {
    const block = blocks[refText(ref)];
    if (block === undefined) return [];
    const { contents: said } = inPlace(block, blocks);
    return [{ ...ref, defaultLanguage: String(block['defaultLanguage']), contents: said }];
  });
  return putInPlace(contents, whole);
}
