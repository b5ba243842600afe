/** A project with one lab's surroundings in a temporary folder, for tests of what reads a checkout. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface SampleProject {
  readonly root: string;
  /** Writes a file, its path relative to the root. */
  write(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** Has the shape, the image and the manifest of the lab in `evidence/sample.ts`, and not the lab itself. */
export async function sampleProject(): Promise<SampleProject> {
  const root = await mkdtemp(join(tmpdir(), 'hop-project-'));
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  };
  const shape = { id: 'three', workers: 2, ipFamily: 'ipv4', podNetwork: 'kindnet' };
  await write('labs/common/shapes.ts', `export const shapes = ${JSON.stringify({ three: shape })};`);
  await write(
    'images/catalogue.ts',
    `export const catalogue = [{ id: 'netexec', upstream: { reference: 'example.test/netexec:1' } }];`,
  );
  await write('labs/03-nodeport/manifests/cart.yaml', 'nodePort: 30080\n');
  return { root, write, remove: () => rm(root, { recursive: true }) };
}
