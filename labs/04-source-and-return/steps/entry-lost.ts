/** The entry is the only thing that knows the way back. A connection that is quiet for too long loses it. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const timeout = 'net.netfilter.nf_conntrack_tcp_timeout_established';
const kept = '/run/hop-by-hop.established';
/** A request whose answer takes two seconds: meanwhile the connection is idle. */
const slow = 'http://{{ nodes.worker.ip }}:30040/shell?cmd=sleep+2';
const pod = "$$.pods[app='cart'].ip";
/** What conntrack told of the request that was forgotten. */
const asked = (condition: string) =>
  `$$.steps.forgotten.value.asked[${condition} and original.source.port = $$.steps.\`slow-request-forgotten\`.value.local.port]`;

export const entryLost: LabInput['steps'] = [
  {
    kind: 'probe',
    id: 'slow-request',
    say: 'A request whose answer takes two seconds. It works.',
    from: 'client',
    url: slow,
    timeoutS: 5,
    checks: [
      {
        id: 'slow-request-works',
        claim: 'A request that takes two seconds is answered while worker’s timeout is as it was.',
        value: 'steps.`slow-request`.value.status',
        expect: { equals: 200 },
      },
    ],
  },
  {
    kind: 'change',
    id: 'forget-soon',
    say: 'Now worker forgets an established connection after one second without a packet.',
    commands: [
      {
        on: 'node/worker',
        command: ['bash', '-c', `sysctl -n ${timeout} > ${kept} && sysctl -w ${timeout}=1`],
      },
    ],
  },
  {
    kind: 'capture',
    id: 'forgotten',
    say: 'conntrack on worker tells what becomes of the connection, and of what the pod sends.',
    watches: [
      {
        id: 'asked',
        on: 'node/worker',
        command: ['conntrack', '-E', '-p', 'tcp', '--orig-port-dst', '30040'],
        parse: 'conntrack-events',
      },
      {
        id: 'answered',
        on: 'node/worker',
        command: ['conntrack', '-E', '-p', 'tcp', '--orig-port-src', '8080'],
        parse: 'conntrack-events',
      },
    ],
    during: [
      {
        kind: 'probe',
        id: 'fast-request-forgotten',
        from: 'client',
        url: 'http://{{ nodes.worker.ip }}:30040/clientip',
        checks: [
          {
            id: 'fast-requests-still-work',
            claim: 'A request that is answered at once still works.',
            value: 'steps.`fast-request-forgotten`.value.status',
            expect: { equals: 200 },
          },
        ],
      },
      {
        kind: 'probe',
        id: 'slow-request-forgotten',
        from: 'client',
        url: slow,
        timeoutS: 4,
        checks: [
          {
            id: 'slow-requests-hang',
            claim:
              'A request that takes two seconds gets no answer any more: the client waits until it gives up (curl exit 28).',
            value: 'steps.`slow-request-forgotten`.value.exit',
            expect: { equals: 28 },
          },
        ],
      },
    ],
    compare: 'exit',
    checks: [
      {
        id: 'entry-destroyed',
        claim:
          'worker destroyed the entry of this connection in the state ESTABLISHED: nobody had closed it.',
        value: `$count(${asked("event = 'DESTROY' and state = 'ESTABLISHED'")})`,
        expect: { equals: 1 },
      },
      {
        id: 'answer-is-a-stranger',
        claim:
          'What the pod sent after that came to worker all the same, and started an entry of its own there: from the pod’s port 8080 to worker itself, at the port by which the pod knew this connection.',
        value: `$count(steps.forgotten.value.answered[event = 'NEW' and original.source.ip = ${pod} and original.destination.ip = $$.nodes.worker.ip and original.destination.port in ${asked("event = 'NEW'")}.reply.destination.port])`,
        expect: { atLeast: 1 },
      },
      {
        id: 'stranger-is-refused',
        claim: 'worker destroyed that entry, too, and in the state CLOSE.',
        value: `$count(steps.forgotten.value.answered[event = 'DESTROY' and state = 'CLOSE' and original.source.ip = ${pod} and original.destination.ip = $$.nodes.worker.ip and original.destination.port in ${asked("event = 'NEW'")}.reply.destination.port])`,
        expect: { atLeast: 1 },
      },
    ],
  },
  {
    kind: 'change',
    id: 'remember-again',
    commands: [
      { on: 'node/worker', command: ['bash', '-c', `sysctl -w ${timeout}=$(cat ${kept}) && rm ${kept}`] },
    ],
  },
  {
    kind: 'probe',
    id: 'slow-request-again',
    from: 'client',
    url: slow,
    timeoutS: 5,
    checks: [
      {
        id: 'slow-request-works-again',
        claim: 'With the old timeout back, the slow request is answered again.',
        value: 'steps.`slow-request-again`.value.status',
        expect: { equals: 200 },
      },
    ],
  },
];
