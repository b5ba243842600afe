/** What commands of ours make on this machine and must remove. */
import { z } from 'zod';
import { processIdentity } from './process-identity.ts';

const name = z.string().min(1);

export const madeSchema = z.discriminatedUnion('kind', [
  /** A kind cluster, and the Docker network its nodes are on. */
  z.strictObject({ kind: z.literal('cluster'), name, network: name }),
  z.strictObject({ kind: z.literal('container'), name }),
  z.strictObject({ kind: z.literal('network'), name }),
  /** The rules in DOCKER-USER that carry this comment. */
  z.strictObject({ kind: z.literal('fence'), cluster: name, comment: name }),
  /** `identity` is missing between the record and the start. */
  z.strictObject({ kind: z.literal('process'), command: name, identity: processIdentity.optional() }),
  z.strictObject({ kind: z.literal('directory'), path: z.string().startsWith('/') }),
]);

/** Something on this machine that is ours to remove. */
export type Made = z.infer<typeof madeSchema>;

/** For a person who is to find it. Pure. */
export function describeMade(made: Made): string {
  switch (made.kind) {
    case 'cluster':
    case 'container':
    case 'network':
      return `${made.kind} ${made.name}`;
    case 'fence':
      return `fence of ${made.cluster}`;
    case 'process':
      return `process ${made.command}`;
    case 'directory':
      return `directory ${made.path}`;
    default:
      return made satisfies never;
  }
}
