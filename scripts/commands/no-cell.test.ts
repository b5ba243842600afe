import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { exitCodes, UsageError } from '../../src/host/errors.ts';
import type { LabEvent } from '../../src/lab/events.ts';
import { parseArguments } from '../cli/parse.ts';
import type { CommandContext } from './context.ts';
import { run } from './run.ts';

const projectRoot = join(import.meta.dirname, '..', '..');
/** All labs are loaded. */
vi.setConfig({ testTimeout: 30_000 });

/** A dry run asks nothing of the machine. */
async function all(...flags: string[]) {
  const invocation = parseArguments(['all', '--dry-run', ...flags], {});
  if (invocation.command === 'help') throw new Error('asked for help');
  const events: LabEvent[] = [];
  const reporter = { report: (event: LabEvent) => void events.push(event) };
  const context = { projectRoot, options: invocation.options, reporter } as unknown as CommandContext;
  return { exitCode: await run(context, undefined), events };
}

test('all labs of one mode and network are those that have such a cell', async () => {
  const { exitCode, events } = await all('--network', 'bgp', '--proxy-mode', 'iptables');
  expect(exitCode).toBe(exitCodes.passed);
  expect(events).not.toEqual([]);
});

test('where no lab has such a cell nothing would run, and that is said', async () => {
  const running = all('--network', 'bgp', '--proxy-mode', 'nftables');
  await expect(running).rejects.toThrow(UsageError);
  await expect(running).rejects.toThrow(
    /^no lab has a cell for --proxy-mode nftables --network bgp; there are iptables, nftables, .*bgp-iptables/,
  );
});
