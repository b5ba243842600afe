/** Flannel, applied like any other manifest: it writes the CNI configuration and the routes. */
import { flannel, roles, type Steps } from './names.ts';

export const applyFlannel: Steps = flannel.map((podNetwork) => ({
  kind: 'change' as const,
  id: 'apply-flannel',
  say: 'Flannel is a DaemonSet: a program on every node that does the same work, and does it again when a node comes or goes.',
  when: { podNetwork },
  commands: [
    { on: 'you', command: ['kubectl', 'apply', '-f', `labs/05-cross-node/manifests/${podNetwork}.yaml`] },
  ],
  until: [
    {
      kind: 'nodes' as const,
      id: 'nodes-ready',
      claim: 'All nodes are Ready.',
      ready: roles.length,
      timeoutS: 90,
    },
    {
      kind: 'pods' as const,
      id: 'pods-run',
      claim: 'The four pods run and are ready.',
      selector: 'part=pods',
      ready: 4,
      timeoutS: 90,
    },
  ],
}));
