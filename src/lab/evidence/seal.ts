/**
 * The seal of an evidence file: any edit breaks it, also one that contradicts nothing, such as two nodes whose addresses
 * changed places everywhere. It says that the recorder wrote the file, and nobody after it.
 */
import { createHash } from 'node:crypto';
import { type Evidence, evidenceSchema } from './schema.ts';

export const unsealedSchema = evidenceSchema.omit({ seal: true }).strip();
export type Unsealed = Omit<Evidence, 'seal'>;

/** sha256 of the evidence without its seal, in the order of the schema. */
export function sealOf(evidence: Unsealed): string {
  return createHash('sha256')
    .update(JSON.stringify(unsealedSchema.parse(evidence)))
    .digest('hex');
}

export const sealed = (evidence: Unsealed): Evidence => ({ ...evidence, seal: sealOf(evidence) });
