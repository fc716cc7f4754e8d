import { z } from 'zod';
import { DecisionCase } from './decision-case.js';
import { VerdictLine } from './decision-verdict.js';

/** The shapes of the batch door, as JSON Schema 2020-12 documents by file name. The same each time. */
export function decisionSchemas(): Readonly<Record<string, object>> {
  return {
    'decision-case.schema.json': schemaOf(DecisionCase, 'input'),
    'decision-verdict.schema.json': schemaOf(VerdictLine, 'output'),
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    override: ({ zodSchema, jsonSchema }) => {
      // Zod writes an expression of its own beside `format`, which says the same at length.
      if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern;
      // It leaves examples out where what is written and what is read differ. Ours are what is written.
      const examples = z.globalRegistry.get(zodSchema)?.examples;
      if (Array.isArray(examples)) jsonSchema.examples = examples;
    },
  });
}
