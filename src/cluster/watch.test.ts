import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Argv, createExec, type Exec } from '../host/exec.ts';
import { netlinkWatch, startWatch } from './watch.ts';

const exec = createExec({ signal: new AbortController().signal });
const script = (text: string) => ['bash', '-c', text] as const;
const listens = (line: string) => line.startsWith('listening');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hop-watch-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** One that has died and that its parent has not asked about is there no more, either. */
function isThere(pid: string | undefined): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid ?? ''], { encoding: 'utf8' });
  return /^[^Z\s]/.test(stdout);
}

describe('a watch', () => {
  test('is there only when the command says that it listens, and keeps what it printed', async () => {
    const watch = await startWatch(
      exec,
      script('echo warming up; echo listening on 1; echo got it; sleep 60'),
      (line) => line.startsWith('listening'),
    );
    expect(watch.lines).toContain('listening on 1');
    const lines = await watch.stop();
    expect(lines[0]).toBe('warming up');
  });

  test('that ends before it listens fails with what the command said', async () => {
    const start = startWatch(exec, script('echo no such port >&2; exit 3'), (line) => line === 'never');
    await expect(start).rejects.toThrow('it ended before it listened: no such port');
  });

  test('that never listens fails when its time is over, and its command is gone', async () => {
    const pid = join(folder, 'never');
    const start = startWatch(exec, script(`echo $$ > ${pid}; exec sleep 60`), () => false, 2_000);
    await expect(start).rejects.toThrow('it did not listen within 2000 ms');
    expect(isThere(readFileSync(pid, 'utf8').trim())).toBe(false);
  });

  test('may say on standard error that it listens, and end by itself', async () => {
    const watch = await startWatch(
      exec,
      script('echo listening on eth0 >&2; sleep 0.2; echo one; echo two'),
      (line) => line.startsWith('listening'),
    );
    expect(await watch.ended()).toEqual(['one', 'two']);
  });

  test('that ends while it should listen fails with its exit code and what it said', async () => {
    let over = false;
    const noted: Exec = (argv, options) => exec(argv, options).finally(() => (over = true));
    const command = script('echo listening; echo lost the connection >&2; exit 3');
    const watch = await startWatch(noted, command, listens);
    await expect.poll(() => over).toBe(true);
    await expect(watch.stop()).rejects.toThrow('it ended by itself with exit code 3: lost the connection');
  });

  test('that was to end by itself, and did so with an error, fails', async () => {
    const watch = await startWatch(exec, script('echo listening; echo no such device >&2; exit 1'), listens);
    await expect(watch.ended()).rejects.toThrow('it ended by itself with exit code 1: no such device');
    // Its end has been asked for.
    expect(await watch.stop()).toEqual(['listening']);
  });

  test.each([
    ['standard error', 'echo "WARNING: We have hit ENOBUFS! We are losing events." >&2'],
    ['standard output', 'echo "# ERROR: We lost some netlink events!"'],
  ])('that says on %s that events were lost fails', async (_, say) => {
    const watch = await startWatch(exec, script(`echo listening; ${say}; echo one; sleep 60`), listens);
    await expect.poll(() => watch.lines).toContain('one');
    await expect(watch.stop()).rejects.toThrow(/^it has not seen everything, .*(ENOBUFS|netlink events)/);
  });
});

/** `ip monitor` subscribes to netlink as conntrack -E does, and needs no rights. */
const hasNetlink = existsSync('/proc/net/netlink') && spawnSync('ip', ['-V']).status === 0;

describe.skipIf(!hasNetlink)('a watch on netlink', () => {
  /** Ends up as `ip monitor` with the pid that it prints first; what else happens is told beside it. */
  const monitor = (beside = 'true') =>
    netlinkWatch(['bash', '-c', `echo $$; (${beside}) & exec ip monitor link`]) as Argv;

  test('listens when the kernel shows its subscription, and is gone when it has been stopped', async () => {
    const watch = await startWatch(exec, monitor());
    const [pid] = await watch.stop();
    await expect.poll(() => isThere(pid)).toBe(false);
  });

  test('that ends before it listens fails with what the command said', async () => {
    const start = startWatch(exec, netlinkWatch(['bash', '-c', 'echo no such table >&2; exit 4']) as Argv);
    await expect(start).rejects.toThrow('it ended before it listened: no such table');
  });

  test('that dies while it should listen fails with its exit code', async () => {
    const now = join(folder, 'now');
    const watch = await startWatch(exec, monitor(`until [ -e ${now} ]; do sleep 0.01; done; kill -KILL $$`));
    await writeFile(now, '');
    await expect.poll(() => isThere(watch.lines[0])).toBe(false);
    await expect(watch.stop()).rejects.toThrow('it ended by itself with exit code 137');
  });

  test('that says that events were lost fails', async () => {
    const watch = await startWatch(exec, monitor('echo "We have hit ENOBUFS!" >&2; echo said'));
    await expect.poll(() => watch.lines).toContain('said');
    await expect(watch.stop()).rejects.toThrow('the kernel dropped events: We have hit ENOBUFS!');
  });

  test('that is given up before it listens leaves no command behind', async () => {
    const pid = join(folder, 'deaf');
    const deaf = netlinkWatch(['bash', '-c', `echo $$ > ${pid}; exec sleep 60`]) as Argv;
    await expect(startWatch(exec, deaf, undefined, 2_000)).rejects.toThrow('did not listen within 2000 ms');
    await expect.poll(() => isThere(readFileSync(pid, 'utf8').trim())).toBe(false);
  });
});
