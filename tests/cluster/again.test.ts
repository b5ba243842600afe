/**
 * A learner's evening with one lab: its cluster stays, its checks pass, every fault is put in place and fixed, and the
 * checks pass again. A run that ends with its cluster sees none of what a lab leaves behind for its own next time.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { faultsOfCell } from '../../src/lab/cell-steps.ts';
import { lab as start } from '../faults/lab-process.ts';
import { selection } from './selection.ts';

const usage = 2;

describe.each(selection.repeated.map((cell) => ({ id: cell.lab.id, name: cell.id, cell })))(
  '$id $name on a cluster that stays',
  ({ id, cell }) => {
    let home: string;
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'hop-again-'));
    });

    const which = ['--proxy-mode', cell.proxyMode, '--network', cell.podNetwork];
    /** The steps make the pod network, once. */
    const once = cell.podNetwork !== 'kindnet';

    /** State of its own: no cluster that a person keeps on this machine is seen from here. */
    async function ends(exit: number, ...args: string[]): Promise<void> {
      const { exitCode, stdout, stderr } = await start(args, { XDG_STATE_HOME: home });
      expect(exitCode, `lab ${args.join(' ')}\n${stdout.slice(-3000)}${stderr}`).toBe(exit);
    }
    const checks = () => ends(once ? usage : 0, 'check', id, ...which);

    test('up and check pass', async () => {
      await ends(0, 'up', id, ...which);
      await checks();
    });

    test.each(faultsOfCell(cell.lab, cell).map((fault) => fault.id))('%s is fixed', async (fault) => {
      await ends(0, 'break', id, fault, ...which);
      await ends(0, 'fix');
    });

    test(once ? 'check says why it can’t run again' : 'check passes again', checks);

    // The state goes when the cluster is gone: `lab gc` finds by it what is left of one that is not.
    test('down removes it', async () => {
      await ends(0, 'down', id);
      await rm(home, { recursive: true });
    });
  },
);
