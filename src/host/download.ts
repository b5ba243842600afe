/** Downloads, by checksum and all or nothing. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { fullDisk, writing } from './full-disk.ts';
import { proxyOf } from './proxies.ts';

/**
 * Until the server answers; the transfer itself may take as long as it moves. Where there is no way to it, that is known
 * at once from the name, or after ten seconds without a connection (undici's connectTimeout).
 */
const answerTimeoutMs = 30_000;

export type DownloadResult =
  | { readonly state: 'done' }
  | { readonly state: 'unavailable'; readonly cause: string };

/**
 * Writes `url` to `file`, through the proxy that `env` names. A file with another checksum is a failure, and it is left
 * for nobody to run.
 */
export async function download(
  url: string,
  file: string,
  { sha256, signal, env }: { sha256: string; signal: AbortSignal; env: NodeJS.ProcessEnv },
): Promise<DownloadResult> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), answerTimeoutMs);
  let way = '';
  const unavailable = (cause: string): DownloadResult => ({
    state: 'unavailable',
    cause: `${url}: ${cause}${way}`,
  });
  let proxies: ReturnType<typeof useProxies> | undefined;
  try {
    proxies = useProxies(env);
    way = proxies.note;
    const response = await fetch(url, { signal: AbortSignal.any([signal, patience.signal]) });
    clearTimeout(timer);
    if (!response.ok || response.body === null) return unavailable(`HTTP ${response.status}`);
    const hash = createHash('sha256');
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await writing(file, () =>
      pipeline(
        body,
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(file),
        { signal },
      ),
    );
    const actual = hash.digest('hex');
    return actual === sha256
      ? { state: 'done' }
      : unavailable(`has SHA-256 ${actual}, and ${sha256} is expected`);
  } catch (error) {
    signal.throwIfAborted();
    if (fullDisk(error) !== error) throw error;
    if (patience.signal.aborted) return unavailable(`no answer within ${answerTimeoutMs / 1000} s`);
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return unavailable(cause);
  } finally {
    clearTimeout(timer);
    proxies?.restore();
  }
}

/** fetch() does not go by HTTPS_PROXY by itself. `note` says so where this Node.js can't be told to. */
function useProxies(env: NodeJS.ProcessEnv): { readonly note: string; restore(): void } {
  const nothing = { note: '', restore: () => {} };
  if (proxyOf(env) === undefined) return nothing;
  // From Node.js 24.14 on; earlier ones can only be started with NODE_USE_ENV_PROXY=1.
  const { setGlobalProxyFromEnv } = http as Partial<typeof http>;
  if (setGlobalProxyFromEnv !== undefined) return { note: '', restore: setGlobalProxyFromEnv(env) };
  if (env.NODE_USE_ENV_PROXY === '1') return nothing;
  return {
    ...nothing,
    note: ` (not through the proxy of ${proxyOf(env)}: for that, run this with NODE_USE_ENV_PROXY=1)`,
  };
}
