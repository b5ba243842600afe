/** The published JSON Schema of what `npm run trace -- --json` prints, made from the same zod schema that checks it. */
import { z } from 'zod';
import { traceReportSchema, traceSchemaVersion } from './trace.ts';

/** JSON Schema, draft 2020-12. Raised `version` means that a field changed its meaning or went. */
export function traceReportJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(traceReportSchema, {
    target: 'draft-2020-12',
    reused: 'ref',
  });
  return {
    $schema,
    title: 'Hop by Hop trace report',
    description: `Predicted and observed paths of one probe, and where they differ. Schema version ${traceSchemaVersion}.`,
    ...schema,
  };
}
