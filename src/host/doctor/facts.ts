/** What doctor knows of this machine, collected without changing anything. */
import type { Capability } from '../capabilities.ts';
import type { DockerState } from '../docker.ts';
import type { Made } from '../made.ts';
import type { Route } from '../routes.ts';
import type { Kernel } from './kernel-features.ts';

export interface HostFacts {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `uname -r`; Windows' kernel for WSL has `microsoft` in it. */
  readonly kernelRelease: string;
  readonly root: boolean;
  readonly docker: DockerState;
  /** The engine that DOCKER_HOST or DOCKER_CONTEXT names. */
  readonly dockerEndpoint: string | undefined;
  /** Capabilities that neither this process nor a daemon beside it can have. */
  readonly missingCapabilities: readonly Capability[];
  /** The `docker` command is podman's. */
  readonly podman: boolean;
  /** Of the file system that Docker's images, or our cache, are on. */
  readonly disk: { readonly path: string; readonly freeBytes: number };
  /** `undefined` where Docker runs in a machine of its own. */
  readonly inotify: { readonly instances: number; readonly watches: number } | undefined;
  readonly kernel: Kernel;
  /** Whether a port on 127.0.0.1 can be listened on; the reason when not. */
  readonly loopback: { readonly state: 'free' } | { readonly state: 'refused'; readonly reason: string };
  readonly routes: readonly Route[];
  readonly dockerNetworks: readonly { readonly name: string; readonly subnets: readonly string[] }[];
  /** Rules of the fence in Docker's chain DOCKER-USER; `undefined` where it was not asked. */
  readonly fence:
    | { readonly state: 'possible'; readonly clusters: readonly string[] }
    | { readonly state: 'impossible' }
    | undefined;
  /** How many node images of ours Docker has. */
  readonly nodeImages: number;
  /** What is in the journal and belongs to a run that has ended. */
  readonly leftovers: readonly Made[];
  /** Where missing parts can come from. */
  readonly sources: { readonly registry: string | undefined; readonly go: boolean; readonly apt: boolean };
}
