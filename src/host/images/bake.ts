/**
 * Workload images inside the node image: a cluster has them from the start, where `kind load` takes 14 to 80 s
 * (kubernetes-sigs/kind#3002).
 */
import { dirname } from 'node:path';
import { node } from '../../../images/catalogue.ts';
import { ProvisioningError } from '../errors.ts';
import { task } from '../events.ts';
import type { Host } from '../host.ts';
import { waitFor } from '../wait.ts';
import type { LayerFile } from './archive.ts';
import { inContainer, labels } from './containers.ts';
import type { Provenance } from './provenance.ts';

/** An archive as `docker save` writes it, with the references that must be in the node afterwards. */
export interface WorkloadArchive {
  readonly tar: string;
  readonly references: readonly string[];
}

/**
 * kind's entrypoint asks for `host.docker.internal` first of all, and boots on when it has waited 5 s for an answer. No
 * query leaves a lab's network (src/cluster/fence.ts), so glibc is told to wait 1 s, once.
 */
export const nodeEnvironment = { RES_OPTIONS: 'timeout:1 attempts:1' } as const;

/** Makes `reference` from a node image: the same, with these images imported and our labels on it. */
export async function bake(
  host: Host,
  from: string,
  reference: string,
  {
    archives,
    files = [],
    hash,
    provenance,
  }: {
    archives: readonly WorkloadArchive[];
    /** Programs that the node itself gets. */
    files?: readonly LayerFile[];
    hash: string;
    provenance: readonly Provenance[];
  },
): Promise<void> {
  const names = archives.flatMap(({ references }) => references);
  const label = names.length === 0 ? 'label the node image' : `put ${names.join(' ')} into the node image`;
  await task(host.notify, 'bake', label, () =>
    inContainer(host, from, async (name) => {
      if (archives.length > 0) await importImages(host, name, archives);
      for (const file of files) {
        if (!('from' in file)) continue;
        await host.exec(['docker', 'exec', name, 'mkdir', '-p', dirname(file.to)]);
        await host.exec(['docker', 'cp', file.from, `${name}:${file.to}`]);
      }
      const changes = [
        'ENTRYPOINT [ "/usr/local/bin/entrypoint", "/sbin/init" ]',
        // kind's builder names no command; `docker run … sleep` above left its argument as one.
        'CMD []',
        ...Object.entries(nodeEnvironment).map(([name, value]) => `ENV ${name}=${quoteLabel(value)}`),
        `LABEL ${labels.hash}=${hash} ${labels.role}=node hop-by-hop.kubernetes=${node.kubernetes}`,
        `LABEL ${labels.provenance}=${quoteLabel(JSON.stringify(provenance))}`,
      ].flatMap((change) => ['--change', change]);
      await host.exec(['docker', 'commit', ...changes, name, reference]);
    }),
  );
}

/** A value in double quotes for a LABEL or ENV instruction, whose parser knows `\` and `$`. Pure. */
export const quoteLabel = (value: string): string => `"${value.replace(/[\\"$]/g, '\\$&')}"`;

/** The way kind's own builder does it (pkg/build/nodeimage/imageimporter.go). */
async function importImages(host: Host, name: string, archives: readonly WorkloadArchive[]): Promise<void> {
  const run = (...command: string[]) => ['docker', 'exec', '--privileged', name, ...command] as const;
  await host.exec(run('bash', '-c', 'nohup containerd > /tmp/containerd.log 2>&1 &'));
  const ready = await waitFor(
    async () =>
      (await host.exec(run('ctr', 'version'), { accept: 'any' })).exitCode === 0 ? true : undefined,
    { deadlineMs: 30_000, everyMs: 200, signal: host.signal },
  );
  if (!ready) {
    const log = await host.exec(run('tail', '-n', '5', '/tmp/containerd.log'));
    throw new ProvisioningError(`containerd did not start in a container of the node image: ${log.stdout}`);
  }
  for (const { tar } of archives) {
    await host.exec(
      [
        'docker',
        'exec',
        '--interactive',
        '--privileged',
        name,
        'ctr',
        '--namespace=k8s.io',
        'images',
        'import',
        '--label=io.cri-containerd.pinned=pinned',
        '--all-platforms',
        '--no-unpack',
        '--digests',
        '-',
      ],
      { inputFile: tar, timeoutMs: 300_000 },
    );
  }
  const { stdout } = await host.exec(run('ctr', '--namespace=k8s.io', 'images', 'list', '-q'));
  const there = stdout.split('\n');
  const absent = archives.flatMap(({ references }) => references).filter((one) => !there.includes(one));
  if (absent.length > 0) {
    throw new ProvisioningError(
      `${absent.join(' ')} did not arrive in the node image; there is: ${there.join(' ')}`,
    );
  }
  await host.exec(run('pkill', 'containerd'));
  // It stays as a zombie: the first process there is `sleep`, which asks for no exit codes.
  const ended = await waitFor(
    async () =>
      (await host.exec(run('pgrep', '--runstates', 'D,R,S,T', '-x', 'containerd'), { accept: 'any' }))
        .exitCode === 1
        ? true
        : undefined,
    { deadlineMs: 30_000, everyMs: 100, signal: host.signal },
  );
  if (!ended) throw new ProvisioningError('containerd did not end in a container of the node image');
  await host.exec(run('rm', '-f', '/tmp/containerd.log'));
}
