/** What this machine is not, and how a kind cluster runs on it all the same. Pure. */
import type { Capability } from './capabilities.ts';
import type { DockerFacts } from './docker.ts';

export interface Adaptation {
  readonly id: 'cgroup-v1' | 'oom-score-adj' | 'runtime-wrapper';
  /** One sentence: what is missing and what is done instead. */
  readonly reason: string;
}

export interface HostAdaptations {
  /** Patches for `kubeadmConfigPatches` of a kind configuration. */
  readonly kubeadmConfigPatches: readonly string[];
  /** Patches for `containerdConfigPatches` of a kind configuration. */
  readonly containerdConfigPatches: readonly string[];
  /** What doctor and reports say about it. */
  readonly applied: readonly Adaptation[];
}

/**
 * What a kind configuration needs on this Docker engine. Nothing on an ordinary machine.
 *
 */
export function hostAdaptations(engine: {
  readonly facts: Pick<DockerFacts, 'cgroupVersion'>;
  readonly missingCapabilities: readonly Capability[];
}): HostAdaptations {
  const cgroupV1 = engine.facts.cgroupVersion === 1;
  const missing = engine.missingCapabilities;
  const noResource = missing.includes('CAP_SYS_RESOURCE');
  const applied: Adaptation[] = [];
  if (cgroupV1) {
    applied.push({
      id: 'cgroup-v1',
      reason:
        'this machine has cgroup v1, on which kubelet 1.35 and later does not start: nodes get failCgroupV1: false',
    });
  }
  if (missing.length > 0) {
    applied.push({
      id: 'runtime-wrapper',
      reason: `this machine lacks ${missing.join(', ')}: setup's Docker engine takes them out of what privileged containers ask for`,
    });
  }
  if (noResource) {
    applied.push({
      id: 'oom-score-adj',
      reason:
        'without CAP_SYS_RESOURCE no container can get a lower oom_score_adj: nodes get restrict_oom_score_adj = true',
    });
  }
  return {
    kubeadmConfigPatches: cgroupV1 ? [failCgroupV1] : [],
    containerdConfigPatches: noResource ? [restrictOomScoreAdj] : [],
    applied,
  };
}

const failCgroupV1 = `kind: KubeletConfiguration
failCgroupV1: false
`;

/** The section's name is that of containerd's configuration version 2, which kind's config.toml is written in. */
const restrictOomScoreAdj = `[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
`;
