/** Breaks of this lab. In all of them some part of the way there or back is missing. */
import type { LabInput } from '../../src/lab/schema/lab.ts';
import { answers } from '../common/answers.ts';

const everywhere = ['control-plane', 'worker', 'worker2'];
const timeout = 'net.netfilter.nf_conntrack_tcp_timeout_established';
const filter = 'net.ipv4.conf.eth0.rp_filter';
const silence = { value: 'steps.symptom.value.exit', expect: { equals: 28 } };

const toClient = (id: string, claim: string, url: string) => answers(id, claim, 'client', url);
const answersAgain = (id: string, url: string) => toClient(id, 'The client is answered again.', url);

const cluster = 'http://{{ nodes.worker.ip }}:30040';
const local = 'http://{{ nodes.worker2.ip }}:30041';
/** The same doors of the other node. */
const clusterHere = 'http://{{ nodes.worker2.ip }}:30040';
const localElsewhere = 'http://{{ nodes.worker.ip }}:30041';
/** A report that takes two seconds to make. */
const report = 'shell?cmd=sleep+2';

const prefer = (role: string) => ({
  spec: {
    template: {
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 100,
                preference: {
                  matchExpressions: [{ key: 'hop-by-hop/role', operator: 'In', values: [role] }],
                },
              },
            ],
          },
        },
      },
    },
  },
});

/** Before a rollout begins, the gates would find the pod that is about to go. */
const rolledOut = {
  on: 'you',
  command: ['kubectl', 'rollout', 'status', 'deployment/cart', '--timeout=60s'],
};

const moved = (id: string) => [
  {
    kind: 'pods' as const,
    id: `${id}-one-pod`,
    claim: 'One pod of cart is left.',
    selector: 'app=cart',
    ready: 1,
  },
  {
    kind: 'endpoints' as const,
    id: `${id}-endpoint`,
    claim: 'The Service has that pod as its endpoint.',
    service: 'cart-local',
    ready: 1,
  },
  {
    kind: 'programmed' as const,
    id: `${id}-rules`,
    claim: 'Every node has rules for it.',
    service: 'cart-local',
    on: everywhere,
  },
];

export const faults: NonNullable<LabInput['faults']> = [
  {
    id: 'since-this-morning',
    symptom: {
      text: 'Since this morning curl from the client to port 30041 of worker2 hangs until it gives up. The pod is Running and Ready, and nobody touched the Service.',
      probe: { from: 'client', url: `${local}/clientip`, timeoutS: 2 },
      ...silence,
    },
    inject: [
      {
        on: 'you',
        command: ['kubectl', 'patch', 'deployment', 'cart', '-p', JSON.stringify(prefer('worker'))],
      },
      rolledOut,
    ],
    until: [
      ...moved('moved'),
      toClient('worker-has-it', 'The same port of worker answers the client.', `${localElsewhere}/clientip`),
    ],
    endsAt: 'forward.entry-node.input.dropped',
    hints: [
      'Silence: did the packet get lost, or did somebody decide to say nothing?',
      'Ask the same port of each node. One of them answers.',
      'What does the node that answers have that worker2 has not? And what had worker2 before?',
      'The Service says which endpoints a node may use for what comes from outside.',
    ],
    answer:
      'This morning’s rollout made a new pod, and that one runs on worker. cart-local has externalTrafficPolicy Local, so a node only uses endpoints of its own: worker2 has none any more, and its rules drop what comes in for port 30041. worker answers. A load balancer can learn this from a health check port, which a Service of type LoadBalancer with this policy has: in the lab it answers 503 on the node without the pod.',
    undo: [
      { on: 'you', command: ['kubectl', 'apply', '-f', 'labs/04-source-and-return/manifests/cart.yaml'] },
      rolledOut,
    ],
    repaired: moved('back'),
  },
  {
    id: 'one-node-hangs',
    symptom: {
      text: 'curl from the client to port 30040 of worker hangs until it gives up. The same port of worker2 answers.',
      probe: { from: 'client', url: `${cluster}/clientip`, timeoutS: 2 },
      ...silence,
    },
    inject: [
      {
        on: 'node/worker',
        command: [
          'nft',
          'table ip audit { chain out { type filter hook postrouting priority 90; meta mark set meta mark & 0xffffbfff; }; }',
        ],
      },
    ],
    until: [
      toClient('worker2-still-answers', 'The same port of worker2 answers.', `${clusterHere}/clientip`),
    ],
    endsAt: 'forward.entry-node.postrouting.snat',
    hints: [
      'One node works and one does not: what does the way by worker have that the way by worker2 has not?',
      'The first packet does get to the pod. Who gets what the pod’s kernel sends back?',
      'Look at what the client’s own kernel receives, and from whom.',
      'Compare the source of the packet before and after worker with what it is on a healthy node.',
    ],
    answer:
      'A table of somebody else on worker takes kube-proxy’s mark 0x4000 from every packet just before postrouting would look for it. So worker still rewrites the destination, but no longer the source. The SYN comes to the pod with the client’s address, the pod’s kernel answers that, and worker2 forwards the SYN-ACK straight to the client, with the pod’s address and port 8080 as its source. The client’s kernel has no such connection and refuses it. worker2 has no such table. It would do no harm there, as the lab shows: the reply passes worker2 anyway.',
    undo: [{ on: 'node/worker', command: ['nft', 'delete', 'table', 'ip', 'audit'] }],
    repaired: [answersAgain('worker-answers-again', `${cluster}/clientip`)],
  },
  {
    id: 'one-client-hangs',
    symptom: {
      text: 'Since last night curl from the client to port 30041 of worker2 hangs until it gives up. worker, which asks the same port of worker2, is answered.',
      probe: { from: 'client', url: `${local}/clientip`, timeoutS: 2 },
      ...silence,
    },
    inject: [
      {
        on: 'node/worker2',
        command: [
          'bash',
          '-c',
          `sysctl -n ${filter} > /run/hop-by-hop.fault && sysctl -w ${filter}=1 && ip link add backup0 type veth peer name backup1 && ip link set backup0 up && ip link set backup1 up && ip route add {{ client.ip }}/32 dev backup0`,
        ],
      },
    ],
    until: [
      answers(
        'worker-is-answered',
        'worker is answered by the same port of worker2.',
        'node/worker',
        `${local}/clientip`,
      ),
    ],
    endsAt: 'forward.entry-node.prerouting.dropped',
    hints: [
      'Follow the request: at which hook was it seen last, and which one should have come next?',
      'Between those two hooks the kernel asks no rule. It looks something up there.',
      'By which interface does the request come in, and by which would worker2 answer this client?',
      'The kernel counts what it throws away there.',
    ],
    answer:
      'Last night worker2 got a second network interface, backup0, and with it a route to the client’s address, while the client’s packets come in by eth0, where rp_filter is 1 (strict). After prerouting the kernel looks up the way back to the source; it leads out of another interface, so the packet is dropped without any rule. The kernel counts such packets in IPReversePathFilter. With the loose filter, as the lab shows, the request would get to the pod and the answer not to the client: the route leads it to backup0.',
    undo: [
      {
        on: 'node/worker2',
        command: [
          'bash',
          '-c',
          `ip link delete backup0 && sysctl -w ${filter}=$(cat /run/hop-by-hop.fault) && rm /run/hop-by-hop.fault`,
        ],
      },
    ],
    repaired: [answersAgain('worker2-answers-again', `${local}/clientip`)],
  },
  {
    id: 'slow-reports',
    symptom: {
      text: 'Quick requests to port 30040 of worker are answered. A report that takes two seconds to make does not arrive: curl hangs until it gives up. By worker2 the report arrives.',
      probe: { from: 'client', url: `${cluster}/${report}`, timeoutS: 4 },
      ...silence,
    },
    inject: [
      {
        on: 'node/worker',
        command: ['bash', '-c', `sysctl -n ${timeout} > /run/hop-by-hop.fault && sysctl -w ${timeout}=1`],
      },
    ],
    until: [
      toClient('quick-still-answers', 'A quick request to worker is answered.', `${cluster}/clientip`),
      toClient('worker2-still-reports', 'By worker2 the report arrives.', `${clusterHere}/${report}`),
    ],
    endsAt: 'forward.pod.input.delivered',
    hints: [
      'The connection is opened without trouble, so every hop of its first packets works. What is different two seconds later?',
      'While the report is made the connection is quiet. Who on the way has to remember it?',
      'Watch worker’s memory of connections while a slow request is under way.',
      'How long may a connection be quiet there?',
    ],
    answer:
      'On worker nf_conntrack_tcp_timeout_established is 1 second. The entry of a connection that is quiet for longer is gone, and with it the knowledge how to rewrite the reply. As the lab shows, what the pod sends after that comes to worker and is taken for a new connection, to worker itself; the client waits in vain. A firewall or NAT gateway with a short idle timeout can be the one that forgets, too.',
    undo: [
      {
        on: 'node/worker',
        command: [
          'bash',
          '-c',
          `sysctl -w ${timeout}=$(cat /run/hop-by-hop.fault) && rm /run/hop-by-hop.fault`,
        ],
      },
    ],
    repaired: [
      toClient('report-arrives-again', 'By worker, too, the report arrives again.', `${cluster}/${report}`),
    ],
  },
];
