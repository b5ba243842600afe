import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readManifest } from './manifest.ts';

const text = `# For who reads the file.
kind: Service
spec:
  # region ports
  ports:
    - port: 80
  # endregion
  type: NodePort
`;
let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hop-manifest-'));
  await mkdir(join(root, 'labs/03-x/manifests'), { recursive: true });
  await writeFile(join(root, 'labs/03-x/manifests/service.yaml'), text);
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('a whole manifest comes without its heading and without markers', async () => {
  expect(await readManifest(root, '03-x', 'service.yaml')).toBe(
    'kind: Service\nspec:\n  ports:\n    - port: 80\n  type: NodePort',
  );
});

test('a region stands at the left', async () => {
  expect(await readManifest(root, '03-x', 'service.yaml', 'ports')).toBe('ports:\n  - port: 80');
});

test('a file or region that is not there is an error', async () => {
  await expect(readManifest(root, '03-x', 'svc.yaml')).rejects.toThrow(
    'there is no labs/03-x/manifests/svc.yaml',
  );
  await expect(readManifest(root, '03-x', 'service.yaml', 'spec')).rejects.toThrow('has no region "spec"');
});
