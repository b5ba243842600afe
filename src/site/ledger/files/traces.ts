/** `/evidence/LAB/PROBE.CELL.json`: the traces as they were recorded; each is valid by `/schema/trace-N.json`. */
import type { APIRoute } from 'astro';
import { type ProbeFile, probeFiles } from './recorded.ts';

export const getStaticPaths = probeFiles;

export const GET: APIRoute<ProbeFile['props']> = ({ props }) =>
  new Response(`${JSON.stringify(props.recorded.traces, undefined, 1)}\n`, {
    headers: { 'content-type': 'application/json' },
  });
