/** What a daemon mounted and did not take back. */
import { readFile } from 'node:fs/promises';
import type { Host } from '../host.ts';

/** Mount points at or below `folder`, deepest first; /proc/PID/mountinfo, field 5 (proc_pid_mountinfo(5)). Pure. */
export function mountsBelow(mountinfo: string, folder: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) =>
      path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
}

/** dockerd mounts its data root on itself, and leaves that when it is killed. */
export async function unmountBelow(host: Host, folder: string): Promise<void> {
  for (const path of mountsBelow(await readFile('/proc/self/mountinfo', 'utf8'), folder)) {
    await host.exec(['umount', path]);
  }
}
