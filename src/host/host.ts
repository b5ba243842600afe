/** What every part that touches this machine is given. */
import type { Notify } from './events.ts';
import type { Exec } from './exec.ts';
import type { Paths } from './paths.ts';

export interface Host {
  readonly exec: Exec;
  readonly paths: Paths;
  readonly notify: Notify;
  /** Aborted by the first Ctrl-C; what cleans up uses a host of its own (see `withoutInterrupt`). */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** What `exec` adds to the environment of each program. */
  readonly childEnv: Readonly<Record<string, string | undefined>>;
}
