import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { ConsentRequest } from '../consent.ts';
import type { DockerFacts } from '../docker.ts';
import { MachineError } from '../errors.ts';
import { fakeHost } from '../fakes.ts';
import { accept, ensureDocker } from './docker.ts';
import { daemonConfig, engineFiles } from './dockerd.ts';
import { parseNewPackages, parseRemovedPackages } from './packages.ts';

const facts: DockerFacts = {
  serverVersion: '28.2.2',
  operatingSystem: 'Ubuntu 24.04',
  arch: 'amd64',
  kernel: '6.8.0',
  cgroupVersion: 2,
  storageDriver: 'overlay2',
  rootDir: '/var/lib/docker',
  defaultRuntime: 'runc',
  cpus: 4,
  memoryBytes: 8e9,
  rootless: false,
};

describe('an engine that runs already', () => {
  test('is used as it is', () => {
    expect(accept(facts, [])).toEqual({ facts, missingCapabilities: [] });
  });

  test('is refused, with what helps, where it can’t start privileged containers', () => {
    expect(() => accept(facts, ['CAP_SYS_RESOURCE'])).toThrow(MachineError);
    expect(() => accept(facts, ['CAP_SYS_RESOURCE'])).toThrow(/CAP_SYS_RESOURCE/);
  });

  test('is used where its runtime takes the missing capabilities out', () => {
    const wrapped = { ...facts, defaultRuntime: 'hop-by-hop' };
    expect(accept(wrapped, ['CAP_SYS_RESOURCE']).missingCapabilities).toEqual(['CAP_SYS_RESOURCE']);
  });
});

test('without consent nothing is installed or started, and the error names the command that helps', async () => {
  await using fake = await fakeHost();
  const log = join(fake.folder, 'calls');
  for (const name of ['apt-get', 'systemctl', 'dockerd'])
    await fake.program(name, `echo ${name} "$@" >> ${log}`);
  await fake.program(
    'docker',
    'echo "Cannot connect to the Docker daemon at unix:///x. Is it running?" >&2; exit 1',
  );
  const asked: ConsentRequest[] = [];
  const consent = async (request: ConsentRequest) => {
    asked.push(request);
    return false;
  };
  const failure = await ensureDocker(fake.host, consent).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MachineError);
  expect(failure).toMatchObject({
    exitCode: 3,
    remedy: expect.stringContaining('npm run lab setup -- --yes'),
  });
  await expect(readFile(log)).rejects.toThrow('ENOENT');
});

test.skipIf(process.platform !== 'linux')(
  'an engine that answers at the second time only is used as it is, and neither stopped nor doubled',
  async () => {
    await using fake = await fakeHost();
    const asked = join(fake.folder, 'asked');
    const info = JSON.stringify({ ServerVersion: '28.2.2', DefaultRuntime: 'hop-by-hop' });
    await fake.program(
      'docker',
      `test -e ${asked} && { echo '${info}'; exit; }
touch ${asked}; echo "Cannot connect to the Docker daemon at unix:///x. Is it running?" >&2; exit 1`,
    );
    for (const name of ['dockerd', 'iptables']) await fake.program(name, 'exit 1');
    const commands: string[] = [];
    const exec: typeof fake.host.exec = (argv, options) => {
      commands.push(argv.join(' '));
      return argv[0] === 'docker' ? fake.host.exec(argv, options) : Promise.reject(new Error(argv.join(' ')));
    };
    vi.spyOn(process, 'getuid').mockReturnValue(0);
    const engine = await ensureDocker({ ...fake.host, exec }, async () => false).finally(vi.restoreAllMocks);
    expect(engine.facts.serverVersion).toBe('28.2.2');
    await expect(readdir(fake.host.paths.state)).rejects.toThrow('ENOENT');
    expect(commands.filter((command) => !command.startsWith('docker info'))).toEqual([]);
  },
);

test('an engine elsewhere that does not answer is not replaced by one of ours', async () => {
  await using fake = await fakeHost();
  await fake.program(
    'docker',
    'echo "Cannot connect to the Docker daemon at tcp://192.0.2.1:2375." >&2; exit 1',
  );
  const host = { ...fake.host, env: { ...fake.host.env, DOCKER_HOST: 'tcp://192.0.2.1:2375' } };
  await expect(ensureDocker(host, async () => true)).rejects.toThrow(/tcp:\/\/192\.0\.2\.1:2375/);
});

test('the daemon’s configuration names a runtime of ours only where capabilities are missing', () => {
  const files = engineFiles('/x');
  expect(daemonConfig(files, [])).not.toHaveProperty('runtimes');
  expect(daemonConfig(files, ['CAP_SYS_RESOURCE'])).toMatchObject({
    'data-root': '/x/data',
    'default-runtime': 'hop-by-hop',
    runtimes: { 'hop-by-hop': { path: '/x/runtime' } },
  });
});

test('only packages that come new are remembered for --undo, not those that are upgraded', () => {
  // From `apt-get --simulate install` on Debian 12.
  const plan = `Reading package lists...
Inst libcurl4 [7.88.1-10+deb12u14] (7.88.1-10+deb12u15 Debian:12.15/oldstable [amd64])
Inst curl [7.88.1-10+deb12u14] (7.88.1-10+deb12u15 Debian:12.15/oldstable [amd64]) []
Inst conmon (2.1.6+ds1-1 Debian:12.15/oldstable [amd64])
Inst libgpgme11 (1.18.0-3+b1 Debian:12.15/oldstable [amd64])
Conf conmon (2.1.6+ds1-1 Debian:12.15/oldstable [amd64])`;
  expect(parseNewPackages(plan)).toEqual(['conmon', 'libgpgme11']);
});

test('what --undo would remove is read from apt before it is removed', () => {
  // From `apt-get --simulate purge` and `apt-get --simulate remove` on Debian 12.
  const plan = `Reading package lists...
Purg docker.io [20.10.24+dfsg1-1+deb12u1+b6]
Purg runc [1.1.5+ds1-1+deb12u1] [docker.io:amd64 ]
Remv iptables [1.8.9-2]`;
  expect(parseRemovedPackages(plan)).toEqual(['docker.io', 'runc', 'iptables']);
});
