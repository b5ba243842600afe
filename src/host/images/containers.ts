/** Containers in which images are made: recorded before they start, removed when the work ends. */
import { randomUUID } from 'node:crypto';
import { besideContainer } from '../beside-container.ts';
import { commandLines, isNodeBuild } from '../command-lines.ts';
import type { Host } from '../host.ts';
import { openJournal } from '../journal.ts';
import { withoutInterrupt } from '../without-interrupt.ts';

/** Labels of our images, which containers made from them inherit. */
export const labels = {
  /** The content hash of what the image was made from. */
  hash: 'hop-by-hop',
  /** `base`: only ever run to make a node image from it. `node`: what clusters use. */
  role: 'hop-by-hop.role',
  provenance: 'hop-by-hop.provenance',
} as const;

/** Of the names of our own containers. */
const ownPrefix = 'hop-by-hop-build-';

/** systemd ends on this signal and restarts itself on SIGTERM (kind's images/base/Dockerfile). */
const stopSignal = 'SIGRTMIN+3';

/**
 * Runs `work` beside a container of `image` that sleeps, and removes it. What is committed from it gets the stop
 * signal of a node, which `docker commit --change` can't set.
 */
export async function inContainer<T>(
  host: Host,
  image: string,
  work: (name: string) => Promise<T>,
): Promise<T> {
  const journal = await openJournal(host);
  const name = `${ownPrefix}${randomUUID().slice(0, 8)}`;
  // kind's own builder starts its container the same way (pkg/build/nodeimage/buildcontext.go).
  const isolation = [
    '--network',
    'none',
    '--security-opt',
    'seccomp=unconfined',
    '--stop-signal',
    stopSignal,
  ];
  const start = [
    'docker',
    'run',
    '--detach',
    '--name',
    name,
    ...isolation,
    '--entrypoint',
    'sleep',
    image,
    'infinity',
  ] as const;
  const hosts = { host, cleanup: withoutInterrupt(host), journal };
  return besideContainer(hosts, name, start, () => work(name));
}

/**
 * Removes what an interrupted build left: containers of a base image, which only builds ever start. kind's builder
 * chooses the names of its containers itself, so they can't be in the journal.
 *
 * Other people on this engine have builds, too, and locks and journals of their own. The containers of `inContainer` are
 * in the journal of whoever made them. While kind builds, it is somebody else's, for who calls this holds our lock and has
 * no kind at work: nothing tells its container from one that was left, and so all of them stay.
 *
 * @param running for tests
 */
export async function removeBuildLeftovers(host: Host, running = commandLines): Promise<void> {
  const filter = `label=${labels.role}=base`;
  const { stdout } = await host.exec(['docker', 'ps', '--all', '--format={{.Names}}', '--filter', filter]);
  const names = stdout.split('\n').filter((name) => name !== '' && !name.startsWith(ownPrefix));
  if (names.length === 0 || (await running(host.exec)).some(isNodeBuild)) return;
  await removeContainers(host, names);
}

const removeContainers = (host: Host, names: readonly string[]) =>
  host.exec(['docker', 'rm', '--force', '--volumes', ...names]);
