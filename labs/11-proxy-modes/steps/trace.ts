/** The same requests in both modes, hop by hop: once in the cell's own mode, once after it has changed. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { byMode } from '../../common/by-mode.ts';
import { value } from '../../common/trace-checks.ts';
import { other } from './found.ts';
import { requests } from './requests.ts';
import { differing, type Request, way } from './ways.ts';

type Checks = NonNullable<LabInput['steps'][number]['checks']>;

const hops = (step: string) => `[${value(step, 'request.hops')}, ${value(step, 'reply.hops')}]`;
const scoped = ({ scope }: Request) => (scope === undefined ? {} : { scope });

/** `prefix` is that of the step ids. */
const traces = (prefix: string, checks: (request: Request, step: string) => Checks): LabInput['steps'] =>
  requests.map((request) => {
    const step = `${prefix}-${request.id}`;
    return {
      kind: 'trace' as const,
      id: step,
      say: `${request.what}:`,
      from: request.from,
      url: request.url,
      timeoutS: 1,
      checks: checks(request, step),
    };
  });

const oneWay = (request: Request, step: string): Checks => [
  {
    id: `way-${request.id}`,
    claim: `${request.what}: the packet and its answer, if there is one, pass these hops. The list is one for iptables mode and nftables mode.`,
    value: hops(step),
    expect: { equals: way(request) },
    ...scoped(request),
  },
];

/** Its list has a hop that only iptables mode has: the mark. */
const ownWay = (request: Request, step: string): Checks =>
  byMode(
    {
      id: `marked-${request.id}`,
      claim: `${request.what}: in iptables mode its node marks the packet first, and then it and its answer pass the hops that they pass in nftables mode.`,
      value: hops(step),
      expect: { equals: way(request, 'iptables') },
    },
    {
      id: `not-marked-${request.id}`,
      claim: `${request.what}: in nftables mode the packet is not marked; it and its answer pass all other hops of iptables mode.`,
      value: hops(step),
      expect: { equals: way(request, 'nftables') },
    },
  );

/** The list of hops stands once, for both modes: one that took another way in its mode would fail. */
export const trace: LabInput['steps'] = traces('trace', (request, step) => [
  ...(differing(request) ? ownWay(request, step) : oneWay(request, step)),
  {
    id: `seen-${request.id}`,
    claim: `${request.what}: this is the predicted way, and the kernel itself reported the packet at every hop.`,
    value: `[${value(step, 'verdict')}, $string(${value(step, 'observed')} = ${value(step, 'hops')} and ${value(step, 'hops')} > 0)]`,
    expect: { equals: ['equal', 'true'] },
  },
]);

/** After kube-proxy has changed its mode, on the same cluster and to the same pod. */
export const traceAgain: LabInput['steps'] = traces('again', (request, step) =>
  differing(request)
    ? (['iptables', 'nftables'] as const).map((mode) => ({
        id: `same-${request.id}-${mode}`,
        claim: `${request.what}: after the change to ${mode} mode packet and answer pass the hops of ${mode} mode, ${mode === 'iptables' ? 'with' : 'without'} the mark.`,
        value: hops(step),
        expect: { equals: way(request, mode) },
        when: { proxyMode: other(mode) },
        scope: `kube-proxy:${mode}` as const,
      }))
    : [
        {
          id: `same-${request.id}`,
          claim: `${request.what}: after the change of mode packet and answer pass the hops that they passed before.`,
          value: hops(step),
          expect: { same: hops(`trace-${request.id}`) },
          ...scoped(request),
        },
      ],
);
