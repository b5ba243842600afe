/** Where this project keeps things on a person's machine: XDG directories, nothing in the checkout. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Paths {
  /** Content-addressed results that survive a checkout: tools, image archives, downloads. */
  readonly cache: string;
  /** What is running now or must be removed: the journal, kubeconfigs, logs of failed runs. */
  readonly state: string;
  /** The root of the checkout. */
  readonly project: string;
}

const name = 'hop-by-hop';

/** XDG Base Directory Specification 0.8: an unset, empty or relative variable means the default. */
export function resolvePaths(env: NodeJS.ProcessEnv, home: string = homedir()): Paths {
  const base = (variable: string, fallback: string) => {
    const value = env[variable];
    return value?.startsWith('/') ? value : join(home, fallback);
  };
  return {
    cache: join(base('XDG_CACHE_HOME', '.cache'), name),
    state: join(base('XDG_STATE_HOME', '.local/state'), name),
    project: join(import.meta.dirname, '..', '..'),
  };
}
