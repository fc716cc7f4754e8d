import type { Tx } from '#lib/platform';
import type { TemplateContents } from './domain/template-content.js';

/** A version never changes, so it is read once per process while it is in use. */
const MAX_KEPT = 500;
const kept = new Map<string, TemplateContents>();

/** The contents of a template version, with its blocks in place. @throws Error when there is no such version. */
export async function templateContents(tx: Tx, templateId: string): Promise<TemplateContents> {
  const known = kept.get(templateId);
  if (known !== undefined) return known;
  const [row] = await tx.sql<TemplateContents>`
    SELECT id, default_language AS "defaultLanguage", coalesce(expanded, contents) AS contents
      FROM sending.template WHERE id = ${templateId}`;
  if (row === undefined) throw new Error(`template ${templateId} is not there`);
  const [oldest] = kept.keys();
  if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(templateId, row);
  return row;
}
