/** Which process exactly: a pid alone is used again by the kernel, after a reboot or a container restart at once. */
import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CommandError, type Exec } from './exec.ts';

export const processIdentity = z.strictObject({
  pid: z.number().int().positive(),
  /** On Linux clock ticks since boot (field 22 of /proc/PID/stat, proc_pid_stat(5)); elsewhere seconds since 1970. */
  startTime: z.string().regex(/^\d+$/),
  bootId: z.string().regex(/^[\w-]+$/),
});

export type ProcessIdentity = z.infer<typeof processIdentity>;

export interface ProcessTable {
  /** The process that has this pid now; `undefined` when none has. */
  identify(pid: number): Promise<ProcessIdentity | undefined>;
}

/** Field 22 of a line of /proc/PID/stat. The second field is a name in brackets that may hold blanks and brackets. */
export function parseStat(stat: string): { state: string; startTime: string } {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [afterName[0], afterName[19]];
  if (state === undefined || startTime === undefined)
    throw new Error(`not a line of /proc/PID/stat: ${stat}`);
  return { state, startTime };
}

const isMissing = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');

/** Reads /proc on Linux; elsewhere asks `ps` and `sysctl`. */
export function processTable(exec: Exec, platform: NodeJS.Platform = process.platform): ProcessTable {
  return platform === 'linux' ? linuxTable() : bsdTable(exec);
}

/** @param proc is /proc, but for tests. */
export function linuxTable(proc = '/proc'): ProcessTable {
  return {
    async identify(pid) {
      try {
        const { state, startTime } = parseStat(await readFile(`${proc}/${pid}/stat`, 'utf8'));
        // A zombie has ended; only its parent has not asked yet. But its first thread is one as soon as that has ended:
        // the others may still be at it, and until then hold its files and what they lie on (umount: target is busy).
        if ((state === 'Z' || state === 'X') && (await readdir(`${proc}/${pid}/task`)).length <= 1)
          return undefined;
        const bootId = (await readFile(`${proc}/sys/kernel/random/boot_id`, 'utf8')).trim();
        return { pid, startTime, bootId };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

function bsdTable(exec: Exec): ProcessTable {
  return {
    async identify(pid) {
      try {
        const started = await exec(['ps', '-o', 'lstart=', '-p', String(pid)], {
          env: { LC_ALL: 'C', TZ: 'UTC' },
        });
        // kern.boottime moves with every correction of the clock, and a living process would count as dead.
        const boot = await exec(['sysctl', '-n', 'kern.bootsessionuuid']);
        const startTime = String(Date.parse(`${started.stdout.trim()} UTC`) / 1000);
        return { pid, startTime, bootId: boot.stdout.trim() };
      } catch (error) {
        if (error instanceof CommandError && error.exitCode === 1) return undefined;
        throw error;
      }
    },
  };
}

/** Whether that very process still runs. */
export async function isRunning(table: ProcessTable, identity: ProcessIdentity): Promise<boolean> {
  const now = await table.identify(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}
