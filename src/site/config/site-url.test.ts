import { expect, test } from 'vitest';
import { siteAddress } from './site-url.ts';

test.each([
  ['https://example.github.io/hop/', { site: 'https://example.github.io', base: '/hop' }],
  ['https://example.github.io/hop', { site: 'https://example.github.io', base: '/hop' }],
  ['https://hop.example/', { site: 'https://hop.example', base: '/' }],
  ['http://127.0.0.1:4321', { site: 'http://127.0.0.1:4321', base: '/' }],
  [undefined, { base: '/' }],
  [' ', { base: '/' }],
])('%s', (text, expected) => {
  expect(siteAddress(text)).toEqual(expected);
});

test.each(['example.github.io/hop', 'ftp://example.org', 'https://example.org/?a'])(
  '%s is refused',
  (text) => {
    expect(() => siteAddress(text)).toThrow(/^SITE_URL is /);
  },
);
