/** `/schema/trace-N.json` and `/schema/trace-report-N.json`: what N promises stays where it is. */
import type { APIRoute } from 'astro';
import { traceJsonSchema, traceReportJsonSchema } from '../../../trace/json-schema.ts';
import { traceSchemaVersion } from '../../../trace/trace.ts';

const schemas = {
  [`trace-${traceSchemaVersion}`]: traceJsonSchema,
  [`trace-report-${traceSchemaVersion}`]: traceReportJsonSchema,
};

export const getStaticPaths = () =>
  Object.entries(schemas).map(([name, make]) => ({ params: { name }, props: { schema: make() } }));

export const GET: APIRoute<{ schema: object }> = ({ props }) =>
  new Response(`${JSON.stringify(props.schema, undefined, 2)}\n`, {
    headers: { 'content-type': 'application/schema+json' },
  });
