/** A packet that goes into a pod that no Service names, as rules that are left over may send it: it is not watched. */
import { describe, expect, it } from 'vitest';
import { capture, lines, node, tell } from '../testdata/trace-lines.ts';

describe('a node whose packet goes into a pod that is not watched', () => {
  const asked = { from: '172.18.0.2:61000', to: '10.96.0.7:80' };
  const into = { ...asked, to: '10.244.1.2:8081', oif: 'veth1' };
  const sent = lines(
    { id: 'a', chain: 'out_raw', ...asked },
    { id: 'a', chain: 'end_output', ...into },
    { id: 'a', chain: 'end_postrouting', ...into },
  );
  const back = (what: string) => {
    const answer = { id: 'b', to: '172.18.0.2:61000', iif: 'veth1', what, ipId: 0 };
    return lines(
      { ...answer, chain: 'pre_ct', from: '10.244.1.2:8081' },
      { ...answer, chain: 'end_input', from: '10.96.0.7:80' },
    );
  };

  it('and comes back with a RST was refused there', () => {
    const told = tell(capture({}, node(`${sent}\n${back('tcp 0x14')}`)));
    expect(told).toMatchObject({ ends: ['reset', 'delivered'], problems: [] });
    expect(told.traces.map(({ end }) => end.text)).toEqual([
      'left worker for 10.244.1.2:8081, from where a RST came',
      'received RST: refused',
    ]);
  });

  it('and does not come back was not seen again', () => {
    expect(tell(capture({}, node(sent)))).toMatchObject({
      ends: ['dropped', 'unanswered'],
      problems: ['missing-end'],
    });
  });

  it('and comes back with an answer shows that a pod is missing in the capture', () => {
    const told = tell(capture({ result: { exit: 0, lines: [] } }, node(`${sent}\n${back('tcp 0x12')}`)));
    expect(told.problems).toEqual(['missing-end', 'contradiction']);
  });

  it('but one that is watched and has not seen it makes the capture doubtful', () => {
    const pod = { ...node('', 'cart', ['10.244.1.2']), kind: 'pod' as const };
    expect(tell(capture({}, node(`${sent}\n${back('tcp 0x14')}`), pod)).problems).toEqual(['missing-end']);
  });
});
