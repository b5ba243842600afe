/** What a capture of one probe hands to the observer: the tools' output as it came, a place at a time. */
import type { Probe, ProxyMode, Trace } from '../trace.ts';

/** One network namespace that was watched. Texts that were not recorded are left out. */
export interface CapturedPlace {
  readonly kind: 'client' | 'node' | 'pod';
  /** Container, node or pod name. Unique in a capture. */
  readonly name: string;
  /** Its own addresses. */
  readonly addresses: readonly string[];
  /** Standard output of `nft -a -i` after `monitor trace`, from the tracer's ready signal on. */
  readonly traceText: string;
  /** `conntrack -E -m 0x1ab -o id,timestamp`, with or without `extended`. */
  readonly conntrackEvents?: string;
  /** `iptables-save -c` and `nft -a list ruleset`, taken in this capture: handles change when kube-proxy syncs. */
  readonly iptablesSave?: string;
  readonly ip6tablesSave?: string;
  readonly nftRuleset?: string;
  /** `iptables-legacy-save -c` before and after the probe, where kube-proxy's rules are in the legacy tables. */
  readonly legacySave?: { readonly before: string; readonly after: string };
  /** `ip -j route`, `ip -j link`, `ip -j neigh`. */
  readonly routes?: string;
  readonly links?: string;
  readonly neighbours?: string;
}

export interface CapturedProbe {
  readonly protocol: 'tcp' | 'udp';
  /** Name of the place that it was sent from. */
  readonly from: string;
  /** Its own end. Without a port: any port of this address (UDP, where the kernel chooses one). */
  readonly source: { readonly ip: string; readonly port?: number };
  /** What was asked: Service, node or pod address. */
  readonly destination: { readonly ip: string; readonly port: number };
  readonly result?: {
    /** Of curl: 0 answered, 7 refused, 28 timed out. */
    readonly exit: number;
    /** HTTP status, where there was an answer. */
    readonly status?: number;
    /** What the client printed about it. */
    readonly lines: readonly string[];
  };
}

export interface Capture {
  readonly proxyMode: ProxyMode;
  /** What the person asked for. */
  readonly asked: Probe;
  readonly probe: CapturedProbe;
  /**
   * Name of the tracer's own table. Its rules are evidence of where the packet was, never part of the path. Its
   * chains are `pre_…`, `out_…` and `end_<hook>`.
   */
  readonly tracer: string;
  readonly places: readonly CapturedPlace[];
}

/**
 * Why a capture may not say the whole truth.
 * - `lost-events`: the kernel dropped trace events of this place; absence proves nothing.
 * - `unknown-rule`: kube-proxy changed rules during the capture; the listing names the rule, or nobody does.
 * - `missing-origin`: the probe's first packet was not seen where it was sent.
 * - `missing-end`: the packet left a place, or came into one, and was not seen again.
 * - `missing-reply`: the request was delivered and no answer was seen leaving.
 * - `contradiction`: the client says otherwise than the trace.
 * - `listing-mismatch`: iptables-save and nft disagree on a chain; its rules are told in nft's words.
 * - `legacy-rules`: rules of the legacy tables are not traced; those whose counters rose are named.
 */
export interface CaptureProblem {
  readonly kind:
    | 'lost-events'
    | 'unknown-rule'
    | 'missing-origin'
    | 'missing-end'
    | 'missing-reply'
    | 'contradiction'
    | 'listing-mismatch'
    | 'legacy-rules';
  /**
   * `incomplete`: something is not there that may have been; whether one can judge all the same says `damageOf`.
   * `detail`: the path stands, something beside it is less sure.
   */
  readonly harm: 'incomplete' | 'detail';
  /** Name of the place. */
  readonly place: string;
  /** One sentence for a person. */
  readonly text: string;
  readonly lines: readonly string[];
}

export interface Observation {
  /** Request and reply, in this order; both are always there. */
  readonly traces: readonly [request: Trace, reply: Trace];
  readonly problems: readonly CaptureProblem[];
  /** Packets of somebody else that were traced in these namespaces at the same time. */
  readonly foreign: number;
}
