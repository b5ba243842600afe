/** Waiting for a condition with a deadline; nothing here retries work that failed. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks `look` until it returns something, and returns that; `undefined` when the deadline came first.
 * Looks once more after the deadline, so that a busy machine is not told wrong.
 */
export async function waitFor<T>(
  look: () => Promise<T | undefined>,
  { deadlineMs, everyMs, signal }: { deadlineMs: number; everyMs: number; signal: AbortSignal },
): Promise<T | undefined> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const last = performance.now() >= end;
    const found = await look();
    if (found !== undefined || last) return found;
    await sleep(everyMs, undefined, { signal });
  }
}
