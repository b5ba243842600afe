import { execFile } from 'node:child_process';
import { lstat, lutimes, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dockerConfigWithoutProxies } from './docker-config.ts';
import { MachineError } from './errors.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hop-docker-config-'));
  for (const own of ['own', 'other']) {
    await mkdir(join(folder, own, 'contexts'), { recursive: true });
    await writeFile(join(folder, own, 'config.json'), '{"proxies": {}}');
  }
});
afterEach(() => rm(folder, { recursive: true }));

const made = () => join(folder, 'made');
const make = (own = 'own') => dockerConfigWithoutProxies({ DOCKER_CONFIG: join(folder, own) }, made());

test('a link that is right stays, and one that leads elsewhere is replaced', async () => {
  const link = join(made(), 'contexts');
  make();
  await lutimes(link, 1, 1);
  make();
  expect((await lstat(link)).mtimeMs).toBe(1000);
  make('other');
  expect(await readlink(link)).toBe(join(folder, 'other', 'contexts'));
  expect((await readdir(made())).sort()).toEqual(['config.json', 'contexts']);
});

test('a folder that the docker command has made there stays as it is', async () => {
  await mkdir(join(made(), 'contexts', 'meta'), { recursive: true });
  expect(make()).toBe(made());
  expect(await readdir(join(made(), 'contexts'))).toEqual(['meta']);
});

test('commands that start at the same time don’t disturb each other', async () => {
  const script = `
    const { dockerConfigWithoutProxies } = await import(${JSON.stringify(join(import.meta.dirname, 'docker-config.ts'))});
    for (let n = 0; n < 200; n++)
      for (const own of ['own', 'other'])
        dockerConfigWithoutProxies({ DOCKER_CONFIG: ${JSON.stringify(folder)} + '/' + own }, ${JSON.stringify(made())});`;
  const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  await Promise.all([start(), start()]);
  expect((await readdir(made())).sort()).toEqual(['config.json', 'contexts']);
});

test('where it can’t be made, a sentence says where and what helps', async () => {
  await writeFile(made(), 'a file');
  expect(make).toThrow(MachineError);
  expect(make).toThrow(`a Docker configuration without your proxies could not be made at ${made()}: EEXIST`);
});
