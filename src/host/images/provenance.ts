/** Where an image comes from. It is stored in the label of our images, goes into evidence and is shown with it. */
import { z } from 'zod';

export const provenanceSchema = z.strictObject({
  /** The upstream reference, with tag. */
  image: z.string(),
  /**
   * `pulled`: the upstream image. `built`: the upstream program, built from source here. `stand-in`: something of
   * ours under the upstream name.
   */
  source: z.enum(['pulled', 'built', 'stand-in']),
  /** Of what was pulled. */
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
  /** Go modules whose programs are in it. */
  modules: z.array(z.strictObject({ path: z.string(), version: z.string() })).optional(),
  /** Debian suite and packages that were asked for, with their versions. */
  packages: z.array(z.string()).optional(),
  /** How what was built differs from upstream. */
  note: z.string().optional(),
});

export type Provenance = z.infer<typeof provenanceSchema>;

export const provenanceList = z.array(provenanceSchema);
