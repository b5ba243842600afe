/** Questions about local images. */
import { z } from 'zod';
import type { Host } from '../host.ts';
import { labels } from './containers.ts';

const inspected = z.array(
  z.object({
    Id: z.string(),
    RepoDigests: z.array(z.string()).nullish(),
    Architecture: z.string(),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  }),
);

export interface LocalImageFacts {
  readonly id: string;
  /** Such as `kindest/node@sha256:…`; empty for an image that was never in a registry. */
  readonly repoDigests: readonly string[];
  readonly arch: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** `undefined` when Docker has no such image. */
export async function inspectImage(
  host: Pick<Host, 'exec'>,
  reference: string,
): Promise<LocalImageFacts | undefined> {
  const { exitCode, stdout, stderr } = await host.exec(['docker', 'image', 'inspect', reference], {
    accept: [0, 1],
  });
  if (exitCode === 1) {
    if (/no such image/i.test(stderr)) return undefined;
    throw new Error(`docker image inspect ${reference}: ${stderr}`);
  }
  const [first] = inspected.parse(JSON.parse(stdout));
  if (first === undefined) return undefined;
  return {
    id: first.Id,
    repoDigests: first.RepoDigests ?? [],
    arch: first.Architecture,
    labels: first.Config?.Labels ?? {},
  };
}

export const hasImage = async (host: Pick<Host, 'exec'>, reference: string): Promise<boolean> =>
  (await inspectImage(host, reference)) !== undefined;

/** The node images of ours that Docker has, by id, newest first. */
export async function nodeImages(host: Pick<Host, 'exec'>): Promise<readonly string[]> {
  const filter = `label=${labels.role}=node`;
  const { stdout } = await host.exec(['docker', 'image', 'ls', '--quiet', '--filter', filter]);
  return stdout.split('\n').filter(Boolean);
}
