/** Where labs/ is. */
import { resolve } from 'node:path';

/** The folder that Astro and vitest were started in: the root of the checkout. */
export function projectRoot(): string {
  return resolve('.');
}
