import { expect, test } from 'vitest';
import { lab, monday, record } from '../../lab/evidence/sample.ts';
import type { Evidence } from '../../lab/evidence/schema.ts';
import { risingRules } from './rises.ts';

const listing = (count: number) =>
  [
    '*nat',
    `[${count}:60] -A A -j B`,
    '[9:60] -A A -j ACCEPT',
    `[${count + 2}:60] -A B -j DNAT`,
    'COMMIT',
    '',
  ].join('\n');

async function withCounters(before: string, after: string): Promise<Evidence> {
  const evidence = await record(monday);
  const step = (id: string, out: string) => ({
    id,
    kind: 'run' as const,
    commands: [{ shown: 'iptables-save -c', exit: 0, out, err: '' }],
    value: null,
  });
  return { ...evidence, steps: [step('before', before), step('after', after)] };
}
const reference = { before: 'before', after: 'after', from: 'A' };

test('only rules whose counters rose are shown, a chain after the jump to it', async () => {
  const cells = [await withCounters(listing(1), listing(2))];
  const rules = await risingRules({ lab, cells }, reference);
  expect(rules.map(({ before, after, html }) => [before, after, html.replaceAll(/<[^>]+>/g, '')])).toEqual([
    [1, 2, '-A A -j B'],
    [3, 4, '-A B -j DNAT'],
  ]);
});

test('no rise is an error: the chapter would show nothing', async () => {
  const cells = [await withCounters(listing(1), listing(1))];
  await expect(risingRules({ lab, cells }, reference)).rejects.toThrow(
    'no rule rose between before and after',
  );
});
