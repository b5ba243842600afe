import { expect, test } from 'vitest';
import { readPage } from './page.ts';
import { typedIn } from './typed.ts';

const found = (text: string) =>
  typedIn(readPage('content/docs/x.mdx', text)).map(({ line, message }) => `${line}: ${message}`);

test('what a reader types may be written by hand', () => {
  expect(found('```bash\nnpm run lab 03-nodeport\n# a comment\n```')).toEqual([]);
});

test.each(['console', 'text', 'output', 'json', 'http', ''])(
  'a fence of "%s" is typed-in output',
  (language) => {
    expect(found(`a\n\n\`\`\`${language}\nLISTEN 0 4096\n\`\`\``)).toEqual([
      expect.stringMatching(/^3: a fence .* looks like typed-in output/),
    ]);
  },
);

test('a manifest is the lab’s own', () => {
  expect(found('```yaml\nkind: Service\n```')).toEqual([expect.stringContaining('<Manifest file="…" />')]);
});

test.each([
  ['HTTP/1.1 200 OK'],
  ['< HTTP/1.1 200 OK'],
  ['curl: (7) Failed to connect'],
  ['NAME      READY   STATUS'],
  ['  NAMESPACE   NAME   READY'],
])('below a command, "%s" is typed-in output', (line) => {
  expect(found(`\`\`\`bash\ncurl -i http://cart/\n${line}\n\`\`\``)).toEqual([
    expect.stringMatching(/^1: ".*…" looks like typed-in output; show a recorded one/),
  ]);
});

test.each(['NAME=cart', 'curl -H "Accept: */*" http://cart/', 'cat \\\n  < file', '# HTTP/2 too'])(
  '"%s" is typed by a reader',
  (line) => {
    expect(found(`\`\`\`bash\n${line}\n\`\`\``)).toEqual([]);
  },
);

test('a prompt gives away that output follows', () => {
  expect(found('```bash\n$ ss -ltn\nLISTEN\n```')).toEqual([expect.stringContaining('without a prompt')]);
});

test('an address in prose, in a diagram and in a link text is found', () => {
  expect(found('Ask 172.18.0.4.\n\n```mermaid\na["10.244.1.2"]\n```\n[10.0.0.1](/x/)')).toHaveLength(3);
});

test('<pre> is found', () => {
  expect(found('<pre>LISTEN</pre>')).toEqual(['1: <pre> holds typed-in output; use <Output step="…" />']);
});
