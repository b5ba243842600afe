/** A cluster of namespaces and CoreDNS, and nothing else, behind the programs that the engine starts: for tests of what comes and goes. */
import { fenceCommands, fenceComment } from '../../cluster/fence-rules.ts';
import type { Kept } from '../../cluster/kept.ts';
import { sampleCluster } from '../../cluster/sample.ts';
import { CommandError, type Exec } from '../../host/exec.ts';

const { name } = sampleCluster;
/** Address of CoreDNS' pod. */
const dns = '10.244.0.2';
const fence = fenceCommands(name, sampleCluster.network.bridge);
const roles = ['control-plane', 'worker', 'worker2'];

export const fakeKept: Kept = { cluster: sampleCluster, hintsShown: 0 };

export interface FakeCluster {
  readonly namespaces: Set<string>;
  /** Every command that ran, without what tells kubectl which cluster. */
  readonly commands: string[];
  /** @param signal stops what goes through this exec, as Ctrl-C does */
  exec(signal: AbortSignal): Exec;
  /** Namespaces that are being removed. */
  readonly going: Set<string>;
  /** Called before each command. */
  before: (command: string) => void;
}

export function fakeCluster(...there: string[]): FakeCluster {
  const namespaces = new Set(there);
  const commands: string[] = [];
  const going = new Set<string>();
  const fake: FakeCluster = {
    namespaces,
    commands,
    going,
    before: () => {},
    exec: (signal) => async (argv) => {
      const words = argv[0] === 'kubectl' ? argv.slice(3) : argv;
      const failure = (outcome: 'cancelled' | 'exited', stderr: string) =>
        new CommandError({ argv, outcome, exitCode: 1, stdout: '', stderr, timeoutMs: 1 });
      fake.before(words.join(' '));
      if (signal.aborted) throw failure('cancelled', '');
      commands.push(words.join(' '));
      const answer = argv[0] === 'kubectl' ? kubectl(words) : docker(words);
      if (answer === undefined) throw failure('exited', `not possible: ${words.join(' ')}`);
      return { argv, exitCode: 0, stdout: answer, stderr: '', durationMs: 0 };
    },
  };
  return fake;

  function docker(words: readonly string[]): string | undefined {
    const asked = words.join(' ');
    if (asked.endsWith('/sys/class/net')) return sampleCluster.network.bridge;
    if (asked.endsWith('--wait -S DOCKER-USER'))
      return fence.map((rule) => `-A ${rule.slice(1).join(' ')}`).join('\n');
    if (asked.includes('--wait -L')) return `0 0 DROP /* ${fenceComment(name)} */`;
    if (words[1] === 'network') return words[2] === 'create' ? undefined : '';
    if (words.includes('iptables-save') || words.includes('nft')) return `-A KUBE-SEP-X -d ${dns}/32 -j DNAT`;
    const isAsked = words[1] === 'ps' && words.some((word) => word.includes(`${name}-`));
    return isAsked ? [...roles, 'client'].map((part) => `${name}-${part}`).join('\n') : '';
  }

  /** `undefined`: an error. */
  function kubectl([verb, what = '', which = '', ...rest]: readonly string[]): string | undefined {
    if (what === 'namespace' && verb === 'get') {
      const deletionTimestamp = going.has(which) ? { deletionTimestamp: '2026-11-26T12:00:00Z' } : {};
      return namespaces.has(which) ? JSON.stringify({ metadata: { name: which, ...deletionTimestamp } }) : '';
    }
    if (what === 'namespace' && verb === 'create') {
      return namespaces.has(which) ? undefined : String(namespaces.add(which).size);
    }
    if (what === 'namespace' && verb === 'delete') {
      going.delete(which);
      return namespaces.delete(which) || rest.includes('--ignore-not-found') ? '' : undefined;
    }
    if (what === 'nodes' && verb === 'get') {
      const status = { addresses: [{ type: 'InternalIP', address: '172.31.77.2' }] };
      const node = (role: string) => ({
        kind: 'Node',
        metadata: { name: `${name}-${role}` },
        spec: {},
        status,
      });
      return JSON.stringify({ items: roles.map(node) });
    }
    if (what === 'endpointslices' && which === '--namespace=kube-system') {
      return JSON.stringify({ items: [{ ports: [{ port: 53 }], endpoints: [{ addresses: [dns] }] }] });
    }
    return rest.includes('json') || which === 'json' ? JSON.stringify({ items: [] }) : '';
  }
}
