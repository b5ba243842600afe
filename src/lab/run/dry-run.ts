/** Prints every command of a lab and runs none. */
import { clientCommand } from '../../cluster/client.ts';
import { kindCommand } from '../../cluster/create.ts';
import { fenceCommands } from '../../cluster/fence-rules.ts';
import { networkCommand } from '../../cluster/network.ts';
import { formatCommand } from '../../host/exec.ts';
import { networkPool } from '../../host/network-pool.ts';
import { manifestsOfCell } from '../cell-steps.ts';
import type { Report } from '../events.ts';
import { isAbout } from '../schema/cell.ts';
import type { Lab } from '../schema/lab.ts';
import type { Place } from '../schema/names.ts';
import type { Step, StepOf } from '../schema/step.ts';
import type { Cell } from './cells.ts';
import { probeCommand } from './probe.ts';
import { labFolder } from './session.ts';
import { traceClient, traceCommand } from './trace.ts';

/** Names and addresses that only a cluster has stand as their expressions: `{{ nodes.worker.ip }}`. */
export function dryRun(cell: Cell, faults: boolean, report: Report): void {
  const { lab, proxyMode, podNetwork } = cell;
  const at = { lab: lab.id, cell: cell.id };
  const name = 'hop-cluster';
  report({ type: 'cell-start', at, title: lab.title, question: lab.question, proxyMode, podNetwork });
  const print = (on: Place, command: readonly string[]) =>
    report({ type: 'command', on, shown: shown(name, on, command) });
  for (const command of creation(name)) print('you', command);
  print('you', ['kubectl', 'create', 'namespace', lab.namespace]);
  for (const file of manifestsOfCell(lab, cell))
    print('you', ['kubectl', 'apply', '-f', `${labFolder(lab)}/manifests/${file}`]);
  const step = (one: Step): void => {
    if (!isAbout(one, cell)) return;
    report({ type: 'step-start', step: one });
    if (one.kind === 'run') print(one.on, one.command);
    if (one.kind === 'probe') print(one.from, probeCommand(one));
    if (one.kind === 'trace') report({ type: 'command', on: 'you', shown: shownTrace(lab, name, one) });
    if (one.kind === 'change') for (const { on, command } of one.commands) print(on, command);
    if (one.kind === 'capture') {
      for (const { on, command } of one.watches) print(on, command);
      one.during.forEach(step);
    }
  };
  lab.steps.forEach(step);
  for (const fault of faults ? lab.faults : []) {
    if (!isAbout(fault, cell)) continue;
    const { probe } = fault.symptom;
    for (const { on, command } of fault.inject) print(on, command);
    print(probe.from, probeCommand({ ...probe, requests: 1, connections: 1, headers: {} }));
    for (const { on, command } of fault.undo) print(on, command);
  }
  print('you', ['docker', 'rm', '--force', '--volumes', `${name}-…`]);
  print('you', ['docker', 'network', 'rm', name]);
}

/** What makes the cluster, with a stand-in for what only a run knows. */
function creation(name: string): readonly (readonly string[])[] {
  const [subnet = ''] = networkPool;
  const cluster = {
    name,
    image: '{{ node image }}',
    kubeconfig: 'kubeconfig',
    network: { subnet, bridge: 'br-…' },
  };
  return [
    networkCommand(name, subnet),
    ...fenceCommands(name, cluster.network.bridge).map((words) => ['iptables', '--wait', ...words]),
    kindCommand(cluster, 'kind', 'kind.yaml'),
    clientCommand(cluster),
  ];
}

function shownTrace({ namespace }: Lab, name: string, step: StepOf<'trace'>): string {
  const from = traceClient({ name }, step.from, (pod) => `${namespace}/${pod}`);
  return traceCommand({ name }, step, from);
}

function shown(cluster: string, on: Place, command: readonly string[]): string {
  const [kind, name] = [on.split('/')[0], on.slice(on.indexOf('/') + 1)];
  if (kind === 'you' || kind === 'docker-host') return formatCommand(command);
  if (kind === 'pod') return formatCommand(['kubectl', 'exec', name, '--', ...command]);
  if (kind === 'netns')
    return formatCommand(['docker', 'exec', `${cluster}-…`, 'nsenter', '--net=…', ...command]);
  return formatCommand(['docker', 'exec', `${cluster}-${kind === 'client' ? 'client' : name}`, ...command]);
}
