/** Which fault a drill takes: the one that is named, or one by lot. */
import { randomInt } from 'node:crypto';
import { UsageError } from '../../src/host/errors.ts';
import { nearest } from '../../src/lab/nearest.ts';
import { type CellTraits, isAbout } from '../../src/lab/schema/cell.ts';
import type { Fault } from '../../src/lab/schema/fault.ts';
import type { Lab } from '../../src/lab/schema/lab.ts';

/** @throws UsageError when a cluster with these traits has no such fault. */
export function chooseFault(lab: Lab, traits: CellTraits, id: string | undefined): Fault {
  const faults = lab.faults.filter((fault) => isAbout(fault, traits));
  const chosen =
    id === undefined
      ? faults[faults.length === 0 ? 0 : randomInt(faults.length)]
      : faults.find((fault) => fault.id === id);
  if (chosen !== undefined) return chosen;
  if (id === undefined) throw new UsageError(`lab ${lab.id} has no faults`);
  const elsewhere = lab.faults.filter((fault) => fault.id === id);
  throw new UsageError(
    elsewhere.length > 0 ? onAnotherCluster(id, traits, elsewhere) : unknown(lab.id, id, faults),
  );
}

function unknown(lab: string, id: string, faults: readonly Fault[]): string {
  const names = faults.map((fault) => fault.id);
  const near = nearest(id, names);
  return `lab ${lab} has no fault "${id}"; ${near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it has ${names.join(', ')}`}`;
}

function onAnotherCluster(id: string, { podNetwork, proxyMode }: CellTraits, same: readonly Fault[]): string {
  const networks = [...new Set(same.flatMap(({ when }) => when?.podNetwork ?? []))];
  const modes: readonly string[] = same.flatMap(({ when }) => when?.proxyMode ?? []);
  const flags = [
    ...(networks.length === 0 || networks.includes(podNetwork) ? [] : [`--network ${networks[0]}`]),
    ...(modes.length === 0 || modes.includes(proxyMode) ? [] : [`--proxy-mode ${modes[0]}`]),
  ];
  return `the fault ${id} is for another cluster than one with ${podNetwork} in ${proxyMode} mode; add \`-- ${flags.join(' ')}\``;
}
