import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitCodes } from '../../src/host/errors.ts';
import { lab } from '../../src/lab/evidence/sample.ts';
import { type SampleProject, sampleProject } from '../../src/lab/sample-project.ts';
import type { CommandContext } from './context.ts';
import { lint } from './lint.ts';

let projectRoot: string;
let write: SampleProject['write'];
let remove: SampleProject['remove'];

beforeEach(async () => {
  ({ root: projectRoot, write, remove } = await sampleProject());
  await write('labs/03-nodeport/lab.ts', `export default ${JSON.stringify({ ...lab, draft: true })};`);
  await write('labs/04-broken/lab.ts', 'export default {};');
  await mkdir(join(projectRoot, 'content/docs'), { recursive: true });
});
afterEach(() => remove());

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
