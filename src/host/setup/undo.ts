/** Takes back what `lab setup` did to this machine. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { task } from '../events.ts';
import type { Host } from '../host.ts';
import { ourDockerd, stopDockerd } from './dockerd.ts';
import { type EngineRecord, engineFolder, forgetEngineRecord, readEngineRecord } from './engine-record.ts';
import { removePackages } from './packages.ts';

/** Stops the engine that setup started, removes its images, and the packages that setup installed. */
export async function undoSetup(host: Host): Promise<EngineRecord | undefined> {
  const record = await readEngineRecord(host.paths);
  if (record === undefined) return undefined;
  if (record.started.by === 'us') {
    const { folder } = record.started;
    await task(host.notify, 'docker-stop', 'stop dockerd and remove its images', async () => {
      await stopDockerd(host, folder);
      await rm(folder, { recursive: true, force: true });
      await rm('/run/hop-by-hop', { recursive: true, force: true });
    });
  }
  if (record.started.by === 'systemd') {
    await task(host.notify, 'docker-stop', 'stop the Docker engine', () =>
      host.exec(['systemctl', 'stop', 'docker.service', 'docker.socket']),
    );
  }
  if (record.installed.length > 0) {
    await task(host.notify, 'docker-remove', `remove ${record.installed.join(' ')}`, () =>
      removePackages(host, record.installed),
    );
  }
  await forgetEngineRecord(host.paths);
  return record;
}

/** One sentence for the last line of a run: the engine of ours that still runs, and how it goes. */
export async function engineNote(host: Pick<Host, 'paths'>): Promise<string | undefined> {
  const folder = engineFolder(host.paths);
  const pid = await ourDockerd(folder);
  if (pid === undefined) return undefined;
  return `dockerd (pid ${pid}, started by setup, images in ${join(folder, 'data')}) goes on; stop and remove it: npm run lab setup -- --undo`;
}
