import { expect, test } from 'vitest';
import { readPage } from './page.ts';

const read = (frontmatter: string) => readPage('content/docs/03-nodeport.mdx', `${frontmatter}\ntext\n`);

test('a page names its lab, and whether it is a draft', () => {
  expect(read('---\nlab: 03-nodeport\ndraft: true\n---')).toMatchObject({ lab: '03-nodeport', draft: true });
  expect(read('---\ntitle: x\n---')).toMatchObject({ lab: undefined, draft: false });
});

test.each(['', '---\n---', '---\nlab: [\n---', '---\nlab: 3\n---'])(
  'frontmatter that can’t be read counts as empty: %j',
  (frontmatter) => {
    expect(read(frontmatter)).toMatchObject({ lab: undefined, draft: false });
  },
);
