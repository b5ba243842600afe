/** A host for cleaning up, which the first Ctrl-C must not stop. */
import { createExec } from './exec.ts';
import type { Host } from './host.ts';

/** The same host with commands that run on after an interrupt; each still has its own timeout. */
export function withoutInterrupt(host: Host): Host {
  const { signal } = new AbortController();
  return { ...host, signal, exec: createExec({ signal, env: host.childEnv }) };
}
