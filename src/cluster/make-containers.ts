/** Makes the containers of a cluster, so that none of them is begun and not yet to be seen when it ends. */
import type { Progress } from '../host/events.ts';
import type { Argv } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { noProxies } from '../host/proxies.ts';
import { startClient } from './client.ts';
import type { Cluster } from './cluster.ts';

/** Nodes and client. Of both, what was begun is there or has failed when this ends: also when it throws. */
export async function makeContainers(
  host: Pick<Host, 'signal'>,
  cleanup: Pick<Host, 'exec'>,
  cluster: Cluster,
  kind: Argv,
  progress: Progress,
): Promise<void> {
  const halt = new AbortController();
  const client = startClient(cleanup.exec, cluster).catch((error: unknown) => {
    halt.abort();
    throw error;
  });
  const signal = AbortSignal.any([host.signal, halt.signal]);
  const ended = await Promise.allSettled([client, createNodes(cleanup, signal, cluster, kind, progress)]);
  // Where the client has failed, kind was stopped for it.
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/**
 * kind keeps the containers of a failed creation (`--retain`), so that its own words and the logs can be read.
 *
 * @param signal stops kind as soon as it has started its containers
 */
async function createNodes(
  { exec }: Pick<Host, 'exec'>,
  signal: AbortSignal,
  cluster: Cluster,
  kind: Argv,
  progress: Progress,
) {
  const stop = new AbortController();
  let started = false;
  const heed = () => {
    if (started && signal.aborted) stop.abort();
  };
  signal.addEventListener('abort', heed);
  try {
    await exec(kind, {
      env: { ...noProxies, KIND_EXPERIMENTAL_DOCKER_NETWORK: cluster.name, KUBECONFIG: cluster.kubeconfig },
      timeoutMs: 300_000,
      signal: stop.signal,
      onLine: (line) => {
        started ||= line.includes('✓ Preparing nodes');
        heed();
        const step = /[•✓] (.+?) (?:\S+ )?(?:…|\.\.\.)?$/u.exec(line.trim())?.[1];
        if (step !== undefined) progress(step);
      },
    });
  } finally {
    signal.removeEventListener('abort', heed);
  }
}
