/**
 * A learner's evening with one lab: its cluster stays, its checks pass, every fault is put in place and fixed, and the
 * checks pass again. A run that ends with its cluster sees none of what a lab leaves behind for its own next time.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOfCell } from '../../src/lab/cell-steps.ts';
import { chooseCells } from '../../src/lab/run/cells.ts';
import { lab as start } from '../faults/lab-process.ts';
import { selection } from './selection.ts';

describe.each(selection.repeated.map((lab) => ({ id: lab.id, lab })))(
  '$id on a cluster that stays',
  ({ lab }) => {
    let home: string;
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'hop-again-'));
    });
    afterAll(async () => {
      await run('down', lab.id);
      await rm(home, { recursive: true, force: true });
    });

    /** State of its own: no cluster that a person keeps on this machine is seen from here. */
    const run = (...args: string[]) => start(args, { XDG_STATE_HOME: home });

    async function succeeds(...args: string[]): Promise<void> {
      const { exitCode, stdout, stderr } = await run(...args);
      expect(exitCode, `lab ${args.join(' ')}\n${stdout.slice(-3000)}${stderr}`).toBe(0);
    }

    test('up and check pass', async () => {
      await succeeds('up', lab.id);
      await succeeds('check', lab.id);
    });

    const [cell] = chooseCells(lab, { proxyMode: 'first', podNetwork: 'first' });
    test.each(cell === undefined ? [] : faultsOfCell(lab, cell).map(({ id }) => id))(
      '%s is fixed',
      async (fault) => {
        await succeeds('break', lab.id, fault);
        await succeeds('fix');
      },
    );

    test('check passes again', async () => {
      await succeeds('check', lab.id);
    });
  },
);
