/** A disk without room, told as what it is and not as a bug of ours. */
import { MachineError } from './errors.ts';

/** No room, the quota of this user, a disk that is mounted read-only. */
const codes: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
};

/** The same error, unless it tells of a disk that can't be written to: then a sentence that names the file. */
export function fullDisk(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const what = codes[String(error.code)];
  if (what === undefined) return error;
  const path = 'path' in error ? String(error.path) : undefined;
  return new MachineError(
    path === undefined ? `${what}: a file could not be written` : `${what}: ${path} could not be written`,
    'make room on that disk and run this again (df -h shows how full each is)',
    { cause: error },
  );
}

/** Runs `work`, which writes this file: Node names no file where a write fails, only where opening does. */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && !('path' in error)) Object.assign(error, { path });
    throw error;
  }
}
