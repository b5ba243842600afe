/** A page as its author wrote it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { YAMLParseError } from 'yaml';
import { z } from 'zod';
import { readFrontmatter } from '../frontmatter.ts';

export interface Page {
  /** From the root of the checkout: `content/docs/03-nodeport.mdx`. */
  readonly file: string;
  readonly text: string;
  readonly lab: string | undefined;
  readonly draft: boolean;
}

const frontmatterSchema = z.looseObject({ lab: z.string().optional(), draft: z.boolean().default(false) });

/** All pages, translations too. */
export async function readPages(projectRoot: string): Promise<Page[]> {
  const folder = join('content', 'docs');
  const names = await readdir(join(projectRoot, folder), { recursive: true });
  const files = names.filter((name) => /\.mdx?$/.test(name)).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      return readPage(file, await readFile(join(projectRoot, file), 'utf8'));
    }),
  );
}

/** Frontmatter that can't be read counts as empty here: the build says what is wrong with it. */
export function readPage(file: string, text: string): Page {
  const { data } = frontmatterSchema.safeParse(frontmatterOf(text));
  return { file, text, lab: data?.lab, draft: data?.draft ?? false };
}

function frontmatterOf(text: string): unknown {
  try {
    return readFrontmatter(text);
  } catch (error) {
    if (error instanceof YAMLParseError) return {};
    throw error;
  }
}

/** `NN-name` when the page is a chapter. */
export function chapterId({ file }: Pick<Page, 'file'>): string | undefined {
  return /\/(\d\d-[a-z0-9-]+)\.mdx?$/.exec(file)?.[1];
}

/** The first line is 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
