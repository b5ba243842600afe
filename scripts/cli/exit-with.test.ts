import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/host/errors.ts';
import { CommandError } from '../../src/host/exec.ts';
import { PredictionError } from '../../src/trace/predict/errors.ts';
import { codeOf } from './exit-with.ts';

describe('the exit code of an error', () => {
  it('is 2 for what is not in the cluster, 4 for a command that failed, the same for every entry point', () => {
    expect(codeOf(new PredictionError('There is no Service x in namespace y.'))).toBe(exitCodes.usage);
    const argv = ['docker', 'ps'] as const;
    const failure = { outcome: 'exited', exitCode: 1, stdout: '', stderr: '', timeoutMs: 1 } as const;
    expect(codeOf(new CommandError({ argv, ...failure }))).toBe(exitCodes.provisioning);
  });

  it('is none for a bug of ours: it is thrown on', () => {
    expect(() => codeOf(new TypeError('x'))).toThrow(TypeError);
  });
});

it('a reader that has gone, as with `| head`, ends nothing', async () => {
  const lab = join(import.meta.dirname, '..', 'lab.ts');
  const child = spawn(process.execPath, [lab, 'list'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [[exitCode], complaints] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  expect({ exitCode, complaints }).toEqual({ exitCode: 0, complaints: '' });
});

it.skipIf(process.platform !== 'linux')('a log on a full disk is one sentence, and no pass', async () => {
  const lab = join(import.meta.dirname, '..', 'lab.ts');
  const log = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [lab, 'list'], { stdio: ['ignore', log, 'pipe'] });
  const [[exitCode], complaints] = await Promise.all([once(child, 'exit'), text(child.stderr as Readable)]);
  closeSync(log);
  expect(exitCode).toBe(exitCodes.machine);
  expect(complaints).toMatch(/^what is printed can't be written any more, .*ENOSPC.*\n$/);
});

it('what fails before there is anything to stop is one sentence as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hop-exit-'));
  await writeFile(join(folder, 'config.json'), '{"proxies": {}}');
  // Where our own folder would be there is a file.
  await writeFile(join(folder, 'hop-by-hop'), '');
  const env = { ...process.env, DOCKER_CONFIG: folder, XDG_CACHE_HOME: folder };
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'trace.ts'), '--help'], { env });
  const [[exitCode], complaints] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  expect(exitCode).toBe(exitCodes.machine);
  expect(complaints).toMatch(/^a Docker configuration without your proxies could not .*\nWhat helps: .*\n$/);
  await rm(folder, { recursive: true });
});
