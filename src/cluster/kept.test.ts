import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CleanupError } from '../host/errors.ts';
import { glanceAtKept, type Kept, readKept, writeKept } from './kept.ts';
import { sampleCluster } from './sample.ts';

const kept: Kept = { cluster: sampleCluster, lab: '03-nodeport', hintsShown: 0 };

let paths: { state: string };
beforeEach(async () => {
  paths = { state: await mkdtemp(join(tmpdir(), 'hop-kept-')) };
});
afterEach(() => rm(paths.state, { recursive: true }));

async function foreign(name: string, text: string) {
  await mkdir(join(paths.state, 'clusters', name), { recursive: true });
  await writeFile(join(paths.state, 'clusters', name, 'cluster.json'), text);
}

test('a cluster that stays is found as it was written', async () => {
  await writeKept(paths, kept);
  expect(await readKept(paths)).toEqual([kept]);
});

describe('the file of another version', () => {
  const newer = JSON.stringify({ ...kept, cluster: { ...kept.cluster, name: 'hop-3n-2222', moon: 'full' } });

  test.each([
    ['with a field that is not known here', newer],
    ['that is no JSON', '{"cluster"'],
  ])('%s is named, with what it describes and what helps', async (_, text) => {
    await foreign('hop-3n-2222', text);
    const error = await readKept(paths).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CleanupError);
    expect(error).toMatchObject({
      message: expect.stringContaining('hop-3n-2222/cluster.json'),
      left: ['cluster hop-3n-2222'],
      remedy: expect.stringContaining('npm run lab down'),
    });
  });

  test('hides no cluster from what removes clusters', async () => {
    await writeKept(paths, kept);
    await foreign('hop-3n-2222', newer);
    await foreign('hop-3n-3333', '{"cluster"');
    await foreign('hop-3n-4444', '{"cluster":"elsewhere","lab":4}');
    expect([...(await glanceAtKept(paths))].sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'hop-3n-1111', lab: '03-nodeport' },
      { name: 'hop-3n-2222', lab: '03-nodeport' },
      { name: 'hop-3n-3333', lab: undefined },
      { name: 'hop-3n-4444', lab: undefined },
    ]);
  });
});
