import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type FakeHost, fakeHost } from '../fakes.ts';
import { ensureBrowser, findBrowser } from './browser.ts';
import { ensureCurl } from './curl.ts';
import { readEngineRecord, writeEngineRecord } from './engine-record.ts';
import { installPackages, removePackages } from './packages.ts';

afterEach(() => vi.restoreAllMocks());

/** Root on a Debian that has the fake programs only. */
function debian(fake: FakeHost) {
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  return { ...fake.host, env: { ...fake.host.env, CHROMIUM: undefined, PATH: join(fake.folder, 'bin') } };
}

/** An apt-get that brings a library along, and that says what purging each package would remove. */
const apt = (fake: FakeHost, purges: string) =>
  fake.program(
    'apt-get',
    `echo "$@" >> ${join(fake.folder, 'calls')}
case "$*" in
  "--simulate install "*) for name; do :; done; printf 'Inst lib-of-%s (1)\\nInst %s (1)\\n' "$name" "$name" ;;
  "--simulate purge -y "*) ${purges} ;;
  "install "*chromium) printf '#!/bin/sh\\n' > ${join(fake.folder, 'bin', 'chromium')}; chmod +x ${join(fake.folder, 'bin', 'chromium')} ;;
esac`,
  );

const purged = async (fake: FakeHost) =>
  (await readFile(join(fake.folder, 'calls'), 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('purge '));

test('curl and the browser that setup installs are written down beside the engine, and go with --undo', async () => {
  await using fake = await fakeHost();
  const host = debian(fake);
  await apt(fake, 'true');
  const started = { by: 'us', folder: '/x' } as const;
  await writeEngineRecord(host.paths, { installed: ['docker.io'], started });
  await ensureCurl(host, async () => true);
  expect(await ensureBrowser(host, async () => true)).toBe(join(fake.folder, 'bin', 'chromium'));
  const installed = ['docker.io', 'lib-of-curl', 'curl', 'lib-of-chromium', 'chromium'];
  expect(await readEngineRecord(host.paths)).toEqual({ installed, started });
  await removePackages(host, installed);
  expect(await purged(fake)).toEqual([`purge -y ${installed.join(' ')}`]);
});

test('packages are written down where setup has done nothing else', async () => {
  await using fake = await fakeHost();
  const host = debian(fake);
  await apt(fake, 'true');
  await ensureCurl(host, async () => true);
  expect(await readEngineRecord(host.paths)).toEqual({
    installed: ['lib-of-curl', 'curl'],
    started: { by: 'package' },
  });
});

test('what something else has come to need stays, and the rest that setup asked for goes', async () => {
  await using fake = await fakeHost();
  await apt(fake, `case "$*" in *" curl"*) echo 'Purg git [1]' ;; esac`);
  await removePackages(debian(fake), ['docker.io', 'curl', 'lib-of-curl']);
  expect(await purged(fake)).toEqual(['purge -y docker.io']);
  expect(fake.events).toContainEqual({
    type: 'note',
    text: expect.stringMatching(/^git needs .*only docker\.io/),
  });
});

test('the browser is what CHROMIUM names, else the first on PATH, and never one that is not there', async () => {
  await using fake = await fakeHost();
  const bin = join(fake.folder, 'bin');
  const onPath = await fake.program('google-chrome', '');
  expect(await findBrowser({ PATH: bin })).toBe(onPath);
  await mkdir(join(fake.folder, 'own'));
  const named = join(fake.folder, 'own', 'chrome');
  await expect(findBrowser({ PATH: bin, CHROMIUM: named })).rejects.toThrow(named);
  await writeFile(named, '#!/bin/sh\n', { mode: 0o755 });
  expect(await findBrowser({ PATH: bin, CHROMIUM: named })).toBe(named);
  expect(await findBrowser({ PATH: '/nowhere' })).toBeUndefined();
});

test('what would have to be removed stays, and is named: the engine of another is no reason', async () => {
  await using fake = await fakeHost();
  const host = debian(fake);
  // From `apt-get --simulate --no-remove install` on Debian 12.
  await fake.program(
    'apt-get',
    `echo "$@" >> ${join(fake.folder, 'calls')}
case "$*" in *--no-remove*) printf 'The following packages will be REMOVED:\\n  docker-ce-cli containerd.io\\nThe following NEW packages will be installed:\\n  docker.io\\n'
  echo 'E: Packages need to be removed but remove is disabled.' >&2; exit 100 ;; esac`,
  );
  await expect(installPackages(host, ['docker.io'])).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/docker\.io can't be installed beside docker-ce-cli, containerd\.io, /),
  });
  expect(await readEngineRecord(host.paths)).toBeUndefined();
  const calls = (await readFile(join(fake.folder, 'calls'), 'utf8')).trim().split('\n');
  expect(calls).toEqual(['update', expect.stringMatching(/^--simulate install .*--no-remove --no-upgrade/)]);
});
