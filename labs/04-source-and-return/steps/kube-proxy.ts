/** Replies don't pass the process kube-proxy either. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const signal = (name: 'STOP' | 'CONT') =>
  (['worker', 'worker2'] as const).map((role) => ({
    on: `node/${role}`,
    command: ['pkill', `-${name}`, '-x', 'kube-proxy'],
  }));

export const kubeProxy: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'freeze',
    say: 'Stop kube-proxy on both nodes of the way: the processes stay, but execute nothing any more.',
    commands: signal('STOP'),
  },
  {
    kind: 'run',
    id: 'frozen',
    on: 'node/worker',
    command: ['ps', '-o', 'stat=', '-C', 'kube-proxy'],
    compare: 'exit',
    checks: [
      {
        id: 'kube-proxy-is-stopped',
        claim: 'kube-proxy on worker is in state T: stopped by a signal.',
        value: 'steps.frozen.out',
        expect: { matches: '^T' },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-frozen',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30040/clientip',
    checks: [
      {
        id: 'frozen-still-returns',
        claim:
          'With kube-proxy stopped on both nodes the reply still finds its way, and is rewritten as before: it comes from worker’s port 30040.',
        value:
          "[$string(steps.`ask-frozen`.value.status), steps.`ask-frozen`.value.remote.ip & ':' & $string(steps.`ask-frozen`.value.remote.port)]",
        expect: { same: "['200', nodes.worker.ip & ':30040']" },
      },
    ],
  },
  {
    kind: 'change',
    id: 'thaw',
    commands: signal('CONT'),
    until: [
      {
        kind: 'programmed',
        id: 'thawed',
        claim: 'Both nodes have the rules of the Service.',
        service: 'cart',
        on: ['worker', 'worker2'],
      },
    ],
  },
];
