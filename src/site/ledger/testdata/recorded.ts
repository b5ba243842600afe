/** The eleven recorded scenarios as a lab would have them: clients outside, pods to pods, hairpins, drops and refusals. */
import { monday, record } from '../../../lab/evidence/sample.ts';
import type { Evidence } from '../../../lab/evidence/schema.ts';
import { observe } from '../../../trace/observe/observe.ts';
import { type Mode, recordedCapture } from '../../../trace/testdata/captures.ts';
import { modes, scenarios } from '../../../trace/testdata/recorded.ts';
import type { RecordedProbe } from '../probe.ts';
import { type LedgerView, ledgerView } from '../view.ts';

export const everywhere: readonly (readonly [Mode, string])[] = modes.flatMap((mode) =>
  scenarios.map((scenario) => [mode, scenario] as const),
);

const sample = await record(monday);

/** Names and addresses of the two clusters on which the scenarios were recorded. */
function cellOf(mode: Mode): Evidence {
  const [cluster, worker, worker2] =
    mode === 'iptables' ? ['c1', '172.18.0.2', '172.18.0.3'] : ['c2', '172.18.0.2', '172.18.0.4'];
  const node = (role: string, ip: string) => ({ name: `${cluster}-${role}`, ip });
  const nodes = { worker: node('worker', worker), worker2: node('worker2', worker2) };
  const facts = { ...sample.facts, client: { name: 'c-client', ip: '172.18.0.5' }, nodes };
  return { ...sample, cell: mode, on: { ...sample.on, proxyMode: mode }, facts };
}

export function recordedProbe(mode: Mode, scenario: string): RecordedProbe {
  const { traces } = observe(recordedCapture(mode, scenario));
  return { cell: cellOf(mode), traces, predicted: [] };
}

export function recordedView(mode: Mode, scenario: string): LedgerView {
  return ledgerView(recordedProbe(mode, scenario));
}
