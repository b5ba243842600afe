import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakeHost } from '../fakes.ts';
import { imageConfig, type LocalImage, makeLayer, repositories, writeArchive } from './archive.ts';
import { quoteLabel } from './bake.ts';
import { builtProvenance, neededPrograms } from './component-images.ts';
import { builtName, goModule, moduleHash } from './go-programs.ts';
import { stampFlags } from './go-toolchain.ts';
import { workload } from './node-image.ts';
import { pinInSource } from './pin.ts';
import { provenanceSchema } from './provenance.ts';
import { pulledDigest, pullReference, registryUrl } from './pull.ts';
import { archiveVersions, parseVersions } from './rootfs.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('an archive', () => {
  const image = (reference: string, layers: LocalImage['layers']): LocalImage => ({
    reference,
    arch: 'amd64',
    layers,
    entrypoint: ['/x'],
    command: [],
    user: undefined,
  });

  test('begins with all names, and has a shared layer once', async () => {
    await using fake = await fakeHost();
    const { host, folder } = fake;
    await mkdir(join(folder, 'work'));
    await writeFile(join(folder, 'file'), 'content');
    const layer = await makeLayer(host, join(folder, 'work'), 'a', [
      { from: join(folder, 'file'), to: '/usr/local/bin/x', mode: '0755' },
      { to: '/uploads', folder: true },
    ]);
    const to = join(folder, 'work', 'images.tar');
    await writeArchive(
      host,
      join(folder, 'work'),
      [image('docker.io/a/b:1', [layer]), image('c.io/d:2', [layer])],
      to,
    );
    const { stdout } = await host.exec(['tar', '-tf', to]);
    const names = stdout.split('\n');
    expect(names.slice(0, 2)).toEqual(['repositories', 'manifest.json']);
    expect(names.filter((name) => name === `${layer.sha256}.tar`)).toHaveLength(1);
    const inLayer = await host.exec(['tar', '-tvf', layer.tar]);
    expect(inLayer.stdout).toMatch(/-rwxr-xr-x 0\/0 .* \.\/usr\/local\/bin\/x/);
    expect(inLayer.stdout).toMatch(/drwxr-xr-x 0\/0 .* \.\/uploads\//);
  });

  test('has the same layer for the same files, whenever it is made', async () => {
    await using fake = await fakeHost();
    const { host, folder } = fake;
    const files = [{ from: join(folder, 'file'), to: '/x', mode: '0644' as const }];
    const made: string[] = [];
    for (const name of ['one', 'two']) {
      await writeFile(join(folder, 'file'), 'content');
      made.push((await makeLayer(host, folder, name, files)).sha256);
    }
    expect(made[0]).toBe(made[1]);
  });

  test('names each image by repository and tag, also with a port', () => {
    const entry = { Config: 'abc.json', Layers: [] };
    expect(
      repositories([
        { ...entry, RepoTags: ['127.0.0.1:5000/x:1'] },
        { ...entry, RepoTags: ['a.io/b:2', 'a.io/b:3'] },
      ]),
    ).toEqual({
      '127.0.0.1:5000/x': { '1': 'abc' },
      'a.io/b': { '2': 'abc', '3': 'abc' },
    });
  });

  test('tells the entry point and the layers of an image', () => {
    const config = JSON.parse(
      imageConfig({ ...image('a/b:1', [{ tar: '', sha256: 'f00' }]), user: '65535:65535' }),
    );
    expect(config).toMatchObject({
      architecture: 'amd64',
      config: { Entrypoint: ['/x'], User: '65535:65535' },
      rootfs: { diff_ids: ['sha256:f00'] },
    });
    expect(config.config).not.toHaveProperty('Cmd');
  });
});

describe('an upstream reference', () => {
  const reference = 'docker.io/kindest/node:v1.37.0';

  test('is pulled by digest where one is known', () => {
    expect(pullReference({ reference, digest: { state: 'known', value: digest, takenFrom: 'here' } })).toBe(
      `${reference}@${digest}`,
    );
    expect(pullReference({ reference, digest: { state: 'unknown' } })).toBe(reference);
  });

  test('is found among the digests of a local image, as Docker shortens it', () => {
    expect(pulledDigest({ repoDigests: [`kindest/node@${digest}`] }, reference)).toBe(digest);
    expect(
      pulledDigest({ repoDigests: [`registry.k8s.io/pause@${digest}`] }, 'registry.k8s.io/pause:3.10'),
    ).toBe(digest);
    expect(pulledDigest({ repoDigests: [`other/node@${digest}`] }, reference)).toBeUndefined();
    expect(pulledDigest({ repoDigests: [] }, reference)).toBeUndefined();
  });

  test('is asked for where the registry answers', () => {
    expect(registryUrl('docker.io')).toBe('https://registry-1.docker.io/v2/');
    expect(registryUrl('registry.k8s.io')).toBe('https://registry.k8s.io/v2/');
    expect(registryUrl('127.0.0.1:5000')).toBe('http://127.0.0.1:5000/v2/');
    expect(registryUrl('localhost:5000')).toBe('http://localhost:5000/v2/');
  });
});

describe('a build from source', () => {
  test('builds each module once for all who need it', () => {
    const go = (module: string, program: string) => ({
      from: 'go' as const,
      module,
      program,
      to: `/usr/${program}`,
    });
    const needed = neededPrograms([
      go('a', 'x'),
      go('b', 'y'),
      go('a', 'z'),
      go('a', 'x'),
      { from: 'folder', to: '/up' },
    ]);
    expect([...needed]).toEqual([
      ['a', ['x', 'z']],
      ['b', ['y']],
    ]);
  });

  test('stamps Kubernetes with its version, commit and date', () => {
    const flags = stampFlags(goModule('kubernetes'), { commit: 'f54c', date: '2026-08-19T00:00:00Z' });
    expect(flags).toContain('-X k8s.io/component-base/version.gitVersion=v1.37.0');
    expect(flags).toContain('-X k8s.io/client-go/pkg/version.gitMinor=37');
    expect(flags).toContain('gitCommit=f54c');
    expect(flags).not.toContain('{');
  });

  test('is another one when a module that stands in for one that can’t be had changes', async () => {
    await using fake = await fakeHost();
    const { host, folder } = fake;
    const wrapper = join(folder, 'images', 'go', 'flannel');
    await mkdir(join(wrapper, 'sdk'), { recursive: true });
    for (const file of ['go.mod', 'go.sum', 'sdk/go.mod']) await writeFile(join(wrapper, file), file);
    const at = { paths: { ...host.paths, project: folder } };
    const hashes: string[] = [];
    for (const text of ['package sdk', 'package sdk // changed', 'package sdk']) {
      await writeFile(join(wrapper, 'sdk', 'sdk.go'), text);
      hashes.push(await moduleHash(at, 'flannel', { os: 'linux', arch: 'amd64' }));
    }
    expect(hashes[0]).not.toBe(hashes[1]);
    expect(hashes[0]).toBe(hashes[2]);
  });

  test('finds a program under the name that go gives it', () => {
    expect(builtName('k8s.io/kubernetes/cmd/kubeadm')).toBe('kubeadm');
    expect(builtName('go.etcd.io/etcd/server/v3')).toBe('server');
  });

  test('tells the versions of the packages that were asked for', () => {
    const status =
      'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n\nPackage: curl\nVersion: 8.14.1-2\n';
    expect(parseVersions(status, ['curl', 'jq'])).toEqual(['curl=8.14.1-2', 'jq=?']);
  });

  test('tells them from the archives too, where nothing is installed', () => {
    const files = ['bird2_2.17.1-1_amd64.deb', 'libcap2_1%3a2.75-10_amd64.deb', 'lock', ''];
    expect(archiveVersions(files, ['bird2', 'libcap2', 'bird'])).toEqual([
      'bird2=2.17.1-1',
      'libcap2=1:2.75-10',
      'bird=?',
    ]);
  });

  test('is told with module, version and how it differs', () => {
    const provenance = builtProvenance(workload('agnhost'), { packages: ['curl=8'] });
    expect(provenanceSchema.parse(provenance)).toMatchObject({
      image: 'registry.k8s.io/e2e-test-images/agnhost:2.66.1',
      source: 'built',
      modules: [{ path: 'k8s.io/kubernetes', version: 'v1.37.0' }],
      packages: ['curl=8'],
    });
  });
});

test('a workload that the catalogue has not is told with those that it has', () => {
  expect(() => workload('nginx')).toThrow(/'nginx'; it has agnhost, echo-basic/);
});

test('a label survives the parser of a Dockerfile instruction', () => {
  expect(quoteLabel('{"a":"$b\\n"}')).toBe('"{\\"a\\":\\"\\$b\\\\n\\"}"');
});

describe('an unknown digest', () => {
  const source = `upstream: { reference: 'a.io/x:1', digest: { state: 'unknown' } },
upstream: { reference: 'a.io/y:2', digest: { state: 'unknown' } },`;

  test('is filled in behind its own reference, with where it came from', () => {
    const pinned = pinInSource(source, { reference: 'a.io/y:2', digest }, '2026-11-22');
    expect(pinned).toContain(`reference: 'a.io/x:1', digest: { state: 'unknown' }`);
    expect(pinned).toContain(
      `'a.io/y:2', digest: { state: 'known', value: '${digest}', takenFrom: 'a.io, pulled by tag on 2026-11-22' }`,
    );
  });

  test('that is not there is an error', () => {
    expect(() => pinInSource(source, { reference: 'a.io/z:3', digest }, '2026-11-22')).toThrow('a.io/z:3');
  });
});
