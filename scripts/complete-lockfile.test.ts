import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { complete, entryFor, type Lockfile, missingOptional } from './complete-lockfile.ts';

const file = join(import.meta.dirname, '..', 'package-lock.json');

test('the lockfile has every optional package of every system, or npm ci refuses it', async () => {
  const lock = JSON.parse(await readFile(file, 'utf8')) as Lockfile;
  expect([...missingOptional(lock).keys()]).toEqual([]);
});

test('the lockfile names no registry', async () => {
  expect(await readFile(file, 'utf8')).not.toMatch(/"resolved"/);
});

test('a package is skipped on the systems that its name does not say', () => {
  expect(entryFor('@esbuild/darwin-arm64', '1.2.3')).toEqual({
    version: '1.2.3',
    optional: true,
    os: ['darwin'],
    cpu: ['arm64'],
  });
  expect(entryFor('@img/sharp-linuxmusl-x64', '^1.0.0')).toMatchObject({
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
  });
  expect(entryFor('@x/binding-wasm32-wasi', '1.0.0')).toMatchObject({ cpu: ['wasm32'] });
  expect(() => entryFor('left-pad', '1.0.0')).toThrow('left-pad');
});

test('completing adds what is missing and nothing else', () => {
  const lock = {
    packages: {
      'node_modules/a': { optionalDependencies: { '@a/win32-x64': '1.0.0', '@a/linux-x64': '1.0.0' } },
      'node_modules/@a/linux-x64': { version: '1.0.0' },
    },
  };
  expect(Object.keys(complete(lock).packages).sort()).toEqual([
    'node_modules/@a/linux-x64',
    'node_modules/@a/win32-x64',
    'node_modules/a',
  ]);
});
