import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chapterNumber, readChapters } from './chapters.ts';
import { publishedLocales } from './locales.ts';
import { sidebarOf } from './sidebar.ts';

let docs = '';
const write = (file: string, frontmatter: string) =>
  writeFile(join(docs, file), `---\n${frontmatter}\n---\n`);

beforeAll(async () => {
  docs = await mkdtemp(join(tmpdir(), 'hop-docs-'));
  await write('index.mdx', 'title: Start');
  await write('03-nodeport.mdx', 'title: NodePort');
  await write('01-pod.mdx', 'title: The pod\ndraft: true');
  await mkdir(join(docs, 'ja'));
});
afterAll(() => rm(docs, { recursive: true, force: true }));

test('chapters are the files with a number, in its order', () => {
  expect(readChapters(docs)).toEqual([
    { slug: '01-pod', number: 1, title: 'The pod', draft: true },
    { slug: '03-nodeport', number: 3, title: 'NodePort', draft: false },
  ]);
});

test('each chapter stands in its part above the page of symptoms, and empty parts are left out', () => {
  const labels = sidebarOf(readChapters(docs)).map((item) =>
    typeof item === 'object' && 'label' in item
      ? item.label
      : typeof item === 'object' && 'slug' in item
        ? item.slug
        : '',
  );
  expect(labels).toEqual(['Start', 'Inside', 'Getting in', 'symptoms', 'About']);
});

test('a language without a page is not published; with one it is', async () => {
  expect(Object.keys(publishedLocales(docs))).toEqual(['root']);
  await write('ja/03-nodeport.mdx', 'title: NodePort');
  expect(Object.keys(publishedLocales(docs))).toEqual(['root', 'ja']);
});

test('a translation has the number of its chapter', () => {
  expect([chapterNumber('03-nodeport'), chapterNumber('ja/03-nodeport'), chapterNumber('words')]).toEqual([
    '03',
    '03',
    undefined,
  ]);
});
