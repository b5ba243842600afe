/** The promises once more, for all pods: each pod asks each other one, and each node those that it has. */
import { placed, pod, podUrl, roles, type Steps, step } from './names.ts';

const apps = placed.map(([app]) => app);
const others = (asker: string) => apps.filter((app) => app !== asker);
const ownPods = (role: string) => placed.filter(([, at]) => at === role).map(([app]) => app);

/** Prints of each pod who answers, and the address that it sees. */
const askEach = (asked: readonly string[]) => [
  'sh',
  '-c',
  `for ip in ${asked.map((app) => `{{ ${pod(app)}.ip }}`).join(' ')}; do curl -sS -m 2 -w '\\n' http://$ip:8080/hostname http://$ip:8080/clientip; done`,
];

/** One of the pairs each: the asked pod has answered, and has seen the asking one's own address. */
const pairs = apps.flatMap((asker) =>
  others(asker).map(
    (asked) => `$contains(${step(`${asker}-asks-each`)}, $join(['${asked}\\n', ${pod(asker)}.ip, ':']))`,
  ),
);

export const pairsOfPods: Steps = apps.map((asker, index) => ({
  kind: 'run',
  id: `${asker}-asks-each`,
  say: `${asker} asks each of the other three pods: who answers, and whose address does it see?`,
  on: `pod/${asker}`,
  command: askEach(others(asker)),
  // Each line has a port of chance.
  compare: 'exit',
  checks:
    index < apps.length - 1
      ? []
      : [
          {
            id: 'each-pod-reaches-each',
            claim:
              'Each of the four pods, on three nodes, gets an answer from each of the other three, and that one sees its own address: so in all 12 pairs.',
            value: `$count([${pairs.join(', ')}][$ = true])`,
            expect: { equals: pairs.length },
          },
        ],
}));

export const nodesAndTheirPods: Steps = roles.map((role, index) => ({
  kind: 'run',
  id: `${role}-asks-its-pods`,
  say: `The kubelet has to reach the pods of its node, for their probes: here curl on ${role}.`,
  on: `node/${role}`,
  command: ['curl', '-sS', '-m', '2', '-w', '\\n', ...ownPods(role).map((app) => podUrl(app, 'hostname'))],
  checks:
    index < roles.length - 1
      ? []
      : [
          {
            id: 'node-reaches-its-pods',
            claim: 'On each of the three nodes a process gets an answer from each of that node’s pods.',
            value: `[${roles.map((each) => `$trim(${step(`${each}-asks-its-pods`)})`).join(', ')}]`,
            expect: { equals: roles.map((each) => ownPods(each).join(' ')) },
          },
        ],
}));
