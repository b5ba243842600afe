/** Writes a chapter and a lab that can be read, run and linted as they are, with every gap marked TODO. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../src/host/errors.ts';
import { listLabs } from '../../src/lab/load.ts';
import { labIdSchema } from '../../src/lab/schema/names.ts';

const templates = join(import.meta.dirname, '..', 'templates', 'chapter');

/**
 * @returns the files that were written, from the root of the checkout.
 * @throws UsageError for a name that is none or is taken; nothing is written then.
 */
export async function writeChapter(projectRoot: string, id: string): Promise<readonly string[]> {
  if (!labIdSchema.safeParse(id).success) {
    throw new UsageError(
      `"${id}" is no name of a chapter; it is NN-name, two digits and lower case words, like 42-demo`,
    );
  }
  const files = new Map([
    [join('content', 'docs', `${id}.mdx`), 'chapter.mdx'],
    [join('labs', id, 'lab.ts'), 'lab.ts'],
  ]);
  for (const name of await readdir(join(templates, 'manifests'))) {
    files.set(join('labs', id, 'manifests', name), join('manifests', name));
  }
  await refuseTaken(projectRoot, id, [...files.keys()]);
  for (const [file, template] of files) {
    await mkdir(dirname(join(projectRoot, file)), { recursive: true });
    const text = await readFile(join(templates, template), 'utf8');
    await writeFile(join(projectRoot, file), fillTemplate(text, id), { flag: 'wx' });
  }
  return [...files.keys()];
}

/** The templates are real files: lab.ts is type-checked where it lies, one folder deeper than a lab. */
function fillTemplate(text: string, id: string): string {
  return text
    .replaceAll('../../../src/', '../../src/')
    .replaceAll('00-template', id)
    .replaceAll(`namespace: 'template'`, `namespace: '${id.slice(3)}'`);
}

async function refuseTaken(projectRoot: string, id: string, files: readonly string[]): Promise<void> {
  const taken = [join('labs', id), ...files].find((file) => existsSync(join(projectRoot, file)));
  if (taken !== undefined) throw new UsageError(`${taken} is there already; nothing was written`);
  const sameNumber = (await listLabs(projectRoot)).find((other) => other.startsWith(id.slice(0, 3)));
  if (sameNumber !== undefined) {
    throw new UsageError(`the number ${id.slice(0, 2)} belongs to ${sameNumber}; nothing was written`);
  }
}

export function whatIsLeft(id: string, files: readonly string[]): string {
  return [
    `Made a draft of ${id}: it runs, \`npm run dev\` shows it, and \`npm run build\` leaves it out.`,
    ...files.map((file) => `  ${file}`),
    '',
    'What is left to do:',
    `  1. labs/${id}: the question, the manifest, the steps, and at least one check (every TODO)`,
    `  2. npm run lab ${id}: until it passes`,
    `  3. npm run lab record ${id}: what the text shows`,
    `  4. content/docs/${id}.mdx: the text (every TODO); outputs come from the lab, claims cite its checks`,
    '     npm run dev: shows the draft while you write',
    '  5. draft: false in both, and a line in content/docs/index.mdx; then npm run lab lint && npm run build',
    '',
    `\`npm run lab lint ${id}\` lists every TODO that is left. CONTRIBUTING.md has the whole way.`,
  ].join('\n');
}
