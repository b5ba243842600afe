/** What the Docker engine on this machine holds: `setup --undo` names what no lab made before it goes. */
import { realpath } from 'node:fs/promises';
import { askDocker } from '../docker.ts';
import { engineId } from '../engine-id.ts';
import type { Argv } from '../exec.ts';
import type { Host } from '../host.ts';
import { openJournal } from '../journal.ts';
import { engineFiles, ourDockerd } from './dockerd.ts';

/** Where an engine that setup started listens. DOCKER_HOST and the Docker context may name another one meanwhile. */
const endpoint = 'unix:///var/run/docker.sock';

/** A docker command to the engine of this machine, whatever else the docker command is set to. */
const localDocker = (...words: readonly string[]): Argv => ['docker', '--host', endpoint, ...words];

/** Whether our dockerd runs and is the engine that answers there, and not another one that came in its place. */
export async function isOurEngine(host: Host, folder: string): Promise<boolean> {
  if ((await ourDockerd(folder)) === undefined) return false;
  const docker = await askDocker(host, endpoint);
  const { dataRoot } = engineFiles(folder);
  // dockerd may tell it without symbolic links, such as one of ~/.cache to a larger disk.
  const roots = [dataRoot, await realpath(dataRoot).catch(() => dataRoot)];
  return docker.state === 'reachable' && roots.includes(docker.facts.rootDir);
}

/** Containers and named volumes of others, as words for a sentence; none where the engine does not answer. */
export async function foreignContent(host: Host): Promise<readonly string[]> {
  if ((await askDocker(host, endpoint)).state !== 'reachable') return [];
  const list = async (...words: readonly string[]) =>
    (await host.exec(localDocker(...words))).stdout.split('\n').filter(Boolean);
  const containers = await list('ps', '--all', '--format={{.Names}}');
  const volumes = await list('volume', 'ls', '--format={{.Name}}');
  return [
    // Clusters, their clients and the containers of builds all have this prefix.
    ...containers.filter((name) => !name.startsWith('hop-')).map((name) => `container ${name}`),
    // A volume without a name has 64 hexadecimal digits for one, and goes with its container.
    ...volumes.filter((name) => !/^[0-9a-f]{64}$/.test(name)).map((name) => `volume ${name}`),
  ];
}

/**
 * Removes all containers of our engine, and only of ours. Docker then takes out its own bridges and rules for them,
 * which it leaves when it only stops.
 */
export async function emptyOurEngine(host: Host, folder: string): Promise<void> {
  if (!(await isOurEngine(host, folder))) return;
  const { stdout } = await host.exec(localDocker('ps', '--all', '--quiet'));
  const ids = stdout.split('\n').filter(Boolean);
  if (ids.length > 0) await host.exec(localDocker('rm', '--force', '--volumes', ...ids));
  await host.exec(localDocker('network', 'prune', '--force'));
  await forgetWhatWasThere(host);
}

/** Nobody can switch to an engine that is gone: its entries would stand in the journal for ever. */
async function forgetWhatWasThere(host: Host): Promise<void> {
  const id = await engineId(host.exec, endpoint);
  if (id === undefined) return;
  const journal = await openJournal(host);
  for (const entry of await journal.list()) if (entry.engine === id) await journal.forget(entry);
}
