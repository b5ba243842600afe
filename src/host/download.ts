/** Downloads, by checksum and all or nothing. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

/** Until the server answers; the transfer itself may take as long as it moves. */
const answerTimeoutMs = 5_000;

export type DownloadResult =
  | { readonly state: 'done' }
  | { readonly state: 'unavailable'; readonly cause: string };

/** Writes `url` to `file`. A file with another checksum is a failure, and it is left for nobody to run. */
export async function download(
  url: string,
  file: string,
  { sha256, signal }: { sha256: string; signal: AbortSignal },
): Promise<DownloadResult> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), answerTimeoutMs);
  const unavailable = (cause: string): DownloadResult => ({
    state: 'unavailable',
    cause: `${url}: ${cause}`,
  });
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, patience.signal]) });
    clearTimeout(timer);
    if (!response.ok || response.body === null) return unavailable(`HTTP ${response.status}`);
    const hash = createHash('sha256');
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(file),
      { signal },
    );
    const actual = hash.digest('hex');
    return actual === sha256
      ? { state: 'done' }
      : unavailable(`has SHA-256 ${actual}, and ${sha256} is expected`);
  } catch (error) {
    signal.throwIfAborted();
    if (patience.signal.aborted) return unavailable(`no answer within ${answerTimeoutMs / 1000} s`);
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return unavailable(cause);
  } finally {
    clearTimeout(timer);
  }
}
