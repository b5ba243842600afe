/** A published port of that container: who answers there, and the rule that Docker has written for it. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { addressOfBox, box } from './docker.ts';

const port = '$match(steps.`port-of-box`.out, /:(\\d+)/).groups[0]';

export const published: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'port-of-box',
    say: 'The published port:',
    on: 'you',
    command: ['docker', 'port', box, '8080/tcp'],
    compare: 'exit',
  },
  {
    kind: 'probe',
    id: 'ask-box',
    say: 'The Docker host asks the published port:',
    from: 'you',
    url: 'http://{{ $trim(steps.`port-of-box`.out) }}/',
    checks: [
      {
        id: 'published-port-answers',
        claim:
          'Asked at 127.0.0.1, where it is published, the port answers with the container’s name and HTTP 200, be it by Docker’s rule or by docker-proxy.',
        value: '[steps.`ask-box`.value.status, steps.`ask-box`.value.body]',
        expect: { equals: [200, 'box'] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'rule-of-box',
    say: 'And the rule that Docker has written for it, with its counters of packets and bytes after that request:',
    on: 'docker-host',
    command: [
      'bash',
      '-c',
      `iptables --table nat --list-rules DOCKER --verbose | grep "dport {{ ${port} }} "`,
    ],
    compare: 'exit',
    checks: [
      {
        id: 'docker-maps-the-port',
        // The counters are not compared: where docker-proxy is turned off, the request does take the rule.
        claim:
          'Docker has written a rule that rewrites the published port to the container’s address and port 8080. That it is there is all that this says: no request was seen to take it.',
        value: '$match(steps.`rule-of-box`.out, /--dport (\\d+) .*-j DNAT --to-destination (\\S+)/).groups',
        expect: { same: `[${port}, ${addressOfBox} & ':8080']` },
      },
    ],
  },
  {
    kind: 'change',
    id: 'box-goes',
    commands: [{ on: 'you', command: ['docker', 'rm', '--force', box] }],
  },
];
