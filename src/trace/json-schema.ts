/** The published JSON Schemas, made from the same zod schemas that check what we read and write. */
import { z } from 'zod';
import { traceReportSchema, traceSchema, traceSchemaVersion } from './trace.ts';

/** JSON Schema, draft 2020-12. Raised `version` means that a field changed its meaning or went. */
type JsonSchema = Readonly<Record<string, unknown>>;

/** Of one trace, as labs record it and the site serves it. */
export function traceJsonSchema(): JsonSchema {
  return published(traceSchema, 'trace', 'The path of one probe in one direction.');
}

/** Of what `npm run trace -- --json` prints. */
export function traceReportJsonSchema(): JsonSchema {
  const text = 'Predicted and observed paths of one probe, and where they differ.';
  return published(traceReportSchema, 'trace report', text);
}

function published(from: z.ZodType, what: string, text: string): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(from, { target: 'draft-2020-12', reused: 'ref' });
  return {
    $schema,
    title: `Hop by Hop ${what}`,
    description: `${text} Schema version ${traceSchemaVersion}.`,
    ...schema,
  };
}
