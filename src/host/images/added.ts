/** What is put onto a pulled node image because upstream's lacks it: built with Go, wherever the images come from. */
import { catalogue } from '../../../images/catalogue.ts';
import type { Ingredient } from '../../../images/schema.ts';
import { MachineError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { LayerFile } from './archive.ts';
import { layerFiles, sourceModules } from './component-images.ts';
import type { Target } from './go-toolchain.ts';
import type { Provenance } from './provenance.ts';

/** Whether these workloads, by their ids, need Go even where every image can be pulled. */
export const needsGo = (workloads: readonly string[]): boolean =>
  catalogue.some(({ id, onNode = [] }) => workloads.includes(id) && onNode.some(({ from }) => from === 'go'));

/** @throws MachineError that does not advise to pull: all was pulled, and these no published image has */
export async function addedFiles(
  host: Host,
  added: readonly Ingredient[],
  target: Target,
): Promise<LayerFile[]> {
  try {
    return await layerFiles(host, added, target);
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    throw new MachineError(
      `no published node image has ${added.map(({ to }) => to).join(', ')}: ${error.message}`,
      'install Go 1.26 or later (https://go.dev/dl/); `npm run lab doctor` names the labs that need it, and the others run without',
      { cause: error },
    );
  }
}

/** Says of a pulled node image what was put into it. */
export function withAdded(
  [node, ...rest]: readonly Provenance[],
  added: readonly Ingredient[],
): Provenance[] {
  if (node === undefined) return [];
  if (added.length === 0) return [node, ...rest];
  const note = `with ${added.map(({ to }) => to).join(' ')}, built from source, which it lacks upstream`;
  return [{ ...node, modules: sourceModules(added), note }, ...rest];
}
