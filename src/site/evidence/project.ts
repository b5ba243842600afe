/** Where labs/ is. Tests build the site with labs of their own. */
import { resolve } from 'node:path';

export function projectRoot(): string {
  return resolve(process.env.HOP_PROJECT ?? '.');
}
