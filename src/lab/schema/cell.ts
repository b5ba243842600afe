/** The cells of a lab's matrix: on which proxy mode and which pod network it runs. */
import type { PodNetworkName, ProxyMode, When } from './names.ts';

/** As a lab writes it: without `podNetwork` there is kindnet only, and a network may be limited to some modes. */
export interface Matrix {
  readonly proxyMode: readonly ProxyMode[];
  readonly podNetwork?:
    | readonly (
        | PodNetworkName
        | { readonly name: PodNetworkName; readonly proxyModes: readonly ProxyMode[] }
      )[]
    | undefined;
}

/** What of a cell decides which parts of a lab are about it; a cluster has it, too. */
export interface CellTraits {
  readonly proxyMode: string;
  readonly podNetwork: PodNetworkName;
}

export interface MatrixCell {
  /** `iptables` on kindnet, `flannel-vxlan-iptables` on another pod network; also the name of its evidence file. */
  readonly id: string;
  readonly proxyMode: ProxyMode;
  readonly podNetwork: PodNetworkName;
}

export const cellId = ({ proxyMode, podNetwork }: CellTraits): string =>
  podNetwork === 'kindnet' ? proxyMode : `${podNetwork}-${proxyMode}`;

/** Every cell, network by network, in the order of the matrix. */
export function cellsOfMatrix({ proxyMode: modes, podNetwork = ['kindnet'] }: Matrix): MatrixCell[] {
  return podNetwork.flatMap((entry) => {
    const limited = typeof entry === 'string' ? { name: entry, proxyModes: modes } : entry;
    return limited.proxyModes.map((proxyMode) => {
      const cell = { proxyMode, podNetwork: limited.name };
      return { id: cellId(cell), ...cell };
    });
  });
}

/** The networks of the matrix; the first is the one that a page or a run takes without being told. */
export const networksOfMatrix = (matrix: Matrix): PodNetworkName[] => [
  ...new Set(cellsOfMatrix(matrix).map(({ podNetwork }) => podNetwork)),
];

/** Whether a part of a lab is about this cell. Without a `when` it is about every one. */
export function isAbout({ when }: { readonly when?: When | undefined }, cell: CellTraits): boolean {
  const networks = when?.podNetwork === undefined ? [cell.podNetwork] : [when.podNetwork].flat();
  return (when?.proxyMode ?? cell.proxyMode) === cell.proxyMode && networks.includes(cell.podNetwork);
}
