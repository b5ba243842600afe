import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { type StopSignal, stopSignals } from '../src/host/errors.ts';
import { withoutInterrupt } from '../src/host/without-interrupt.ts';
import { createHosts } from './hosts.ts';

const signals = Object.keys(stopSignals) as StopSignal[];

/** Of this process; the ones that a test adds go with it. */
const listeners = signals.flatMap((signal) => process.listeners(signal));
afterEach(() => {
  for (const signal of signals)
    for (const one of process.listeners(signal)) if (!listeners.includes(one)) process.off(signal, one);
});

/** Works until it is stopped, then cleans up for a moment and says so. */
const script = `
  import { createHosts } from ${JSON.stringify(join(import.meta.dirname, 'hosts.ts'))};
  import { exitWith } from ${JSON.stringify(join(import.meta.dirname, 'cli', 'exit-with.ts'))};
  const { host } = createHosts({ env: process.env, notify: () => {}, onInterrupt: () => console.log('stopping') });
  await exitWith(async () => {
    const busy = setInterval(() => {}, 1000);
    console.log('working');
    await new Promise((stopped) => host.signal.addEventListener('abort', stopped));
    await new Promise((done) => setTimeout(done, 300));
    clearInterval(busy);
    console.log('cleaned up');
    throw host.signal.reason;
  }, host.signal);
`;

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s stops the work, and what was made is removed first', async (signal, code) => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
  child.stdout.once('data', () => child.kill(signal));
  const [[exitCode], said] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
  expect([exitCode, said]).toEqual([code, 'working\nstopping\ncleaned up\n']);
});

test('a terminal that closes tells more than once, and that hurries nobody', async () => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
  child.stdout.on('data', (said) => {
    if (/working|stopping/.test(String(said))) child.kill('SIGHUP');
  });
  const [[exitCode], said] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
  expect([exitCode, said]).toEqual([129, 'working\nstopping\ncleaned up\n']);
});

test('kubectl keeps to itself: cache and preferences of the user are theirs, except where it reads their cluster', async () => {
  const seen = async (kuberc?: 'user') => {
    const { host } = createHosts({ env: process.env, notify: () => {}, ...(kuberc ? { kuberc } : {}) });
    return (await host.exec(['sh', '-c', 'echo "$KUBERC $KUBECACHEDIR"'])).stdout;
  };
  expect(await seen()).toMatch(/^off \/.*kubectl$/);
  expect(await seen('user')).toMatch(/^ \/.*kubectl$/);
});

test('what cleans up starts its commands as all others are: no proxy of the user’s gets into a container', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hop-hosts-'));
  const proxies = { default: { httpProxy: 'http://proxy.example:3128' } };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ proxies }));
  const env = {
    ...process.env,
    DOCKER_CONFIG: folder,
    XDG_CACHE_HOME: folder,
    HTTP_PROXY: 'http://proxy.example:3128',
    NO_PROXY: undefined,
    no_proxy: undefined,
  };
  const { host, cleanup } = createHosts({ env, notify: () => {} });
  const seen = async ({ exec }: Pick<typeof host, 'exec'>) =>
    (await exec(['sh', '-c', 'echo "$DOCKER_CONFIG $KUBERC $NO_PROXY"'])).stdout;
  const expected = `${join(folder, 'hop-by-hop', 'docker-config')} off 127.0.0.1,localhost`;
  expect(await Promise.all([host, cleanup, withoutInterrupt(host)].map(seen))).toEqual([
    expected,
    expected,
    expected,
  ]);
  await rm(folder, { recursive: true });
});
