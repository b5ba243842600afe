import { expect, it } from 'vitest';
import { traceJsonSchema, traceReportJsonSchema } from './json-schema.ts';

it('the published schema is closed, names its version, and requires what a report always has', () => {
  const schema = traceReportJsonSchema();
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
    required: ['schema', 'predicted', 'observed', 'verdict'],
    properties: { schema: { const: 1 }, verdict: { enum: ['equal', 'diverged'] } },
  });
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

it('so is that of one trace', () => {
  expect(traceJsonSchema()).toMatchObject({
    title: 'Hop by Hop trace',
    additionalProperties: false,
    required: ['schema', 'direction', 'path', 'proxyMode', 'probe', 'hops', 'end', 'notes'],
  });
});
