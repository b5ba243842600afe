/** What commands of ours make on this machine and must remove. */
import { z } from 'zod';

const name = z.string().min(1);

export const madeSchema = z.discriminatedUnion('kind', [
  /** A kind cluster, and the Docker network its nodes are on. */
  z.strictObject({ kind: z.literal('cluster'), name, network: name }),
  /** The client of a trace on somebody else's cluster. */
  z.strictObject({ kind: z.literal('container'), name }),
]);

/** Something on this machine that is ours to remove. */
export type Made = z.infer<typeof madeSchema>;

/** For a person who is to find it. Pure. */
export const describeMade = ({ kind, name }: Made): string => `${kind} ${name}`;
