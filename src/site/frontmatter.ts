/** The frontmatter of a page, for what reads pages without Astro. */
import { parse } from 'yaml';

/**
 * What stands between the first two lines of three dashes, as data; nothing counts as empty.
 *
 * @throws YAMLParseError
 */
export function readFrontmatter(text: string): unknown {
  const [, yaml = ''] = /^---\n([\s\S]*?)\n---/.exec(text) ?? [];
  return parse(yaml) ?? {};
}
