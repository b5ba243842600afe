/** A cluster as files: what `kubectl get … -o json` printed, for `npm run predict -- --dump`. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../../src/host/errors.ts';
import type { Dump } from '../../src/trace/predict/state/json-bytes.ts';
import { readKubeProxyConfig } from '../../src/trace/predict/state/kube-proxy-config.ts';
import { type ClusterState, loadState } from '../../src/trace/predict/state/state.ts';

export interface DumpFiles {
  /** Lists of Services, EndpointSlices, Nodes and Pods: one file a kind, or one for all. */
  readonly lists: readonly string[];
  /** kube-proxy's own configuration (`config.conf` of its ConfigMap); without it, its defaults. */
  readonly kubeProxy: string | undefined;
}

const configMapSchema = z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) });

/** Files stay open while `work` runs: a large one is read in parts, where it is asked. @throws UsageError */
export async function withDump<T>(files: DumpFiles, work: (state: ClusterState) => T): Promise<T> {
  const config = files.kubeProxy === undefined ? '{}' : configText(await readText(files.kubeProxy));
  const opened: FileDump[] = [];
  try {
    for (const file of files.lists) opened.push(openDump(file));
    const kubeProxy = readKubeProxyConfig(config);
    const podNetwork = { masquerade: 'pods-to-elsewhere' as const, podSubnets: kubeProxy.clusterCIDRs };
    return work(loadState({ lists: opened, kubeProxy, podNetwork }));
  } finally {
    for (const dump of opened) dump.close();
  }
}

interface FileDump extends Dump {
  close(): void;
}

function openDump(file: string): FileDump {
  const descriptor = attempt(file, () => openSync(file, 'r'));
  const { size } = statSync(file);
  if (statSync(file).isDirectory()) {
    closeSync(descriptor);
    throw new UsageError(`${file} is a folder; name the files in it`);
  }
  let buffer = Buffer.alloc(0);
  return {
    size,
    read(offset, length) {
      if (buffer.length < length) buffer = Buffer.allocUnsafe(length);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
    },
    close: () => closeSync(descriptor),
  };
}

/** The configuration itself, or the ConfigMap that carries it. */
function configText(text: string): string {
  const { data } = configMapSchema.safeParse(parse(text)).data ?? {};
  return data?.['config.conf'] ?? text;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, error: unknown) =>
  new UsageError(`${file} can't be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, {
    cause: error,
  });
