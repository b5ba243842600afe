import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unknownManifests } from './manifests.ts';
import { readPage } from './page.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const findings = async (text: string) => {
  const page = readPage('content/docs/01-pod.mdx', `---\nlab: 01-pod\n---\n${text}`);
  return (await unknownManifests(page, root)).map(({ line, message }) => `${line}: ${message}`);
};

test('a manifest of the page’s lab is fine, and so is one of another lab, whole or by region', async () => {
  const text =
    '<Manifest file="cart.yaml" region="containers" />\n<Manifest lab="03-nodeport" file="cart.yaml" />';
  expect(await findings(text)).toEqual([]);
});

test('a manifest that the lab does not have is named, with the nearest one', async () => {
  expect(await findings('x\n<Manifest\n  file="crt.yaml"\n/>')).toEqual([
    expect.stringMatching(/^5: 01-pod has no manifest "crt\.yaml"; did you mean cart\.yaml/),
  ]);
});

test('a region that the manifest does not have is named', async () => {
  expect(await findings('<Manifest file="cart.yaml" region="contaners" />')).toEqual([
    '4: labs/01-pod/manifests/cart.yaml has no region "contaners"',
  ]);
});
