/** The old picture beside the real one: what docker run makes, and what a bridge does for two containers. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

export const box = '{{ cluster.name }}-box';
export const addressOfBox = '$match(steps.`route-of-box`.out, / src (\\S+)/).groups[0]';
// All of the request is read: a socket that is closed before that is answered with RST.
const answer = `while read line && test \${#line} -gt 1; do :; done; printf 'HTTP/1.0 200 OK\\r\\n\\r\\n'; hostname`;

export const docker: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'docker-run',
    say: 'docker run, without Kubernetes: one container, one published port.',
    commands: [
      {
        on: 'you',
        command: [
          ...['docker', 'run', '--detach', '--rm', `--name=${box}`, '--hostname=box'],
          ...['--publish=127.0.0.1::8080', '--entrypoint=systemd-socket-activate', '{{ cluster.image }}'],
          ...['--listen=8080', '--accept', '--inetd', 'sh', '-c', answer],
        ],
      },
      {
        on: 'you',
        command: [
          ...['docker', 'exec', box, 'bash', '-c'],
          'until ss --listening --tcp --numeric | grep --quiet :8080; do sleep 0.05; done',
        ],
      },
    ],
  },
  {
    kind: 'run',
    id: 'link-of-box',
    say: 'The container’s own interface:',
    on: 'you',
    command: ['docker', 'exec', box, 'ip', '-oneline', 'link', 'show', 'eth0'],
    compare: 'exit',
  },
  {
    kind: 'run',
    id: 'route-of-box',
    on: 'you',
    command: ['docker', 'exec', box, 'ip', 'route'],
    compare: 'exit',
  },
  {
    kind: 'run',
    id: 'bridges-on-docker-host',
    say: 'Bridges of the Docker host:',
    on: 'docker-host',
    command: ['bash', '-c', 'ip -oneline link show type bridge | grep docker0'],
    compare: 'exit',
    checks: [
      {
        id: 'docker0-is-a-bridge',
        claim:
          'The Docker host has the bridge docker0, and the command that found none on the node shows it.',
        value: 'steps.`bridges-on-docker-host`.out',
        expect: { matches: '^\\d+: docker0: ' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'links-of-docker0',
    say: 'On the Docker host, what is tied to the bridge docker0:',
    on: 'docker-host',
    command: ['ip', '-oneline', 'link', 'show', 'master', 'docker0'],
    compare: 'exit',
    checks: [
      {
        id: 'docker-ties-to-docker0',
        claim:
          'The other end of that container’s eth0 is a veth on the Docker host, by the numbers of both ends, and it is tied to the bridge docker0.',
        value: "$match(steps.`link-of-box`.out, /^(\\d+): eth0@if(\\d+):/).(groups[1] & '@' & groups[0])",
        expect: {
          in: "$match(steps.`links-of-docker0`.out, /^(\\d+): veth\\w+@if(\\d+): .* master docker0/m).(groups[0] & '@' & groups[1])",
        },
      },
    ],
  },
  {
    kind: 'run',
    id: 'address-of-docker0',
    on: 'docker-host',
    command: ['ip', '-oneline', '-4', 'address', 'show', 'docker0'],
    compare: 'exit',
    checks: [
      {
        id: 'docker0-is-the-gateway',
        claim: 'docker0 has an address, and it is the container’s gateway.',
        value: '$match(steps.`route-of-box`.out, /^default via (\\S+) /m).groups[0]',
        expect: { same: '$match(steps.`address-of-docker0`.out, / inet ([0-9.]+)\\//).groups[0]' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'ask-over-docker0',
    say: 'Another container asks it at its address. The answer, and the hardware addresses that the asking one has learned:',
    on: 'you',
    command: [
      ...[
        'docker',
        'run',
        '--rm',
        '--name={{ cluster.name }}-asker',
        '--entrypoint=bash',
        '{{ cluster.image }}',
      ],
      ...['-c', `curl -sS http://{{ ${addressOfBox} }}:8080/; ip -4 neigh show dev eth0`],
    ],
    compare: 'exit',
    checks: [
      {
        id: 'docker0-switches',
        claim:
          'Another container on docker0 is answered at that container’s address, and the one hardware address that it has learned is, for this address, that of the container’s own eth0.',
        value:
          '$append([$contains(steps.`ask-over-docker0`.out, /^box$/m)], $match(steps.`ask-over-docker0`.out, /^(\\S+) lladdr (\\S+)/m).groups)',
        expect: {
          same: `[true, ${addressOfBox}, $match(steps.\`link-of-box\`.out, / link.ether (\\S+)/).groups[0]]`,
        },
      },
    ],
  },
];
