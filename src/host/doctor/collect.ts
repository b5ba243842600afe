/** Looks at this machine. Changes nothing, and no part of it that is missing stops the rest. */
import { readFile, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { release } from 'node:os';
import { z } from 'zod';
import { node } from '../../../images/catalogue.ts';
import { askDocker, type DockerState } from '../docker.ts';
import { endpointOf, explainDocker } from '../docker-problems.ts';
import { findProgram } from '../find-program.ts';
import type { Host } from '../host.ts';
import { nodeImages } from '../images/docker-images.ts';
import { probeRegistry, splitReference } from '../images/pull.ts';
import { openJournal } from '../journal.ts';
import { readRoutes } from '../routes.ts';
import { readMissingCapabilities } from '../setup/missing-capabilities.ts';
import type { HostFacts } from './facts.ts';
import { readFence } from './fence.ts';
import { readKernel } from './read-kernel.ts';

export async function collectFacts(host: Host): Promise<HostFacts> {
  const docker = await askDocker(host);
  const [engineSide, machineSide, sources] = await Promise.all([
    collectEngine(host, docker),
    collectMachine(host),
    readSources(host),
  ]);
  return { docker, dockerEndpoint: endpointOf(host.env), ...engineSide, ...machineSide, sources };
}

async function collectEngine(host: Host, docker: DockerState) {
  const reachable = docker.state === 'reachable' ? docker.facts : undefined;
  return {
    podman: docker.state === 'unreachable' && explainDocker(docker.cause)?.id === 'podman',
    disk: await readDisk(reachable ? [reachable.rootDir, host.paths.cache] : [host.paths.cache]),
    dockerNetworks: reachable ? await readDockerNetworks(host) : [],
    fence: reachable ? await readFence(host) : undefined,
    nodeImages: reachable ? (await nodeImages(host)).length : 0,
  };
}

async function collectMachine(host: Host) {
  const linux = process.platform === 'linux';
  return {
    platform: process.platform,
    arch: process.arch,
    kernelRelease: release(),
    root: process.getuid?.() === 0,
    missingCapabilities: await readMissingCapabilities(host.env),
    inotify: linux ? await readInotify() : undefined,
    kernel: await readKernel(),
    loopback: await tryLoopback(),
    routes: await readRoutes(host.exec),
    leftovers: await readLeftovers(host),
  };
}

/** The first of these folders, or its nearest parent, that this process can see. */
async function readDisk(folders: readonly string[]): Promise<HostFacts['disk']> {
  for (const folder of [...folders, '/']) {
    for (let path = folder; ; path = path.slice(0, path.lastIndexOf('/')) || '/') {
      const facts = await statfs(path).catch(() => undefined); // not made yet, or in Docker's own machine
      if (facts) return { path, freeBytes: facts.bavail * facts.bsize };
      if (path === '/' || path === '') break;
    }
  }
  return { path: '/', freeBytes: 0 };
}

async function readInotify(): Promise<HostFacts['inotify']> {
  const read = async (name: string) => Number(await readFile(`/proc/sys/fs/inotify/${name}`, 'utf8'));
  return { instances: await read('max_user_instances'), watches: await read('max_user_watches') };
}

function tryLoopback(): Promise<HostFacts['loopback']> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ message }) => resolve({ state: 'refused', reason: message }));
    server.listen(0, '127.0.0.1', () => server.close(() => resolve({ state: 'free' })));
  });
}

const networksSchema = z.array(
  z.object({
    Name: z.string(),
    IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().default('') })).nullish() }),
  }),
);

async function readDockerNetworks(host: Host): Promise<HostFacts['dockerNetworks']> {
  const { stdout: ids } = await host.exec(['docker', 'network', 'ls', '--quiet']);
  const names = ids.split('\n').filter(Boolean);
  if (names.length === 0) return [];
  const { stdout } = await host.exec(['docker', 'network', 'inspect', ...names], { accept: [0, 1] });
  return networksSchema
    .parse(JSON.parse(stdout))
    .map(({ Name, IPAM }) => ({ name: Name, subnets: (IPAM.Config ?? []).map(({ Subnet }) => Subnet) }));
}

async function readLeftovers(host: Host): Promise<HostFacts['leftovers']> {
  const journal = await openJournal(host);
  const entries = await journal.list();
  const runs = await Promise.all(entries.map((entry) => journal.ownerRuns(entry)));
  return entries.filter((entry, index) => entry.heldBy === 'owner' && !runs[index]).map(({ made }) => made);
}

async function readSources(host: Host): Promise<HostFacts['sources']> {
  const [registry, go, apt] = await Promise.all([
    probeRegistry(host, splitReference(node.upstream.reference).registry),
    findProgram('go', host.env),
    findProgram('apt-get', host.env),
  ]);
  return { registry, go: go !== undefined, apt: apt !== undefined };
}
