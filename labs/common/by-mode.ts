/** What the two modes of kube-proxy do differently: a check for each, of which a cell has its own. */
import type { LabInput } from '../../src/lab/schema/lab.ts';

type Checks = NonNullable<LabInput['steps'][number]['checks']>;
export type ModeCheck = Pick<Checks[number], 'id' | 'claim' | 'value' | 'expect'>;

export const byMode = (iptables: ModeCheck, nftables: ModeCheck): Checks =>
  [
    { proxyMode: 'iptables' as const, ...iptables },
    { proxyMode: 'nftables' as const, ...nftables },
  ].map(({ proxyMode, ...check }) => ({
    ...check,
    when: { proxyMode },
    scope: `kube-proxy:${proxyMode}` as const,
  }));
