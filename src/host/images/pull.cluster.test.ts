/**
 * The pull branch for real: a registry on 127.0.0.1, built from its Go module, and the Docker engine of this machine.
 * Runs in the vitest project `cluster` (`*.cluster.test.ts`), which needs Docker: npm test -- --yes.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Image, Upstream } from '../../../images/schema.ts';
import { createExec } from '../exec.ts';
import type { Host } from '../host.ts';
import { resolvePaths } from '../paths.ts';
import { makeLayer, writeArchive } from './archive.ts';
import { inspectImage } from './docker-images.ts';
import { ensurePrograms } from './go-programs.ts';
import type { Target } from './go-toolchain.ts';
import { ensureNodeBase } from './node-base.ts';
import { makeNodeImage } from './node-image.ts';
import { provenanceList } from './provenance.ts';
import { pull } from './pull.ts';
import { ensureRootfs } from './rootfs.ts';
import { workloadArchives } from './workloads.ts';

const stop = new AbortController();
const host: Host = {
  exec: createExec({ signal: stop.signal }),
  paths: resolvePaths(process.env),
  notify: () => undefined,
  signal: stop.signal,
  // Proxies are for the world outside, and would only keep the probe from being made.
  env: { ...process.env, HTTPS_PROXY: undefined, https_proxy: undefined },
  childEnv: {},
};
const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
const target: Target = { os: 'linux', arch };

let work: string;
let port: number;
let registry: Promise<unknown>;
const endRegistry = new AbortController();
let digest: string;
let imageId: string;

const name = (tag: string) => `127.0.0.1:${port}/hop-by-hop/probe:${tag}`;
const known = (tag: string, value: string): Upstream => ({
  reference: name(tag),
  digest: { state: 'known', value, takenFrom: 'this test' },
});

const probe: Omit<Image, 'upstream'> = {
  id: 'probe',
  platforms: ['linux/amd64', 'linux/arm64'],
  role: 'workload',
  recipe: { base: 'scratch', ingredients: [], entrypoint: [], command: [] },
  built: 'same',
};

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'hop-registry-'));
  port = await freePort();
  const [program] = await ensurePrograms(host, 'registry', ['registry'], target);
  if (program === undefined) throw new Error('no registry');
  const config = join(work, 'registry.yaml');
  await writeFile(
    config,
    JSON.stringify({
      version: '0.1',
      storage: { filesystem: { rootdirectory: join(work, 'storage') } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  );
  registry = host.exec([program, 'serve', config], {
    accept: 'any',
    timeoutMs: 600_000,
    signal: endRegistry.signal,
  });
  await answers();
  digest = await publish('v1');
}, 600_000);

afterAll(async () => {
  // By id: pulled by tag and by digest, it has two names.
  await host.exec(['docker', 'image', 'rm', '--force', imageId], { accept: 'any' });
  endRegistry.abort();
  await Promise.allSettled([registry]);
  await rm(work, { recursive: true });
});

describe('an image in a registry', () => {
  test('is pulled by digest, and the second time it is there', async () => {
    const upstream = known('v1', digest);
    expect(await pull(host, upstream)).toEqual({
      state: 'pulled',
      reference: `${name('v1')}@${digest}`,
      digest,
    });
    expect(await pull(host, upstream)).toMatchObject({ state: 'present', digest });
  });

  test('is pulled by tag where no digest is known, and then tells its digest', async () => {
    const pulled = await pull(host, { reference: name('v1'), digest: { state: 'unknown' } });
    expect(pulled).toMatchObject({ state: 'pulled', digest });
  });

  test('is saved under its reference, ready to be baked into a node image', async () => {
    const image: Image = { ...probe, upstream: known('v1', digest) };
    const { archives, provenance } = await workloadArchives(host, work, [image], target);
    expect(provenance).toEqual([{ image: name('v1'), source: 'pulled', digest }]);
    const { stdout } = await host.exec(['tar', '-xOf', archives[0]?.tar ?? '', 'manifest.json']);
    expect(JSON.parse(stdout)).toMatchObject([{ RepoTags: [name('v1')] }]);
  });

  test('that has another digest than the catalogue says is refused, with the cause', async () => {
    const other = `sha256:${'0'.repeat(64)}`;
    const pulled = await pull(host, known('v1', other));
    expect(pulled.state).toBe('unavailable');
    expect(pulled).toMatchObject({ cause: expect.stringMatching(/not found|manifest unknown/) });
  });

  test('that nobody published is unavailable, with the cause', async () => {
    const pulled = await pull(host, { reference: name('v9'), digest: { state: 'unknown' } });
    expect(pulled).toMatchObject({
      state: 'unavailable',
      cause: expect.stringMatching(/not found|manifest unknown/),
    });
  });
});

test('a node image and a workload from a registry become one image, which tells where both came from', async () => {
  // Stands for kindest/node: kind's base image has the containerd that workloads are imported with, and is small.
  const rootfs = await ensureRootfs(host, arch);
  const base = await ensureNodeBase(host, rootfs, target);
  const upstream: Upstream = { reference: name('node'), digest: { state: 'unknown' } };
  const ref = `hop-by-hop/node:test-${port}`;
  await host.exec(['docker', 'tag', base, name('node')]);
  try {
    await host.exec(['docker', 'push', name('node')], { timeoutMs: 300_000 });
    const image: Image = { ...probe, upstream: known('v1', digest) };
    const definition = { hash: 'test', upstream, images: [image], target };
    await makeNodeImage(host, ref, definition);
    const facts = await inspectImage(host, ref);
    expect(facts?.labels).toMatchObject({ 'hop-by-hop': 'test', 'hop-by-hop.role': 'node' });
    const provenance = provenanceList.parse(JSON.parse(facts?.labels['hop-by-hop.provenance'] ?? ''));
    expect(provenance).toMatchObject([
      { image: name('node'), source: 'pulled', digest: expect.stringMatching(/^sha256:/) },
      { image: name('v1'), source: 'pulled', digest },
    ]);
    const stopSignal = await host.exec([
      'docker',
      'image',
      'inspect',
      '--format',
      '{{.Config.StopSignal}}',
      ref,
    ]);
    expect(stopSignal.stdout).toBe('SIGRTMIN+3');
  } finally {
    await host.exec(['docker', 'image', 'rm', '--force', ref, name('node')], { accept: 'any' });
  }
});

test('a registry that is not there is told within the time of one probe', async () => {
  const nowhere = await freePort();
  const startedAt = performance.now();
  const pulled = await pull(host, { reference: `127.0.0.1:${nowhere}/x/y:1`, digest: { state: 'unknown' } });
  expect(pulled).toMatchObject({ state: 'unavailable', cause: expect.stringContaining('ECONNREFUSED') });
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});

test('a registry that accepts and never answers does not hold anybody up', async () => {
  const silent = createServer();
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  const address = silent.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const startedAt = performance.now();
  const pulled = await pull(host, {
    reference: `127.0.0.1:${address.port}/x/y:1`,
    digest: { state: 'unknown' },
  });
  expect(pulled.state).toBe('unavailable');
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  silent.close();
});

/** Pushes a small image and leaves nothing of it in Docker. */
async function publish(tag: string): Promise<string> {
  const text = join(work, 'text');
  await writeFile(text, 'hello');
  const layer = await makeLayer(host, work, 'probe', [{ from: text, to: '/hello', mode: '0644' }]);
  const archive = join(work, 'probe.tar');
  const image = {
    reference: name(tag),
    arch,
    layers: [layer],
    entrypoint: ['/hello'],
    command: [],
    user: undefined,
  };
  await writeArchive(host, work, [{ ...image, arch }], archive);
  await host.exec(['docker', 'load', '--input', archive]);
  imageId = (await host.exec(['docker', 'image', 'inspect', '--format', '{{.Id}}', name(tag)])).stdout;
  const { stdout } = await host.exec(['docker', 'push', name(tag)]);
  await host.exec(['docker', 'image', 'rm', '--force', name(tag)]);
  const pushed = /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1];
  if (pushed === undefined) throw new Error(`docker push told no digest: ${stdout}`);
  return pushed;
}

async function answers(): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(50)) {
    const response = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined); // not listening yet
    if (response?.ok) return;
  }
  throw new Error('the registry did not start within 20 s');
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? found(address.port) : failed(new Error('no port')),
      );
    });
  });
}
