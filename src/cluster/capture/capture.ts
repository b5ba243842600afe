/** Captures one probe: everywhere at once, from before it is sent until everything about it is printed. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Exec } from '../../host/exec.ts';
import type { Capture, CapturedPlace } from '../../trace/observe/capture.ts';
import { parseAddresses } from '../../trace/parse/ip-json.ts';
import type { Probe, ProxyMode } from '../../trace/trace.ts';
import { type Agent, CaptureError, type NamespaceSections, startAgent } from './agent.ts';
import { chooseColours, type Flow, loopback, tracerChains } from './table.ts';

/** A container whose namespace is watched, with those of the pods on it. */
export interface WatchedContainer {
  readonly kind: 'client' | 'node';
  readonly name: string;
  readonly pods: readonly { readonly name: string; readonly ip: string }[];
}

export interface CapturePlan {
  readonly proxyMode: ProxyMode;
  readonly asked: Probe;
  readonly containers: readonly WatchedContainer[];
  /** Name of the container or pod that sends the probe. */
  readonly from: string;
  readonly flow: Flow;
  /** What curl asks; the host in it is the address of the flow. */
  readonly url: string;
  /** UDP: the datagram. */
  readonly payload?: Uint8Array;
  /** Seconds until the probe gives up. */
  readonly timeoutS: number;
}

/** Source ports outside of the kernel's own range (ip_local_port_range ends at 60999). Each probe takes another. */
const sourcePorts = { first: 61_000, last: 65_000 };
let nextPort = randomInt(sourcePorts.first, sourcePorts.last);
function takePort(): number {
  nextPort = nextPort >= sourcePorts.last ? sourcePorts.first : nextPort + 1;
  return nextPort;
}

/** @throws CaptureError when a place can't be watched or the one that asks is not there. */
export async function captureProbe(exec: Exec, plan: CapturePlan): Promise<Capture> {
  const id = randomBytes(4).toString('hex');
  const common = variables(id, plan);
  const origin = plan.containers.find(
    ({ name, pods }) => name === plan.from || pods.some((pod) => pod.name === plan.from),
  );
  if (origin === undefined)
    throw new CaptureError(`${plan.from} is in none of the containers that are watched`);
  const started = await Promise.allSettled(
    plan.containers.map((container) =>
      startAgent(exec, container.name, {
        ...common,
        KIND: container.kind,
        PODS: container.pods.map(({ name, ip }) => `${name}=${ip}`).join(' '),
        ORIGIN: container !== origin ? '' : container.name === plan.from ? 'self' : plan.from,
      }),
    ),
  );
  const agents = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  try {
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    const asking = agents[plan.containers.indexOf(origin)];
    if (asking?.source === undefined) throw new CaptureError(`${plan.from} did not say where it sends from`);
    const answer = await asking.probe();
    const seen = await Promise.all(agents.map((agent) => agent.stop()));
    // Of a datagram the prober says how many bytes came, which may be a number of three digits too.
    const written = plan.flow.protocol === 'tcp' ? /^(\d{3}) /.exec(answer.lines[0] ?? '') : null;
    const status = Number(written?.[1] ?? 0);
    return {
      proxyMode: plan.proxyMode,
      asked: plan.asked,
      tracer: tableName(id),
      probe: {
        protocol: plan.flow.protocol,
        from: plan.from,
        source: asking.source,
        destination: plan.flow.destination,
        result: { exit: answer.exit, ...(status === 0 ? {} : { status }), lines: answer.lines },
      },
      places: plan.containers.flatMap((container, index) =>
        (seen[index] ?? []).map((namespace) => placeOf(container, namespace)),
      ),
    };
  } catch (error) {
    await Promise.all(agents.map((agent: Agent) => agent.abandon()));
    throw error;
  }
}

const tableName = (id: string) => `hop_${id}`;

function variables(id: string, plan: CapturePlan): Record<string, string> {
  const { flow } = plan;
  const colours = chooseColours();
  const v6 = flow.family === 'ip6';
  return {
    ID: id,
    FAMILY: flow.family,
    IP_FAMILY: v6 ? '-6' : '-4',
    CT_FAMILY: v6 ? 'ipv6' : 'ipv4',
    LEGACY_TABLES: v6 ? 'ip6_tables_names' : 'ip_tables_names',
    IPTABLES_SAVE: v6 ? 'ip6tables-save' : 'iptables-save',
    MARK: String(colours.mark),
    CHAINS: tracerChains(colours, flow, 'elsewhere'),
    ORIGIN_CHAINS: tracerChains(colours, flow, 'origin'),
    LOOPBACK: loopback[flow.family],
    PROTOCOL: flow.protocol,
    DESTINATION: flow.destination.ip,
    PORT: String(flow.destination.port),
    SOURCE_PORT: String(takePort()),
    URL: plan.url,
    PAYLOAD: Buffer.from(plan.payload ?? []).toString('base64'),
    TIMEOUT: String(plan.timeoutS),
  };
}

function placeOf(container: WatchedContainer, { name, sections }: NamespaceSections): CapturedPlace {
  const own = name === 'self';
  const { trace = '', events, addr = '', route, neigh, iptables, ruleset } = sections;
  const { 'legacy-before': before, 'legacy-after': after } = sections;
  const v6 = iptables?.includes('ip6tables-save');
  return {
    kind: own ? container.kind : 'pod',
    name: own ? container.name : name,
    addresses: parseAddresses(addr).rows.flatMap(({ ifname, addr_info }) =>
      ifname === 'lo' ? [] : addr_info.map(({ local }) => local),
    ),
    traceText: trace,
    links: addr,
    ...(events === undefined ? {} : { conntrackEvents: events }),
    ...(route === undefined ? {} : { routes: route }),
    ...(neigh === undefined ? {} : { neighbours: neigh }),
    ...(iptables === undefined ? {} : v6 ? { ip6tablesSave: iptables } : { iptablesSave: iptables }),
    ...(ruleset === undefined ? {} : { nftRuleset: ruleset }),
    ...(before === undefined || after === undefined ? {} : { legacySave: { before, after } }),
  };
}
