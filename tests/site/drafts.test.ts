/** A new chapter builds before it is recorded; a published one does not build without its recording. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeChapter } from '../../scripts/chapter/write-chapter.ts';
import { buildSite, copyCheckout } from './build.ts';

const siteUrl = 'https://hop.example/';
let checkout = '';

beforeEach(async () => {
  checkout = await copyCheckout();
});
afterEach(() => rm(checkout, { recursive: true, force: true }));

test('a draft says what will stand there, and is not published', async () => {
  await writeChapter(checkout, '42-demo');
  const shown = await buildSite({ siteUrl, checkout, drafts: 'shown' });
  try {
    const page = await readFile(join(shown.root, '42-demo/index.html'), 'utf8');
    expect(page).toContain('Not recorded yet');
    expect(page).toContain('npm run lab record 42-demo');
  } finally {
    await rm(shown.root, { recursive: true, force: true });
  }
  const published = await buildSite({ siteUrl, checkout });
  try {
    await expect(readFile(join(published.root, '42-demo/index.html'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(published.root, '03-nodeport/index.html'), 'utf8')).not.toContain('42-demo');
  } finally {
    await rm(published.root, { recursive: true, force: true });
  }
});

test('a page whose lab has no recording ends the build, and the error names page and part', async () => {
  await rm(join(checkout, 'labs/03-nodeport/evidence/nftables.json'));
  await expect(buildSite({ siteUrl, checkout })).rejects.toMatchObject({
    all: expect.stringMatching(
      /content\/docs\/\S+\.mdx: <\w+.*: labs\/03-nodeport\/evidence has no recording of nftables;/,
    ),
  });
});

test.each([
  [
    'a trace that the lab does not have',
    '<Ledger probe="trace-othr-node" title="x" />',
    /words\.mdx: <Ledger probe="trace-othr-node">: 03-nodeport has no trace "trace-othr-node"; did you mean trace-other-node or trace-own-node\?/,
  ],
  [
    'a lab that there is not',
    '<Ledger lab="03-nodeprt" probe="trace-other-node" title="x" />',
    /words\.mdx: <Ledger probe="trace-other-node">: There is no lab "03-nodeprt"; did you mean 03-nodeport\?/,
  ],
])('%s ends the build with one sentence', async (_, element, sentence) => {
  const importing = "import Ledger from '../../src/site/components/Ledger.astro';";
  const page = `---\ntitle: Words\nlab: 03-nodeport\n---\n\n${importing}\n\n${element}\n`;
  await writeFile(join(checkout, 'content/docs/words.mdx'), page);
  await expect(buildSite({ siteUrl, checkout })).rejects.toMatchObject({
    all: expect.stringMatching(sentence),
  });
});
