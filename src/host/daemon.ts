/** Starts a program that outlives us. Everything else goes through {@link Exec}. */
import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Argv, CommandError } from './exec.ts';

/**
 * Starts `argv` in a session of its own, with no standard input and its output appended to `logFile`.
 * Resolves with the pid as soon as the program runs; whether it works is for the caller to find out.
 *
 * @throws CommandError when the program can't be started
 */
export async function startDaemon(
  argv: Argv,
  { logFile, env }: { readonly logFile: string; readonly env: NodeJS.ProcessEnv },
): Promise<number> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a');
  try {
    const [file, ...args] = argv;
    const child = spawn(file, args, { detached: true, stdio: ['ignore', log.fd, log.fd], env, cwd: '/' });
    await new Promise<void>((started, failed) => {
      child.once('spawn', started);
      child.once('error', (error) =>
        failed(
          new CommandError({
            argv,
            outcome: 'not found',
            exitCode: undefined,
            stdout: '',
            stderr: error.message,
            timeoutMs: 0,
          }),
        ),
      );
    });
    child.unref();
    if (child.pid === undefined) throw new Error(`${file} was started but has no pid`);
    return child.pid;
  } finally {
    await log.close();
  }
}
