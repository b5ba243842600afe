/** Against a small DOCKER-USER chain that keeps rules as iptables does. */
import { expect, test } from 'vitest';
import { countPackets, fencesIn, type HostIptables, putUpFence, takeDownFence } from './fence-rules.ts';

/** Keeps the rules of one chain; prints them with the quotes and the counters that iptables prints. */
function chain(): HostIptables & { rules: string[][] } {
  const rules: string[][] = [];
  const print = (words: string[]) => words.map((word) => (word.includes('/') ? `"${word}"` : word)).join(' ');
  const run = async (args: readonly string[]) => {
    const [verb, , ...rule] = args;
    if (verb === '-I') rules.unshift(rule);
    if (verb === '-D') {
      const index = rules.findIndex((one) => one.join(' ') === rule.join(' '));
      if (index < 0) throw new Error(`no such rule: ${rule.join(' ')}`);
      rules.splice(index, 1);
    }
    if (verb === '-L') {
      return rules
        .map(
          (rule) =>
            `    7  420 DROP  0  --  br-x !br-x  0.0.0.0/0  0.0.0.0/0  ${rule.includes('53') ? 'udp dpt:53 ' : ''}/* ${rule[rule.indexOf('--comment') + 1]} */`,
        )
        .join('\n');
    }
    return [
      '-N DOCKER-USER',
      ...rules.map((rule) => `-A DOCKER-USER ${print(rule)}`),
      '-A DOCKER-USER -j RETURN',
    ].join('\n');
  };
  return Object.assign(run, { rules });
}

const clusters = (rules: string) => [...new Set(fencesIn(rules).map(({ cluster }) => cluster))].sort();

test('the fence stops what leaves the bridge, and goes with its cluster only', async () => {
  const iptables = chain();
  await putUpFence(iptables, 'hop-3n-aaaa', 'br-a');
  await putUpFence(iptables, 'hop-3n-bbbb', 'br-b');
  expect(iptables.rules.every((rule) => rule.join(' ').includes('! -o br-'))).toBe(true);
  // The first of a cluster's two rules is met first: what asks for a name is told at once, all else hears nothing.
  expect(iptables.rules.slice(0, 2).map((rule) => [rule.includes('53'), rule.at(-1)])).toEqual([
    [true, 'REJECT'],
    [false, 'DROP'],
  ]);
  expect(clusters(await iptables(['-S', 'DOCKER-USER'])).sort()).toEqual(['hop-3n-aaaa', 'hop-3n-bbbb']);
  await takeDownFence(iptables, 'hop-3n-aaaa');
  expect(clusters(await iptables(['-S', 'DOCKER-USER']))).toEqual(['hop-3n-bbbb']);
  await takeDownFence(iptables, 'hop-3n-bbbb');
  expect(iptables.rules).toEqual([]);
});

test('the count leaves out DNS queries and other clusters', async () => {
  const iptables = chain();
  await putUpFence(iptables, 'hop-3n-aaaa', 'br-a');
  await putUpFence(iptables, 'hop-3n-aaaab', 'br-b');
  expect(await countPackets(iptables, 'hop-3n-aaaa')).toBe(7);
});
