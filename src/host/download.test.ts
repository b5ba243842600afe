import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { download } from './download.ts';

const { signal } = new AbortController();
const content = 'a program';
const sha256 = createHash('sha256').update(content).digest('hex');
let folder: string;
let server: Server;
let base: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hop-download-'));
  server = createServer((request, response) => {
    if (request.url === '/kind') response.end(content);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  base = address && typeof address === 'object' ? `http://127.0.0.1:${address.port}` : '';
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

test('a file with the right checksum is written', async () => {
  const file = join(folder, 'kind');
  expect(await download(`${base}/kind`, file, { sha256, signal, env: {} })).toEqual({ state: 'done' });
  expect(await readFile(file, 'utf8')).toBe(content);
});

test('a file with another checksum is refused, with both', async () => {
  const wanted = '0'.repeat(64);
  const result = await download(`${base}/kind`, join(folder, 'other'), { sha256: wanted, signal, env: {} });
  expect(result).toMatchObject({ state: 'unavailable', cause: expect.stringContaining(wanted) });
  expect(result).toMatchObject({ cause: expect.stringContaining(sha256) });
});

test('a file that is not there is told by its status', async () => {
  const result = await download(`${base}/nothing`, join(folder, 'nothing'), { sha256, signal, env: {} });
  expect(result).toEqual({ state: 'unavailable', cause: `${base}/nothing: HTTP 404` });
});

test('a server that is not there is told by the reason', async () => {
  const result = await download('http://127.0.0.1:9/x', join(folder, 'x'), { sha256, signal, env: {} });
  expect(result.state).toBe('unavailable');
});

test('a proxy that the environment names is asked, for a server that only it can reach, and no longer than that', async () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`GET ${request.url}`);
    response.end(content);
  });
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    const through = connect(Number(new URL(base).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(through).pipe(socket);
    });
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const { port } = proxy.address() as AddressInfo;
  const env = { HTTP_PROXY: `http://127.0.0.1:${port}`, HTTPS_PROXY: `http://127.0.0.1:${port}` };
  const url = 'http://downloads.hop.invalid/kind';
  const file = join(folder, 'proxied');
  expect(await download(url, file, { sha256, signal, env })).toEqual({ state: 'done' });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain('downloads.hop.invalid');
  expect(await download(url, file, { sha256, signal, env: {} })).toMatchObject({ state: 'unavailable' });
  expect(asked).toHaveLength(1);
  proxy.closeAllConnections();
  proxy.close();
});

test('a proxy that can not be used is a reason and no crash', async () => {
  const env = { HTTPS_PROXY: 'not a proxy' };
  const result = await download(`${base}/kind`, join(folder, 'bad'), { sha256, signal, env });
  expect(result).toMatchObject({ state: 'unavailable', cause: expect.stringContaining('not a proxy') });
});
