/** What decides who answers a port: the socket's address and port, and nothing that a manifest says. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { processes } from './namespaces.ts';

export const declared: LabInput['steps'] = [
  {
    kind: 'probe',
    id: 'ask-undeclared',
    say: 'This pod declares containerPort 9090, and its process listens on 8080. First the port that nobody declared:',
    from: 'netns/ask',
    url: "http://{{ pods[app='mislabelled'].ip }}:8080/hostname",
    checks: [
      {
        id: 'undeclared-port-answers',
        claim: 'A port that is not declared as containerPort answers all the same.',
        value: 'steps.`ask-undeclared`.value.status',
        expect: { equals: 200 },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-declared',
    say: 'And the declared one:',
    from: 'netns/ask',
    url: "http://{{ pods[app='mislabelled'].ip }}:9090/hostname",
    checks: [
      {
        id: 'declared-port-refuses',
        claim:
          'The port that is declared as containerPort, and is not the process’s, is refused (curl exit 7).',
        value: 'steps.`ask-declared`.value.exit',
        expect: { equals: 7 },
      },
    ],
  },
];

export const crowd: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'apply-crowd',
    say: 'A pod with two containers that both want port 8080.',
    on: 'you',
    command: ['kubectl', 'apply', '-f', 'labs/01-pod/manifests/crowd.yaml'],
    checks: [
      {
        id: 'duplicate-port-only-warns',
        claim: 'The API server takes a pod that declares one port twice, and only warns.',
        value: '[steps.`apply-crowd`.exit, $contains(steps.`apply-crowd`.err, "duplicate port")]',
        expect: { equals: [0, true] },
      },
    ],
  },
  {
    kind: 'change',
    id: 'second-fails',
    commands: [
      {
        on: 'you',
        command: [
          'kubectl',
          'wait',
          'pod/crowd',
          '--for=jsonpath={.status.containerStatuses[?(@.name=="second")].state.waiting.reason}=CrashLoopBackOff',
          '--timeout=60s',
        ],
      },
    ],
  },
  {
    kind: 'run',
    id: 'log-of-second',
    say: 'What the second one says:',
    on: 'you',
    command: ['kubectl', 'logs', 'crowd', '-c', 'second', '--tail=1'],
    compare: 'exit',
    checks: [
      {
        id: 'second-cannot-bind',
        claim: 'The second container ends because the port is taken: bind: address already in use.',
        value: 'steps.`log-of-second`.out',
        expect: { matches: 'listen tcp :8080: bind: address already in use' },
      },
    ],
  },
  processes(
    'processes-of-crowd',
    'crowd',
    'Which of the two has the port? The processes that run in the pod:',
  ),
  {
    kind: 'run',
    id: 'sockets-of-crowd',
    say: 'And the TCP sockets that listen in it:',
    on: 'netns/crowd',
    command: ['ss', '--listening', '--tcp', '--numeric', '--processes', '--no-header'],
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: 'first-keeps-the-port',
        claim:
          'One socket listens on port 8080 of that pod, and it belongs to the process of the container that came first.',
        value: '[$match(steps.`sockets-of-crowd`.out, /:8080\\s.*pid=(\\d+),/).groups[0]]',
        expect: { same: '[$string(steps.`processes-of-crowd`.value.first)]' },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-crowd',
    from: 'netns/ask',
    url: "http://{{ pods[app='crowd'].ip }}:8080/hostname",
    checks: [
      {
        id: 'crowd-answers',
        claim: 'Meanwhile the pod answers on that port with HTTP 200.',
        value: 'steps.`ask-crowd`.value.status',
        expect: { equals: 200 },
      },
    ],
  },
  {
    kind: 'change',
    id: 'crowd-goes',
    commands: [{ on: 'you', command: ['kubectl', 'delete', 'pod', 'crowd'] }],
  },
];

export const doors: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'sockets-of-two-doors',
    say: 'In this pod two containers have the same port, one at 127.0.0.1 and one at the pod’s address. A third listens at 127.0.0.1 only.',
    on: 'netns/two-doors',
    command: ['ss', '--listening', '--tcp', '--numeric', '--processes', '--no-header'],
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: 'one-port-two-sockets',
        claim: 'Two processes listen on port 8080 of one pod: one at 127.0.0.1, one at the pod’s address.',
        value:
          '$append($sort($match(steps.`sockets-of-two-doors`.out, /(\\S+):8080\\s.*pid=/).groups[0]), $count($distinct($match(steps.`sockets-of-two-doors`.out, /:8080\\s.*pid=(\\d+)/).groups[0])))',
        expect: { same: "$append($sort(['127.0.0.1', pods[app='two-doors'].ip]), 2)" },
      },
    ],
  },
  {
    kind: 'run',
    id: 'ask-shy-inside',
    say: 'Port 9000, asked at localhost by another container of the pod:',
    on: 'you',
    command: [
      ...['kubectl', 'exec', 'two-doors', '-c', 'outer', '--'],
      ...['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', 'http://127.0.0.1:9000/'],
    ],
    checks: [
      {
        id: 'loopback-answers-inside',
        claim: 'A process that listens at 127.0.0.1 answers another container of its pod.',
        value: 'steps.`ask-shy-inside`.out',
        expect: { equals: '404' },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-shy-outside',
    say: 'The same port, asked at the pod’s address by another pod:',
    from: 'netns/ask',
    url: "http://{{ pods[app='two-doors'].ip }}:9000/",
    checks: [
      {
        id: 'loopback-refuses-outside',
        claim: 'Asked at the pod’s address, that port is refused (curl exit 7).',
        value: 'steps.`ask-shy-outside`.value.exit',
        expect: { equals: 7 },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-outer',
    say: 'And port 8080 of that pod, where the other container listens at the pod’s address:',
    from: 'netns/ask',
    url: "http://{{ pods[app='two-doors'].ip }}:8080/",
    checks: [
      {
        id: 'pod-address-answers-outside',
        claim: 'A process of the same pod that listens at the pod’s address answers there.',
        value: 'steps.`ask-outer`.value.status',
        expect: { equals: 404 },
      },
    ],
  },
];
