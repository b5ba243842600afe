import { expect, test } from 'vitest';
import { hostAdaptations } from './adaptations.ts';

test('an ordinary machine needs no patch', () => {
  const none = { kubeadmConfigPatches: [], containerdConfigPatches: [], applied: [] };
  expect(hostAdaptations({ facts: { cgroupVersion: 2 }, missingCapabilities: [] })).toEqual(none);
});

test('cgroup v1 lets kubelet start, and nothing else changes', () => {
  const { kubeadmConfigPatches, containerdConfigPatches } = hostAdaptations({
    facts: { cgroupVersion: 1 },
    missingCapabilities: [],
  });
  expect(kubeadmConfigPatches).toEqual(['kind: KubeletConfiguration\nfailCgroupV1: false\n']);
  expect(containerdConfigPatches).toEqual([]);
});

test('without CAP_SYS_RESOURCE containers keep the oom_score_adj that they can have', () => {
  const adapted = hostAdaptations({ facts: { cgroupVersion: 2 }, missingCapabilities: ['CAP_SYS_RESOURCE'] });
  expect(adapted.containerdConfigPatches.join()).toContain('restrict_oom_score_adj = true');
  expect(adapted.applied.map(({ id }) => id)).toEqual(['runtime-wrapper', 'oom-score-adj']);
});
