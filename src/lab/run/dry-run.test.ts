import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LabEvent } from '../events.ts';
import { loadLab } from '../load.ts';
import type { Lab } from '../schema/lab.ts';
import { chooseCells } from './cells.ts';
import { dryRun } from './dry-run.ts';

const lab = await loadLab(join(import.meta.dirname, '..', '..', '..'), '03-nodeport');

const url = 'http://{{ services.cart.clusterIP }}:80/';
const follow = (from: string, protocol: 'tcp' | 'udp' = 'tcp'): Lab => ({
  ...lab,
  steps: [{ kind: 'trace', id: 'follow', from, url, protocol, timeoutS: 2, checks: [] }],
});

/** The command of the only trace step. */
function traced(one: Lab): string | undefined {
  const events: LabEvent[] = [];
  const [cell] = chooseCells(one, { proxyMode: 'first', podNetwork: 'first' });
  if (cell !== undefined) dryRun(cell, false, (event) => events.push(event));
  const shown = events.flatMap((event) => (event.type === 'command' ? [event.shown] : []));
  return shown.find((command) => command.startsWith('npm run trace'));
}

test.each([
  ['client', ''],
  ['node/worker', '--from node/hop-cluster-worker '],
  ['pod/shopper', `--from pod/${lab.namespace}/shopper `],
  ['netns/shopper', `--from pod/${lab.namespace}/shopper `],
])('a trace from %s is printed with who asks', (from, flag) => {
  expect(traced(follow(from))).toBe(`npm run trace -- --cluster hop-cluster ${flag}'${url}'`);
});

test('a trace over UDP says so', () => {
  expect(traced(follow('client', 'udp'))).toContain(' --proto udp ');
});
