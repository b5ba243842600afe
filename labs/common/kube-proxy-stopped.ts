/** How labs stop kube-proxy: with SIGSTOP in its nodes, so that a process that executes nothing is there all the time. */
import type { LabInput } from '../../src/lab/schema/lab.ts';

type Step = LabInput['steps'][number];
type Change = Extract<Step, { kind: 'change' }>;
type Role = 'worker' | 'worker2';

const signal = (name: 'STOP' | 'CONT', roles: readonly Role[]) =>
  roles.map((role) => ({ on: `node/${role}`, command: ['pkill', `-${name}`, '-x', 'kube-proxy'] }));

/** Whether it is stopped on this node. On the first one the ids go without its name. */
const frozen = (role: Role, index: number): Step => {
  const [step, check] = index === 0 ? ['', ''] : [`-${role}`, `-on-${role}`];
  return {
    kind: 'run',
    id: `frozen${step}`,
    on: `node/${role}`,
    command: ['ps', '-o', 'stat=', '-C', 'kube-proxy'],
    compare: 'exit',
    checks: [
      {
        id: `kube-proxy-is-stopped${check}`,
        claim: `kube-proxy on ${role} is in state T: stopped by a signal.`,
        value: index === 0 ? 'steps.frozen.out' : `steps.\`frozen${step}\`.out`,
        expect: { matches: '^T' },
      },
    ],
  };
};

/** Stops it on these nodes, then shows for each of them that it is stopped. */
export const freeze = (roles: readonly Role[], say: string): Step[] => [
  { kind: 'change', id: 'freeze', say, commands: signal('STOP', roles) },
  ...roles.map(frozen),
];

/** Lets it run again on these nodes. */
export const thaw = (roles: readonly Role[], rest: Pick<Change, 'say' | 'until'>): Change => ({
  kind: 'change',
  id: 'thaw',
  ...rest,
  commands: signal('CONT', roles),
});
