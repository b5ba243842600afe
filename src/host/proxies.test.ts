import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dockerConfigWithoutProxies } from './docker-config.ts';
import { directToThisMachine, noProxies } from './proxies.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hop-docker-config-'));
  await mkdir(join(folder, 'own', 'contexts'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const make = () => dockerConfigWithoutProxies({ DOCKER_CONFIG: join(folder, 'own') }, join(folder, 'made'));

test('proxies of the docker command reach no container, and all else of its configuration is the user’s', async () => {
  const config = {
    auths: { 'registry.example': { auth: 'secret' } },
    credsStore: 'pass',
    currentContext: 'colima',
    proxies: { default: { httpProxy: 'http://user:password@172.17.0.1:3128' } },
  };
  await writeFile(join(folder, 'own', 'config.json'), JSON.stringify(config));
  // Each command makes it anew.
  for (const _ of [1, 2]) {
    expect(make()).toBe(join(folder, 'made'));
    const made = JSON.parse(await readFile(join(folder, 'made', 'config.json'), 'utf8'));
    expect(made).toEqual({ credsStore: 'pass', currentContext: 'colima' });
    expect(await readlink(join(folder, 'made', 'contexts'))).toBe(join(folder, 'own', 'contexts'));
  }
});

test('a configuration without proxies, a damaged one and none are left to the docker command', async () => {
  expect(make()).toBeUndefined();
  for (const text of ['{"currentContext": "colima"}', '{', 'null']) {
    await writeFile(join(folder, 'own', 'config.json'), text);
    expect(make()).toBeUndefined();
  }
});

test('with a proxy in the environment this machine’s own addresses are still asked directly', () => {
  expect(directToThisMachine({ http_proxy: 'http://proxy:3128', NO_PROXY: 'intranet' })).toEqual({
    NO_PROXY: 'intranet,127.0.0.1,localhost',
    no_proxy: 'intranet,127.0.0.1,localhost',
  });
  expect(directToThisMachine({ NO_PROXY: 'intranet' })).toEqual({});
  expect(directToThisMachine({ HTTPS_PROXY: 'http://proxy:3128', no_proxy: '*' })).toEqual({});
});

test('kind is told of no proxy in either spelling', () => {
  expect(noProxies).toMatchObject({ HTTP_PROXY: '', https_proxy: '', NO_PROXY: '', all_proxy: '' });
});
