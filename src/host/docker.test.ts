import { expect, test } from 'vitest';
import { askDocker, parseDockerInfo } from './docker.ts';
import { fakeHost } from './fakes.ts';

/** From `docker info --format '{{json .}}'` of client 28.2.2 in front of Debian's 20.10.24, shortened. */
const reachable = JSON.stringify({
  Driver: 'overlay2',
  CgroupDriver: 'cgroupfs',
  CgroupVersion: '1',
  KernelVersion: '6.18.44',
  OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  OSType: 'linux',
  Architecture: 'x86_64',
  NCPU: 2,
  MemTotal: 25276502016,
  DockerRootDir: '/var/lib/docker',
  ServerVersion: '20.10.24+dfsg1',
  DefaultRuntime: 'runc',
  SecurityOptions: ['name=seccomp,profile=default'],
  Warnings: null,
  ClientInfo: { Debug: false, Version: '28.2.2', Context: 'default', Plugins: [], Warnings: null },
});
const noDaemon =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';

test('an engine that answers is described', () => {
  expect(parseDockerInfo(reachable, '')).toMatchObject({
    state: 'reachable',
    facts: {
      serverVersion: '20.10.24+dfsg1',
      arch: 'amd64',
      cgroupVersion: 1,
      defaultRuntime: 'runc',
      rootless: false,
    },
  });
});

test('without a daemon, client 20.10 tells why on standard output and client 28 on standard error', () => {
  const old = JSON.stringify({ ServerErrors: [noDaemon], ClientInfo: { Debug: false, Context: 'default' } });
  const recent = JSON.stringify({
    ServerVersion: '',
    OSType: '',
    SecurityOptions: null,
    ClientInfo: { Version: '28.2.2' },
  });
  expect(parseDockerInfo(old, '')).toEqual({ state: 'unreachable', cause: noDaemon });
  expect(parseDockerInfo(recent, `${noDaemon}\n`)).toEqual({ state: 'unreachable', cause: noDaemon });
});

test('podman under the name of docker is not taken for Docker', () => {
  const podman = JSON.stringify({
    host: { arch: 'amd64', buildahVersion: '1.28.2' },
    store: {},
    version: {},
  });
  expect(parseDockerInfo(podman, '')).toMatchObject({
    state: 'unreachable',
    cause: expect.stringContaining('podman'),
  });
});

test('a client that prints nothing useful is unreachable, with its own words', () => {
  expect(parseDockerInfo('', 'docker: something broke\n')).toEqual({
    state: 'unreachable',
    cause: 'docker: something broke',
  });
  expect(parseDockerInfo('', '')).toEqual({ state: 'unreachable', cause: 'docker info printed nothing' });
});

test('the docker on PATH is asked', async () => {
  await using fake = await fakeHost();
  await fake.program('docker', `echo '${reachable}'`);
  expect(await askDocker(fake.host)).toMatchObject({ state: 'reachable' });
});

test('a machine without the docker command is told apart from one without a daemon', async () => {
  await using fake = await fakeHost();
  const host = { ...fake.host, exec: fake.host.exec };
  const noPath = (argv: Parameters<typeof host.exec>[0], options?: Parameters<typeof host.exec>[1]) =>
    host.exec(argv, { ...options, env: { PATH: '/nowhere' } });
  expect(await askDocker({ exec: noPath })).toEqual({ state: 'no client' });
});
