import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ConsentRequest } from '../consent.ts';
import { type FakeHost, fakeHost } from '../fakes.ts';
import { openJournal } from '../journal.ts';
import { engineFiles } from './dockerd.ts';
import { emptyOurEngine } from './engine-content.ts';
import { readEngineRecord, writeEngineRecord } from './engine-record.ts';
import { undoSetup } from './undo.ts';

/** Our dockerd runs, as far as its pid file tells. */
vi.mock(import('./dockerd.ts'), async (original) => ({
  ...(await original()),
  ourDockerd: async () => 4711,
}));

const socket = '--host unix:///var/run/docker.sock';

/** A docker command whose engine at the socket has this root, a container of a lab and one of somebody. */
async function engine(fake: FakeHost, rootDir: string) {
  const log = join(fake.folder, 'calls');
  await writeFile(log, '');
  const info = JSON.stringify({ ServerVersion: '28.2.2', DockerRootDir: rootDir });
  await fake.program(
    'docker',
    `echo "docker $@" >> ${log}
case "$*" in
  *"info "*.ID*) echo OURS ;;
  *"info "*) echo '${info}' ;;
  *"ps --all --format"*) printf 'hop-small-1-client\\nshop-db\\n' ;;
  *"ps --all --quiet"*) printf 'c1\\nc2\\n' ;;
  *"volume ls"*) printf 'orders\\n${'0'.repeat(64)}\\n' ;;
esac`,
  );
  for (const name of ['systemctl', 'apt-get']) await fake.program(name, `echo "${name} $@" >> ${log}`);
  return async () => (await readFile(log, 'utf8')).split('\n').filter(Boolean);
}

const changes = (calls: readonly string[]) =>
  calls.filter((call) => !/ (info|ps|volume ls|image ls)\b/.test(call));

test('without consent nothing goes, and the question names what no lab made', async () => {
  await using fake = await fakeHost();
  const calls = await engine(fake, '/var/lib/docker');
  await writeEngineRecord(fake.host.paths, { installed: ['docker.io', 'runc'], started: { by: 'systemd' } });
  const asked: ConsentRequest[] = [];
  const no = async (request: ConsentRequest) => asked.push(request) < 0;
  await expect(undoSetup(fake.host, no)).rejects.toMatchObject({
    exitCode: 3,
    remedy: 'npm run lab setup -- --undo --yes',
  });
  expect(asked).toEqual([
    {
      what: expect.stringMatching(/ what no lab made: container shop-db, volume orders$/),
      commands: ['systemctl stop docker.service docker.socket', 'apt-get purge -y docker.io runc'],
    },
  ]);
  expect(changes(await calls())).toEqual([]);
  expect(await readEngineRecord(fake.host.paths)).toBeDefined();
});

test('our engine is emptied at the socket where it listens, wherever the docker command points meanwhile', async () => {
  await using fake = await fakeHost();
  const calls = await engine(fake, engineFiles('/x').dataRoot);
  await emptyOurEngine(fake.host, '/x');
  expect(changes(await calls())).toEqual([
    `docker ${socket} rm --force --volumes c1 c2`,
    `docker ${socket} network prune --force`,
  ]);
  expect((await calls()).filter((call) => !call.startsWith(`docker ${socket} `))).toEqual([]);
});

test('what was made on our engine is forgotten with it, and nothing of another', async () => {
  await using fake = await fakeHost();
  const journal = await openJournal(fake.host);
  for (const id of ['OTHER', 'OURS']) {
    await fake.program('docker', `echo ${id}`);
    const name = `hop-3n-${id}`;
    await (await openJournal(fake.host)).record({ kind: 'cluster', name, network: name }, 'user');
  }
  await engine(fake, engineFiles('/x').dataRoot);
  await emptyOurEngine(fake.host, '/x');
  expect((await journal.list()).map(({ made }) => made.name)).toEqual(['hop-3n-OTHER']);
});

test('another engine that answers there loses nothing', async () => {
  await using fake = await fakeHost();
  const calls = await engine(fake, '/var/lib/docker');
  await emptyOurEngine(fake.host, '/x');
  expect(changes(await calls())).toEqual([]);
});

test('the question names the dockerd that ends and the folder that goes', async () => {
  await using fake = await fakeHost();
  await engine(fake, engineFiles('/x').dataRoot);
  await writeEngineRecord(fake.host.paths, { installed: [], started: { by: 'us', folder: '/x' } });
  const asked: ConsentRequest[] = [];
  const no = async (request: ConsentRequest) => asked.push(request) < 0;
  await expect(undoSetup(fake.host, no)).rejects.toThrow(/nothing was changed/);
  expect(asked[0]?.what).toContain('container shop-db');
  expect(asked[0]?.commands).toEqual([
    'kill 4711  # dockerd, with its containers',
    'rm -r /x  # images, containers and volumes',
  ]);
});
