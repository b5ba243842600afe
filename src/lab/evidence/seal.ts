/**
 * The seal of an evidence file: any edit breaks it, also one that contradicts nothing, such as two nodes whose addresses
 * changed places everywhere. It says that the recorder wrote the file, and nobody after it.
 */
import { createHash } from 'node:crypto';
import { type Evidence, evidenceSchema } from './schema.ts';

/** sha256 of the evidence without its seal, in the order of the schema. */
export function sealOf(evidence: Evidence): string {
  const { seal: _, ...rest } = evidenceSchema.parse(evidence);
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex');
}

export const sealed = (evidence: Evidence): Evidence => ({ ...evidence, seal: sealOf(evidence) });
