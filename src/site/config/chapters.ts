/** The chapters on disk, in reading order: a new file appears in the sidebar by itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readFrontmatter } from '../frontmatter.ts';

export interface Chapter {
  /** File name without extension, which is the page's address and the lab's id. */
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  readonly draft: boolean;
}

const frontmatterSchema = z.looseObject({ title: z.string(), draft: z.boolean().default(false) });

/** @param docs the folder content/docs; translations below it have the same file names. */
export function readChapters(docs: string): Chapter[] {
  return readdirSync(docs)
    .filter((file) => /^\d\d-[a-z0-9-]+\.mdx?$/.test(file))
    .sort()
    .map((file) => {
      const frontmatter = readFrontmatter(readFileSync(join(docs, file), 'utf8'));
      const { title, draft } = frontmatterSchema.parse(frontmatter, {
        error: (issue) =>
          `content/docs/${file}: ${issue.path?.join('.') ?? ''}: ${issue.message ?? 'wrong frontmatter'}`,
      });
      return { slug: file.replace(/\.mdx?$/, ''), number: Number(file.slice(0, 2)), title, draft };
    });
}

/** `03` for `03-nodeport`, also in a translation (`ja/03-nodeport`). */
export function chapterNumber(slug: string): string | undefined {
  return /(?:^|\/)(\d\d)-[^/]+$/.exec(slug)?.[1];
}
