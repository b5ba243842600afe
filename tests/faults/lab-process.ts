/** The lab command as a process of its own, as a person starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const projectRoot = join(import.meta.dirname, '..', '..');

export interface LabProcess {
  readonly child: ChildProcess;
  /** Resolves with the first event (of --reporter jsonl) that fits; rejects when the process ends before. */
  event(fits: (event: Record<string, unknown>) => boolean): Promise<void>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
}

export function startLab(args: readonly string[], env: Record<string, string> = {}): LabProcess {
  const child = spawn(process.execPath, [join(projectRoot, 'scripts', 'lab.ts'), ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen: Record<string, unknown>[] = [];
  const waiting = new Set<{ fits: (event: Record<string, unknown>) => boolean; resolve: () => void }>();
  let stdout = '';
  let stderr = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout += `${line}\n`;
    if (!line.startsWith('{')) return;
    const event = JSON.parse(line) as Record<string, unknown>;
    seen.push(event);
    for (const one of waiting) if (one.fits(event)) one.resolve();
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ended = new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return {
    child,
    ended,
    event: (fits) =>
      new Promise((resolve, reject) => {
        if (seen.some(fits)) return resolve();
        waiting.add({ fits, resolve });
        ended.then(
          () => reject(new Error(`the lab ended before the event came:\n${stdout.slice(-2000)}${stderr}`)),
          reject,
        );
      }),
  };
}

/** Runs a command to its end. */
export const lab = (args: readonly string[], env?: Record<string, string>) => startLab(args, env).ended;
