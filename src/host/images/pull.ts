/** Images from a registry, by digest where one is known. Never hangs where there is none. */
import type { Upstream } from '../../../images/schema.ts';
import { userDockerConfig } from '../docker-config.ts';
import { task } from '../events.ts';
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';
import { inspectImage, type LocalImageFacts } from './docker-images.ts';

/** A registry that does not answer one small question within this time is taken for out of reach. */
const probeTimeoutMs = 3_000;
const pullTimeoutMs = 900_000;

export type PullResult =
  | { readonly state: 'present' | 'pulled'; readonly reference: string; readonly digest: string }
  | { readonly state: 'unavailable'; readonly cause: string };

/** What to give to `docker pull`. Pure. */
export const pullReference = ({ reference, digest }: Upstream): string =>
  digest.state === 'known' ? `${reference}@${digest.value}` : reference;

/** Registry host and name without tag: `registry.k8s.io`, `registry.k8s.io/pause`. Pure. */
export function splitReference(reference: string): { registry: string; repository: string } {
  const slash = reference.indexOf('/');
  return { registry: reference.slice(0, slash), repository: reference.slice(0, reference.lastIndexOf(':')) };
}

/** Where the API of a registry is: Docker Hub's is elsewhere, and on loopback Docker speaks plain HTTP. Pure. */
export function registryUrl(registry: string): string {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  return `${/^(127\.|localhost(:|$)|\[::1\])/.test(host) ? 'http' : 'https'}://${host}/v2/`;
}

/** The digest of a local image in the repository it was pulled from. Pure. */
export function pulledDigest(
  facts: Pick<LocalImageFacts, 'repoDigests'>,
  reference: string,
): string | undefined {
  // Docker writes `kindest/node@…` for docker.io/kindest/node.
  const repository = splitReference(reference).repository.replace(/^docker\.io\/(library\/)?/, '');
  return facts.repoDigests.find((one) => one.startsWith(`${repository}@`))?.slice(repository.length + 1);
}

/** Gets an image into Docker: there already, pulled, or not to be had and why. */
export async function pull(host: Host, upstream: Upstream): Promise<PullResult> {
  const reference = pullReference(upstream);
  const present = await digestOf(host, upstream);
  if (present) return { state: 'present', reference, digest: present };

  const { registry } = splitReference(upstream.reference);
  const unreachable = await probeRegistry(host, registry);
  if (unreachable) return { state: 'unavailable', cause: unreachable };
  try {
    await task(host.notify, `pull-${upstream.reference}`, `pull ${reference}`, (progress) =>
      host.exec(['docker', 'pull', reference], {
        timeoutMs: pullTimeoutMs,
        // With the user's own passwords for registries.
        env: { DOCKER_CONFIG: userDockerConfig(host.env) },
        onLine: (line) => progress(line.trim()),
      }),
    );
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    return { state: 'unavailable', cause: explainPullFailure(error.stderr) || error.message };
  }
  const digest = await digestOf(host, upstream);
  if (digest) return { state: 'pulled', reference, digest };
  return { state: 'unavailable', cause: `${reference} was pulled and Docker does not know its digest` };
}

/** An image under an upstream tag that was never in a registry is somebody's own: only a digest counts. */
async function digestOf(host: Host, upstream: Upstream): Promise<string | undefined> {
  const facts = await inspectImage(host, pullReference(upstream));
  return facts && pulledDigest(facts, upstream.reference);
}

/** Why a registry is out of reach; `undefined` when it answers, or when only the Docker daemon can tell. */
export async function probeRegistry(host: Pick<Host, 'env'>, registry: string): Promise<string | undefined> {
  // The daemon's way out may be another than ours: then only a pull tells.
  if (host.env.HTTPS_PROXY ?? host.env.https_proxy) return undefined;
  const known = answers.get(registry);
  if (known) return known;
  const asked = ask(registry);
  answers.set(registry, asked);
  return asked;
}

/** One question a registry in the life of a process, whatever the number of images. */
const answers = new Map<string, Promise<string | undefined>>();

async function ask(registry: string): Promise<string | undefined> {
  try {
    // Any answer will do, 401 above all: /v2/ is where a registry says who it is (OCI distribution-spec, end-1).
    await fetch(registryUrl(registry), { method: 'GET', signal: AbortSignal.timeout(probeTimeoutMs) });
    return undefined;
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return `${registry} can't be reached: ${cause}`;
  }
}

/** The line of `docker pull` that says why. Pure. */
export function explainPullFailure(stderr: string): string {
  const lines = stderr.split('\n').filter(Boolean);
  return (lines.find((line) => line.startsWith('Error response from daemon:')) ?? lines.at(-1) ?? '').replace(
    'Error response from daemon: ',
    '',
  );
}
