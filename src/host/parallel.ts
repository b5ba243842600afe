/** Work side by side that stops together: the first failure ends the others and is the one that is reported. */
import type { ExecOptions } from './exec.ts';
import type { Host } from './host.ts';

/** A host whose commands also stop when `signal` is aborted. */
export function withSignal(host: Host, signal: AbortSignal): Host {
  const both = AbortSignal.any([host.signal, signal]);
  return {
    ...host,
    signal: both,
    exec: (argv, options: ExecOptions = {}) =>
      host.exec(argv, {
        ...options,
        signal: options.signal ? AbortSignal.any([signal, options.signal]) : signal,
      }),
  };
}

/**
 * Runs all of `works`, at most `limit` at a time, in order of start. Returns when every one has ended.
 *
 * @throws what the first one that failed has thrown
 */
export async function together<T>(
  host: Host,
  works: readonly ((host: Host) => Promise<T>)[],
  limit: number = works.length,
): Promise<T[]> {
  const stop = new AbortController();
  const scoped = withSignal(host, stop.signal);
  const results: T[] = new Array(works.length);
  const failures: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < works.length && failures.length === 0) {
      const index = next++;
      const work = works[index];
      if (work === undefined) return;
      try {
        results[index] = await work(scoped);
      } catch (error) {
        failures.push(error);
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, works.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
