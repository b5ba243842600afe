/** Which cells need more of the kernel than others, and what becomes of them where it is not there. */
import { networkFeatures } from '../../cluster/network-features.ts';
import { endpointOf } from '../../host/docker-problems.ts';
import {
  absentFeatures,
  describeFeature,
  type Kernel,
  loadFeatures,
} from '../../host/doctor/kernel-features.ts';
import { readKernel } from '../../host/doctor/read-kernel.ts';
import type { Needs } from '../../host/doctor/rule.ts';
import { MachineError } from '../../host/errors.ts';
import type { Host } from '../../host/host.ts';
import { cellsOfMatrix, type Matrix } from '../schema/cell.ts';
import type { Lab } from '../schema/lab.ts';
import type { Cell } from './cells.ts';

type NamedCell = Pick<Cell, 'id' | 'podNetwork'> & { readonly lab: Pick<Lab, 'id'> };

const nameOf = ({ lab, id }: NamedCell) => `${lab.id} ${id}`;

/** For doctor: what all cells of these labs need beyond the usual, and what only some do. */
export function kernelNeeds(
  labs: readonly { readonly id: string; readonly matrix: Matrix }[],
): Pick<Needs, 'features' | 'parts'> {
  const cells = labs.flatMap((lab) => cellsOfMatrix(lab.matrix).map((cell) => ({ lab, ...cell })));
  const [first, ...others] = cells.map(({ podNetwork }) => networkFeatures[podNetwork]);
  const features = (first ?? []).filter((one) => others.every((other) => other.includes(one)));
  const parts = cells.map((cell) => ({
    name: nameOf(cell),
    features: networkFeatures[cell.podNetwork].filter((one) => !features.includes(one)),
  }));
  return { features, parts: parts.filter((part) => part.features.length > 0) };
}

/**
 * Refuses cells whose pod network the kernel can't carry, before anything is made for them. Of the kernel of a Docker
 * that is not on this machine nothing is known.
 *
 * @throws MachineError
 */
export async function requireKernel(
  { env }: Pick<Host, 'env'>,
  cells: readonly NamedCell[],
  read: () => Promise<Kernel> = readKernel,
): Promise<void> {
  const needing = cells.filter(({ podNetwork }) => networkFeatures[podNetwork].length > 0);
  if (needing.length === 0 || process.platform !== 'linux' || endpointOf(env) !== undefined) return;
  const kernel = await read();
  const lacks = (cell: NamedCell) => absentFeatures(kernel, networkFeatures[cell.podNetwork]);
  const refused = needing.filter((cell) => lacks(cell).length > 0);
  const absent = [...new Set(refused.flatMap(lacks))];
  if (absent.length === 0) return;
  throw new MachineError(
    `the kernel of this machine lacks ${absent.map(describeFeature).join(', ')}, without which ${refused.map(nameOf).join(', ')} can't run`,
    `${loadFeatures(absent)}; --network kindnet leaves such cells out`,
  );
}
