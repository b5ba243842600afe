/** A rule of doctor: facts in, verdict out. Pure. */
import type { HostFacts } from './facts.ts';
import type { KernelFeature } from './kernel-features.ts';

export type RuleState = 'ok' | 'warn' | 'error';

export interface Verdict {
  /** `ok`: nothing to do. `warn`: labs may fail or be slower. `error`: labs can't run. */
  readonly state: RuleState;
  readonly reason: string;
  /** A command or a sentence that helps. */
  readonly remedy?: string;
}

export interface NeedyPart {
  /** Such as `05-cross-node flannel-vxlan-iptables`. */
  readonly name: string;
  readonly features: readonly KernelFeature[];
}

/** What the labs that are to run ask for. */
export interface Needs {
  /** Networks that clusters may be put on. */
  readonly subnets: readonly string[];
  /** What nothing of them can run without. */
  readonly features: readonly KernelFeature[];
  /** What some of them need beyond that, by the name of what can't run without. */
  readonly parts: readonly NeedyPart[];
  /** Labs for which something is built with Go, also where images are pulled. */
  readonly goLabs: readonly string[];
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

export interface Rule {
  readonly id: string;
  /** `undefined` where the question does not arise. */
  judge(facts: HostFacts, needs: Needs): Verdict | undefined;
}

export const ok = (reason: string): Verdict => ({ state: 'ok', reason });

export const warn = (reason: string, remedy?: string): Verdict => ({
  state: 'warn',
  reason,
  ...(remedy ? { remedy } : {}),
});

export const error = (reason: string, remedy: string): Verdict => ({ state: 'error', reason, remedy });

/** The command that sets up what is missing. */
export const setup = 'npm run lab setup -- --yes';

export const inGib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** What is known of the Docker engine; `undefined` when it does not answer. */
export const reachable = ({ docker }: HostFacts) => (docker.state === 'reachable' ? docker.facts : undefined);

export const isWsl = (release: string): boolean => /microsoft/i.test(release);

/** Whether a version such as `20.10.24+dfsg1` or `6.18.44-fc` is older than major and minor. Pure. */
export function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [has = 0, hasMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return has < major || (has === major && hasMinor < minor);
}
