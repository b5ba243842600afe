/** What dockerd changes in this machine's firewall and routing, and how it is taken back. */
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';

export const forwardingSchema = z.strictObject({
  /** net.ipv4.ip_forward */
  ipForward: z.enum(['0', '1']),
  /** The policy of the chain FORWARD, which dockerd sets to DROP when it turns on forwarding. */
  policy: z.enum(['ACCEPT', 'DROP']),
});

export type Forwarding = z.infer<typeof forwardingSchema>;

const ipForwardFile = '/proc/sys/net/ipv4/ip_forward';

/** As it is before dockerd starts for the first time. */
export async function readForwarding(host: Host): Promise<Forwarding> {
  const { stdout } = await host.exec(['iptables', '-w', '-S', 'FORWARD']);
  return forwardingSchema.parse({
    ipForward: (await readFile(ipForwardFile, 'utf8')).trim(),
    policy: /^-P FORWARD (\w+)/m.exec(stdout)?.[1],
  });
}

/** The output of iptables-save without Docker's chains and the rules that name them or its bridge. Pure. */
export function withoutDocker(saved: string): string {
  return saved
    .split('\n')
    .filter((line) => !/^:DOCKER|^(\[\d+:\d+\] )?-A DOCKER| -j DOCKER|[ !]docker0\b/.test(line))
    .join('\n');
}

/** After dockerd has ended: removes its bridge and its rules, and sets back what it set. */
export async function takeBackForwarding(host: Host, before: Forwarding | undefined): Promise<void> {
  await host.exec(['ip', 'link', 'delete', 'docker0'], { accept: 'any' }); // not there when no engine got that far
  for (const family of ['iptables', 'ip6tables']) {
    try {
      const { stdout } = await host.exec([`${family}-save`, '--counters']);
      if (stdout.includes('DOCKER')) {
        await host.exec([`${family}-restore`, '--counters', '-w'], { input: `${withoutDocker(stdout)}\n` });
      }
    } catch (error) {
      if (!(error instanceof CommandError) || error.outcome !== 'not found') throw error;
    }
  }
  if (before === undefined) return;
  await host.exec(['iptables', '-w', '-P', 'FORWARD', before.policy]);
  await writeFile(ipForwardFile, before.ipForward);
}
