/** The matrix, asked by a process of worker itself. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { doors, type Row, seesWorker, steps, toCart } from './rows.ts';

const askedBy = (door: { readonly asks: string; readonly at: string }, claim: string) => ({
  from: 'node/worker',
  asks: door.asks,
  sees: seesWorker('the address of that node'),
  entries: [
    {
      on: 'worker',
      tuples: toCart('nodes.worker.ip', door, 'nodes.worker.ip'),
      source: 'new' as const,
      claim,
    },
  ],
});

const onTheAsking = 'the node that asks has an entry; an answer has to come from the pod to it';

const rows: readonly Row[] = [
  {
    id: 'node-nodeport',
    say: 'A process of worker itself asks its own nodePort.',
    who: 'Node to its own nodePort, pod on another node',
    ...askedBy(doors.cluster, onTheAsking),
  },
  {
    id: 'node-clusterip',
    say: 'It asks the ClusterIP.',
    who: 'Node to ClusterIP, pod on another node',
    ...askedBy(doors.clusterIp, onTheAsking),
  },
  {
    id: 'node-local',
    say: 'And its own nodePort with policy Local, where no endpoint is.',
    who: 'Node to its own nodePort, policy Local, no endpoint there',
    ...askedBy(doors.local, 'the entry on that node leads to the pod on the other node'),
  },
];

export const fromNode: LabInput['steps'] = rows.flatMap(steps);
