import { z } from 'zod';
import { type Finding, LINT_RULES, type Preview } from '#lib/sending';
import { ChannelName, Key, Language, MAX_VERSION, MixedKey } from '../http/scalars.schema.js';
import { TemplateRequest } from '../setup/templates.schema.js';
import { Version } from '../setup/setup.schema.js';
import { SetupStep } from '../setup/setup-check.schema.js';

const variables = z.record(z.string(), z.json()).meta({ description: 'What a message would be sent with.' });
const version = z.int().min(1).max(MAX_VERSION).optional().meta({ description: 'Left out: the latest.' });

export const PreviewBody = z
  .strictObject({
    version,
    language: Language.optional().meta({ description: 'Left out: that of the contact, then of the brand.' }),
    variables: variables.default({}),
    contact: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'External id of somebody whose language and attributes it is shown with.' }),
  })
  .meta({ id: 'PreviewRequest' });
export type PreviewBody = z.infer<typeof PreviewBody>;

const Problem = z.strictObject({
  code: z.enum(['missing_variable', 'too_large', 'too_slow', 'unsafe_link', 'unsafe_template', 'unfit_data']),
  missing: z.string().nullable().meta({ description: 'What is shown and was not given, as the template calls it.' }),
});

export const PreviewAnswer = z
  .strictObject({
    template: MixedKey,
    version: Version,
    channel: ChannelName,
    content: z
      .strictObject({
        language: z.string(),
        subject: z.string(),
        html: z.string().nullable(),
        text: z.string(),
        data: z.json().meta({ description: 'Null where the template has none.' }),
      })
      .nullable()
      .meta({ description: 'As it would leave, but for its links, which lead nowhere. Null: it would not leave.' }),
    problem: Problem.nullable().meta({ description: 'Why a message with these variables would end as render_error.' }),
  })
  .meta({ id: 'Preview', description: 'What a message would say. Nothing is stored or sent.' });

export function toPreviewAnswer({ template, result }: Preview): z.infer<typeof PreviewAnswer> {
  const { key, version: published, channel } = template;
  return {
    template: key,
    version: published,
    channel,
    content: result.ok ? PreviewAnswer.shape.content.parse(result.content) : null,
    problem: result.ok ? null : { code: result.code, missing: result.missing ?? null },
  };
}

export const TestSendBody = z
  .strictObject({
    to: z
      .string()
      .min(1)
      .max(200)
      .meta({ description: 'External id of a contact, who is decided about like any other.' }),
    version,
    language: Language.optional(),
    variables: variables.default({}),
    topic: Key.optional(),
    purpose: Key.optional(),
  })
  .refine(({ topic, purpose }) => topic !== undefined || purpose !== undefined, {
    message: 'name a topic, or a purpose',
    path: ['topic'],
  })
  .meta({ id: 'TestSendRequest' });
export type TestSendBody = z.infer<typeof TestSendBody>;

export const LintBody = z
  .strictObject({
    template: MixedKey.optional().meta({ description: 'A published template.' }),
    version,
    draft: TemplateRequest.partial({ key: true }).optional().meta({ description: 'One that is not published.' }),
    variables: variables.optional().meta({
      description: 'With which it is rendered in each of its languages; left out: it is not rendered.',
    }),
    steps: z.array(SetupStep).max(2_000).optional().meta({
      description:
        'Set-up that is judged as if it were there, such as blocks of the same folder, and is taken back; what of it would be refused is left out, and POST /v1/setup:check says what.',
    }),
  })
  .refine(({ template, draft }) => (template === undefined) !== (draft === undefined), {
    message: 'name a template, or give a draft, and not both',
    path: ['template'],
  })
  .meta({ id: 'LintRequest' });
export type LintBody = z.infer<typeof LintBody>;

const CODES = Object.keys(LINT_RULES) as [keyof typeof LINT_RULES];

export const LintAnswer = z
  .strictObject({
    errors: z.int().min(0),
    warnings: z.int().min(0),
    findings: z.array(
      z
        .strictObject({
          code: z.enum(CODES),
          severity: z.enum(['error', 'warning']),
          pointer: z.string().meta({ description: 'JSON pointer into the template; empty: about the set-up.' }),
          source: z.string().meta({ description: 'Which rule asks for it.' }),
          detail: z.string(),
          advice: z.string().meta({ description: 'What to do.' }),
        })
        .meta({ id: 'Finding' }),
    ),
  })
  .meta({ id: 'LintAnswer', description: 'What a message lacks before it is sent to anybody.' });

export function toLintAnswer(findings: readonly Finding[]): z.infer<typeof LintAnswer> {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: findings.length - errors, findings: [...findings] };
}
