import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatFinding, lintLabs } from '../../src/lab/lint.ts';
import { loadLab } from '../../src/lab/load.ts';
import { lintChapters } from '../../src/site/lint/chapters.ts';
import { whatIsLeft, writeChapter } from './write-chapter.ts';

const checkout = join(import.meta.dirname, '..', '..');
let project: string;

/** A checkout without labs: ours, by links. */
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'hop-chapter-'));
  await mkdir(join(project, 'labs'));
  await cp(join(checkout, 'labs', 'common'), join(project, 'labs', 'common'), { recursive: true });
  for (const name of ['src', 'images', 'node_modules'])
    await symlink(join(checkout, name), join(project, name));
});
afterEach(() => rm(project, { recursive: true }));

describe('a new chapter', () => {
  test('is a lab that loads, and lint has only to say what is left to do', async () => {
    const files = await writeChapter(project, '42-demo');
    expect(files).toEqual([
      'content/docs/42-demo.mdx',
      'labs/42-demo/lab.ts',
      'labs/42-demo/manifests/app.yaml',
    ]);
    expect(await loadLab(project, '42')).toMatchObject({ id: '42-demo', namespace: 'demo', draft: true });
    const findings = [...(await lintLabs(project)), ...(await lintChapters(project))];
    expect(findings.filter(({ severity }) => severity === 'error').map(formatFinding)).toEqual([]);
    expect(findings.map(formatFinding)).toContain(
      'labs/42-demo/lab.ts: warning: has no check, so it proves nothing',
    );
    for (const file of files)
      expect(await readFile(join(project, file), 'utf8')).not.toContain('00-template');
  });

  test('lists every TODO, and lint knows them all', async () => {
    const files = await writeChapter(project, '42-demo');
    const known = [...(await lintLabs(project)), ...(await lintChapters(project))];
    for (const file of files) {
      const lines = (await readFile(join(project, file), 'utf8')).split('\n');
      const found = lines.flatMap((line, index) => (line.includes('TODO') ? [index + 1] : []));
      expect(found).not.toEqual([]);
      expect(known.filter((finding) => finding.file === file).map(({ line }) => line)).toEqual(
        expect.arrayContaining(found),
      );
    }
  });

  test('has examples of checks and of a fault that are good as they stand', async () => {
    await writeChapter(project, '42-demo');
    const file = join(project, 'labs', '42-demo', 'lab.ts');
    const text = await readFile(file, 'utf8');
    // Every comment of several fields is an example; the sentences above begin with a capital letter.
    await writeFile(file, text.replaceAll(/^( *)\/\/ (?![A-Z])/gm, '$1'));
    const lab = await loadLab(project, '42');
    expect(lab.steps.flatMap(({ checks }) => checks.map(({ id }) => id))).toEqual([
      'worker-answers',
      'as-predicted',
    ]);
    expect(lab.faults.map(({ id }) => id)).toEqual(['refused']);
    const findings = (await lintLabs(project)).map(formatFinding);
    expect(findings.filter((text) => !text.includes('TODO'))).toEqual([]);
  });

  test('names its files and the steps that are left', () => {
    const left = whatIsLeft('42-demo', ['labs/42-demo/lab.ts']);
    expect(left).toContain('  labs/42-demo/lab.ts\n');
    // The build leaves drafts out, so its author would look for the page in vain.
    expect(left).toMatch(/npm run dev[\s\S]*npm run build[\s\S]*index\.mdx/);
    // As in CONTRIBUTING.md: a draft is recorded, and published then.
    expect(left).toMatch(/npm run lab record 42-demo[\s\S]*42-demo\.mdx[\s\S]*draft: false/);
  });

  test.each(['demo', '4-demo', '42-Demo', '42_demo', '../42-demo', '42-'])(
    'is not named %s',
    async (name) => {
      await expect(writeChapter(project, name)).rejects.toThrow(`"${name}" is no name of a chapter`);
      expect(await readdir(project)).not.toContain('content');
    },
  );

  test('overwrites nothing', async () => {
    await writeChapter(project, '42-demo');
    await expect(writeChapter(project, '42-demo')).rejects.toThrow('labs/42-demo is there already');
    await expect(writeChapter(project, '42-other')).rejects.toThrow('the number 42 belongs to 42-demo');
    expect(await readdir(join(project, 'content', 'docs'))).toEqual(['42-demo.mdx']);
  });
});
