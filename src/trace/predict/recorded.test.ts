/** The addresses of the 22 recordings: what a pod said that it sees is what is predicted. */
import { describe, expect, it } from 'vitest';
import { recordedCapture } from '../testdata/captures.ts';
import { modes } from '../testdata/recorded.ts';
import { predict } from './predict.ts';
import { recordedProbe, recordedState } from './testdata/recorded-clusters.ts';
import { waysOf } from './testdata/ways.ts';

const asked = (mode: (typeof modes)[number], scenario: string) => {
  const { probe } = recordedCapture(mode, scenario);
  const ways = waysOf(predict(recordedState(mode), recordedProbe(probe)));
  // What agnhost's /clientip answered.
  const answer = /^([\d.]+):\d+$/.exec(probe.result?.lines[0] ?? '')?.[1];
  return { ways, answer };
};

describe.each(modes)('%s mode', (mode) => {
  it.each([
    ['local-with-pod', 'pod-on-entry-node'],
    ['pod-clusterip-same-node', 'pod-on-client-node'],
    ['pod-clusterip-other-node', 'pod-on-other-node'],
    ['hairpin', 'hairpin'],
    ['node-clusterip', 'pod-on-other-node'],
  ])('%s: the pod named the address that it was predicted to see', (scenario, path) => {
    const { ways, answer } = asked(mode, scenario);
    expect(answer).toBeDefined();
    expect(ways[path]?.sees).toBe(answer);
  });

  it.each([
    ['nodeport-local-pod', ['pod-on-entry-node', 'pod-on-other-node']],
    ['nodeport-remote-pod', ['pod-on-entry-node', 'pod-on-other-node']],
    ['local-with-pod', ['pod-on-entry-node']],
    ['local-without-pod', ['dropped']],
    ['no-endpoints', ['rejected']],
    ['wrong-targetport', ['pod-on-entry-node', 'pod-on-entry-node-reset']],
    ['hairpin', ['hairpin']],
    ['udp-dns', ['pod-on-other-node']],
  ])('%s: the ways that there are', (scenario, paths) => {
    expect(Object.keys(asked(mode, scenario).ways).sort()).toEqual(paths);
  });
});
