/** What runs on this machine, as far as we may see it. */
import { readdir, readFile } from 'node:fs/promises';
import type { Exec } from './exec.ts';

/** The words of every process. On Linux from /proc: `ps` need not be there. */
export async function commandLines(exec: Exec): Promise<readonly (readonly string[])[]> {
  if (process.platform === 'linux') return linuxCommandLines();
  const { stdout } = await exec(['ps', '-Aww', '-o', 'args=']);
  return stdout.split('\n').map((line) => line.trim().split(/\s+/));
}

async function linuxCommandLines(): Promise<string[][]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = pids.map(async (pid) => {
    // Gone in the meantime, or somebody else's.
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text.split('\0').filter(Boolean);
  });
  return Promise.all(lines);
}

/**
 * Whether this command makes containers of that name, or with it as a prefix. Such a command runs on when the one that
 * has started it is killed, and Docker lists a container only when it has copied the volumes of its image.
 */
export function makesContainer(words: readonly string[], name: string): boolean {
  const [program = '', verb, what] = words;
  const makes =
    (/(^|\/)docker$/.test(program) && verb === 'run') ||
    (isKind(program) && verb === 'create' && what === 'cluster');
  const named = words.map((word, index) =>
    word === '--name' ? words[index + 1] : word.startsWith('--name=') ? word.slice(7) : undefined,
  );
  return makes && named.some((one) => one === name || one?.startsWith(`${name}-`) === true);
}

const isKind = (program: string) => /(^|\/)kind$/.test(program);

/** Whether kind makes a node image, whoever has started it. */
export const isNodeBuild = ([program = '', verb, what]: readonly string[]): boolean =>
  isKind(program) && verb === 'build' && what === 'node-image';

/** Whether a command that makes containers of that name still runs. */
export const isBeingMade = async (exec: Exec, name: string): Promise<boolean> =>
  (await commandLines(exec)).some((words) => makesContainer(words, name));
