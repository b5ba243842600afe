import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitCodes } from '../../src/host/errors.ts';
import { lab } from '../../src/lab/evidence/sample.ts';
import type { CommandContext } from './context.ts';
import { lint } from './lint.ts';

let projectRoot: string;

async function write(file: string, text: string) {
  await mkdir(dirname(join(projectRoot, file)), { recursive: true });
  await writeFile(join(projectRoot, file), text);
}

beforeEach(async () => {
  projectRoot = await mkdtemp(join(tmpdir(), 'hop-lint-'));
  const shape = { id: 'three', workers: 2, ipFamily: 'ipv4', podNetwork: 'kindnet' };
  await write('labs/common/shapes.ts', `export const shapes = ${JSON.stringify({ three: shape })};`);
  await write(
    'images/catalogue.ts',
    `export const catalogue = [{ id: 'netexec', upstream: { reference: 'example.test/netexec:1' } }];`,
  );
  await write('labs/03-nodeport/manifests/cart.yaml', 'nodePort: 30080\n');
  await write('labs/03-nodeport/lab.ts', `export default ${JSON.stringify({ ...lab, draft: true })};`);
  await write('labs/04-broken/lab.ts', 'export default {};');
  await mkdir(join(projectRoot, 'content/docs'), { recursive: true });
});
afterEach(() => rm(projectRoot, { recursive: true }));

async function printed(name?: string) {
  const lines: string[] = [];
  const context = { projectRoot, options: { json: false }, print: (text: string) => void lines.push(text) };
  return { exitCode: await lint(context as unknown as CommandContext, name), lines };
}

test('one lab has its own findings, also one that is about its folder', async () => {
  expect(await printed('03-nodeport')).toEqual({
    exitCode: exitCodes.usage,
    lines: [
      'labs/03-nodeport: error: has no chapter: there is no content/docs/03-nodeport.mdx',
      '1 errors, 0 warnings',
    ],
  });
});

test('all labs have those of each', async () => {
  const { lines } = await printed();
  expect(lines.join('\n')).toMatch(/labs\/03-nodeport: error[\s\S]*labs\/04-broken\/lab\.ts: error/);
});
