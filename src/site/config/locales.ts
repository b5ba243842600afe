/** Languages. English is at the root; another one is published as soon as it has a page. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const translations = {
  ja: { label: '日本語', lang: 'ja' },
  'zh-cn': { label: '简体中文', lang: 'zh-CN' },
} as const;

export type Locales = Record<string, { label: string; lang: string }>;

/** @param docs the folder content/docs */
export function publishedLocales(docs: string): Locales {
  const withPages = Object.entries(translations).filter(([folder]) => hasPage(join(docs, folder)));
  return { root: { label: 'English', lang: 'en' }, ...Object.fromEntries(withPages) };
}

function hasPage(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((file) => /\.mdx?$/.test(file));
}
