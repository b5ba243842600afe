/** Serves a folder as GitHub Pages does: compressed, with 404.html. Counts what was sent. */
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
  '.woff2': 'font/woff2',
};

export interface Server {
  readonly url: string;
  /** Bytes sent for each path since the last call, bodies as they were compressed. */
  takeSent(): Map<string, number>;
  /**
   * From now on pages end before `text`, and fonts do not come, as on a slow network.
   * @returns sends what is missing
   */
  holdAt(text: string): () => void;
  close(): Promise<void>;
}

/** @param base where the site lies below `root`, for its 404 page. */
export async function serve(root: string, base: string): Promise<Server> {
  let sent = new Map<string, number>();
  let held: { readonly text: string; readonly over: Promise<void> } | undefined;
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://any').pathname);
    const file = await existing(join(root, path));
    const body = await readFile(file ?? join(root, base, '404.html'));
    const type = types[extname(file ?? '404.html')] ?? 'application/octet-stream';
    // Fonts and search indexes are compressed already.
    const zipped = /text|json|xml|javascript/.test(type);
    const content = zipped ? gzipSync(body) : body;
    sent.set(path, content.length);
    if (held !== undefined && /html|woff2/.test(type)) {
      response.writeHead(200, { 'content-type': type });
      const start = body.subarray(0, type.includes('html') ? body.indexOf(held.text) : 0);
      response.write(start);
      await held.over;
      response.end(body.subarray(start.length));
      return;
    }
    response.writeHead(file === undefined ? 404 : 200, {
      'content-type': type,
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeSent() {
      const taken = sent;
      sent = new Map();
      return taken;
    },
    holdAt(text) {
      const { promise: over, resolve } = Promise.withResolvers<void>();
      held = { text, over };
      return () => {
        held = undefined;
        resolve();
      };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function existing(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return existing(join(path, 'index.html'));
  return found === undefined ? undefined : path;
}
