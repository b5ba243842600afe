import { expect, test } from 'vitest';
import { definitionHash } from './definition.ts';
import { type Lab, labSchema } from './schema/lab.ts';

const lab: Lab = labSchema.parse({
  id: '03-nodeport',
  title: 'NodePort',
  question: 'Who answered?',
  shape: 'three',
  matrix: { proxyMode: ['iptables'] },
  images: ['netexec'],
  namespace: 'shop',
  manifests: ['cart.yaml'],
  readiness: [{ kind: 'pods', id: 'ready', claim: 'one pod is ready', selector: 'app=cart', ready: 1 }],
  steps: [{ kind: 'say', id: 'hello', say: 'Hello.' }],
});
const files = { manifests: { 'cart.yaml': 'kind: Service\n' }, shape: { id: 'three', workers: 2 } };
const hash = definitionHash(lab, files);

test('the same definition has the same hash, in whatever order its fields stand', () => {
  const reversed = Object.fromEntries(Object.entries(lab).reverse()) as Lab;
  expect(definitionHash(reversed, { shape: { workers: 2, id: 'three' }, manifests: files.manifests })).toBe(
    hash,
  );
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

test('publishing a draft does not change the hash', () => {
  expect(definitionHash({ ...lab, draft: true }, files)).toBe(hash);
});

test.each([
  ['a sentence', { ...lab, title: 'Another' }, files],
  ['a manifest', lab, { ...files, manifests: { 'cart.yaml': 'kind: Service # \n' } }],
  ['the shape', lab, { ...files, shape: { id: 'three', workers: 1 } }],
])('%s changes the hash', (_, changed, changedFiles) => {
  expect(definitionHash(changed, changedFiles)).not.toBe(hash);
});
