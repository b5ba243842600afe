/** `/evidence/LAB/PROBE.CELL.txt`: the raw lines, for whoever does not believe the picture. */
import type { APIRoute } from 'astro';
import { rawText } from '../raw.ts';
import { type ProbeFile, probeFiles } from './recorded.ts';

export const getStaticPaths = probeFiles;

export const GET: APIRoute<ProbeFile['props']> = ({ params, props }) =>
  new Response(rawText(params.probe ?? '', props.recorded), {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
