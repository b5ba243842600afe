import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../../content/i18n');
const numbers = ['count', 'number', 'hops', 'observed'];

/** Astro escapes what it writes; i18next would do it once more, and a reader would see `&#x2F;`. */
test.each(readdirSync(folder))('%s leaves the escaping of texts to Astro', (file) => {
  const texts = Object.values<string>(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const escaped = texts.flatMap((text) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name));
  expect(escaped.filter((name) => !numbers.includes(name))).toEqual([]);
});
