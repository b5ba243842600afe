/** Takes back what `lab setup` did to this machine. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Consent, ConsentRequest } from '../consent.ts';
import { askDocker } from '../docker.ts';
import { MachineError } from '../errors.ts';
import { task } from '../events.ts';
import type { Argv } from '../exec.ts';
import type { Host } from '../host.ts';
import { labels } from '../images/containers.ts';
import { ourDockerd, stopDockerd } from './dockerd.ts';
import { emptyOurEngine, foreignContent, isOurEngine } from './engine-content.ts';
import {
  type EngineRecord,
  engineFolder,
  forgetEngineRecord,
  nothingDone,
  readEngineRecord,
} from './engine-record.ts';
import { takeBackForwarding } from './forwarding.ts';
import { unmountBelow } from './mounts.ts';
import { removePackages } from './packages.ts';

/**
 * Stops the engine that setup started, removes its images, its traces in the firewall, and the packages that setup
 * installed, curl and the tests' browser among them. Where the engine is somebody else's, our images are removed from
 * it. The cache of built programs stays. Asks before anything goes.
 *
 * @throws MachineError where nobody agrees: then nothing was changed
 */
export async function undoSetup(host: Host, consent: Consent): Promise<EngineRecord | undefined> {
  const record = await readEngineRecord(host.paths);
  const images = record?.started.by === 'us' ? [] : await ourImages(host);
  if (record === undefined && images.length === 0) return undefined;
  if (!(await consent(await undoRequest(host, record, images)))) {
    host.signal.throwIfAborted();
    throw new MachineError(
      'nobody agreed to take back what setup did, so nothing was changed',
      'npm run lab setup -- --undo --yes',
    );
  }
  await removeImages(host, images);
  if (record === undefined) return undefined;
  if (record.started.by === 'us') {
    const { folder, forwarding } = record.started;
    await task(
      host.notify,
      'docker-stop',
      'stop dockerd, remove its images and its firewall rules',
      async () => {
        await emptyOurEngine(host, folder);
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
    await task(host.notify, 'docker-stop', 'stop the Docker engine', () => host.exec(stopUnits));
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

const stopUnits = ['systemctl', 'stop', 'docker.service', 'docker.socket'] as const;
const removeImagesArgv = (images: readonly string[]): Argv => ['docker', 'image', 'rm', '--force', ...images];

/** What is asked: each command that changes something, and by name what is not ours and goes along. */
async function undoRequest(
  host: Host,
  record: EngineRecord | undefined,
  images: readonly string[],
): Promise<ConsentRequest> {
  const { started, installed } = record ?? nothingDone;
  const pid = started.by === 'us' ? await ourDockerd(started.folder) : undefined;
  const engineGoes =
    started.by === 'us'
      ? await isOurEngine(host, started.folder)
      : started.by === 'systemd' || installed.includes('docker.io');
  const foreign = engineGoes ? await foreignContent(host) : [];
  const alsoGoes =
    foreign.length === 0
      ? ''
      : `. The Docker engine goes, and with it what no lab made: ${foreign.join(', ')}`;
  return {
    what: `Take back what setup did to this machine${alsoGoes}`,
    commands: [
      ...(images.length === 0 ? [] : [removeImagesArgv(images).join(' ')]),
      ...(pid === undefined ? [] : [`kill ${pid}  # dockerd, with its containers`]),
      ...(started.by === 'us' ? [`rm -r ${started.folder}  # images, containers and volumes`] : []),
      ...(started.by === 'systemd' ? [stopUnits.join(' ')] : []),
      ...(installed.length === 0 ? [] : [`apt-get purge -y ${installed.join(' ')}`]),
    ],
  };
}

/** In the engine that labs use, which may be somebody else's. */
async function ourImages(host: Host): Promise<readonly string[]> {
  if ((await askDocker(host)).state !== 'reachable') return [];
  const filter = `label=${labels.hash}`;
  const { stdout } = await host.exec(['docker', 'image', 'ls', '--quiet', '--filter', filter]);
  return [...new Set(stdout.split('\n').filter(Boolean))];
}

async function removeImages(host: Host, images: readonly string[]): Promise<void> {
  if (images.length === 0) return;
  await task(host.notify, 'images-remove', 'remove the images that labs made', () =>
    host.exec(removeImagesArgv(images)),
  );
}

/** One sentence for the last line of a run: the engine of ours that still runs, and how it goes. */
export async function engineNote(host: Pick<Host, 'paths'>): Promise<string | undefined> {
  const folder = engineFolder(host.paths);
  const pid = await ourDockerd(folder);
  if (pid === undefined) return undefined;
  return `dockerd (pid ${pid}, started by setup, images in ${join(folder, 'data')}) goes on; stop and remove it: npm run lab setup -- --undo`;
}
