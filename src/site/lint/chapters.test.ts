import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lab } from '../../lab/evidence/sample.ts';
import { type SampleProject, sampleProject } from '../../lab/sample-project.ts';
import { formatFinding, lintChapters } from './chapters.ts';

let project: string;
let write: SampleProject['write'];
let remove: SampleProject['remove'];
const writeLab = (text: string) => write('labs/03-nodeport/lab.ts', text);
const writePage = (draft: boolean, text = '', folder = '') =>
  write(`content/docs/${folder}03-nodeport.mdx`, `---\nlab: 03-nodeport\ndraft: ${draft}\n---\n${text}`);
/** That no page cites a check is another matter. */
const errors = async () =>
  (await lintChapters(project)).map(formatFinding).filter((text) => !text.includes('no page cites'));

beforeEach(async () => {
  ({ root: project, write, remove } = await sampleProject());
  await writeLab(`export default ${JSON.stringify(lab)};`);
});
afterEach(() => remove());

describe('a chapter', () => {
  test('that is published with its lab is fine', async () => {
    await writePage(false);
    expect(await errors()).toEqual([]);
  });

  test('that was left a draft when its lab was published is named: the build says nothing of it', async () => {
    await writePage(true);
    expect(await errors()).toEqual([
      'content/docs/03-nodeport.mdx:1: error: the page is a draft, so the site leaves it out: take `draft: true` out, or add it to lab.ts, too',
    ]);
  });

  test('may have a translation that is still a draft', async () => {
    await writePage(false);
    await writePage(true, '', 'ja/');
    expect(await errors()).toEqual([]);
  });

  test('with a TODO is unfinished: an error as soon as it is published', async () => {
    await writePage(false, 'TODO: say why\n');
    expect(await errors()).toEqual(['content/docs/03-nodeport.mdx:5: error: TODO: say why']);
    await writePage(true, 'TODO: say why\n');
    expect(await errors()).toContain('content/docs/03-nodeport.mdx:5: warning: TODO: say why');
  });

  test('is not blamed for a lab that can’t be loaded', async () => {
    await writePage(true, '<Run step="ask" />\n\n<Proved by="03-nodeport/answers">x</Proved>.\n');
    await writeLab('export default {};');
    expect(await errors()).toEqual([]);
  });

  test('without a lab is named', async () => {
    await writePage(true);
    await rm(join(project, 'labs/03-nodeport'), { recursive: true });
    expect(await errors()).toEqual(['content/docs/03-nodeport.mdx:1: error: there is no lab 03-nodeport']);
  });
});
