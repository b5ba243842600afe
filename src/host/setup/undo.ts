/** Takes back what `lab setup` did to this machine. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { askDocker } from '../docker.ts';
import { task } from '../events.ts';
import type { Host } from '../host.ts';
import { labels } from '../images/containers.ts';
import { ourDockerd, stopDockerd } from './dockerd.ts';
import { type EngineRecord, engineFolder, forgetEngineRecord, readEngineRecord } from './engine-record.ts';
import { takeBackForwarding } from './forwarding.ts';
import { unmountBelow } from './mounts.ts';
import { removePackages } from './packages.ts';

/**
 * Stops the engine that setup started, removes its images, its traces in the firewall, and the packages that setup
 * installed, curl and the tests' browser among them. Where the engine is somebody else's, our images are removed from
 * it. The cache of built programs stays.
 */
export async function undoSetup(host: Host): Promise<EngineRecord | undefined> {
  const record = await readEngineRecord(host.paths);
  if (record?.started.by !== 'us' && (await askDocker(host)).state === 'reachable')
    await removeOurImages(host);
  if (record === undefined) return undefined;
  if (record.started.by === 'us') {
    const { folder, forwarding } = record.started;
    await task(
      host.notify,
      'docker-stop',
      'stop dockerd, remove its images and its firewall rules',
      async () => {
        if ((await ourDockerd(folder)) !== undefined) await removeAllContainers(host);
        await stopDockerd(host, folder);
        await unmountBelow(host, folder);
        await unmountBelow(host, '/run/hop-by-hop');
        await takeBackForwarding(host, forwarding);
        await rm(folder, { recursive: true, force: true });
        await rm('/run/hop-by-hop', { recursive: true, force: true });
      },
    );
  }
  if (record.started.by === 'systemd') {
    await task(host.notify, 'docker-stop', 'stop the Docker engine', () =>
      host.exec(['systemctl', 'stop', 'docker.service', 'docker.socket']),
    );
  }
  if (record.installed.length > 0) {
    await task(
      host.notify,
      'docker-remove',
      `remove the ${record.installed.length} packages that setup installed`,
      () => removePackages(host, record.installed),
    );
  }
  await forgetEngineRecord(host.paths);
  return record;
}

/** Docker takes out its own bridges and rules for them, which it leaves when it only stops. */
async function removeAllContainers(host: Host): Promise<void> {
  const { stdout } = await host.exec(['docker', 'ps', '--all', '--quiet']);
  const ids = stdout.split('\n').filter(Boolean);
  if (ids.length > 0) await host.exec(['docker', 'rm', '--force', '--volumes', ...ids]);
  await host.exec(['docker', 'network', 'prune', '--force']);
}

async function removeOurImages(host: Host): Promise<void> {
  const { stdout } = await host.exec([
    'docker',
    'image',
    'ls',
    '--quiet',
    '--filter',
    `label=${labels.hash}`,
  ]);
  const ids = [...new Set(stdout.split('\n').filter(Boolean))];
  if (ids.length === 0) return;
  await task(host.notify, 'images-remove', 'remove the images that labs made', () =>
    host.exec(['docker', 'image', 'rm', '--force', ...ids]),
  );
}

/** One sentence for the last line of a run: the engine of ours that still runs, and how it goes. */
export async function engineNote(host: Pick<Host, 'paths'>): Promise<string | undefined> {
  const folder = engineFolder(host.paths);
  const pid = await ourDockerd(folder);
  if (pid === undefined) return undefined;
  return `dockerd (pid ${pid}, started by setup, images in ${join(folder, 'data')}) goes on; stop and remove it: npm run lab setup -- --undo`;
}
